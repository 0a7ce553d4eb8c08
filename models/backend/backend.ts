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

/** A step ready to run, again and again. */
export interface CompiledStep {
  /** Seconds that compilation took. */
  readonly seconds: number;
  /** Recorded operations, loop bodies counted once; 0 where nothing is recorded. */
  readonly nodeCount: number;
  /**
   * Runs the step.
   * @param inputs one array for each input of the compilation; more are ignored
   * @throws RangeError when an input is missing or has another size
   */
  run(inputs: HostArrays): Promise<HostArrays>;
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
  compile(step: Step, inputs: TensorSpecs): Promise<CompiledStep>;
}
