/** The minibatch of `torch_vectors.py`: parameters and inputs by the same formulas, and how its results are compared. */
import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { valueAndGradients } from "../../../models/backend/engine.ts";
import type { Tensors } from "../../../models/backend/tensors.ts";
import type { Batch } from "../../../models/latent_paths/model.ts";
import type { ParameterSpec } from "../../../models/nn/init.ts";
import type { StepLoss } from "../../../models/training/network_training.ts";
import { numbers, relativeError, scalarOf } from "../cpu.ts";
import results from "./torch_vectors.json" with { type: "json" };

/** A result of PyTorch. */
export type TorchResult = (typeof results)[number];

/** Results of latent ODEs, and those of latent SDEs. */
export const ODE_RESULTS: readonly TorchResult[] = results.filter((one) =>
  !("contextDimensions" in one.settings)
);
export const SDE_RESULTS: readonly TorchResult[] = results.filter((one) =>
  "contextDimensions" in one.settings
);

/** scale · sin(start + frequency · i). */
export function pattern(
  shape: readonly number[],
  start: number,
  frequency: number,
  scale: number,
): tf.Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  return tf.tensor(
    Array.from({ length: size }, (_, i) => scale * Math.sin(start + frequency * i)),
    [...shape],
  );
}

const OFFSETS = [[0, 1, 3], [0, 2, 3]];

/** Two sequences with three observed frames of four. */
export const batch: Batch = {
  frames: pattern([2, 3, 3], 0.3, 1.1, 1),
  selection: tf.cast(tf.oneHot(tf.tensor2d(OFFSETS, undefined, "int32"), 4), "float32"),
};

/** z₀'s draw. */
export const initialNoise = (d: number): tf.Tensor => pattern([2, d], 0.9, 1.7, 1.2);

/** What both families' settings have there beside those of a result. */
export const COMMON = {
  ...{ encoderFrames: 2, method: "rk4", frameInterval: 0.1, stepsPerFrame: 2 },
} as const;

/** Asserts loss, terms and all gradients. */
export function assertTorch(
  { loss, terms, gradients: expected }: Omit<TorchResult, "settings" | "terms" | "gradients"> & {
    readonly terms: object;
    readonly gradients: object;
  },
  specs: readonly ParameterSpec[],
  lossOf: (params: Tensors) => StepLoss,
): void {
  const names = specs.map(({ name }) => name).sort();
  assertEquals(names, Object.keys(expected));
  const shapes = new Map(specs.map(({ name, shape }) => [name, shape]));
  const params = Object.fromEntries(
    names.map((name, i) => [name, pattern(shapes.get(name)!, 0.2 + 1.3 * i, 0.7, 0.5)]),
  );
  const { result, gradients } = valueAndGradients(() => lossOf(params), params);
  assert(relativeError([scalarOf(result.loss)], [loss], 1) < 1e-5);
  const values = Object.entries(result.terms).map(([name, term]) =>
    [name, scalarOf(term)] as const
  );
  assertEquals(values.map(([name]) => name), Object.keys(terms));
  assert(relativeError(values.map(([, value]) => value), Object.values(terms), 1) < 1e-5);
  for (const [name, gradient] of Object.entries<number[]>({ ...expected })) {
    const error = relativeError(numbers(gradients[name]!), gradient, 0.1);
    assert(error < 1e-4, `${name}: relative error ${error}`);
  }
}
