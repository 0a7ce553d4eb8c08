/**
 * What all flows of the plane have: an invertible map with its change of density, for several targets at once.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../backend/tensors.ts";
import type { ParameterSpec } from "../nn/init.ts";

/** Points that a map has moved. */
export interface Moved {
  /** (T, 2, n): all x, then all y, which is faster than pairs. */
  readonly points: tf.Tensor;
  /** log |det| of the map's Jacobian at the points before it (T, n). */
  readonly logDeterminant: tf.Tensor;
}

/** A flow for T targets: T independent maps with stacked parameters, so that one operation computes all. */
export interface Flow {
  /** Its parameters. */
  readonly specs: readonly ParameterSpec[];
  /** Moves standard normal points (T, 2, n). @param fine as accurately as in a test, not as in training */
  readonly map: (params: Tensors, points: tf.Tensor, fine: boolean) => Moved;
  /** The inverse map, as accurate as the fine one. */
  readonly inverse: (params: Tensors, points: tf.Tensor) => Moved;
}
