/**
 * The position and velocity encoders of ODE2VAE.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../backend/tensors.ts";
import type { DiagonalGaussian } from "../inference/densities.ts";
import { consecutiveFrames, encodeFrames, type Statistics } from "../networks/frames.ts";
import type { Ode2vaeSettings } from "./settings.ts";

/** q_enc(z | x) of windows, with the batch-norm state after this pass. */
export interface Encoding {
  /** Diagonal Gaussian over z = (v, s), velocity first: (B·W, 2q), sequence by sequence. */
  readonly gaussian: DiagonalGaussian;
  /** New batch-norm state of both encoders; empty for vectors. */
  readonly state: Tensors;
}

/**
 * Encodes windows of m consecutive frames: the position from the first frame, the velocity from all m.
 *
 * @param frames (B, L, H, W) or (B, L, D)
 * @param windows number W of windows a sequence, starting at frames 0 … W − 1; needs W + m − 1 ≤ L
 * @throws RangeError when the frames do not suffice
 */
export function encode(
  params: Tensors,
  state: Tensors,
  frames: tf.Tensor,
  windows: number,
  settings: Ode2vaeSettings,
  statistics: Statistics,
): Encoding {
  const { velocityFrames, observation } = settings;
  const length = frames.shape[1]!;
  if (windows < 1 || windows + velocityFrames - 1 > length) {
    throw new RangeError(
      `Cannot encode ${windows} windows of ${velocityFrames} frames: ` +
        `sequences must have at least ${Math.max(windows, 1) + velocityFrames - 1}, have ${length}`,
    );
  }
  const encoded = (name: string, frameCount: number) => {
    const x = consecutiveFrames(frames, windows, frameCount, observation);
    return encodeFrames(params, state, `${name}Encoder`, x, observation, statistics);
  };
  const [position, velocity] = [encoded("position", 1), encoded("velocity", velocityFrames)];
  const join = (part: keyof DiagonalGaussian) =>
    tf.concat([velocity.gaussian[part], position.gaussian[part]], 1); // (B·W, q) twice -> (B·W, 2q)
  return {
    gaussian: { mean: join("mean"), logVariance: join("logVariance") },
    state: { ...position.state, ...velocity.state },
  };
}

/** The Gaussian of window 0 of each of B sequences: (B·W, 2q) → (B, 2q). */
export function initialGaussian(
  { gaussian }: Encoding,
  sequences: number,
): DiagonalGaussian {
  const [rows, width] = gaussian.mean.shape as [number, number];
  if (rows === sequences) return gaussian;
  const first = (part: tf.Tensor) => {
    const grouped = tf.reshape(part, [sequences, rows / sequences, width]);
    return tf.reshape(tf.slice(grouped, [0, 0, 0], [sequences, 1, width]), [sequences, width]);
  };
  return { mean: first(gaussian.mean), logVariance: first(gaussian.logVariance) };
}

/** (B, 2q) in the order (position, velocity) → the state's order (velocity, position). */
export function velocityFirst(x: tf.Tensor): tf.Tensor {
  const [rows, width] = x.shape as [number, number];
  const half = width / 2;
  return tf.concat([tf.slice(x, [0, half], [rows, half]), tf.slice(x, [0, 0], [rows, half])], 1);
}
