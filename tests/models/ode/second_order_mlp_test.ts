import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { rootKey } from "../../../data/random/mod.ts";
import { weightShapes } from "../../../models/nn/bayesian_mlp.ts";
import {
  acceleration,
  autodiffTrace,
  fieldParams,
  hutchinsonTrace,
  secondOrderField,
  type TraceMethod,
} from "../../../models/ode/second_order_mlp.ts";
import { solveFixedStep } from "../../../models/ode/fixed_step.ts";
import { RK4 } from "../../../models/ode/tableaus.ts";
import { normalTensor, numbers, relativeError, scalarOf } from "../cpu.ts";

const KEY = rootKey(11);
const Q = 3;
const WEIGHTS = Object.fromEntries(
  weightShapes([2 * Q, 7, 7, Q]).map(({ name, shape }) => [
    name,
    tf.mul(normalTensor(KEY, name, [...shape]), 0.5),
  ]),
);
const Z = normalTensor(KEY, "z", [5, 2 * Q]);

const derivative = (
  activation: "relu" | "tanh",
  trace: TraceMethod,
  z: tf.Tensor,
  noise?: tf.Tensor,
) => {
  const mlp = { latentDimensions: Q, activation, trace };
  const state = { z, logDensity: tf.zeros([z.shape[0]!]) };
  return secondOrderField(mlp)(fieldParams(WEIGHTS, mlp, noise), state);
};

for (const activation of ["relu", "tanh"] as const) {
  const f = (z: tf.Tensor) => acceleration(WEIGHTS, activation, z);

  Deno.test(`secondOrderField() has the trace of automatic differentiation when the activation is ${activation}`, () => {
    const closed = numbers(tf.neg(derivative(activation, "exact", Z)["logDensity"]!));
    const expected = numbers(autodiffTrace(f, Z));
    assert(expected.some((x) => Math.abs(x) > 0.1), "the traces are too small to compare");
    const error = relativeError(closed, expected, 0.1);
    assert(error < 1e-5, `relative error ${error}`);
  });

  Deno.test(`secondOrderField() has Hutchinson's estimate of automatic differentiation when the activation is ${activation}`, () => {
    const noise = normalTensor(KEY, "hutchinson", [5, Q]);
    const forward = numbers(tf.neg(derivative(activation, "hutchinson", Z, noise)["logDensity"]!));
    const error = relativeError(forward, numbers(hutchinsonTrace(f, Z, noise)), 0.1);
    assert(error < 1e-5, `relative error ${error}`);
  });

  Deno.test(`secondOrderField() has the exact trace as mean of Hutchinson's when the activation is ${activation}`, () => {
    const draws = 20_000;
    const noise = normalTensor(KEY, "many", [draws, Q]);
    const z = tf.tile(tf.slice(Z, [0, 0], [1, 2 * Q]), [draws, 1]);
    const estimates = derivative(activation, "hutchinson", z, noise)["logDensity"]!;
    const { mean, variance } = tf.moments(estimates);
    const exact = numbers(derivative(activation, "exact", Z)["logDensity"]!)[0]!;
    const standardError = Math.sqrt(scalarOf(variance) / draws);
    assert(Math.abs(scalarOf(mean) - exact) < 4 * standardError);
    assert(standardError < 0.05 * Math.abs(exact), `too rough: ${exact} ± ${standardError}`);
  });
}

Deno.test("secondOrderField() is (f, v) for z = (v, s)", () => {
  const dz = derivative("tanh", "none", Z)["z"]!;
  const f = acceleration(WEIGHTS, "tanh", Z);
  const v = tf.slice(Z, [0, 0], [5, Q]);
  assertEquals(numbers(dz), numbers(tf.concat([f, v], 1)));
});

Deno.test("secondOrderField() changes the log-density by the flow's log-determinant", () => {
  const mlp = { latentDimensions: Q, activation: "tanh", trace: "exact" } as const;
  const width = 2 * Q;
  const end = (z: tf.Tensor) =>
    solveFixedStep({
      field: secondOrderField(mlp),
      params: fieldParams(WEIGHTS, mlp),
      state: { z, logDensity: tf.zeros([1]) },
      tableau: RK4,
      frames: 1,
      stepsPerFrame: 20,
      stepSize: 0.05,
    });
  const start = tf.slice(Z, [0, 0], [1, width]);
  const jacobian = Array.from({ length: width }, (_, i) =>
    numbers(
      tf.grad((z: tf.Tensor) => tf.sum(tf.slice(end(z)["z"]!, [1, 0, i], [1, 1, 1])))(start),
    ));
  const change = numbers(end(start)["logDensity"]!)[1]!;
  assert(Math.abs(change) > 0.05, `the change ${change} is too small to compare`);
  assertAlmostEquals(change, -Math.log(Math.abs(determinant(jacobian))), 1e-4);
});

Deno.test("fieldParams() refuses Hutchinson's estimator when there is no noise", () => {
  const mlp = { latentDimensions: Q, activation: "relu", trace: "hutchinson" } as const;
  assertThrows(() => fieldParams(WEIGHTS, mlp), RangeError, "Hutchinson's noise");
});

/** By elimination with row exchange. */
function determinant(matrix: readonly (readonly number[])[]): number {
  const a = matrix.map((row) => [...row]);
  let result = 1;
  for (let k = 0; k < a.length; k++) {
    let pivot = k;
    for (let i = k; i < a.length; i++) {
      if (Math.abs(a[i]![k]!) > Math.abs(a[pivot]![k]!)) pivot = i;
    }
    if (pivot !== k) {
      [a[k], a[pivot]] = [a[pivot]!, a[k]!];
      result = -result;
    }
    result *= a[k]![k]!;
    for (let i = k + 1; i < a.length; i++) {
      const factor = a[i]![k]! / a[k]![k]!;
      for (let j = k; j < a.length; j++) a[i]![j]! -= factor * a[k]![j]!;
    }
  }
  return result;
}
