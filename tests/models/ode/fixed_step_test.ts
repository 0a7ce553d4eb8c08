import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { solveFixedStep } from "../../../models/ode/fixed_step.ts";
import { EULER, RK4, TABLEAUS } from "../../../models/ode/tableaus.ts";
import { numbers, scalarOf } from "../cpu.ts";
import { errorAt, LOGISTIC, OSCILLATOR, PROBLEMS, stateAt } from "./problems.ts";

/** Steps over time 2 whose errors are far above single-precision rounding. */
const STEPS = { euler: 64, midpoint: 16, rk4: 6, dopri5: 3 } as const;

for (const [name, method] of Object.entries(TABLEAUS)) {
  for (const problem of PROBLEMS) {
    Deno.test(`solveFixedStep() has order ${method.order} when ${name} solves ${problem.name}`, () => {
      const coarse = STEPS[name as keyof typeof STEPS];
      const error = (steps: number) => {
        const states = solveFixedStep({
          ...problem,
          tableau: method,
          frames: 1,
          stepsPerFrame: steps,
          stepSize: 2 / steps,
        });
        return errorAt(problem, stateAt(states, 1), 2);
      };
      const order = Math.log2(error(coarse) / error(2 * coarse));
      // Errors of still coarse steps may fall faster than in the limit.
      assert(order > method.order - 0.35, `observed order ${order}`);
      assert(order < method.order + 1.5, `observed order ${order}`);
    });
  }
}

Deno.test("solveFixedStep() gives the state at every frame, the initial one included", () => {
  const states = solveFixedStep({
    ...LOGISTIC,
    tableau: RK4,
    frames: 4,
    stepsPerFrame: 5,
    stepSize: 0.05,
  });
  assertEquals(states["y"]!.shape, [5, 2]);
  for (const frame of [0, 1, 2, 3, 4]) {
    assert(errorAt(LOGISTIC, stateAt(states, frame), frame * 0.25) < 1e-6, `frame ${frame}`);
  }
});

Deno.test("solveFixedStep() is the same when turns of the loop hold more steps", () => {
  const solve = (unroll: number) =>
    numbers(
      solveFixedStep({
        ...OSCILLATOR,
        tableau: RK4,
        frames: 3,
        stepsPerFrame: 4,
        stepSize: 0.1,
        unroll,
      })["position"]!,
    );
  assertEquals(solve(2), solve(1));
  assertEquals(solve(4), solve(1));
});

Deno.test("solveFixedStep() goes back in time when the step is negative", () => {
  const states = solveFixedStep({
    ...OSCILLATOR,
    tableau: RK4,
    frames: 2,
    stepsPerFrame: 10,
    stepSize: -0.05,
  });
  assert(errorAt(OSCILLATOR, stateAt(states, 2), -1) < 1e-5);
});

const EXPONENTIAL = {
  params: { rate: tf.scalar(-1) },
  tableau: RK4,
  frames: 2,
  stepsPerFrame: 8,
  stepSize: 0.125,
};
/** ∫ rate · 3y² dt along y' = rate · y with y(0) = 2 and y(0) = 1: y³ − y(0)³. */
const cubed = {
  asState: (start: tf.Tensor, rate: tf.Tensor) =>
    solveFixedStep({
      ...EXPONENTIAL,
      params: { rate },
      field: ({ rate }, { y }) => ({
        y: tf.mul(rate!, y!),
        cube: tf.mul(rate!, tf.mul(3, tf.pow(y!, 3))),
      }),
      state: { y: start, cube: tf.tensor([0.5, 0]) },
    }),
  asIntegrand: (start: tf.Tensor, rate: tf.Tensor, unroll = 1) =>
    solveFixedStep({
      ...EXPONENTIAL,
      params: { rate },
      field: ({ rate }, { y }) => ({ y: tf.mul(rate!, y!), seen: y! }),
      integrands: { cube: ({ rate }, { seen }) => tf.mul(rate!, tf.mul(3, tf.pow(seen!, 3))) },
      state: { y: start, cube: tf.tensor([0.5, 0]) },
      unroll,
    }),
};
const START = tf.tensor([2, 1]);

Deno.test("solveFixedStep() integrates along the path what the path does not read", () => {
  const { y, cube } = cubed.asIntegrand(START, EXPONENTIAL.params.rate);
  assertEquals([y!.shape, cube!.shape], [[3, 2], [3, 2]]);
  const expected = [0, 1, 2].flatMap((t) => [2, 1].map((y0) => y0 ** 3 * (Math.exp(-3 * t) - 1)));
  const constants = [0.5, 0, 0.5, 0, 0.5, 0];
  for (const [i, value] of (cube!.dataSync() as Float32Array).entries()) {
    assertAlmostEquals(value, constants[i]! + expected[i]!, 2e-3); // RK4's error at this step
  }
});

for (const unroll of [1, 4]) {
  Deno.test(`solveFixedStep() gives the same, with its gradients, for an entry of the state and an integrand when a turn has ${unroll} steps`, () => {
    const both = [cubed.asState, (y: tf.Tensor, r: tf.Tensor) => cubed.asIntegrand(y, r, unroll)];
    const [asState, asIntegrand] = both.map((solve) => {
      const end = (start: tf.Tensor, rate: tf.Tensor) => {
        const { y, cube } = solve(start, rate);
        return tf.add(tf.sum(tf.square(cube!)), tf.sum(y!)) as tf.Scalar;
      };
      const { value, grads } = tf.valueAndGrads(end)([START, EXPONENTIAL.params.rate]);
      return [value, ...grads].flatMap((tensor) => [...tensor.dataSync()]);
    });
    for (const [i, expected] of asState!.entries()) {
      assertAlmostEquals(asIntegrand![i]!, expected, 1e-5 * Math.abs(expected));
    }
  });
}

Deno.test("solveFixedStep() has the gradient of the exact solution in its parameter and initial state", () => {
  const decay = (rate: tf.Tensor, start: tf.Tensor) =>
    tf.sum(
      stateAt(
        solveFixedStep({
          field: ({ rate }, { y }) => ({ y: tf.neg(tf.mul(rate!, y!)) }),
          params: { rate },
          state: { y: start },
          tableau: RK4,
          frames: 2,
          stepsPerFrame: 10,
          stepSize: 0.05,
        }),
        2,
      )["y"]!,
    );
  const [dRate, dStart] = tf.grads(decay)([tf.scalar(1.5), tf.scalar(2)]);
  assertAlmostEquals(scalarOf(dRate!), -2 * Math.exp(-1.5), 1e-5); // ∂/∂r of y₀ exp(−r) at y₀ = 2
  assertAlmostEquals(scalarOf(dStart!), Math.exp(-1.5), 1e-5);
});

Deno.test("solveFixedStep() gives the initial state alone when there are no frames", () => {
  const { y } = solveFixedStep({
    ...LOGISTIC,
    tableau: EULER,
    frames: 0,
    stepsPerFrame: 1,
    stepSize: 1,
  });
  assertEquals(y!.shape, [1, 2]);
});

Deno.test("solveFixedStep() refuses counts that are none", () => {
  const problem = { ...LOGISTIC, tableau: RK4, frames: 2, stepsPerFrame: 5, stepSize: 0.1 };
  assertThrows(() => solveFixedStep({ ...problem, frames: 1.5 }), RangeError, "is 1.5");
  assertThrows(() => solveFixedStep({ ...problem, stepsPerFrame: 0 }), RangeError, "is 0");
  assertThrows(
    () => solveFixedStep({ ...problem, unroll: 2 }),
    RangeError,
    "unroll must divide stepsPerFrame = 5, is 2",
  );
});
