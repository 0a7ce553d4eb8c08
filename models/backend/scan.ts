/**
 * `scan`: the one loop primitive of the suite. The recorder makes one loop node of it; any other backend just loops.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { RECORDER } from "./ort/recording_backend.ts";
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

function checkRows({ length, xs = {} }: ScanInputs): void {
  if (!Number.isSafeInteger(length) || length < 1) {
    throw new RangeError(`Cannot scan: length must be a whole number from 1 on, is ${length}`);
  }
  for (const [name, { shape }] of Object.entries(xs)) {
    if (shape[0] === length) continue;
    throw new RangeError(
      `Cannot scan: xs "${name}" must have ${length} rows, one a turn, has shape [${shape}]`,
    );
  }
}

function checkCarry(before: Tensors, after: Tensors): void {
  for (const [name, { shape }] of Object.entries(before)) {
    const next = after[name];
    if (!next) {
      throw new RangeError(`Cannot scan: each turn must return carry "${name}", returned none`);
    }
    if (`${next.shape}` === `${shape}`) continue;
    throw new RangeError(
      `Cannot scan: carry "${name}" must keep its shape [${shape}], is [${next.shape}] after a turn`,
    );
  }
}

/** The slices along axis 0. TensorFlow.js's `unstack` cannot be differentiated where there is one only. */
function rowsOf(tensor: tf.Tensor): readonly tf.Tensor[] {
  return tensor.shape[0] === 1 ? [tf.reshape(tensor, tensor.shape.slice(1))] : tf.unstack(tensor);
}

/**
 * All turns of a `y` as one tensor. Its gradient gathers each row: TensorFlow.js's would slice it, for which the wasm
 * backend copies all rows every time (1.2 s for 1,495 rows of 600 numbers).
 */
function stacked(rows: readonly tf.Tensor[]): tf.Tensor {
  const stack = tf.customGrad((...inputs) => ({
    value: tf.stack(inputs.slice(0, rows.length) as tf.Tensor[]), // the last one is a function
    gradFunc: (dy) =>
      rows.map(({ shape }, i) => tf.reshape(tf.gather(dy, tf.tensor1d([i], "int32")), shape)),
  }));
  return stack(...rows);
}

/**
 * Repeats `body`, handing each turn's carry to the next. Differentiable in params, carry and xs.
 *
 * @returns the last carry, and every turn's `y` stacked along a new axis 0: (length, …)
 * @throws RangeError when there is no turn, xs have other than `length` rows, or a turn changes a carry's shape
 */
export function scan(
  body: ScanBody,
  inputs: ScanInputs,
): ScanOutputs {
  checkRows(inputs);
  const checked: ScanBody = (params, carry, x) => {
    const out = body(params, carry, x);
    checkCarry(carry, out.carry);
    return out;
  };
  if (tf.getBackend() === RECORDER) return recordScan(checked, inputs);
  let carry = inputs.carry;
  const ys: Record<string, tf.Tensor[]> = {};
  const xs = Object.fromEntries(
    Object.entries(inputs.xs ?? {}).map(([name, tensor]) => [name, rowsOf(tensor)]),
  );
  for (let turn = 0; turn < inputs.length; turn++) {
    const x = Object.fromEntries(Object.entries(xs).map(([name, rows]) => [name, rows[turn]!]));
    const out = checked(inputs.params, carry, x);
    carry = out.carry;
    for (const [name, y] of Object.entries(out.y)) (ys[name] ??= []).push(y);
  }
  return {
    carry,
    ys: Object.fromEntries(Object.entries(ys).map(([name, rows]) => [name, stacked(rows)])),
  };
}
