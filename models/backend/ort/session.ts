/**
 * Sessions of ONNX Runtime, and the tensors that are held from run to run.
 *
 * @module
 */
import * as ort from "onnxruntime-node";
import { inputData, type TensorSpecs } from "../backend.ts";
import type { HostArray, HostArrays } from "../tensors.ts";
import { traceStep } from "./trace.ts";

/** How a session is made. */
export interface OrtOptions {
  /** Name of the backend; decides the execution provider. */
  readonly name: "ort-cpu" | "ort-cuda" | "ort-webgpu";
  /** What computes, for the record. */
  readonly device: string;
  /** Threads of one operation. */
  readonly threads: number;
  /** Where steps hold what they carry from run to run; {@link holdsOnDevice} by default. */
  readonly holdOnDevice?: boolean;
  /** Bytes of images that the CPU computes at a time; 2.5 MiB by default. Without effect on a GPU. */
  readonly tileBytes?: number;
}

/**
 * Whether a provider's outputs can stay on its device. onnxruntime-node 1.30 binds outputs to host memory or to WebGPU
 * buffers (`tensor_helper.cc`: the allocator "WebGPU_Buf"), never to CUDA's memory: with CUDA what is carried goes
 * through the host, 2 MB a step each way for the rotating-MNIST model.
 */
export function holdsOnDevice({ name, holdOnDevice = true }: OrtOptions): boolean {
  return name === "ort-webgpu" && holdOnDevice;
}

/** The part of an encoded model that a session needs. */
export interface SessionModel {
  /** The model in protobuf encoding. */
  readonly bytes: Uint8Array;
  /** Names of the nodes that loops repeat. */
  readonly loopNodeNames: readonly string[];
}

/**
 * WebGPU's provider (onnxruntime-node 1.30) and its options.
 *
 * Recorded images are channels-first. The default is to move every convolution to channels-last; besides the transposes
 * that costs, gradients of strided kernels come out wrong (seen on SwiftShader: off by as much as their size, where
 * channels-first agrees to 1e-6).
 *
 * It has no kernel for `Scan` or `Loop`: those run on the CPU, and a body on the GPU would have its carries copied there
 * and back at each of some hundred turns. So the bodies, small products all of them, run on the CPU, too, and what goes in
 * and out of a loop is copied once a step.
 */
function webgpu(loopNodeNames: readonly string[]): ort.InferenceSession.ExecutionProviderConfig {
  const options = {
    name: "webgpu",
    preferredLayout: "NCHW",
    // An empty list is refused.
    ...(loopNodeNames.length === 0 ? {} : { forceCpuNodeNames: [...loopNodeNames] }),
  };
  return options as ort.InferenceSession.ExecutionProviderConfig;
}

/**
 * A session.
 *
 * There is no graph capture. The binding has no option for it (it refuses WebGPU's `enableGraphCapture` as
 * unrecognised, and passes CUDA a device number only); and both providers want a graph without control flow, all of it
 * on the device, where a training step has its two `Scan` loops.
 *
 * @param onDevice outputs, by their names in the model, that stay in the device's buffers
 */
export function createSession(
  { name, threads }: OrtOptions,
  { bytes, loopNodeNames }: SessionModel,
  onDevice: readonly string[] = [],
): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(bytes, {
    executionProviders: [
      name === "ort-webgpu" ? webgpu(loopNodeNames) : name === "ort-cuda" ? "cuda" : "cpu",
    ],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    // Warnings of the optimiser are about its own work, not about ours.
    logSeverityLevel: 3,
    ...(onDevice.length === 0 ? {} : {
      preferredOutputLocation: Object.fromEntries(
        onDevice.map((name) => [name, "gpu-buffer" as const]),
      ),
    }),
  });
}

/** Tensors by name; each is freed by its `dispose()`. */
export type HeldTensors = Readonly<Record<string, ort.Tensor>>;

/** Brings arrays to where they are held, and back. */
export interface Carrier {
  /** Copies arrays to where they are held. @throws RangeError when one is missing or has another size */
  hold(arrays: HostArrays): Promise<HeldTensors>;
  /** Copies of what is held, on the host. */
  read(held: HeldTensors): Promise<HostArrays>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/** The array of an input as a tensor on the host. */
export function hostTensor(name: string, specs: TensorSpecs, inputs: HostArrays): ort.Tensor {
  const { shape, dtype = "float32" } = specs[name]!;
  return new ort.Tensor(dtype, inputData(name, specs, inputs) as never, shape);
}

/** Holds tensors on the host. @param specs what is held */
export function hostCarrier(specs: TensorSpecs): Carrier {
  const names = Object.keys(specs);
  return {
    hold(arrays) {
      const copy = (name: string) => {
        const { data } = hostTensor(name, specs, arrays);
        return { [name]: { shape: specs[name]!.shape, data: (data as Float32Array).slice() } };
      };
      const copies: HostArrays = Object.assign({}, ...names.map(copy));
      return Promise.resolve(
        Object.fromEntries(names.map((name) => [name, hostTensor(name, specs, copies)])),
      );
    },
    read: (held) =>
      Promise.resolve(
        Object.fromEntries(
          names.map((name) => [
            name,
            { shape: specs[name]!.shape, data: (held[name]!.data as Float32Array).slice() },
          ]),
        ),
      ),
    dispose: () => Promise.resolve(),
  };
}

/**
 * Holds tensors on the device. Two models of nothing but identities move them: the binding cannot make a device tensor
 * of an array, and a device tensor's own `getData()` ends the process (onnxruntime-node 1.30: its download throws past
 * the binding).
 *
 * @param specs what is held
 */
export async function deviceCarrier(options: OrtOptions, specs: TensorSpecs): Promise<Carrier> {
  const names = Object.keys(specs);
  const model = await traceStep((inputs) => inputs, specs);
  const up = await createSession(options, model, names.map((name) => `out:${name}`));
  const down = await createSession(options, model);
  const renamed = (to: string, tensors: Readonly<Record<string, ort.Tensor>>) =>
    Object.fromEntries(names.map((name) => [`${to}${name}`, tensors[name]!]));
  return {
    async hold(arrays) {
      const tensors = Object.fromEntries(
        names.map((name) => [name, hostTensor(name, specs, arrays)]),
      );
      const results = await up.run(renamed("in:", tensors));
      return Object.fromEntries(names.map((name) => [name, results[`out:${name}`]!]));
    },
    async read(held) {
      const results = await down.run(renamed("in:", held));
      return Object.fromEntries(
        names.map((name): [string, HostArray] => [
          name,
          { shape: specs[name]!.shape, data: results[`out:${name}`]!.data as Float32Array },
        ]),
      );
    },
    async dispose() {
      await up.release();
      await down.release();
    },
  };
}
