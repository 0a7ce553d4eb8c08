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
}

/**
 * Execution provider of each backend.
 *
 * Recorded images are channels-first. WebGPU's default is to move every convolution to channels-last; besides the
 * transposes that costs, the gradients of strided kernels come out wrong (onnxruntime-node 1.30 on SwiftShader: whole
 * training steps, not single convolutions; off by as much as their size, while channels-first agrees to 1e-6).
 */
const providers: Readonly<
  Record<OrtOptions["name"], ort.InferenceSession.ExecutionProviderConfig>
> = {
  "ort-cpu": "cpu",
  "ort-cuda": "cuda",
  "ort-webgpu": { name: "webgpu", preferredLayout: "NCHW" },
};

/**
 * Whether a provider's outputs can stay on its device. onnxruntime-node 1.30 binds outputs to host memory or to WebGPU
 * buffers (`tensor_helper.cc`: the allocator "WebGPU_Buf"), never to CUDA's memory: with CUDA what is carried goes
 * through the host, 2 MB a step each way for the rotating-MNIST model.
 */
export function holdsOnDevice({ name, holdOnDevice = true }: OrtOptions): boolean {
  return name === "ort-webgpu" && holdOnDevice;
}

/**
 * A session.
 *
 * There is no graph capture. The binding has no option for it (it refuses WebGPU's `enableGraphCapture` as
 * unrecognised, and passes CUDA a device number only); and both providers want a graph without control flow, all of it
 * on the device, where a training step has its two `Scan` loops.
 *
 * @param bytes an encoded ONNX model
 * @param onDevice outputs, by their names in the model, that stay in the device's buffers
 */
export function createSession(
  options: OrtOptions,
  bytes: Uint8Array,
  onDevice: readonly string[] = [],
): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(bytes, {
    executionProviders: [providers[options.name]],
    intraOpNumThreads: options.threads,
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
