import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { suiteFolder } from "../../../data/user_paths.ts";
import { leaveOut } from "../../optional_tools.ts";
import { temporaryFolder } from "../_bench_process.ts";
import { isInstalled, jobFile, rehearse } from "./_sweep.ts";

const options = ["rmnist", "--engine", "slurm", "--shards", "3", "--seeds", "2", "--tier", "smoke"];
/** Folders that a shell must be given in quotes. */
const awkward = ["--results", "/shared/it's a sweep", "--data-dir", "/shared/my data"];

/** Runs the script as a task of its array. */
function task(folder: string, script: string, index: number, srun: number, restarts?: string) {
  const path = join(folder, "script.sh");
  Deno.writeTextFileSync(path, script);
  return rehearse(folder, ["/bin/bash", path], { srun, scontrol: 0 }, {
    SLURM_ARRAY_TASK_ID: String(index),
    SLURM_ARRAY_JOB_ID: "77",
    ...(restarts === undefined ? {} : { SLURM_RESTART_COUNT: restarts }),
  });
}

Deno.test("slurmScript() runs the shard of its task in a folder of its own", async () => {
  using folder = temporaryFolder();
  const script = await jobFile(...options, ...awkward, "--jobs", "2");
  const { code, calls } = task(folder.path, script, 2, 0);
  assertEquals(code, 0);
  assertEquals(calls, [[
    ...["srun", "--cpus-per-task=2", "deno", "task", "bench", "rmnist", "--tier", "smoke"],
    ...["--seeds", "2", "--backend", "ort-cpu", "--jobs", "2", "--data-dir", "/shared/my data"],
    ...["--shard", "2/3", "--out", "/shared/it's a sweep/shard-2"],
  ]]);
});

Deno.test("slurmScript() merges all shards in task 0", async () => {
  using folder = temporaryFolder();
  const { code, calls } = task(folder.path, await jobFile(...options, ...awkward), 0, 0);
  assertEquals(code, 0);
  const shards = [1, 2, 3].map((shard) => `/shared/it's a sweep/shard-${shard}`);
  assertEquals(calls, [[
    ...["srun", "--cpus-per-task=1", "deno", "task", "merge", ...shards],
    ...["--out", "/shared/it's a sweep/merged"],
  ]]);
});

Deno.test("slurmScript() requeues its task after it has saved, and after nothing else", async () => {
  using folder = temporaryFolder();
  const script = await jobFile(...options);
  const requeued = (srun: number, restarts?: string) => {
    const { code, calls } = task(folder.path, script, 3, srun, restarts);
    assertEquals(code, srun);
    return calls.slice(1);
  };
  assertEquals(requeued(130), [["scontrol", "requeue", "77_3"]]);
  assertEquals(requeued(130, "49"), [["scontrol", "requeue", "77_3"]]);
  assertEquals(requeued(130, "50"), []);
  for (const code of [0, 1, 2, 137]) assertEquals(requeued(code), []);
});

Deno.test("slurmScript() asks for what a shard needs", async () => {
  const directives = async (...more: string[]) =>
    (await jobFile(...options, ...more)).match(/^#SBATCH .*$/gm)!.map((line) => line.slice(8));
  assertEquals(await directives("--jobs", "4"), [
    ...["--time=1-00:00:00", "--job-name=rmnist-smoke", "--array=1-3"],
    ...["--output=rmnist-smoke-%A_%a.log", "--open-mode=append", "--ntasks=1"],
    ...["--cpus-per-task=4", "--mem=8G", "--requeue", "--signal=INT@120"],
  ]);
  assertEquals((await directives("--backend", "ort-cuda")).includes("--gpus=1"), true);
});

Deno.test("slurmScript() runs in the suite's folder, and takes relative folders from where it was made", async () => {
  const script = await jobFile(...options, "--results", "there", "--data-dir", "digits");
  assertMatch(script, RegExp(`^cd ${suiteFolder.replace(/\/$/, "")} \\|\\| exit 1$`, "m"));
  assertStringIncludes(script, ` --data-dir ${Deno.cwd()}/digits `);
  assertStringIncludes(script, ` --out ${Deno.cwd()}/there/shard-"$shard"\n`);
});

Deno.test({
  name: "slurmScript() is a script that shellcheck finds nothing in",
  ignore: leaveOut("shellcheck", isInstalled("shellcheck"), "apt-get install shellcheck"),
  async fn() {
    using folder = temporaryFolder();
    const path = join(folder.path, "script.sh");
    for (const more of [[], awkward, ["--backend", "ort-cuda"]]) {
      Deno.writeTextFileSync(path, await jobFile(...options, ...more));
      const { code, stdout } = new Deno.Command("shellcheck", { args: [path] }).outputSync();
      assertEquals(code, 0, new TextDecoder().decode(stdout));
    }
  },
});
