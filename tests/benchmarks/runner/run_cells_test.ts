import { assertEquals, assertRejects } from "@std/assert";
import { RunError } from "../../../benchmarks/errors.ts";
import {
  type CellEnd,
  type CellProcess,
  checkCellOutput,
  startCell,
} from "../../../benchmarks/runner/cell_process.ts";
import type { CellMessage } from "../../../benchmarks/runner/messages.ts";
import type { RunProgress } from "../../../benchmarks/runner/progress.ts";
import type { CellIdentity } from "../../../benchmarks/record/record.ts";
import { runCells, type RunCellsOptions } from "../../../benchmarks/runner/run_cells.ts";
import { exampleRecord } from "../_example_record.ts";

const { cell, fingerprint } = exampleRecord();
const cells: CellIdentity[] = [0, 1, 2].map((seed) => ({ ...cell, seed }));
const finished: CellEnd = { kind: "finished", status: "completed", note: "" };

/** Processes that end when the test says so. */
function fakeProcesses() {
  const started: number[] = [];
  const stopped: number[] = [];
  const killed: number[] = [];
  const ends = new Map<number, (end: CellEnd) => void>();
  const says = new Map<number, (message: CellMessage) => void>();
  const start: typeof startCell = ({ cell: { seed } }, onMessage): CellProcess => {
    started.push(seed);
    says.set(seed, onMessage);
    return {
      end: new Promise((resolve) => ends.set(seed, resolve)),
      stop: () => stopped.push(seed),
      kill: () => killed.push(seed),
    };
  };
  return { started, stopped, killed, ends, says, start };
}

function options(changes: Partial<RunCellsOptions>): RunCellsOptions {
  return {
    cells,
    jobs: 2,
    request: (identity) => ({
      cell: identity,
      outDir: "",
      fingerprint,
      command: "",
      checkpointSeconds: 1,
    }),
    display: { line: () => {}, update: () => {}, close: () => {} },
    finishedBefore: 0,
    secondsPerModel: new Map(),
    onEnd: () => {},
    ...changes,
  };
}

/** Lets the promises that are settled run on. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 0));

Deno.test("runCells() gives the ends in the order of the cells when they end in another", async () => {
  const fake = fakeProcesses();
  const order: number[] = [];
  const run = runCells(options({ start: fake.start, onEnd: ({ seed }) => order.push(seed) }));
  assertEquals(fake.started, [0, 1]);
  fake.ends.get(1)!({ kind: "failed", message: "m", log: "" });
  await settle();
  assertEquals(fake.started, [0, 1, 2], "the next cell takes the free place");
  fake.ends.get(2)!(finished);
  await settle();
  fake.ends.get(0)!({ ...finished, status: "diverged" });
  assertEquals((await run.ends).map((end) => end?.kind), ["finished", "failed", "finished"]);
  assertEquals(order, [1, 2, 0]);
});

Deno.test("runCells() goes on with the others when a cell's process cannot be started", async () => {
  const fake = fakeProcesses();
  const run = runCells(options({
    start: (request, onMessage) =>
      request.cell.seed === 1
        ? startCell(request, onMessage, "/nowhere/deno")
        : fake.start(request, onMessage),
  }));
  await settle();
  assertEquals(fake.started, [0, 2]);
  for (const seed of [0, 2]) fake.ends.get(seed)!(finished);
  const message = "its process could not be started: failed to spawn '/nowhere/deno': " +
    "No such file or directory (os error 2)";
  assertEquals(await run.ends, [finished, { kind: "failed", message, log: "" }, finished]);
});

Deno.test("checkCellOutput() throws one line when no process can be started", async () => {
  await assertRejects(
    () => checkCellOutput("out", "/nowhere/deno"),
    RunError,
    "Cannot start a cell's process: failed to spawn '/nowhere/deno': No such file or directory (os error 2)",
  );
});

Deno.test("runCells() starts no more cells when stopped", async () => {
  const fake = fakeProcesses();
  const run = runCells(options({ start: fake.start }));
  run.stop();
  assertEquals(fake.stopped, [0, 1]);
  fake.ends.get(0)!({ kind: "interrupted", epoch: 3 });
  fake.ends.get(1)!(finished);
  assertEquals(await run.ends, [{ kind: "interrupted", epoch: 3 }, finished, undefined]);
  assertEquals(fake.started, [0, 1]);
});

Deno.test("runCells() ends the processes at once when killed", async () => {
  const fake = fakeProcesses();
  const run = runCells(options({ start: fake.start, jobs: 1 }));
  run.kill();
  assertEquals(fake.killed, [0]);
  fake.ends.get(0)!({ kind: "interrupted" });
  assertEquals(await run.ends, [{ kind: "interrupted" }, undefined, undefined]);
});

Deno.test("runCells() shows progress, notices and the time left from what is known", async () => {
  const fake = fakeProcesses();
  const lines: string[] = [];
  let last: RunProgress | undefined;
  const run = runCells(options({
    start: fake.start,
    finishedBefore: 4,
    secondsPerModel: new Map([[cell.model, 100]]),
    display: { line: (line) => lines.push(line), update: (now) => last = now, close: () => {} },
  }));
  fake.says.get(0)!({ kind: "notice", text: "hello" });
  fake.says.get(0)!({ kind: "started", epoch: 2, epochs: 10 });
  const progress = { epoch: 5, epochs: 10, step: 0, steps: 0, live: { loss: 1 } };
  fake.says.get(0)!({ kind: "progress", progress });
  assertEquals(lines, ["ode2vae-kl seed 0: hello"]);
  assertEquals(last, {
    total: 7,
    finished: 4,
    failed: 0,
    // Half a cell, a whole one and one that waits: 250 s of work for two.
    remainingSeconds: 125,
    running: [{ label: "ode2vae-kl seed 0", progress }, { label: "ode2vae-kl seed 1" }],
  });
  for (const seed of [0, 1]) fake.ends.get(seed)!(finished);
  await settle();
  fake.ends.get(2)!(finished);
  await run.ends;
  assertEquals([last?.finished, last?.running], [7, []]);
});
