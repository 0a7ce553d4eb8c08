import { assert, assertEquals, assertLess, assertMatch, assertNotEquals } from "@std/assert";
import { statSync } from "node:fs";
import { join } from "node:path";
import {
  bench,
  benchCommand,
  contents,
  decode,
  temporaryFolder,
  traces,
  waitUntil,
} from "../_bench_process.ts";

const run = ["toy", "--tier", "quick", "--models", "sgd,momentum", "--seeds", "1"];

Deno.test("bench gives the bytes of an uninterrupted run when killed with SIGKILL at five random moments", async () => {
  using whole = temporaryFolder();
  using torn = temporaryFolder();
  const uninterrupted = await bench([...run, "--out", whole.path]);
  assertEquals(uninterrupted.code, 0, uninterrupted.stderr);

  const checkpoints = join(torn.path, "checkpoints");
  const moments = [...crypto.getRandomValues(new Uint8Array(5))].map((byte) => byte / 2);
  for (const moment of moments) {
    const before = checkpointTimes(torn.path);
    const child = benchCommand([...run, "--out", torn.path, "--checkpoint-seconds", "0"]).spawn();
    // Both ends are read, or a full pipe would stop the run.
    let ended = false;
    const output = child.output().finally(() => ended = true);
    await waitUntil("this process saves", () => ended || checkpointTimes(torn.path) !== before);
    await new Promise((resolve) => setTimeout(resolve, moment));
    if (!ended) child.kill("SIGKILL");
    await output;
  }
  const last = await bench([...run, "--out", torn.path, "--checkpoint-seconds", "0"]);
  assertEquals(last.code, 0, last.stderr);
  assertEquals(traces(torn.path), traces(whole.path), `killed at ${moments} ms`);
  assertEquals(Object.keys(traces(whole.path)).length, 2);
  assertEquals(contents(checkpoints), {}, "checkpoints of finished cells are removed");
});

Deno.test("bench starts afresh with a notice when a checkpoint is torn", async () => {
  using whole = temporaryFolder();
  using torn = temporaryFolder();
  const one = ["toy", "--tier", "smoke", "--models", "sgd", "--seeds", "1"];
  await bench([...one, "--out", whole.path]);
  const name = Object.keys(contents(join(whole.path, "records")))[0]!.replace(/json$/, "ckpt");
  Deno.mkdirSync(join(torn.path, "checkpoints"));
  Deno.writeTextFileSync(join(torn.path, "checkpoints", name), "O2VCKPT1 and no more");
  const { code, stderr } = await bench([...one, "--out", torn.path]);
  assertEquals(code, 0, stderr);
  assertMatch(stderr, /Cannot resume from .*\.ckpt: .*; training starts afresh/);
  assertEquals(traces(torn.path), traces(whole.path));
});

Deno.test("bench gives the same numbers when --jobs is 1 and 2", async () => {
  using one = temporaryFolder();
  using two = temporaryFolder();
  const args = ["toy", "--tier", "smoke", "--seeds", "3"];
  const first = await bench([...args, "--jobs", "1", "--out", one.path]);
  const second = await bench([...args, "--jobs", "2", "--out", two.path]);
  assertEquals(first.code, 0, first.stderr);
  assertEquals(second.code, 0, second.stderr);
  assertEquals(traces(two.path), traces(one.path));
  assertEquals(Object.keys(traces(one.path)).length, 7, "the deterministic model runs once");
});

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test(`bench exits 130, saves and goes on when interrupted by ${signal}`, async () => {
    using whole = temporaryFolder();
    using folder = temporaryFolder();
    await bench([...run, "--out", whole.path]);
    const args = [...run, "--out", folder.path, "--checkpoint-seconds", "0"];
    const child = benchCommand(args).spawn();
    const output = child.output();
    await waitUntil("a checkpoint is there", () => checkpointNames(folder.path).length > 0);
    // A terminal sends Ctrl-C, and its end, to the cells' processes too.
    Deno.kill(signal === "SIGTERM" ? child.pid : -child.pid, signal);
    const { code, stderr } = decode(await output);
    assertEquals(code, 130, stderr);
    assertMatch(stderr, /(sgd|momentum) seed 0: saved after epoch \d+/);
    assertEquals(
      stderr.trimEnd().split("\n").at(-1)!.replace(/ODE2VAE_DEFINITIONS=\S+toy_definition.ts /, ""),
      `Interrupted. To go on where it stopped: deno task bench ${args.join(" ")}`,
    );
    const planned = await bench([...run, "--out", folder.path, "--plan"]);
    assertMatch(planned.stdout, /(sgd|momentum) seed 0 +resumes after epoch \d+ of 20/);
    const last = await bench(args);
    assertEquals(last.code, 0, last.stderr);
    assertMatch(last.stderr, /[12] to resume/);
    assertEquals(traces(folder.path), traces(whole.path));
  });
}

Deno.test({
  name: "bench goes on when nohup started it and the terminal is closed",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using folder = temporaryFolder();
    const args = [...run, "--out", folder.path, "--checkpoint-seconds", "0"];
    const child = benchCommand(args, {}, { wrapper: ["nohup"] }).spawn();
    const output = child.output();
    await waitUntil("a checkpoint is there", () => checkpointNames(folder.path).length > 0);
    Deno.kill(-child.pid, "SIGHUP");
    const { code, stderr } = decode(await output);
    assertEquals(code, 0, stderr);
    assertEquals(Object.keys(traces(folder.path)).length, 2);
  },
});

Deno.test("bench goes on when nobody reads its output any more", async () => {
  using folder = temporaryFolder();
  const args = ["toy", "--tier", "smoke", "--models", "sgd", "--seeds", "2"];
  const child = benchCommand([...args, "--out", folder.path]).spawn();
  // As `2>&1 | head -1` does.
  await Promise.all([child.stdout.cancel(), child.stderr.cancel()]);
  assertEquals((await child.status).code, 0);
  assertEquals(Object.keys(traces(folder.path)).length, 2);
  const list = benchCommand(["--list"]).spawn();
  await list.stdout.cancel();
  const [{ code }, stderr] = await Promise.all([list.status, new Response(list.stderr).text()]);
  assertEquals([code, stderr], [0, ""]);
});

Deno.test("bench stops at once when interrupted twice, but takes signals at the same moment for one", async () => {
  using folder = temporaryFolder();
  const args = ["stalling", "--tier", "smoke", "--seeds", "1", "--out", folder.path];
  const child = benchCommand([...args, "--checkpoint-seconds", "0"]).spawn();
  const start = performance.now();
  let stderr = "";
  const listening = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) stderr += text;
  })();
  await waitUntil("the epoch stalls", () => stderr.includes("stalling seed 0: stalled"));
  child.kill("SIGINT");
  // As Ctrl-C arrives under `deno task`: from the terminal, and passed on.
  await new Promise((resolve) => setTimeout(resolve, 10));
  child.kill("SIGINT");
  await waitUntil("the first is heard", () => stderr.includes("Interrupted: each cell saves"));
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert(!stderr.includes("stopped"), stderr);
  child.kill("SIGINT");
  const [{ code }] = await Promise.all([child.status, listening, child.stdout.cancel()]);
  assertEquals(code, 130, stderr);
  assertLess(performance.now() - start, 30_000, "the epoch that stalls for 60 s was not awaited");
  assertMatch(stderr, /stalling seed 0: stopped/);
  assertEquals(contents(join(folder.path, "records")), {}, "an interrupt leaves no failed record");
  assertEquals(checkpointNames(folder.path).length, 1, "what was saved stays");
});

/** Names and times of the checkpoints: another text, another checkpoint. */
function checkpointTimes(outDir: string): string {
  return checkpointNames(outDir).map((name) => {
    // It may have been removed since it was listed.
    const status = statSync(join(outDir, "checkpoints", name), { throwIfNoEntry: false });
    return `${name} ${status?.mtimeMs}`;
  }).join("\n");
}

function checkpointNames(outDir: string): string[] {
  try {
    return [...Deno.readDirSync(join(outDir, "checkpoints"))]
      .map(({ name }) => name)
      .filter((name) => /^[^.].*\.ckpt$/.test(name));
  } catch {
    return [];
  }
}

Deno.test("bench leaves finished cells alone when run again, and renews them when --fresh", async () => {
  using folder = temporaryFolder();
  const args = ["toy", "--tier", "smoke", "--models", "sgd", "--seeds", "2", "--out", folder.path];
  await bench(args);
  const records = contents(join(folder.path, "records"));
  const again = await bench(args);
  assertEquals(again.code, 0, again.stderr);
  assert(again.stderr.includes("cells: 2 (2 done, 0 to resume, 0 to start)"), again.stderr);
  assertEquals(contents(join(folder.path, "records")), records);
  const trace = traces(folder.path);
  const fresh = await bench([...args, "--fresh"]);
  assertEquals(fresh.code, 0, fresh.stderr);
  assertNotEquals(contents(join(folder.path, "records")), records, "finishedAt moves");
  assertEquals(traces(folder.path), trace);
  const last = await bench(args);
  assert(last.stderr.includes("2 done"), "the mark of --fresh is gone");
});

Deno.test("bench runs cells again when an interrupted --fresh had asked for them", async () => {
  using folder = temporaryFolder();
  const args = [...run, "--jobs", "1", "--out", folder.path, "--checkpoint-seconds", "0"];
  await bench(args);
  const records = contents(join(folder.path, "records"));
  const child = benchCommand([...args, "--fresh"]).spawn();
  const output = child.output();
  await waitUntil("a checkpoint is there", () => checkpointNames(folder.path).length === 1);
  child.kill("SIGINT");
  assertEquals(decode(await output).code, 130);
  assertEquals(contents(join(folder.path, "records")), records, "the former results stay so long");
  const { stderr } = await bench(args);
  assert(stderr.includes("cells: 2 (0 done, 1 to resume, 1 to start)"), stderr);
});
