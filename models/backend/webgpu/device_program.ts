/**
 * Runs a WGSL program of the suite on TensorFlow.js's WebGPU backend.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { WebGPUBackend, WebGPUProgram } from "@tensorflow/tfjs-backend-webgpu";
import type { Tensors } from "../tensors.ts";

/** A program with all that it is dispatched with. */
export interface Dispatch {
  /** Tells programs apart whose code differs. */
  readonly key: string;
  /** The code: `main(index)`, which writes to `result`. */
  readonly code: () => string;
  /** Threads of a workgroup. */
  readonly lanes: number;
  /** Number of workgroups. */
  readonly workgroups: number;
  /** What it reads; the code calls each by its name, an array of f32. */
  readonly inputs: Tensors;
  /** What the code reads as `uniforms.NAME`: i32, but f32 those in `floatUniforms`. */
  readonly uniforms: Readonly<Record<string, number>>;
  /** Uniforms that are f32. */
  readonly floatUniforms?: Readonly<Record<string, number>>;
  /** Numbers that it writes. */
  readonly outputSize: number;
}

/** TensorFlow.js's WebGPU backend, which must be the current one. */
export function webgpuBackend(): WebGPUBackend {
  return tf.backend() as WebGPUBackend;
}

/** Puts the program in the backend's queue. @returns its result, flat */
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
  // Flat: the backend writes accessors for the shapes of inputs, which nothing here uses.
  const inputs = Object.values(request.inputs).map(({ dataId, size, dtype }) => ({
    dataId,
    dtype,
    shape: [size],
  }));
  const values = uniforms.map(([type, , value]) => ({ type, data: [value] }));
  const info = webgpuBackend().runWebGPUProgram(program, inputs, "float32", values);
  return tf.engine().makeTensorFromTensorInfo(info) as tf.Tensor1D;
}
