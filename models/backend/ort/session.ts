/**
 * Sessions of ONNX Runtime, and the tensors that they hold from run to run.
 *
 * @module
 */
import * as ort from "onnxruntime-node";
import { inputData, type TensorSpecs } from "../backend.ts";
import { type HostArrays, mapValues } from "../tensors.ts";
import { LOOP_NODES } from "./onnx_model.ts";
import { traceStep } from "./trace.ts";

/** How a session is made. */
export interface OrtOptions {
  /** Name of the backend; decides the execution provider. */
  readonly name: "ort-cpu" | "ort-cuda" | "ort-webgpu";
  /** What computes, for the record. */
  readonly device: string;
  /** Threads of one operation. */
  readonly threads: number;
  /** Whether steps hold what they carry on the device; {@link holdsOnDevice} by default. */
  readonly holdOnDevice?: boolean;
  /** Bytes of images that the CPU computes at a time; 2.5 MiB by default. Without effect on a GPU. */
  readonly tileBytes?: number;
}

/**
 * Whether a provider's outputs can stay on its device. onnxruntime-node 1.30 binds outputs to host memory or to WebGPU
 * buffers (`tensor_helper.cc`: the allocator "WebGPU_Buf"), never to CUDA's memory: with CUDA, carried tensors go
 * through the host, 2 MB a step each way for the rotating-MNIST model.
 */
export function holdsOnDevice({ name, holdOnDevice = true }: OrtOptions): boolean {
  return name === "ort-webgpu" && holdOnDevice;
}

/**
 * Options of GPU providers (onnxruntime-node 1.30).
 *
 * Recorded images are channels-first. By default WebGPU's provider moves every convolution to channels-last; that costs
 * transposes, and gradients of strided kernels come out wrong (seen on SwiftShader: off by as much as their size, where
 * channels-first agrees to 1e-6).
 */
const PROVIDERS = {
  "ort-cpu": "cpu",
  "ort-cuda": "cuda",
  "ort-webgpu": { name: "webgpu", preferredLayout: "NCHW" },
} as const;

/**
 * Where the nodes of loops run. WebGPU's provider has no kernel for `Scan`, so that loops run on the CPU, and a body on
 * the GPU would have its carries copied there and back in each of some hundred iterations. So the bodies, which are small
 * products, run on the CPU as well, and what goes into and out of a loop is copied once a step.
 */
const LOOPS_ON_CPU = { session: { name_based_layer_assignment: `cpu(${LOOP_NODES})` } };

/**
 * A session.
 *
 * There is no graph capture. The binding has no option for it (it refuses WebGPU's `enableGraphCapture` as
 * unrecognised, and passes CUDA only a device number); and both providers need a graph without control flow, entirely on
 * the device, while a training step has two `Scan` loops.
 *
 * @param onDevice outputs, by their names in the model, that stay in the device's buffers
 */
export function createSession(
  { name, threads }: OrtOptions,
  bytes: Uint8Array,
  onDevice: readonly string[] = [],
): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(bytes, {
    executionProviders: [PROVIDERS[name]],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    // Warnings of the optimiser are about its own work, not about ours.
    logSeverityLevel: 3,
    ...(name === "ort-cpu" ? {} : { extra: LOOPS_ON_CPU }),
    ...(onDevice.length === 0 ? {} : {
      preferredOutputLocation: Object.fromEntries(
        onDevice.map((name) => [name, "gpu-buffer" as const]),
      ),
    }),
  });
}

/** Tensors by name; each is freed by its `dispose()`. */
export type HeldTensors = Readonly<Record<string, ort.Tensor>>;

/** Moves arrays to where they are held, and back. */
export interface Carrier {
  /** Copies arrays to where they are held. @throws RangeError when one is missing or has another size */
  hold(arrays: HostArrays): Promise<HeldTensors>;
  /** Copies of held tensors, on the host. */
  read(held: HeldTensors): Promise<HostArrays>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/** The array of an input as a tensor on the host, over the same memory. */
export function hostTensor(name: string, specs: TensorSpecs, inputs: HostArrays): ort.Tensor {
  const { shape, dtype = "float32" } = specs[name]!;
  return new ort.Tensor(dtype, inputData(name, specs, inputs) as never, shape);
}

/** Holds tensors on the host. @param specs what is held */
export function hostCarrier(specs: TensorSpecs): Carrier {
  return {
    hold(arrays) {
      const copies = mapValues(specs, ({ shape }, name) => ({
        shape,
        data: inputData(name, specs, arrays).slice(),
      }));
      return Promise.resolve(mapValues(specs, (_, name) => hostTensor(name, specs, copies)));
    },
    read: (held) =>
      Promise.resolve(mapValues(specs, ({ shape }, name) => ({
        shape,
        data: (held[name]!.data as Float32Array).slice(),
      }))),
    dispose: () => Promise.resolve(),
  };
}

/**
 * Holds tensors on the device. Two models that consist of identities move them: the binding cannot make a device tensor
 * from an array, and a device tensor's own `getData()` ends the process (onnxruntime-node 1.30: an exception of its
 * download leaves the binding).
 *
 * @param specs what is held
 */
export async function deviceCarrier(options: OrtOptions, specs: TensorSpecs): Promise<Carrier> {
  const { bytes } = await traceStep((inputs) => inputs, specs);
  const up = await createSession(options, bytes, Object.keys(specs).map((name) => `out:${name}`));
  const down = await createSession(options, bytes);
  const feed = (tensors: HeldTensors) =>
    Object.fromEntries(Object.keys(specs).map((name) => [`in:${name}`, tensors[name]!]));
  return {
    async hold(arrays) {
      const tensors = mapValues(specs, (_, name) => hostTensor(name, specs, arrays));
      const results = await up.run(feed(tensors));
      return mapValues(specs, (_, name) => results[`out:${name}`]!);
    },
    async read(held) {
      const results = await down.run(feed(held));
      return mapValues(specs, ({ shape }, name) => ({
        shape,
        data: results[`out:${name}`]!.data as Float32Array,
      }));
    },
    async dispose() {
      await up.release();
      await down.release();
    },
  };
}
