/**
 * Long short-term memory (Hochreiter and Schmidhuber 1997) in PyTorch's form, with one bias where PyTorch adds two.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { scan } from "../backend/scan.ts";
import { parameter, type Tensors } from "../backend/tensors.ts";
import { fanInUniform, type ParameterSpec } from "./init.ts";

/** What a cell hands on: (n, units) each. */
export interface LstmState {
  /** h, which is also the cell's output. */
  readonly hidden: tf.Tensor;
  /** c. */
  readonly cell: tf.Tensor;
}

/** `NAME/input` (inputs, 4 units), `NAME/recurrent` (units, 4 units) and `NAME/bias` (4 units): PyTorch's initial values. */
export function lstmSpecs(name: string, inputs: number, units: number): ParameterSpec[] {
  const spec = (part: string, shape: readonly number[]): ParameterSpec => ({
    name: `${name}/${part}`,
    shape,
    initializer: fanInUniform(units),
  });
  return [
    spec("input", [inputs, 4 * units]),
    spec("recurrent", [units, 4 * units]),
    spec("bias", [4 * units]),
  ];
}

/**
 * One step of a cell.
 *
 * @param gates pre-activations of input, forget, candidate and output side by side: (n, 4 units)
 * @param before (n, units)
 */
export function lstmCell(gates: tf.Tensor, before: tf.Tensor): LstmState {
  const [input, forget, candidate, output] = tf.split(gates, 4, 1) as [
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
    tf.Tensor,
  ];
  const cell = tf.add(
    tf.mul(tf.sigmoid(forget), before),
    tf.mul(tf.sigmoid(input), tf.tanh(candidate)),
  );
  return { hidden: tf.mul(tf.sigmoid(output), tf.tanh(cell)), cell };
}

/** All outputs of a layer from a state of zeros: x (T, n, in) → (T, n, units). */
export function lstm(params: Tensors, name: string, x: tf.Tensor): tf.Tensor {
  const [length, n, inputs] = x.shape as [number, number, number];
  const recurrent = parameter(params, `${name}/recurrent`);
  const zeros = tf.zeros([n, recurrent.shape[0]!]);
  const rows = tf.reshape(x, [length * n, inputs]);
  const driven = tf.add(
    tf.matMul(rows, parameter(params, `${name}/input`)),
    parameter(params, `${name}/bias`),
  );
  const { ys } = scan(
    (weights, carry, { gates }) => {
      const before = tf.matMul(parameter(carry, "hidden"), parameter(weights, "recurrent"));
      const { hidden, cell } = lstmCell(tf.add(gates!, before), parameter(carry, "cell"));
      return { carry: { hidden, cell }, y: { hidden } };
    },
    {
      params: { recurrent },
      carry: { hidden: zeros, cell: zeros },
      xs: { gates: tf.reshape(driven, [length, n, -1]) },
      length,
    },
  );
  return parameter(ys, "hidden");
}
