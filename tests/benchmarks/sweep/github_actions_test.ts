import { assert, assertEquals, assertMatch } from "@std/assert";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { temporaryFolder } from "../_bench_process.ts";
import { jobFile, rehearse } from "./_sweep.ts";

const options = ["rmnist", "--engine", "github", "--shards", "3", "--seeds", "2"];

interface Step {
  readonly name?: string;
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

async function workflow(...more: string[]) {
  const document = parseDocument(await jobFile(...options, ...more));
  assertEquals([document.errors, document.warnings], [[], []]);
  return document.toJS();
}

/** Runs the only step with such a command as a shard of the matrix. */
function rehearseStep(folder: string, steps: readonly Step[], command: string, shell = "bash") {
  const [step, ...others] = steps.filter(({ run }) => run?.includes(command));
  assertEquals(others, []);
  const script = step!.run!.replaceAll("${{ matrix.shard }}", "2");
  assert(!script.includes("${{"), script);
  const path = join(folder, "summary");
  return rehearse(folder, [shell, "-euo", "pipefail", "-c", script], { deno: 0 }, {
    GITHUB_STEP_SUMMARY: path,
  });
}

Deno.test("githubWorkflow() has a job a shard and one that merges what they upload", async () => {
  const { jobs, on } = await workflow("--tier", "paper");
  assertEquals(on, "workflow_dispatch");
  assertEquals(jobs.shard.strategy, { "fail-fast": false, matrix: { shard: [1, 2, 3] } });
  assertEquals(jobs.merge.needs, "shard");
  const steps: Step[] = [...jobs.shard.steps, ...jobs.merge.steps];
  for (const { uses, run } of steps) {
    // Each step is one or the other, and each action has its version.
    assert((uses === undefined) !== (run === undefined));
    if (uses !== undefined) assertMatch(uses, /^[\w-]+\/[\w/-]+@v\d+$/);
  }
  const using = (action: string) => steps.filter(({ uses }) => uses?.startsWith(action));
  const [records, site] = using("actions/upload-artifact");
  const [download] = using("actions/download-artifact");
  assertEquals(records!.with!.name, "rmnist-paper-shard-${{ matrix.shard }}");
  assertEquals(download!.with!.pattern, "rmnist-paper-shard-*");
  assertEquals(site!.with!.path, "out/sweep/merged");
  // What a stopped shard saves is what its next attempt takes up.
  const [[restore], [save]] = [using("actions/cache/restore"), using("actions/cache/save")];
  assertEquals(restore!.with!.path, save!.with!.path);
  assertEquals(save!.with!.path, "out/sweep/shard-${{ matrix.shard }}");
  assert(save!.with!.key!.startsWith(restore!.with!["restore-keys"]!));
  assertEquals(restore!.with!.key, save!.with!.key);
});

Deno.test("githubWorkflow() trains a shard on fetched data, and merges the artifacts", async () => {
  using folder = temporaryFolder();
  const { jobs } = await workflow("--results", "it's here");
  const trained = rehearseStep(folder.path, jobs.shard.steps, "task bench");
  assertEquals(trained.calls, [[
    ...["deno", "task", "bench", "rmnist", "--tier", "quick", "--seeds", "2"],
    ...["--backend", "ort-cpu", "--data-dir", "data-files"],
    ...["--shard", "2/3", "--out", "it's here/shard-2"],
  ]]);
  const fetched = rehearseStep(folder.path, jobs.shard.steps, "data fetch");
  assertEquals(fetched.calls, [["deno", "task", "data", "fetch", "--data-dir", "data-files"]]);
  const place = Deno.cwd();
  try {
    Deno.chdir(folder.path);
    for (const shard of [1, 2]) {
      Deno.mkdirSync(`it's here/rmnist-quick-shard-${shard}`, { recursive: true });
    }
    const merged = rehearseStep(folder.path, jobs.merge.steps, "task merge");
    assertEquals(merged.code, 0);
    assertEquals(merged.calls, [[
      ...["deno", "task", "merge", "it's here/rmnist-quick-shard-1"],
      ...["it's here/rmnist-quick-shard-2", "--out", "it's here/merged"],
    ]]);
    assertEquals(Deno.readTextFileSync("summary"), "```\n```\n");
  } finally {
    Deno.chdir(place);
  }
});

Deno.test("githubWorkflow() fetches nothing when the data's folder is named, and has a GPU to be filled in", async () => {
  const { jobs } = await workflow("--data-dir", "/data", "--backend", "ort-cuda", "--jobs", "3");
  const runs = jobs.shard.steps.flatMap(({ run }: Step) => run ?? []).join("");
  assert(!runs.includes("data fetch"));
  assert(runs.includes(" --backend ort-cuda --jobs 3 --data-dir /data \\\n"));
  assertEquals(jobs.shard["runs-on"], "FILL_IN");
});
