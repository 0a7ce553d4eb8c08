import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Backend, CompiledStep } from "../../../models/backend/backend.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";
import {
  namedCopies,
  prefixed,
  shapesOf,
  takeArrays,
  takeNumbers,
  under,
  valueCount,
  withoutOptimiser,
} from "../../../models/training/arrays.ts";
import { DivergenceError } from "../../../models/training/method.ts";
import {
  CompiledPredictions,
  EvaluationTime,
  minibatches,
  type NetworkEpoch,
  NetworkTraining,
  stepMeans,
} from "../../../models/training/network_training.ts";
import { sgd } from "../../../models/training/optimisers.ts";
import { cpu } from "./_tiny_task.ts";

const scalar = (value: number) => ({ shape: [], data: Float32Array.of(value) });
const arraysOf = (...values: number[]): HostArrays => ({
  "params/weight": { shape: [values.length], data: Float32Array.from(values) },
});

/** A backend whose steps note what happens to them and end with the given state. */
function notingBackend(notes: string[], state: HostArrays): Backend {
  return {
    ...cpu,
    compile(_step, specs, options): Promise<CompiledStep> {
      const name = Object.keys(specs).filter((name) => name.startsWith("x")).join();
      notes.push(`compile ${name}, carried ${options?.carried}`);
      const note = (what: string) => Promise.resolve(void notes.push(`${what} ${name}`));
      return Promise.resolve({
        seconds: 2,
        nodeCount: 1,
        start: (given) => note(`start with ${given["params/weight"]!.data.join()}:`),
        run: ({ rate }) => Promise.resolve({ loss: scalar(rate!.data[0]!), "terms/a": scalar(1) }),
        state: () => Promise.resolve(state),
        dispose: () => note("dispose"),
      });
    },
  };
}

const training = (backend: Backend) =>
  new NetworkTraining({
    backend,
    params: { weight: { shape: [2], data: Float32Array.of(1, 2) } },
    state: {},
    optimiser: sgd(),
    counter: "steps",
  });

const epochOf = (kind: string, changes: Partial<NetworkEpoch> = {}): NetworkEpoch => ({
  kind,
  loss: () => ({ loss: tf.scalar(0), terms: {}, state: {} }),
  shapes: { [`x${kind}`]: { shape: [1] } },
  batches: [Int32Array.of(0), Int32Array.of(1)],
  inputs: (rows) => ({ [`x${kind}`]: { shape: [1], data: Float32Array.from(rows) } }),
  learningRate: (step) => step,
  ...changes,
});

Deno.test("NetworkTraining compiles once a kind and gives a step its state only when it does not hold it", async () => {
  const notes: string[] = [];
  const networks = training(notingBackend(notes, arraysOf(3, 4)));
  const first = networks.checkpoint();
  await networks.epoch(epochOf("a"));
  assertEquals(networks.arrays, arraysOf(3, 4));
  await networks.epoch(epochOf("a")); // it holds what it gave
  const broken = epochOf("a", { learningRate: () => NaN });
  await assertRejects(() => networks.epoch(broken), DivergenceError);
  await networks.epoch(epochOf("a")); // the epoch before did not end
  await networks.epoch(epochOf("b"));
  networks.restoring(first)();
  await networks.epoch(epochOf("b"));
  await networks.dispose();
  assertEquals(notes, [
    "compile xa, carried params/weight",
    "start with 1,2: xa",
    "start with 3,4: xa",
    "dispose xa",
    "compile xb, carried params/weight",
    "start with 3,4: xb",
    "start with 1,2: xb",
    "dispose xb",
  ]);
  assertEquals(networks.compilationSeconds, 4);
});

Deno.test("NetworkTraining.epoch() reports each step and the means of all", async () => {
  const networks = training(notingBackend([], arraysOf(3, 4)));
  const live: unknown[] = [];
  const onStep: NetworkEpoch["onStep"] = (done, total, report) => live.push([done, total, report]);
  assertEquals(await networks.epoch(epochOf("a", { onStep })), { loss: 0.5, a: 1 });
  assertEquals(live, [[1, 2, { loss: 0, a: 1 }], [2, 2, { loss: 1, a: 1 }]]);
  const report: NetworkEpoch["report"] = ({ loss }, rows) => ({ sum: loss! + rows[0]! });
  assertEquals(await networks.epoch(epochOf("a", { report })), { sum: 3 });
  assertEquals([networks.steps, networks.parameters], [4, 2]);
});

Deno.test("NetworkTraining.epoch() throws a DivergenceError when a loss or a parameter is not finite", async () => {
  const rejects = async (networks: NetworkTraining, epoch: NetworkEpoch, message: string) =>
    assertEquals(
      (await assertRejects(() => networks.epoch(epoch), DivergenceError)).message,
      `training diverged: ${message}`,
    );
  const rate = (step: number) => step < 1 ? 0 : Infinity;
  const sound = training(notingBackend([], arraysOf(3, 4)));
  await rejects(sound, epochOf("a", { learningRate: rate }), "loss was not finite at step 1");
  const spoilt = training(notingBackend([], arraysOf(3, Infinity)));
  await rejects(spoilt, epochOf("a"), "params/weight was not finite at step 1");
});

Deno.test("takeArrays() gives back copies of what namedCopies() gave", () => {
  const arrays = arraysOf(1, 2);
  const kept = namedCopies(arrays, "best/");
  assertEquals(Object.keys(kept), ["best/params/weight"]);
  const back = takeArrays(kept, arraysOf(0, 0), "best/");
  assertEquals(back, arrays);
  assert(back["params/weight"]!.data !== kept["best/params/weight"]);
  const refuses = (given: Float32Array | Float64Array | undefined, has: string) =>
    assertEquals(
      assertThrows(
        () => takeArrays(given === undefined ? {} : { "params/weight": given }, arrays),
        RangeError,
      ).message,
      `Cannot restore a checkpoint: params/weight must have 2 values of Float32Array, has ${has}`,
    );
  refuses(undefined, "none");
  refuses(Float32Array.of(1), "1 values of Float32Array");
  refuses(Float64Array.of(1, 2), "2 values of Float64Array");
});

Deno.test("takeNumbers() gives double-precision values of the right number, and nothing else", () => {
  const values = Float64Array.of(1, 2);
  assertEquals(takeNumbers({ a: values }, "a", 2), values);
  for (const [given, has] of [[undefined, "none"], [Float32Array.of(1, 2), "2"]] as const) {
    assertThrows(
      () => takeNumbers(given === undefined ? {} : { a: given }, "a", 2),
      RangeError,
      `Cannot restore a checkpoint: a must have 2 double-precision values, has ${has}`,
    );
  }
});

Deno.test("prefixed() and under() undo each other, and predictions do without the optimiser's state", () => {
  const named = { a: 1, "b/c": 2 };
  assertEquals(prefixed("params/", named), { "params/a": 1, "params/b/c": 2 });
  assertEquals(under("params/", { ...prefixed("params/", named), "state/a": 3 }), named);
  const arrays = { ...arraysOf(1, 2), "optimiser/m": { shape: [2], data: Float32Array.of(3, 4) } };
  assertEquals(withoutOptimiser(arrays), arraysOf(1, 2));
  assertEquals(shapesOf(arrays), {
    "params/weight": { shape: [2] },
    "optimiser/m": { shape: [2] },
  });
  assertEquals(valueCount(arrays), 4);
});

Deno.test("CompiledPredictions compiles each prediction once and leaves the optimiser's state out", async () => {
  const predictions = new CompiledPredictions(cpu);
  const state = {
    ...arraysOf(2, 3),
    "state/mean": scalar(10),
    "optimiser/m": { shape: [2], data: Float32Array.of(0, 0) },
  };
  const run = (x: number) =>
    predictions.run(
      "sum",
      (params, state, inputs) => ({
        y: tf.add(tf.mul(params.weight!, inputs.x!), state.mean!),
      }),
      state,
      { x: scalar(x) },
    );
  try {
    const results = await Promise.all([run(1), run(2)]);
    assertEquals(results.map(({ y }) => [...y!.data]), [[12, 13], [14, 16]]);
    const seconds = predictions.compilationSeconds;
    assert(seconds > 0);
    await run(3);
    assertEquals(predictions.compilationSeconds, seconds);
  } finally {
    await predictions.dispose();
  }
});

Deno.test("CompiledPredictions.dispose() frees what was compiled when another compilation failed", async () => {
  const notes: string[] = [];
  const noting = notingBackend(notes, {});
  const predictions = new CompiledPredictions({
    ...noting,
    compile: (step, specs) =>
      "xBad" in specs ? Promise.reject(new Error("no memory")) : noting.compile(step, specs),
  });
  const run = (input: string) =>
    predictions.run(input, () => ({}), {}, { [input]: scalar(1), rate: scalar(0) });
  await run("xA");
  await assertRejects(() => run("xBad"), Error, "no memory");
  await run("xB");
  await predictions.dispose();
  assertEquals(notes.filter((note) => note.startsWith("dispose")), ["dispose xA", "dispose xB"]);
});

Deno.test("EvaluationTime leaves out what compilations take", async () => {
  let compiled = 0;
  const time = new EvaluationTime(() => compiled);
  const result = await time.measure(() => {
    compiled += 1000;
    return Promise.resolve("done");
  });
  assertEquals(result, "done");
  assertAlmostEquals(time.seconds, -1000, 100, "compilation is not evaluation");
});

Deno.test("minibatches() gives full ones alone, and stepMeans() averages each value", () => {
  const order = Int32Array.of(4, 2, 0, 1, 3);
  assertEquals(minibatches(order, 2), [Int32Array.of(4, 2), Int32Array.of(0, 1)]);
  assertEquals(minibatches(order, 6), []);
  assertEquals(stepMeans([{ a: 1, b: 4 }, { a: 2, b: -4 }]), { a: 1.5, b: 0 });
  assertEquals(stepMeans([]), {});
});
