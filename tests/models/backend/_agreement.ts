/**
 * Compares a recorded function and its gradients with TensorFlow.js's own `cpu` backend.
 *
 * @module
 */
import { assert } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Backend, Step, TensorSpecs } from "../../../models/backend/backend.ts";
import { compileEagerly } from "../../../models/backend/eager_backend.ts";
import { ortBackend } from "../../../models/backend/ort/ort_backend.ts";
import { selectBackend } from "../../../models/backend/select.ts";
import type { HostArray, HostArrays, Tensors } from "../../../models/backend/tensors.ts";
import { valueAndGradients } from "../../../models/backend/engine.ts";
import { fold, integers, normal, rootKey, uniform } from "../../../data/random/mod.ts";
import { relativeError } from "../cpu.ts";
import { hasTensorflow } from "./_tensorflow.ts";

/** ONNX Runtime on one thread. */
export const ORT: Backend = ortBackend({ name: "ort-cpu", device: "CPU", threads: 1 });

/** ONNX Runtime on two threads, for which some operations are recorded in another form. */
export const ORT_THREADS: Backend = ortBackend({ name: "ort-cpu", device: "CPU", threads: 2 });

/** ONNX Runtime with images computed in parts of so many bytes. */
export const ortInParts = (tileBytes: number, threads = 1): Backend =>
  ortBackend({ name: "ort-cpu", device: "CPU", threads, tileBytes });

/** The reference: TensorFlow.js in plain JavaScript, op by op. */
export const CPU: Backend = {
  ...ORT,
  name: "cpu",
  compile: (step, specs, options) => compileEagerly("cpu", step, specs, options),
};

/** TensorFlow, op by op; nothing where its addon has not been made. */
export const TENSORFLOW: readonly Backend[] = hasTensorflow
  ? [await selectBackend("tensorflow")]
  : [];

/** Where an input's numbers come from; `index` is whole numbers in [0, 3). */
export type Values = "normal" | "positive" | "unit" | "index" | readonly number[];

/** TensorFlow.js in WebAssembly, op by op; `loadEager` loads it. */
export const WASM: Backend = {
  ...ORT,
  name: "wasm",
  compile: (step, specs, options) => compileEagerly("wasm", step, specs, options),
};

/** A function to compare, of inputs by name. */
export interface Case {
  /** Shape of each input; `[shape, values]` where its numbers are not standard normal. */
  readonly inputs: Readonly<
    Record<string, readonly number[] | readonly [readonly number[], Values]>
  >;
  /** What is recorded: one tensor or several. */
  readonly f: (inputs: Record<string, tf.Tensor>) => tf.Tensor | readonly tf.Tensor[];
  /** False where the operation has no gradient in TensorFlow.js. */
  readonly gradient?: boolean;
}

const isPair = (
  given: Case["inputs"][string],
): given is readonly [readonly number[], Values] => Array.isArray(given[0]);

function drawn(name: string, size: number, values: Values): Float32Array | Int32Array {
  const key = fold(rootKey(3), name);
  switch (values) {
    case "normal":
      return normal(key, size);
    // Away from zero: quotients and logarithms keep their precision.
    case "positive":
      return uniform(key, size).map((x) => x + 0.3);
    case "unit":
      return uniform(key, size).map((x) => 1.8 * x - 0.9);
    case "index":
      return Int32Array.from(integers(key, size, 3));
    default:
      return Float32Array.from(values);
  }
}

/** Specifications and numbers of all cases' inputs, named CASE/INPUT. */
function inputsOf(cases: Readonly<Record<string, Case>>): {
  readonly specs: TensorSpecs;
  readonly arrays: HostArrays;
} {
  const arrays: Record<string, HostArray> = {};
  const specs: Record<string, TensorSpecs[string]> = {};
  for (const [title, { inputs }] of Object.entries(cases)) {
    for (const [input, given] of Object.entries(inputs)) {
      const [shape, values] = isPair(given) ? given : [given as readonly number[], "normal"];
      const name = `${title}/${input}`;
      const data = drawn(name, tf.util.sizeFromShape([...shape]), values as Values);
      arrays[name] = { shape, data };
      specs[name] = { shape, dtype: data instanceof Int32Array ? "int32" : "float32" };
    }
  }
  return { specs, arrays };
}

const listOf = (value: tf.Tensor | readonly tf.Tensor[]): readonly tf.Tensor[] =>
  value instanceof tf.Tensor ? [value] : value;

/** Weights of an output in the scalar that is differentiated: different ones for every element. */
function projection(shape: readonly number[]): tf.Tensor {
  const size = tf.util.sizeFromShape([...shape]);
  return tf.tensor(normal(fold(rootKey(5), "projection"), size), [...shape]);
}

/** All cases' outputs, CASE/y0 …, and gradients, CASE/d INPUT. */
function stepOf(cases: Readonly<Record<string, Case>>): Step {
  return (all) => {
    const outputs: Record<string, tf.Tensor> = {};
    for (const [title, { inputs, f, gradient = true }] of Object.entries(cases)) {
      const own = Object.fromEntries(
        Object.keys(inputs).map((input) => [input, all[`${title}/${input}`]!]),
      );
      const evaluate = () => {
        const values = listOf(f(own)).map((y) => y.dtype === "bool" ? tf.cast(y, "int32") : y);
        const terms = values.map((y) => tf.sum(tf.mul(y, projection(y.shape))));
        return { values, loss: gradient ? tf.addN(terms) as tf.Scalar : tf.scalar(0) };
      };
      const floats: Tensors = Object.fromEntries(
        Object.entries(own).filter(([, tensor]) => tensor.dtype === "float32"),
      );
      const { result, gradients } = gradient
        ? valueAndGradients(evaluate, floats)
        : { result: evaluate(), gradients: {} };
      result.values.forEach((y, i) => outputs[`${title}/y${i}`] = y);
      for (const [input, d] of Object.entries(gradients)) outputs[`${title}/d ${input}`] = d;
    }
    return outputs;
  };
}

/** Compiles a step, runs it once and frees it. */
export async function runOnce(
  backend: Backend,
  step: Step,
  specs: TensorSpecs,
  arrays: HostArrays,
): Promise<HostArrays> {
  const compiled = await backend.compile(step, specs);
  try {
    return await compiled.run(arrays);
  } finally {
    await compiled.dispose();
  }
}

/**
 * Whether two arrays agree to `tolerance`, relative to each number, a tenth of the greatest or `floor`; NaN agrees with
 * NaN.
 */
export function assertClose(
  actual: HostArray | undefined,
  expected: HostArray,
  name: string,
  tolerance = 1e-4,
  floor = 0,
): void {
  assert(actual !== undefined, `${name} is missing`);
  assert(
    `${actual.shape}` === `${expected.shape}`,
    `${name}: shape [${actual.shape}], expected [${expected.shape}]`,
  );
  const special = (x: number) => Number.isFinite(x) ? 0 : x;
  const [a, b] = [Array.from(actual.data), Array.from(expected.data)];
  assert(
    a.every((x, i) => Object.is(special(x), special(b[i]!))),
    `${name}: [${a.slice(0, 12)}], expected [${b.slice(0, 12)}]`,
  );
  const finite = (list: readonly number[]) => list.filter(Number.isFinite);
  const largest = finite(b).reduce((most, x) => Math.max(most, Math.abs(x)), 0);
  const error = relativeError(finite(a), finite(b), Math.max(floor, 0.1 * largest) || 1);
  assert(
    error < tolerance,
    `${name}: relative error ${error}: [${a.slice(0, 12)}], expected [${b.slice(0, 12)}]`,
  );
}

/** Compares all outputs and gradients of all cases, which are one step, with those of plain JavaScript. */
export async function assertAgreement(
  cases: Readonly<Record<string, Case>>,
  tolerance = 1e-4,
  backends: readonly Backend[] = [ORT, ...TENSORFLOW],
): Promise<void> {
  const { specs, arrays } = inputsOf(cases);
  const step = stepOf(cases);
  const expected = await runOnce(CPU, step, specs, arrays);
  for (const backend of backends) {
    const actual = await runOnce(backend, step, specs, arrays);
    for (const [name, array] of Object.entries(expected)) {
      const title = `${name}, ${backend.name}, ${backend.threads} threads`;
      assertClose(actual[name], array, title, tolerance);
    }
  }
}
