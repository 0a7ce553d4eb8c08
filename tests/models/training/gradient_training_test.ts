import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { fold, permutation, rootKey } from "../../../data/random/mod.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";
import {
  type GradientTraining,
  gradientTraining,
  type KeptParameters,
} from "../../../models/training/gradient_training.ts";
import {
  DivergenceError,
  type EpochReport,
  type Trainer,
} from "../../../models/training/method.ts";
import { minibatches } from "../../../models/training/network_training.ts";
import { sgd } from "../../../models/training/optimisers.ts";
import { cpu, epochs, scalar, withCheckpoints } from "./_tiny_task.ts";

/** A trained model of these tests is what training kept. */
type Toy = KeptParameters | HostArrays;
type ToyTask = GradientTraining<Toy>;

const KEY = rootKey(4);
const X = Float32Array.of(-1, -0.7, -0.4, -0.1, 0.2, 0.5, 0.8, 1.1);
const Y = Float32Array.of(0.3, 0.1, 0.6, 0.9, 0.7, 1.4, 1.2, 1.9);

const BASE = {
  backend: cpu,
  state: {},
  curves: { loss: { label: "loss", unit: "" }, fit: { label: "quality of the fit", unit: "" } },
  live: (arrays: HostArrays) => arrays,
  trained: (kept: KeptParameters) => kept,
  compilationSeconds: () => 0,
  dispose: () => {},
};

/** A line through points by least squares, `size` of them in a minibatch. */
function line(size: number, changes: Partial<ToyTask> = {}): ToyTask {
  return {
    ...BASE,
    params: { intercept: scalar(0), slope: scalar(0) },
    optimiser: sgd(0.5),
    epochs: 6,
    epoch: (epoch) => ({
      kind: "line",
      loss({ intercept, slope }, _state, { x, y }) {
        const errors = tf.sub(tf.add(tf.mul(slope!, x!), intercept!), y!);
        const loss = tf.mean(tf.square(errors)) as tf.Scalar;
        return { loss, terms: { worst: tf.max(tf.abs(errors)) as tf.Scalar }, state: {} };
      },
      shapes: { x: { shape: [size] }, y: { shape: [size] } },
      batches: minibatches(permutation(fold(KEY, "order", epoch), X.length), size),
      inputs: (rows) => ({
        x: { shape: [size], data: Float32Array.from(rows, (row) => X[row]!) },
        y: { shape: [size], data: Float32Array.from(rows, (row) => Y[row]!) },
      }),
      learningRate: () => 0.2,
    }),
    ...changes,
  };
}

/** A parameter that each epoch moves from w to w − 1: its gradient is 1, one step an epoch. */
function descent(changes: Partial<ToyTask> = {}, learningRate = (_step: number) => 1): ToyTask {
  return {
    ...BASE,
    params: { w: scalar(0) },
    optimiser: sgd(),
    epochs: 10,
    epoch: () => ({
      kind: "descent",
      loss: ({ w }) => ({ loss: tf.mul(w!, 1) as tf.Scalar, terms: {}, state: {} }),
      shapes: {},
      batches: [Int32Array.of(0)],
      inputs: () => ({}),
      learningRate,
    }),
    ...changes,
  };
}

const w = (arrays: HostArrays) => arrays["params/w"]!.data[0];

async function withToy<T>(
  task: ToyTask,
  test: (trainer: Trainer<Toy>) => Promise<T>,
): Promise<T> {
  const trainer = gradientTraining(task);
  try {
    return await test(trainer);
  } finally {
    await trainer.dispose();
  }
}

async function keptBy(trainer: Trainer<Toy>): Promise<KeptParameters> {
  return await trainer.trained() as KeptParameters;
}

Deno.test("gradientTraining() finds the least-squares line", async () => {
  await withToy(line(8, { epochs: 60 }), async (trainer) => {
    assertEquals([trainer.epochs, trainer.parameters, trainer.steps], [60, 2, 0]);
    const reports = await epochs(trainer, 0, 60);
    const mean = (values: Float32Array) => values.reduce((sum, v) => sum + v, 0) / values.length;
    const centred = X.map((x) => x - mean(X));
    const slope = centred.reduce((sum, x, i) => sum + x * Y[i]!, 0) /
      centred.reduce((sum, x) => sum + x * x, 0);
    const { last, averaged, selected } = await keptBy(trainer);
    assertAlmostEquals(last["params/slope"]!.data[0]!, slope, 1e-5);
    assertAlmostEquals(last["params/intercept"]!.data[0]!, mean(Y) - slope * mean(X), 1e-5);
    assertEquals([Object.keys(last), selected], [
      ["params/intercept", "params/slope", "optimiser/momentum"],
      {},
    ]);
    assertEquals(averaged["params/slope"], last["params/slope"], "the last epoch alone");
    const squares = Y.map((y, i) => (y - mean(Y) - slope * centred[i]!) ** 2);
    assertAlmostEquals(reports.at(-1)!.loss!, mean(squares), 1e-6);
    assertEquals(trainer.steps, 60);
    assert(trainer.seconds.compilation > 0);
  });
});

/** Everything that a training can keep, over shuffled minibatches. */
const everything = () =>
  line(3, {
    averagedShare: 0.5,
    validation: {
      every: 2,
      criteria: ["fit"],
      reported: ["fit"],
      measure: (arrays) => Promise.resolve({ fit: Math.sin(1e3 * slopeOf(arrays)) }),
    },
    watch: {
      curves: { seen: { label: "slope", unit: "" } },
      measure: (arrays) => Promise.resolve({ seen: slopeOf(arrays as HostArrays) }),
    },
    watchEvery: 1,
  });
const slopeOf = (arrays: HostArrays) => arrays["params/slope"]!.data[0]!;

Deno.test("restore() continues bit for bit from every epoch when given what checkpoint() gave", async () => {
  await withToy(everything(), async (whole) => {
    const { reports, saved } = await withCheckpoints(whole);
    const copies = structuredClone(saved);
    const kept = await keptBy(whole);
    for (let from = 0; from <= 6; from++) {
      await withToy(everything(), async (resumed) => {
        resumed.restore(saved[from]!);
        assertEquals(resumed.steps, 2 * from, "two minibatches of three, and a rest");
        assertEquals(await epochs(resumed, from, 6), reports.slice(from), `from ${from}`);
        assertEquals(resumed.checkpoint(), saved[6]);
        const again = await keptBy(resumed);
        assertEquals([again.last, again.averaged], [kept.last, kept.averaged]);
        assertEquals(again.selected.fit!.arrays, kept.selected.fit!.arrays);
      });
    }
    assertEquals(saved, copies, "a checkpoint is a copy");
    assertEquals(new Set(reports.map(({ loss }) => loss)).size, 6);
  });
});

Deno.test("runEpoch() throws when there are too few points for one minibatch", async () => {
  await withToy(line(9), async (trainer) => {
    await assertRejects(() => trainer.runEpoch(0), RangeError, "at least one full minibatch");
  });
});

Deno.test("restore() throws in one line when the checkpoint does not fit, and changes nothing", async () => {
  await withToy(everything(), async (trainer) => {
    await trainer.runEpoch(0);
    const sound = trainer.checkpoint();
    const other = await withToy(everything(), (fresh) => Promise.resolve(fresh.checkpoint()));
    const kept = ["best/fit/selected", "best/fit/params/slope", "average/count"];
    for (const name of ["params/slope", "optimiser/momentum", "steps", ...kept]) {
      const { [name]: _, ...without } = other;
      const error = assertThrows(() => trainer.restore(without), RangeError);
      assert(
        new RegExp(`^Cannot restore a checkpoint: ${name} must have [^\n]+$`).test(error.message),
      );
      assertEquals(trainer.checkpoint(), sound);
    }
  });
});

Deno.test("gradientTraining() keeps the epoch that each criterion selects, the last and the average", async () => {
  const script: EpochReport[] = [
    { fit: -5, other: 1 },
    { fit: -3, other: 1 },
    { fit: NaN, other: 3 },
    { fit: -3, other: 2 },
    { fit: -4, other: NaN },
  ];
  const validated: (number | undefined)[] = [];
  const validation = {
    every: 2,
    criteria: ["fit", "other"],
    reported: ["fit"],
    measure(arrays: HostArrays) {
      validated.push(w(arrays));
      return Promise.resolve(script.shift()!);
    },
  };
  const task = descent({ validation, epochs: 9, averagedShare: 0.6 });
  await withToy(task, async (trainer) => {
    const reports = await epochs(trainer, 0, 9);
    assertEquals(validated, [-2, -4, -6, -8, -9], "every second epoch, and the last");
    assertEquals(reports.map(({ fit }) => fit), [
      ...[undefined, -5, undefined, -3, undefined, NaN, undefined, -3],
      -4,
    ]);
    assert(reports.every((report) => !("other" in report)), "one criterion is drawn");
    const { selected, last, averaged } = await keptBy(trainer);
    // The eighth epoch ties with the fourth: the first of them stays.
    const { fit, other } = selected;
    assertEquals([fit!.epoch, fit!.value, w(fit!.arrays)], [4, -3, -4]);
    assertEquals([other!.epoch, other!.value, w(other!.arrays)], [6, 3, -6]);
    assertEquals(w(last), -9);
    // Round(9 · 0.4) = 4 epochs are left out: −5 … −9 remain.
    assertEquals(w(averaged), -7);
  });
});

Deno.test("gradientTraining() keeps nothing for a criterion that never selects", async () => {
  const validation = {
    every: 1,
    criteria: ["fit", "other"],
    reported: [],
    measure: () => Promise.resolve({ fit: 1, other: NaN }),
  };
  await withToy(descent({ validation, epochs: 1 }), async (trainer) => {
    await trainer.runEpoch(0);
    assertEquals(Object.keys((await keptBy(trainer)).selected), ["fit"]);
  });
});

Deno.test("gradientTraining() averages as many late epochs as its share says", async () => {
  for (const [averagedShare, mean] of [[1, -5.5], [0.7, -7], [1e-9, -10], [undefined, -10]]) {
    const task = descent(averagedShare === undefined ? {} : { averagedShare });
    await withToy(task, async (trainer) => {
      await epochs(trainer, 0, 10);
      assertEquals(w((await keptBy(trainer)).averaged), mean);
    });
  }
});

Deno.test("gradientTraining() lets the benchmark look every n epochs and after the last", async () => {
  const curves = { error: { label: "error", unit: "per pixel" } };
  let compiled = 0;
  const watch: ToyTask["watch"] = {
    curves,
    measure(arrays) {
      compiled += 100;
      return Promise.resolve({ error: w(arrays as HostArrays)! });
    },
  };
  const looks = async (changes: Partial<ToyTask>) =>
    await withToy(descent({ epochs: 7, ...changes }), async (trainer) => {
      const reports = await epochs(trainer, 0, 7);
      return { trainer, seen: reports.map(({ error }) => error ?? 0) };
    });
  const { trainer, seen } = await looks({
    watch,
    watchEvery: 3,
    compilationSeconds: () => compiled,
  });
  assertEquals(seen, [0, 0, -3, 0, 0, -6, -7]);
  assertEquals(trainer.curves, { ...BASE.curves, ...curves });
  assert(trainer.seconds.compilation > 300 && trainer.seconds.evaluation < -200);
  assertEquals((await looks({ watch, watchEvery: 0 })).seen, Array(7).fill(0));
  const unwatched = await looks({ watchEvery: 1 });
  assertEquals([unwatched.seen, unwatched.trainer.curves], [Array(7).fill(0), BASE.curves]);
});

Deno.test("gradientTraining() refuses to watch a curve under the name of one of its own", () => {
  const watch = {
    curves: { seen: { label: "seen", unit: "" }, fit: { label: "another fit", unit: "" } },
    measure: () => Promise.resolve({}),
  };
  assertEquals(
    assertThrows(() => gradientTraining(descent({ watch })), RangeError).message,
    "Cannot watch a curve: its name must be none of the family's own (loss, fit), is fit",
  );
});

Deno.test("gradientTraining() reports live values of each step", async () => {
  await withToy(line(4), async (trainer) => {
    const live: [number, number][] = [];
    const means: Record<string, number> = { loss: 0, worst: 0 };
    const report = await trainer.runEpoch(0, (done, total, terms) => {
      live.push([done, total]);
      for (const name of Object.keys(means)) means[name]! += terms[name]! / 2;
    });
    assertEquals([live, report], [[[1, 2], [2, 2]], means]);
  });
});

Deno.test("a training that leaves the finite numbers is a divergence at its step", async () => {
  const message = async (task: ToyTask, count: number) =>
    await withToy(task, async (trainer) => {
      const all = async () => {
        await epochs(trainer, 0, count);
        await trainer.trained();
      };
      const error = await assertRejects(all, DivergenceError);
      return error.message;
    });
  // A loss is that of the parameters before its step …
  const nan = line(4, {});
  const rateless: ToyTask = {
    ...nan,
    epoch: (epoch) => ({ ...nan.epoch(epoch), learningRate: () => NaN }),
  };
  assertEquals(await message(rateless, 1), "training diverged: loss was not finite at step 1");
  // … and what the last step of an epoch did shows in the parameters.
  assertEquals(
    await message(descent({}, (step) => step < 2 ? 1 : Infinity), 10),
    "training diverged: params/w was not finite at step 2",
  );
  const validation = {
    every: 1,
    criteria: ["fit"],
    reported: [],
    measure: () => Promise.resolve({ fit: NaN }),
  };
  assertEquals(
    await message(descent({ validation }), 3),
    "training diverged: the quality of the fit of every epoch was not finite at step 3",
  );
});

Deno.test("dispose() ends when the step, and what validation and predictions hold, are freed", async () => {
  const freed: string[] = [];
  const free = async (what: string) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    freed.push(what);
  };
  const backend: ToyTask["backend"] = {
    ...cpu,
    async compile(...step) {
      const compiled = await cpu.compile(...step);
      return {
        ...compiled,
        dispose: () => compiled.dispose().then(() => free("step")),
      };
    },
  };
  const task = descent({ backend, dispose: () => free("predictions") });
  await withToy(task, (trainer) => trainer.runEpoch(0));
  assertEquals(freed.sort(), ["predictions", "step"]);
});
