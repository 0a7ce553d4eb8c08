/**
 * The contract of a backend, which turns pure steps into something that runs, and the checks of what steps are given.
 *
 * @module
 */
import { arrayTypes, type HostArray, type HostArrays, type Tensors } from "./tensors.ts";

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
  /** `float32` unless said otherwise. */
  readonly dtype?: "float32" | "int32";
}

/** Named inputs of a step. */
export type TensorSpecs = { readonly [name: string]: TensorSpec };

/** A pure function of named tensors; it may take gradients inside. */
export type Step = (inputs: Tensors) => Tensors;

/** How a step is compiled. */
export interface CompileOptions {
  /**
   * Inputs that a run hands to the next one, as the weights of a training step: they stay where the step computes, and
   * neither go in nor come out at a run. What the step returns under such a name, in the same shape, is its next value;
   * what it does not return stays as it is.
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
   * Gives the carried inputs their values. Needed before the first run where there are any; allowed at any time.
   * @param state one array for each carried input; more are ignored
   * @throws RangeError when one is missing or has another size
   */
  start(state: HostArrays): Promise<void>;
  /**
   * Runs the step.
   * @param inputs one array for each input of the compilation that is not carried; more are ignored
   * @returns the outputs that are not carried
   * @throws RangeError when an input is missing or has another size; Error when the carried ones have no values yet
   */
  run(inputs: HostArrays): Promise<HostArrays>;
  /** Values of the carried inputs as the last run left them. @throws Error before they have any */
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

/**
 * The numbers of one input.
 *
 * @throws RangeError when it is missing or has another size or type than the compilation's
 */
export function inputData(name: string, specs: TensorSpecs, inputs: HostArrays): HostArray["data"] {
  const { shape, dtype = "float32" } = specs[name]!;
  const data = inputs[name]?.data;
  const size = shape.reduce((product, length) => product * length, 1);
  if (!data || data.length !== size || !(data instanceof arrayTypes[dtype])) {
    throw new RangeError(
      `Cannot run the step: input "${name}" must be ${dtype} of shape [${shape}], is ${
        data ? `${data.constructor.name} of length ${data.length}` : "missing"
      }`,
    );
  }
  return data;
}

/** Checks the names that a step carries. @throws RangeError when one is no input */
export function checkCarriedNames(carried: readonly string[], specs: TensorSpecs): void {
  const unknown = carried.find((name) => !(name in specs));
  if (unknown === undefined) return;
  throw new RangeError(
    `Cannot compile the step: what it carries must be one of its inputs, "${unknown}" is not`,
  );
}

/** Checks the shapes that a step returns for what it carries. @throws RangeError when one is another than it takes */
export function checkCarriedShapes(
  carried: readonly string[],
  specs: TensorSpecs,
  outputs: Readonly<Record<string, { readonly shape: readonly number[] }>>,
): void {
  for (const name of carried) {
    const [before, after] = [specs[name]!.shape, outputs[name]?.shape];
    if (after === undefined || `${before}` === `${after}`) continue;
    throw new RangeError(
      `Cannot carry "${name}": the step must return it in its shape [${before}], returns [${after}]`,
    );
  }
}

/** The error of a run or a reading before the carried inputs have values. */
export function notStarted(carried: readonly string[]): Error {
  return new Error(
    `Cannot run the step: start() must give "${carried[0]}" and all else that is carried its ` +
      "values first, did not",
  );
}
