import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { parse, parseAllDocuments } from "yaml";
import { suiteFolder } from "../../../data/user_paths.ts";
import { taskArgs } from "../../tasks.ts";
import { decode, temporaryFolder } from "../_bench_process.ts";
import { rehearse, sweep } from "../sweep/_sweep.ts";

Deno.test("sweep writes the same file to standard output and to --out, and tells the shards", async () => {
  using folder = temporaryFolder();
  const file = join(folder.path, "sweep.sh");
  const args = [
    ...["rmnist", "--engine", "slurm", "--shards", "3", "--tier", "paper", "--seeds", "1"],
    ...["--data-dir", "/data"],
  ];
  const printed = await sweep(...args);
  assertEquals(printed.code, 0, printed.err);
  // Nine cells: four of ODE2VAE, one of them a second one in its shard; GPPVAE's and the references beside the others.
  assertEquals(printed.err.split("\n"), [
    "shard 1 of 3, about 1 h 13 min: ode2vae seed 0, ode2vae-kl-paper seed 0",
    "shard 2 of 3, about 45 min 6 s: mean-image seed 0, linear-interpolation seed 0, gppvae-dis seed 0, ode2vae-kl seed 0",
    "shard 3 of 3, about 45 min 3 s: nearest-angle seed 0, gppvae-joint seed 0, ode2vae-paper seed 0",
  ]);
  const written = await sweep(...args, "--out", file);
  assertEquals([written.code, written.out], [0, ""]);
  const text = Deno.readTextFileSync(file);
  const withoutOrigin = (script: string) =>
    script.replace(/^# Made by: .*$/m, "").replaceAll(/ (sweep\.sh|FILE)(?=\)?$)/gm, "");
  assertEquals(withoutOrigin(text), withoutOrigin(printed.out));
  assertMatch(
    text,
    /^# Made by: deno task sweep rmnist --engine slurm --shards 3 --tier paper --seeds 1 --data-dir \/data --out /m,
  );
  assertMatch(text, /^# rmnist, tier paper: 9 cells in 3 shards\.$/m);
});

Deno.test("sweep warns of machines that look for the data themselves, but not where a step fetches them", async () => {
  const notice = async (engine: string, ...more: string[]) => {
    const { code, err } = await sweep("rmnist", "--engine", engine, "--shards", "2", ...more);
    assertEquals(code, 0, err);
    return /^notice: without --data-dir /m.test(err);
  };
  assertEquals([await notice("slurm"), await notice("kubernetes")], [true, true]);
  assertEquals([await notice("slurm", "--data-dir", "d"), await notice("github")], [false, false]);
});

Deno.test("sweep exits 2 with one line when it is wrongly used", async () => {
  const right = ["rmnist", "--engine", "slurm", "--shards", "2"];
  const cases: [string[], RegExp][] = [
    [
      ["rmnist", "--shards", "2"],
      /--engine must be one of slurm, kubernetes, github, got none$/,
    ],
    [
      ["rmnist", "--engine", "pbs", "--shards", "2"],
      /Cannot sweep with engine "pbs": it must be one of slurm, /,
    ],
    [["rmnist", "--engine", "slurm"], /--shards must be .*, got none$/],
    [["rmnist", "--engine", "slurm", "--shards", "0"], /--shards: it must be .*, is "0"$/],
    [
      ["rmnist", "--engine", "slurm", "--shards", "22", "--seeds", "3"],
      /number of cells \(21\), is 22$/,
    ],
    [["balls", "--engine", "slurm", "--shards", "2"], /must be one of rmnist/],
    [[...right, "--models", "x"], /Cannot run rmnist model "x": it must be one of/],
    [[...right, "--tier", "long"], /Cannot run tier "long"/],
    [[...right, "--seeds", "x"], /Cannot read --seeds/],
    [[...right, "--jobs", "0"], /Cannot read --jobs/],
    [[...right, "--backend", "auto"], /Cannot sweep with --backend auto/],
    [[...right, "--backend", "cuda"], /Cannot use backend "cuda"/],
    [[...right, "--results", ""], /--results: it must have a value/],
    [[...right, "--data-dir", "a\nb"], /--data-dir: it must be one line .* is "a\\nb"$/],
    [[...right, "--results", "${{ x }}"], /--results: it must be one line/],
    [[...right, "--fresh"], /Cannot use option "--fresh"/],
    [[...right.slice(1)], /there must be one benchmark name/],
  ];
  for (const [args, message] of cases) {
    const { code, err, out } = await sweep(...args);
    assertEquals([code, err.includes("\n"), out], [2, false, ""], err);
    assertMatch(err, message);
  }
});

/** Runs the command as a process: its definitions are in its environment. */
async function sweepToy(definitions: string, engine: string) {
  const { code, stdout, stderr } = decode(
    await new Deno.Command(Deno.execPath(), {
      args: taskArgs("sweep", ["toy", "--engine", engine, "--shards", "2"]),
      env: { ODE2VAE_DEFINITIONS: definitions },
    }).output(),
  );
  return { code, file: stdout, lines: stderr.trimEnd().split("\n") };
}

Deno.test("sweep gives its machines the definitions from outside the suite", async () => {
  using folder = temporaryFolder();
  const inner = "tests/benchmarks/toy_definition.ts";
  const path = join(suiteFolder, inner);
  const [slurm, kubernetes, github] = await Promise.all(
    ["slurm", "kubernetes", "github"].map((engine) => sweepToy(path, engine)),
  );
  for (const { code, lines } of [slurm!, kubernetes!, github!]) assertEquals(code, 0, lines.join());
  const calls = (shell: readonly [string, ...string[]], index: string) =>
    rehearse(folder.path, shell, { deno: 0, srun: 0 }, {
      SLURM_ARRAY_TASK_ID: index,
      JOB_COMPLETION_INDEX: index,
    }).calls.map((words) => words.filter((word) => /DEFINITIONS|^(bench|merge)$/.test(word)));
  for (const [index, command] of [["0", "merge"], ["1", "bench"]] as const) {
    assertEquals(calls(["bash", "-c", slurm!.file], index), [[
      `ODE2VAE_DEFINITIONS=${path}`,
      command,
    ]]);
  }
  const [, shards, merge] = parseAllDocuments(kubernetes!.file).map((document) => document.toJS());
  for (const [job, command] of [[shards, "bench"], [merge, "merge"]]) {
    assertEquals(calls(job.spec.template.spec.containers[0].command, "0"), [[
      `ODE2VAE_DEFINITIONS=${inner}`,
      command,
    ]]);
  }
  assertEquals(parse(github!.file).env, { ODE2VAE_DEFINITIONS: inner });
});

Deno.test("sweep exits 2 when machines that have the suite alone would lack the definitions", async () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "toy.ts");
  Deno.writeTextFileSync(
    path,
    `export { benchmarks } from "${new URL("../toy_definition.ts", import.meta.url).href}";`,
  );
  for (const engine of ["kubernetes", "github"]) {
    assertEquals(await sweepToy(path, engine), {
      code: 2,
      file: "",
      lines: [
        `Cannot sweep with engine ${engine}: ODE2VAE_DEFINITIONS must be a file in the suite's folder, which the machines ` +
        `have, is "${path}"`,
      ],
    });
  }
  assertEquals((await sweepToy(path, "slurm")).code, 0);
});

Deno.test("sweep refuses a file that cannot be written, and leaves none behind", async () => {
  using folder = temporaryFolder();
  const args = ["rmnist", "--engine", "github", "--shards", "2"];
  const { code, err } = await sweep(...args, "--out", join(folder.path, "none", "file"));
  assertEquals(code, 2);
  assertMatch(
    err,
    /^Cannot use --out: it must be a file that can be written, is ".*none\/file": no such file or directory \(os error 2\)$/,
  );
  assertEquals([...Deno.readDirSync(folder.path)], []);
});

Deno.test("sweep --help names every option", async () => {
  const { code, out } = await sweep("--help");
  assertEquals(code, 0);
  const { err } = await sweep("x", "--unknown");
  const options = err.match(/--[a-z-]+(?=,|$)/gm) ?? [];
  assert(options.length === 13, options.join());
  for (const option of options) assertStringIncludes(out, option);
});
