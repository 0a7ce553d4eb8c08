/**
 * What computes: a backend turns pure steps into something that runs.
 *
 * @module
 */
import type { HostArrays, Tensors } from "./tensors.ts";

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
