/**
 * Sessions of ONNX Runtime for the backends.
 *
 * @module
 */
import * as ort from "onnxruntime-node";

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
