/**
 * The Elman network: h ← tanh([x, h] W + b).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { scan } from "../backend/scan.ts";
import { parameter, type Tensors } from "../backend/tensors.ts";
import { linearSpecs, type ParameterSpec } from "../nn/init.ts";
import { dense } from "../nn/layers.ts";

const CELL = "recurrent/cell";

/** Kernel and bias: `recurrent/cell`. */
export function cellSpecs(inputs: number, hidden: number): ParameterSpec[] {
  return linearSpecs(CELL, inputs + hidden, hidden);
}

/** Parameters that {@link cell} reads. */
export function cellParams(params: Tensors): Tensors {
  return Object.fromEntries(
    [`${CELL}/kernel`, `${CELL}/bias`].map((name) => [name, parameter(params, name)]),
  );
}

/** One step. @param x (B, in) @param h (B, hidden) @returns (B, hidden) */
export function cell(params: Tensors, x: tf.Tensor, h: tf.Tensor): tf.Tensor {
  return dense(params, CELL, tf.concat([x, h], 1), "tanh");
}

/** States after each input from h = 0 on. @param x (T, B, in) @returns (T, B, hidden) */
export function recur(params: Tensors, x: tf.Tensor): tf.Tensor {
  const [length, batch] = x.shape as [number, number, number];
  const hidden = parameter(params, `${CELL}/bias`).size;
  const { ys } = scan(
    (params, { h }, { x }) => {
      const next = cell(params, x!, h!);
      return { carry: { h: next }, y: { h: next } };
    },
    { params: cellParams(params), carry: { h: tf.zeros([batch, hidden]) }, xs: { x }, length },
  );
  return parameter(ys, "h");
}
