/** Each task does its work with the permissions that deno.json gives it, from any folder. */
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { SOURCES } from "../data/sources.ts";
import { suiteFolder, suitePath } from "../data/user_paths.ts";
import { decode, temporaryFolder } from "./benchmarks/_bench_process.ts";
import { taskArgs, tasks } from "./tasks.ts";

const programs = Object.entries(tasks).filter(([, command]) => command.startsWith("deno run"));

/** Runs a task as `deno task --config SUITE/deno.json` does when it is called in `folder`. */
async function runIn(folder: string, name: string, args: readonly string[]) {
  const env = {
    ODE2VAE_DEFINITIONS: join(suiteFolder, "tests/benchmarks/toy_definition.ts"),
    ...{ NO_COLOR: "1", INIT_CWD: folder, HOME: folder },
    ...{ GITHUB_ACTIONS: "", GITHUB_STEP_SUMMARY: "", LD_LIBRARY_PATH: "/nowhere" },
  };
  const command = { args: taskArgs(name, args), cwd: suiteFolder, env };
  return decode(await new Deno.Command(Deno.execPath(), command).output());
}

/** What each task may do besides reading and writing files and reading the environment. */
const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  // Their children are Deno itself, whose path no line of deno.json can know, git and cat.
  bench: ["sys", "ffi", "run", "net"],
  check: ["sys", "ffi", "run", "net"],
  merge: ["sys=hostname"],
  sweep: [],
  accept: ["sys=hostname", "run=git"],
  speed: ["sys", "ffi", "run"],
  "speed:gpu": ["sys", "ffi", "run"],
  report: [],
  data: ["net"],
  "setup:tensorflow": ["sys", "ffi", "run=c++,npm"],
};

Deno.test("each task has the permissions that it needs: a report starts no program", () => {
  const rights = programs.map(([name, command]) => {
    const flags = [...command.matchAll(/ --allow-(\S+)/g)].map(([, flag]) => flag!);
    const more = flags.filter((flag) => !["read", "write", "env"].includes(flag));
    return [name, more.map((flag) => flag.replace(/^net=.*/, "net"))];
  });
  assertEquals(Object.fromEntries(rights), RIGHTS);
});

Deno.test("no program has all permissions, and the network means the data's hosts", () => {
  const hosts = [...new Set(SOURCES.flatMap(({ urls }) => urls.map((url) => new URL(url).host)))];
  assert(programs.length >= 9);
  for (const [name, command] of programs) {
    assertStringIncludes(command, " --no-prompt ", name);
    assertEquals(/ (?:-A|--allow-all|--allow-net)(?: |$)/.exec(command), null, name);
    const net = / --allow-net=(\S+)/.exec(command)?.[1]?.split(",");
    if (net !== undefined) assertEquals(net.toSorted(), hosts.toSorted(), name);
  }
});

Deno.test("every task does its work with its permissions, in the folder where it was called", async () => {
  using folder = temporaryFolder();
  const run = ["toy", "--tier", "smoke", "--models", "start", "--seeds", "1"];
  const calls: Readonly<Record<string, readonly string[]>> = {
    bench: [...run, "--jobs", "1"],
    accept: [...run, "--against", "reference", "--reason", "the first"],
    check: [...run, "--against", "reference", "--json", "check.json"],
    merge: ["out", "--out=~/merged"],
    report: ["--records", "merged/records", "--out", "site"],
    sweep: ["toy", "--tier", "smoke", "--engine", "slurm", "--shards", "2", "--out", "job.sh"],
    data: ["list", "--data-dir", "files"],
    speed: ["--help"],
    "speed:gpu": ["--help"],
    "setup:tensorflow": ["--help"],
  };
  assertEquals(Object.keys(calls).toSorted(), programs.map(([name]) => name).toSorted());
  for (const [name, args] of Object.entries(calls)) {
    const { code, stderr } = await runIn(folder.path, name, args);
    assertEquals([name, code], [name, 0], stderr);
  }
  const made = ["check.json", "job.sh", "merged", "out", "reference", "site"];
  const found = [...Deno.readDirSync(folder.path)].map((entry) => entry.name);
  assertEquals(found.filter((entry) => !entry.startsWith(".")).toSorted(), made);
});

Deno.test("a path of the suite is written as the user's folder sees it", () => {
  assertEquals(join(suitePath("reports/reference"), "x"), join("reports", "reference", "x"));
});
