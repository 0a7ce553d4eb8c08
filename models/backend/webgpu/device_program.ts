/**
 * Runs a WGSL program of the suite on TensorFlow.js's WebGPU backend.
 *
 * @module
 */
import type { WebGPUBackend, WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../tensors.ts";

/** A program and everything that its dispatch needs. */
export interface Dispatch {
  /** Differs between programs with different code. */
  readonly key: string;
  /** The code: `main(index)`, which writes to `result`. */
  readonly code: () => string;
  /** Threads of a workgroup. */
  readonly lanes: number;
  /** Number of workgroups. */
  readonly workgroups: number;
  /** Arrays of f32 that the code reads by name. */
  readonly inputs: Tensors;
  /** Numbers that the code reads as `uniforms.NAME`, as i32. */
  readonly uniforms: Readonly<Record<string, number>>;
  /** The same, as f32. */
  readonly floatUniforms?: Readonly<Record<string, number>>;
  /** Numbers that it writes. */
  readonly outputSize: number;
}

/** TensorFlow.js's WebGPU backend, which must be the current one. */
export function webgpuBackend(): WebGPUBackend {
  return tf.backend() as WebGPUBackend;
}

/** Queues the program. @returns its result, flat */
export function dispatch(request: Dispatch): tf.Tensor1D {
  const uniforms = [
    ...Object.entries(request.uniforms).map(([name, value]) => ["int32", name, value] as const),
    ...Object.entries(request.floatUniforms ?? {}).map(([name, value]) =>
      ["float32", name, value] as const
    ),
  ];
  const program: WebGPUProgram = {
    shaderKey: request.key,
    getUserCode: request.code,
    workgroupSize: [request.lanes, 1, 1],
    dispatch: [request.workgroups, 1, 1],
    dispatchLayout: { x: [0] },
    variableNames: Object.keys(request.inputs),
    uniforms: uniforms.map(([type, name]) => `${name} : ${type === "int32" ? "i32" : "f32"}, `)
      .join(""),
    outputShape: [request.outputSize],
  };
  // Flat: the backend generates accessors for the inputs' shapes, which nothing here uses.

  const inputs = Object.values(request.inputs).map(({ dataId, size, dtype }) => ({
    dataId,
    dtype,
    shape: [size],
  }));
  const values = uniforms.map(([type, , value]) => ({ type, data: [value] }));
  const info = webgpuBackend().runWebGPUProgram(program, inputs, "float32", values);
  return tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor1D;
}
