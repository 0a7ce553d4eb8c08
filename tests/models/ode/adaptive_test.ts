import * as tf from "@tensorflow/tfjs-core";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  PI_CONTROLLER,
  solveAdaptive,
  STANDARD_CONTROLLER,
  stepFactor,
} from "../../../models/ode/adaptive.ts";
import { RK4 } from "../../../models/ode/tableaus.ts";
import { errorAt, LOGISTIC, OSCILLATOR, PROBLEMS, stateAt } from "./problems.ts";

Deno.test("stepFactor() is safety · error^(−1/order) when the controller has no memory", () => {
  assertAlmostEquals(stepFactor(0.5, 1, 5, STANDARD_CONTROLLER), 0.9 * 0.5 ** -0.2, 1e-12);
  assertAlmostEquals(stepFactor(8, 1, 5, STANDARD_CONTROLLER), 0.9 * 8 ** -0.2, 1e-12);
});

Deno.test("stepFactor() is more careful after a small error when the controller has memory", () => {
  const rising = stepFactor(0.5, 0.01, 5, PI_CONTROLLER);
  const steady = stepFactor(0.5, 0.5, 5, PI_CONTROLLER);
  assert(rising < steady, `${rising} against ${steady}`);
});

Deno.test("stepFactor() stays within its bounds, below 1 after a rejection", () => {
  assertEquals(stepFactor(0, 1, 5, PI_CONTROLLER), 10);
  assertEquals(stepFactor(1e9, 1, 5, PI_CONTROLLER), 0.2);
  assert(stepFactor(1 + 1e-9, 1, 5, PI_CONTROLLER) < 1);
  for (const error of [NaN, Infinity]) assertEquals(stepFactor(error, 1, 5, PI_CONTROLLER), 0.2);
});

const TIMES = [0, 0.3, 1, 1.1, 3];

for (const problem of PROBLEMS) {
  Deno.test(`solveAdaptive() meets its tolerance at all output times when it solves ${problem.name}`, async () => {
    for (const tolerance of [1e-3, 1e-5]) {
      const { states } = await solveAdaptive({
        ...problem,
        times: TIMES,
        relativeTolerance: tolerance,
        absoluteTolerance: tolerance,
      });
      for (const [i, time] of TIMES.entries()) {
        // The tolerance is for a step; over a few steps the error may add up.
        const error = errorAt(problem, stateAt(states, i), time);
        assert(error < 10 * tolerance, `error ${error} at time ${time} for ${tolerance}`);
      }
    }
  });
}

Deno.test("solveAdaptive() has the fifth order's work when the tolerance falls", async () => {
  const steps = async (tolerance: number) => {
    const { accepted } = await solveAdaptive({
      ...OSCILLATOR,
      times: [0, 30],
      relativeTolerance: tolerance,
      absoluteTolerance: tolerance,
    });
    return accepted;
  };
  // 1000 times the accuracy costs 1000^(1/5) ≈ 4 times the steps.
  const ratio = await steps(1e-6) / await steps(1e-3);
  assert(ratio > 3 && ratio < 5, `ratio ${ratio}`);
});

Deno.test("solveAdaptive() goes back in time when times fall", async () => {
  const { states } = await solveAdaptive({ ...OSCILLATOR, times: [0, -0.5, -2] });
  assert(errorAt(OSCILLATOR, stateAt(states, 2), -2) < 1e-4);
});

Deno.test("solveAdaptive() rejects steps where the solution turns suddenly", async () => {
  // A smooth but sharp bump at time 1, integrated: the area is √π / 20.
  const bump = {
    field: (_: unknown, { time }: Readonly<Record<string, tf.Tensor>>) => ({
      y: tf.exp(tf.neg(tf.square(tf.mul(tf.sub(time!, 1), 20)))),
      time: tf.onesLike(time!),
    }),
    params: {},
    state: { y: tf.scalar(0), time: tf.scalar(0) },
    times: [0, 0.7, 2],
  };
  for (const controller of [undefined, STANDARD_CONTROLLER]) {
    const { states, rejected } = await solveAdaptive({
      ...bump,
      ...(controller === undefined ? {} : { controller }),
    });
    assert(rejected > 0, "no trial was rejected");
    const area = stateAt(states, 2)["y"]!.dataSync()[0]!;
    assert(Math.abs(area - Math.sqrt(Math.PI) / 20) < 1e-4, `area ${area}`);
  }
});

Deno.test("solveAdaptive() keeps no tensors but its states", async () => {
  // The oscillator's field hands its velocity through as a derivative.
  for (const problem of PROBLEMS) {
    const before = tf.memory().numTensors;
    const { states } = await solveAdaptive({ ...problem, times: TIMES });
    const kept = Object.values(states);
    assertEquals(tf.memory().numTensors, before + kept.length, problem.name);
    tf.dispose(states);
    const given = [...Object.values(problem.state), ...Object.values(problem.params)];
    assertEquals(given.filter((tensor) => tensor.isDisposed), []);
  }
});

Deno.test("solveAdaptive() says where it gave up when the solution explodes", async () => {
  await assertRejects(
    () =>
      solveAdaptive({
        field: (_, { y }) => ({ y: tf.square(y!) }),
        params: {},
        state: { y: tf.scalar(1) },
        times: [0, 2],
      }),
    RangeError,
    "Cannot solve to a relative tolerance of 0.00001",
  );
});

Deno.test("solveAdaptive() refuses times and methods that cannot work", async () => {
  for (const times of [[0, 1, 1], [0, 1, 0.5], [0, NaN], []]) {
    await assertRejects(
      () => solveAdaptive({ ...LOGISTIC, times }),
      RangeError,
      "times must be finite and strictly monotone",
    );
  }
  await assertRejects(
    () => solveAdaptive({ ...LOGISTIC, times: [0, 1], tableau: RK4 }),
    RangeError,
    "must have an error estimate, is rk4",
  );
});
