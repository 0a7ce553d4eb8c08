/**
 * Which backend computes: by name, or `auto`.
 *
 * @module
 */
import { cpus } from "node:os";
import { type Backend, backendNames, type Step } from "./backend.ts";
import { compileEagerly, loadEager } from "./eager_backend.ts";
import {
  cudaDevice,
  hasNvidiaDriver,
  missingForCuda,
  missingForWebgpu,
  TF32,
} from "./native_library.ts";
import { cudaNeeds, loadTensorflow, type TensorflowModule } from "./tensorflow.ts";

/** How a backend is selected. */
export interface SelectOptions {
  /** Compute threads; 1 by default. On a GPU, those of the loops that ONNX Runtime runs on the CPU. */
  readonly threads?: number;
  /** Receives a line for the user when TensorFlow leaves a GPU idle. */
  readonly log?: (line: string) => void;
  /** Imports `@tensorflow/tfjs-node-gpu`; a stand-in for tests. */
  readonly importTensorflow?: () => Promise<TensorflowModule>;
  /** Whether NVIDIA's driver is installed; a stand-in for tests. */
  readonly hasNvidia?: () => boolean;
  /** Loads a GPU backend of ONNX Runtime; a stand-in for tests. */
  readonly loadOrt?: (
    name: OrtGpuName,
    device: string,
    threads: number,
  ) => Promise<Backend>;
}

/** Backends that run ONNX Runtime on a GPU. */
export type OrtGpuName = "ort-cuda" | "ort-webgpu";

async function ortCpu(threads: number): Promise<Backend> {
  const { ortBackend } = await import("./ort/ort_backend.ts");
  return ortBackend({ name: "ort-cpu", device: cpuName(), threads });
}

/** The cause in an error of ONNX Runtime, without the positions in its source. */
function causeOf(error: unknown): string {
  const line = (error instanceof Error ? error.message : String(error)).split("\n")[0]!;
  return line.replace(/^.*was false\. /, "");
}

/** Checks that a backend can hold a number, add another one to it twice and return it. */
async function probe(backend: Backend): Promise<void> {
  const one = { shape: [1], data: new Float32Array([1]) };
  const add: Step = ({ sum, x }) => ({ sum: sum!.add(x!) });
  const step = await backend.compile(add, { sum: one, x: one }, { carried: ["sum"] });
  try {
    await step.start({ sum: one });
    await step.run({ x: one });
    await step.run({ x: one });
    const { sum } = await step.state();
    if (sum?.data[0] !== 3) throw new Error(`1 + 1 + 1 gave ${sum?.data[0]}`);
  } finally {
    await step.dispose();
  }
}

async function ortGpu(
  name: OrtGpuName,
  device: string,
  threads: number,
): Promise<Backend> {
  const missing = name === "ort-cuda" ? missingForCuda() : missingForWebgpu();
  if (missing !== undefined) throw new Error(`Cannot use backend "${name}": ${missing}`);
  // Products of float32 on tensor cores have factors of 10 bits by default (TensorFloat-32).
  if (Deno.env.get(TF32) === undefined) Deno.env.set(TF32, "0");
  const { ortBackend } = await import("./ort/ort_backend.ts");
  const backend = ortBackend({ name, device, threads });
  try {
    await probe(backend);
    return backend;
  } catch (error) {
    throw new Error(`Cannot use backend "${name}": its device must answer: ${causeOf(error)}`);
  }
}

async function tensorflow(options: SelectOptions, needGpu: boolean): Promise<Backend> {
  const { threads = 1 } = options;
  const loaded = await loadTensorflow(threads, options.importTensorflow);
  if (needGpu && !loaded.gpu) throw new Error("TensorFlow sees no GPU");
  const { hasNvidia = hasNvidiaDriver, log } = options;
  if (!loaded.gpu && hasNvidia()) {
    log?.(
      `Found NVIDIA's driver but TensorFlow computes on the CPU: ${cudaNeeds} must be installed`,
    );
  }
  return {
    name: "tensorflow",
    version: loaded.version,
    device: loaded.device,
    threads,
    compile: (step, specs, compileOptions) =>
      compileEagerly("tensorflow", step, specs, compileOptions),
  };
}

/**
 * Runs `action` while XDG_RUNTIME_DIR is set. Mesa's Vulkan drivers look for a display there; if it is not set, as in
 * containers, they print an error that has nothing to do with computing.
 */
async function withRuntimeFolder<T>(action: () => Promise<T>): Promise<T> {
  const name = "XDG_RUNTIME_DIR";
  if (Deno.env.has(name)) return await action();
  Deno.env.set(name, "/");
  try {
    return await action();
  } finally {
    Deno.env.delete(name);
  }
}

/** Name of the WebGPU adapter that answers, hardware or not; undefined if none does. */
async function adapterName(): Promise<string | undefined> {
  const gpu = (navigator as { gpu?: GPU }).gpu;
  const adapter = await withRuntimeFolder(async () =>
    await gpu?.requestAdapter().catch(() => null)
  );
  if (!adapter) return undefined;
  const { vendor, architecture, device, description } = adapter.info;
  return description || [vendor, architecture, device].filter(Boolean).join(" ");
}

async function tfjs(name: "webgpu" | "wasm", threads: number): Promise<Backend> {
  const device = name === "wasm" ? cpuName() : await adapterName();
  if (device === undefined) {
    throw new Error(`Cannot use backend "${name}": a WebGPU adapter must answer, none does`);
  }
  return {
    name,
    version: await loadEager(name),
    device,
    threads,
    compile: (step, specs, options) => compileEagerly(name, step, specs, options),
  };
}

/**
 * The first of ort-cuda and tensorflow that finds a GPU; ort-cpu otherwise. WebGPU is never taken: on an NVIDIA H100 a
 * training step of rotating MNIST took 1.7 times as long with ort-webgpu as with one thread of that machine's CPU.
 */
async function automatic(options: SelectOptions, threads: number): Promise<Backend> {
  const { hasNvidia = hasNvidiaDriver, loadOrt = ortGpu } = options;
  // Why one cannot run is reported when it is selected by name.
  const tried = (attempt: Promise<Backend>) => attempt.catch(() => undefined);
  // Both need CUDA. Without it, importing TensorFlow's package could only download it in vain.
  const found = hasNvidia()
    ? await tried(loadOrt("ort-cuda", cudaDevice(), threads)) ??
      await tried(tensorflow(options, true))
    : undefined;
  return found ?? await ortCpu(threads);
}

/**
 * Selects and loads a backend.
 *
 * @throws RangeError for an unknown name; Error, in one line, for a backend that cannot run here
 */
export async function selectBackend(name: string, options: SelectOptions = {}): Promise<Backend> {
  const { threads = 1, loadOrt = ortGpu } = options;
  switch (name) {
    case "auto":
      return await automatic(options, threads);
    case "tensorflow":
      return await tensorflow(options, false);
    case "ort-cuda":
      return await loadOrt(name, cudaDevice(), threads);
    case "ort-webgpu":
      return await loadOrt(name, await adapterName() ?? "WebGPU adapter", threads);
    case "ort-cpu":
      return await ortCpu(threads);
    case "webgpu":
    case "wasm":
      return await tfjs(name, threads);
    default:
      throw new RangeError(
        `Cannot select backend "${name}": it must be one of ${backendNames.join(", ")}`,
      );
  }
}

/** Name of the CPU, e.g. "AMD EPYC"; "unknown CPU" if the system does not report it. */
function cpuName(): string {
  return cpus()[0]?.model.trim() || "unknown CPU";
}
