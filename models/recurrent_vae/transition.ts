/**
 * The recurrent cell that moves a latent state from frame to frame.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { scan } from "../backend/scan.ts";
import { parameter, type Tensors, under } from "../backend/tensors.ts";
import { constant, denseSpecs, type ParameterSpec } from "../nn/init.ts";
import { dense } from "../nn/layers.ts";

const PREFIX = "cell/";

/** Parameters of a cell of d dimensions: three dense layers, and what an input of zeros leaves of the input's layer. */
export function cellSpecs(d: number): ParameterSpec[] {
  return [
    ...["reset", "update", "candidate"].flatMap((name) => denseSpecs(`${PREFIX}${name}`, d, d)),
    constant(`${PREFIX}inputBias`, [d], 0),
  ];
}

/** The next state of a gated recurrent unit (GRU) without input: (n, d) → (n, d). @param cell its parameters */
export function gru(cell: Tensors, z: tf.Tensor): tf.Tensor {
  const reset = tf.sigmoid(dense(cell, "reset", z));
  const update = tf.sigmoid(dense(cell, "update", z));
  const recurrent = tf.mul(reset, dense(cell, "candidate", z));
  const candidate = tf.tanh(tf.add(recurrent, parameter(cell, "inputBias")));
  return tf.add(candidate, tf.mul(update, tf.sub(z, candidate))); // (1 − u) ∘ candidate + u ∘ z
}

/** The states from z (B, d) on, one a frame: (B, forward + 1, d). */
export function recurrentPath(
  params: Tensors,
  z: tf.Tensor,
  { forward }: { readonly forward: number },
): tf.Tensor {
  const first = tf.expandDims(z, 1);
  if (forward === 0) return first;
  const { ys } = scan((cell, carry) => {
    const next = gru(cell, parameter(carry, "z"));
    return { carry: { z: next }, y: { z: next } };
  }, { params: under(PREFIX, params), carry: { z }, length: forward });
  return tf.concat([first, tf.transpose(parameter(ys, "z"), [1, 0, 2])], 1);
}
