/**
 * The contract of backends, which run pure functions of named tensors, and the checks of what these are given.
 *
 * @module
 */
import type { Tensor } from "@tensorflow/tfjs-core";
import { arrayTypes, type HostArray, type HostArrays, sizeOf, type Tensors } from "./tensors.ts";

/** Names that `--backend` takes. */
export const backendNames = [
  "auto",
  "tensorflow",
  "ort-cuda",
  "ort-webgpu",
  "ort-cpu",
  "webgpu",
  "wasm",
] as const;

/** One of {@link backendNames}. */
export type BackendName = typeof backendNames[number];

/** Shape and type of an input of a step. */
export interface TensorSpec {
  /** Lengths of the axes; [] for a scalar. */
  readonly shape: readonly number[];
  /** `float32` by default. */
  readonly dtype?: "float32" | "int32";
}

/** Named inputs of a step. */
export type TensorSpecs = { readonly [name: string]: TensorSpec };

/** A pure function of named tensors; it may take gradients inside. */
export type Step = (inputs: Tensors) => Tensors;

/** One iteration of a `scan`: pure in its three arguments; closes over no tensor that needs a gradient. */
export type ScanBody = (
  params: Tensors,
  carry: Tensors,
  x: Tensors,
) => { readonly carry: Tensors; readonly y: Tensors };

/** Arguments of `scan`. */
export interface ScanInputs {
  /** Tensors that every iteration reads. */
  readonly params: Tensors;
  /** State before the first iteration. */
  readonly carry: Tensors;
  /** One slice (along axis 0) for each iteration; every tensor has `length` rows. */
  readonly xs?: Tensors;
  /** Number of iterations. */
  readonly length: number;
}

/** What `scan` returns. */
export interface ScanOutputs {
  /** State after the last iteration. */
  readonly carry: Tensors;
  /** Every iteration's `y`, stacked along a new axis 0: (length, …). */
  readonly ys: Tensors;
}

/** One iteration of a `whileLoop`: pure in both arguments; it may read other tensors, as constants. */
export type WhileBody = (
  params: Tensors,
  carry: Tensors,
) => {
  readonly carry: Tensors;
  /** Whether another iteration follows: a scalar of type bool. */
  readonly more: Tensor;
};

/** Arguments of `whileLoop`. */
export interface WhileInputs {
  /** Tensors that every iteration reads. */
  readonly params: Tensors;
  /** State before the first iteration. */
  readonly carry: Tensors;
  /** Whether there is a first iteration: a scalar of type bool; true by default. */
  readonly more?: Tensor;
  /** Most iterations. */
  readonly most: number;
}

/** How a step is compiled. */
export interface CompileOptions {
  /**
   * Inputs that one run passes on to the next, such as the weights of a training step. They stay on the device. What the
   * step returns under such a name, in the same shape, is its next value; an input that it does not return keeps its
   * value.
   */
  readonly carried?: readonly string[];
}

/** A step ready to run, again and again, one run at a time. */
export interface CompiledStep {
  /** Seconds that compilation took. */
  readonly seconds: number;
  /** Recorded operations, loop bodies counted once; 0 where nothing is recorded. */
  readonly nodeCount: number;
  /**
   * Sets the carried inputs. Needed before the first run if there are any; allowed at any time.
   * @param state one array for each carried input; others are ignored
   * @throws RangeError when one is missing or has another size
   */
  start(state: HostArrays): Promise<void>;
  /**
   * Runs the step.
   * @param inputs one array for each input that is not carried; others are ignored
   * @returns the outputs that are not carried
   * @throws RangeError when an input is missing or has another size; Error when the carried inputs are not set
   */
  run(inputs: HostArrays): Promise<HostArrays>;
  /** Values of the carried inputs after the last run. @throws Error when they are not set */
  state(): Promise<HostArrays>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/** A computing backend, selected and loaded. */
export interface Backend {
  /** Name for `--backend`. */
  readonly name: string;
  /** Library and version, e.g. "onnxruntime-node 1.30.0". */
  readonly version: string;
  /** CPU or GPU. */
  readonly device: string;
  /** Compute threads. */
  readonly threads: number;
  /** Prepares a step for inputs of fixed shapes. */
  compile(step: Step, inputs: TensorSpecs, options?: CompileOptions): Promise<CompiledStep>;
}

/** The numbers of one input. @throws RangeError when it is missing or its size or type is not what was compiled for */
export function inputData(name: string, specs: TensorSpecs, inputs: HostArrays): HostArray["data"] {
  const { shape, dtype = "float32" } = specs[name]!;
  const data = inputs[name]?.data;
  if (data?.length === sizeOf(shape) && data instanceof arrayTypes[dtype]) return data;
  throw new RangeError(
    `Cannot run the step: input "${name}" must be ${dtype} of shape [${shape}], is ${
      data ? `${data.constructor.name} of length ${data.length}` : "missing"
    }`,
  );
}

/** Checks the names that a step carries. @throws RangeError when one is no input */
export function checkCarriedNames(carried: readonly string[], specs: TensorSpecs): void {
  const unknown = carried.find((name) => !(name in specs));
  if (unknown === undefined) return;
  throw new RangeError(
    `Cannot compile the step: what it carries must be one of its inputs, is "${unknown}"`,
  );
}

/** Checks the shapes that a step returns for carried inputs. @throws RangeError when one differs from its input's */
export function checkCarriedShapes(
  carried: readonly string[],
  specs: TensorSpecs,
  outputs: Readonly<Record<string, { readonly shape: readonly number[] }>>,
): void {
  for (const name of carried) {
    const [before, after] = [specs[name]!.shape, outputs[name]?.shape];
    if (after === undefined || `${before}` === `${after}`) continue;
    throw new RangeError(
      `Cannot carry "${name}": the step must return it in shape [${before}], is [${after}]`,
    );
  }
}

/** The values of the carried inputs. @throws Error when there are such inputs and start() has not set them */
export function carriedValues<T>(
  held: Readonly<Record<string, T>> | undefined,
  carried: readonly string[],
): Readonly<Record<string, T>> {
  if (held) return held;
  if (carried.length === 0) return {};
  throw new Error(
    `Cannot run the step: start() must set "${carried[0]}" and all other carried inputs first`,
  );
}
