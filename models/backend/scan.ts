/**
 * `scan`: the one loop primitive of the suite. The recorder makes one loop node of it; any other backend just loops.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { RECORDER } from "./ort/kernel.ts";
import { recordScan } from "./ort/record_scan.ts";
import type { Tensors } from "./tensors.ts";

/** One turn of the loop: pure in its three arguments; closes over no tensor that needs a gradient. */
export type ScanBody = (
  params: Tensors,
  carry: Tensors,
  x: Tensors,
) => { readonly carry: Tensors; readonly y: Tensors };

/** Arguments of {@link scan}. */
export interface ScanInputs {
  /** Tensors that every turn reads. */
  readonly params: Tensors;
  /** State before the first turn. */
  readonly carry: Tensors;
  /** One slice (along axis 0) for each turn; every tensor has `length` rows. */
  readonly xs?: Tensors;
  /** Number of turns. */
  readonly length: number;
}

/** What {@link scan} returns. */
export interface ScanOutputs {
  /** State after the last turn. */
  readonly carry: Tensors;
  /** Every turn's `y`, stacked along a new axis 0: (length, …). */
  readonly ys: Tensors;
}

/**
 * Repeats `body`, handing each turn's carry to the next. Differentiable in params, carry and xs.
 *
 * @returns the last carry, and every turn's `y` stacked along a new axis 0: (length, …)
 */
export function scan(
  body: ScanBody,
  inputs: ScanInputs,
): ScanOutputs {
  if (tf.getBackend() === RECORDER) return recordScan(body, inputs);
  let carry = inputs.carry;
  const ys: Record<string, tf.Tensor[]> = {};
  const xs = Object.fromEntries(
    Object.entries(inputs.xs ?? {}).map(([name, tensor]) => [name, tf.unstack(tensor)]),
  );
  for (let turn = 0; turn < inputs.length; turn++) {
    const x = Object.fromEntries(Object.entries(xs).map(([name, rows]) => [name, rows[turn]!]));
    const out = body(inputs.params, carry, x);
    carry = out.carry;
    for (const [name, y] of Object.entries(out.y)) (ys[name] ??= []).push(y);
  }
  return {
    carry,
    ys: Object.fromEntries(Object.entries(ys).map(([name, rows]) => [name, tf.stack(rows)])),
  };
}
