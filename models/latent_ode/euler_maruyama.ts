/**
 * Paths of SDEs with diagonal noise by Euler–Maruyama, and the KL divergence of their laws.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { scan } from "../backend/scan.ts";
import { parameter, type Tensors } from "../backend/tensors.ts";

/** A drift or a diffusion: states z (n, d) → (n, d). It reads only `params`. */
export type StateFunction = (params: Tensors, z: tf.Tensor) => tf.Tensor;

/** dz = f(z) dt + g(z) dW, g acting on each dimension alone. */
export interface SdeProblem {
  /** f. */
  readonly drift: StateFunction;
  /** g, above 0. */
  readonly diffusion: StateFunction;
  /** The drift h of the law that the paths' law is compared with; absent where no KL is asked for. */
  readonly priorDrift?: StateFunction;
  /** All tensors that these read besides the state. */
  readonly params: Tensors;
  /** What f and g read of each step besides these, by name: (steps, …). Nothing by default; h must not read it. */
  readonly inputs?: Tensors;
  /** Initial states (n, d). */
  readonly z: tf.Tensor;
  /** Standard normal draws (steps, n, d); steps is a multiple of `stepsPerFrame`. */
  readonly noise: tf.Tensor;
  /** Steps between two frames. */
  readonly stepsPerFrame: number;
  /** Length of a step. */
  readonly stepSize: number;
}

/** A solution. */
export interface SdePaths {
  /** States at the initial frame and every later one: (frames + 1, n, d). */
  readonly z: tf.Tensor;
  /**
   * Σ ½ |(f − h) / g|² Δt over all steps (n): by Girsanov's theorem an estimate of the KL divergence between the laws, and
   * the exact one, in the mean over paths, between those of the discrete steps.
   */
  readonly kl?: tf.Tensor;
}

/** Solves an SDE: z ← z + f(z) Δt + g(z) √Δt ε. */
export function solveSde(problem: SdeProblem): SdePaths {
  const { drift, diffusion, priorDrift, params, inputs, z, noise } = problem;
  const { stepsPerFrame, stepSize } = problem;
  const [steps, rows, d] = noise.shape as [number, number, number];
  const initial = tf.expandDims(z, 0); // (1, n, d)
  if (steps === 0) return { z: initial, ...(priorDrift ? { kl: tf.zeros([rows]) } : {}) };
  const { ys } = scan(
    (params, { z }, { noise, ...inputs }) => {
      const read = { ...params, ...inputs };
      const [f, g] = [drift(read, z!), diffusion(read, z!)];
      const next = tf.add(
        tf.add(z!, tf.mul(f, stepSize)),
        tf.mul(tf.mul(g, noise!), Math.sqrt(stepSize)),
      );
      return { carry: { z: next }, y: { z: next, ...(priorDrift ? { f, g } : {}) } };
    },
    { params, carry: { z }, xs: { noise, ...inputs }, length: steps },
  );
  const later = parameter(ys, "z"); // (steps, n, d)
  const frames = tf.slice(
    tf.reshape(later, [steps / stepsPerFrame, stepsPerFrame, rows, d]),
    [0, stepsPerFrame - 1, 0, 0],
    [steps / stepsPerFrame, 1, rows, d],
  );
  const path = tf.concat([initial, tf.reshape(frames, [-1, rows, d])], 0);
  if (!priorDrift) return { z: path };
  // No step reads the prior's drift: it is evaluated after the loop, for all steps at once.
  const before = tf.concat([initial, tf.slice(later, [0, 0, 0], [steps - 1, rows, d])], 0);
  const h = priorDrift(params, tf.reshape(before, [-1, d])); // (steps · n, d)
  const difference = tf.sub(parameter(ys, "f"), tf.reshape(h, [steps, rows, d]));
  const u = tf.div(difference, parameter(ys, "g"));
  return { z: path, kl: tf.mul(tf.sum(tf.square(u), [0, 2]), 0.5 * stepSize) };
}
