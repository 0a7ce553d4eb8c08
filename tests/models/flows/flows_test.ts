/** Maps of flows and their densities against independent ones. */
import { assert, assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { planeTargets } from "../../../benchmarks/cnf/targets.ts";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import { valueAndGradients } from "../../../models/backend/engine.ts";
import { mapValues, type Tensors } from "../../../models/backend/tensors.ts";
import { cnfFlow, END, fieldAt, fieldWeights } from "../../../models/flows/cnf.ts";
import type { Flow } from "../../../models/flows/flow.ts";
import { planarMaps } from "../../../models/flows/planar.ts";
import { CNF_SETTINGS } from "../../../models/flows/settings.ts";
import { flowLoss } from "../../../models/flows/training.ts";
import { initialise } from "../../../models/nn/init.ts";
import { odeSolveAdjoint } from "../../../models/ode/adjoint.ts";
import { defaultSettings, parseSettings } from "../../../models/training/settings.ts";
import { normalTensor, numbers, scalarOf, toTensors } from "../cpu.ts";
import VECTORS from "./flows_vectors.json" with { type: "json" };

const KEY = fold(rootKey(3), "flows");
const TARGETS = planeTargets();
const T = TARGETS.length;
const settings = parseSettings("CNF", CNF_SETTINGS, {
  ...defaultSettings(CNF_SETTINGS),
  ...{ width: 5, hyperHidden: 6, solverSteps: 20, testRefinement: 2 },
});

const FLOWS: Readonly<Record<string, Flow>> = {
  cnf: cnfFlow(T, settings),
  planar: planarMaps(T, 4),
};
const paramsOf = (flow: Flow): Tensors =>
  // Three times as far from the identity as a training begins.
  mapValues(toTensors(initialise(KEY, flow.specs)), (tensor) => tf.mul(tensor, 3));

for (const [name, flow] of Object.entries(FLOWS)) {
  const params = paramsOf(flow);
  const points = tf.mul(normalTensor(KEY, "points", [T, 2, 6]), 0.7);

  Deno.test(`${name}'s log-determinant is that of the Jacobian by central differences`, () => {
    const step = 1e-2;
    const { logDeterminant } = flow.map(params, points, true);
    const moved = (axis: number, by: number) => {
      const shift = tf.tensor([axis === 0 ? by : 0, axis === 1 ? by : 0], [1, 2, 1]);
      return numbers(flow.map(params, tf.add(points, shift), true).points);
    };
    // Fourth-order differences: single precision allows no shorter steps.
    const column = (axis: number) => {
      const [a, b, c, d] = [-2, -1, 1, 2].map((k) => moved(axis, k * step));
      return a!.map((_, i) => (a![i]! - 8 * b![i]! + 8 * c![i]! - d![i]!) / (12 * step));
    };
    const [ofX, ofY] = [column(0), column(1)];
    numbers(logDeterminant).forEach((actual, i) => {
      const at = Math.floor(i / 6) * 12 + i % 6;
      const expected = Math.log(ofX[at]! * ofY[at + 6]! - ofX[at + 6]! * ofY[at]!);
      assertAlmostEquals(actual, expected, 5e-3 * Math.max(1, Math.abs(expected)), `point ${i}`);
    });
  });

  Deno.test(`${name}'s inverse undoes its map, and its log-determinant`, () => {
    const there = flow.map(params, points, true);
    const back = flow.inverse(params, there.points);
    const greatest = (x: tf.Tensor) => scalarOf(tf.max(tf.abs(x)));
    assert(greatest(tf.sub(back.points, points)) < 1e-3);
    assert(greatest(tf.add(there.logDeterminant, back.logDeterminant)) < 1e-3);
    assert(greatest(there.logDeterminant) > 0.1);
  });

  Deno.test(`${name}'s loss has the gradient of central differences`, () => {
    const loss = flowLoss(flow, TARGETS);
    const inputs = { base: tf.mul(points, 0.5) };
    const value = (params: Tensors) => scalarOf(loss(params, {}, inputs).loss);
    const { gradients } = valueAndGradients(() => loss(params, {}, inputs), params);
    // Along the gradient of each tensor, so that all of its numbers count.
    for (const [part, gradient] of Object.entries(gradients)) {
      const length = scalarOf(tf.norm(gradient));
      const step = 2e-3;
      const along = (by: number) =>
        value({ ...params, [part]: tf.add(params[part]!, tf.mul(gradient, by / length)) });
      const slope = (along(-2 * step) - 8 * along(-step) + 8 * along(step) - along(2 * step)) /
        (12 * step);
      assertAlmostEquals(slope, length, 0.02 * length + 0.02, part);
    }
  });
}

Deno.test("fieldAt() has the trace of the field's Jacobian, target by target", () => {
  const params = paramsOf(FLOWS.cnf!);
  const weights = mapValues(
    fieldWeights(params, [2.5], settings.width),
    (tensor) => tf.reshape(tensor, tensor.shape.slice(1)),
  );
  const points = normalTensor(KEY, "trace", [T, 2, 3]);
  const at = (axis: number, by: number) => {
    const shift = tf.tensor([axis === 0 ? by : 0, axis === 1 ? by : 0], [1, 2, 1]);
    return numbers(fieldAt(weights, tf.add(points, shift)).points!);
  };
  const [ahead, behind] = [1e-2, -1e-2].map((by) => [at(0, by), at(1, by)]);
  numbers(fieldAt(weights, points).logDeterminant!).forEach((trace, i) => {
    const place = Math.floor(i / 3) * 6 + i % 3;
    const slope = (axis: number) =>
      (ahead![axis]![place + 3 * axis]! - behind![axis]![place + 3 * axis]!) / 2e-2;
    assertAlmostEquals(trace, slope(0) + slope(1), 2e-3 * Math.max(1, Math.abs(trace)));
  });
});

Deno.test("cnf's fixed steps agree with the adaptive solver", () => {
  const params = paramsOf(FLOWS.cnf!);
  const points = normalTensor(KEY, "adaptive", [T, 2, 3]);
  // In fieldWeights() the time is a number, and its network's first layer is affine in it.
  const { states } = odeSolveAdjoint(
    (params, { points }, time) => {
      const weights = fieldWeights(params, [time.dataSync()[0]!], settings.width);
      return fieldAt(mapValues(weights, (w) => tf.reshape(w, w.shape.slice(1))), points!);
    },
    params,
    { points, logDeterminant: tf.zeros([T, 1, 3]) },
    [0, END],
    { relativeTolerance: 1e-5, absoluteTolerance: 1e-5, maxSteps: 2000 },
  );
  const { points: moved, logDeterminant } = FLOWS.cnf!.map(params, points, true);
  const last = (name: string) => numbers(tf.slice(states[name]!, [1], [1]));
  numbers(moved).forEach((x, i) => assertAlmostEquals(x, last("points")[i]!, 2e-3));
  numbers(logDeterminant).forEach((x, i) =>
    assertAlmostEquals(x, last("logDeterminant")[i]!, 5e-3)
  );
});

Deno.test("flowLoss() and its gradient are those of PyTorch in double precision", () => {
  for (const { family, params, base, loss, gradientNorms } of VECTORS) {
    const flow = family === "cnf"
      ? cnfFlow(1, { ...settings, width: 3, hyperHidden: 4, solverSteps: 10 })
      : planarMaps(1, 3);
    const tensors: Tensors = Object.fromEntries(
      Object.entries(params).map(([name, values]) => [name, tf.tensor(values as never)]),
    );
    const inputs = { base: tf.tensor(base as never) };
    const { result, gradients } = valueAndGradients(
      () => flowLoss(flow, [{ ...TARGETS[3]!, logNormaliser: 0 }])(tensors, {}, inputs),
      tensors,
    );
    assertAlmostEquals(scalarOf(result.loss), loss, 1e-4 * Math.abs(loss));
    for (const [name, norm] of Object.entries(gradientNorms)) {
      assertAlmostEquals(
        scalarOf(tf.norm(gradients[name]!)),
        norm as number,
        1e-3 * (norm as number),
      );
    }
  }
});

Deno.test("planar maps keep wᵀû above −1 for any parameters", () => {
  const flow = planarMaps(1, 1);
  const params = {
    w: tf.tensor([3, 0], [1, 1, 1, 2]),
    u: tf.tensor([-50, 1], [1, 1, 1, 2]),
    b: tf.zeros([1, 1, 1, 1]),
  };
  const base = tf.tensor(normal(KEY, 200), [1, 2, 100]);
  const { logDeterminant, points } = flow.map(params, base, true);
  assert(numbers(logDeterminant).every(Number.isFinite));
  // Along w the order of points stays.
  const [before, after] = [base, points].map((x) => numbers(x).slice(0, 100));
  const order = before!.map((_, i) => i).sort((i, j) => before![i]! - before![j]!);
  assert(order.slice(1).every((i, k) => after![i]! >= after![order[k]!]! - 1e-5));
});
