/**
 * Which backend computes: by name, or `auto`.
 *
 * @module
 */
import type { Backend } from "./backend.ts";
import { compileEagerly } from "./eager_backend.ts";
import { cpuName } from "./device.ts";
import { loadTensorflow, type TensorflowModule } from "./tensorflow.ts";

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

/** How a backend is selected. */
export interface SelectOptions {
  /** Compute threads; 1 unless told. GPU backends ignore it. */
  readonly threads?: number;
  /** Takes one line for the user, e.g. why `auto` passed over a backend. */
  readonly log?: (line: string) => void;
  /** Imports `@tensorflow/tfjs-node-gpu`; a stand-in for tests. */
  readonly importTensorflow?: () => Promise<TensorflowModule>;
}

async function ort(
  name: "ort-cpu" | "ort-cuda" | "ort-webgpu",
  device: string,
  threads: number,
): Promise<Backend> {
  const { ortBackend } = await import("./ort/ort_backend.ts");
  const backend = ortBackend({ name, device, threads });
  if (name === "ort-cpu") return backend;
  // A provider that is compiled in may still find no device: ask it to add two numbers.
  try {
    const probe = await backend.compile(({ x }) => ({ y: x!.add(x!) }), { x: { shape: [1] } });
    const { y } = await probe.run({ x: { shape: [1], data: new Float32Array([1]) } });
    await probe.dispose();
    if (y?.data[0] !== 2) throw new Error(`1 + 1 gave ${y?.data[0]}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Error(`Cannot use backend "${name}": its device must answer: ${reason}`);
  }
  return backend;
}

async function tensorflow(options: SelectOptions, needGpu: boolean): Promise<Backend> {
  const loaded = await loadTensorflow(options.importTensorflow);
  if (needGpu && !loaded.gpu) throw new Error("TensorFlow sees no GPU");
  return {
    name: "tensorflow",
    version: loaded.version,
    device: loaded.device,
    threads: options.threads ?? 1,
    compile: (step, specs) => compileEagerly("tensorflow", step, specs),
  };
}

async function tfjs(name: "webgpu" | "wasm", threads: number): Promise<Backend> {
  const { loadEager } = await import("./eager_backend.ts");
  const { version, device } = await loadEager(name);
  return {
    name,
    version,
    device,
    threads,
    compile: (step, specs) => compileEagerly(name, step, specs),
  };
}

/** Names of adapters that compute on the CPU. */
const softwareAdapter = /swiftshader|llvmpipe|lavapipe|software|basic render/i;

/** Name of the hardware WebGPU adapter; undefined where none answers. */
async function hardwareAdapter(): Promise<string | undefined> {
  const gpu = (navigator as { gpu?: GPU }).gpu;
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return undefined;
  const { vendor, architecture, device, description } = adapter.info;
  const name = description || [vendor, architecture, device].filter(Boolean).join(" ");
  return softwareAdapter.test(name) ? undefined : name;
}

/** The first of tensorflow, ort-cuda, ort-webgpu that finds a GPU; ort-cpu otherwise. */
async function automatic(options: SelectOptions, threads: number): Promise<Backend> {
  const attempts: readonly (() => Promise<Backend>)[] = [
    () => tensorflow(options, true),
    () => ort("ort-cuda", "CUDA device 0", threads),
    async () => {
      const adapter = await hardwareAdapter();
      if (adapter === undefined) throw new Error("no hardware WebGPU adapter answers");
      return await ort("ort-webgpu", adapter, threads);
    },
  ];
  for (const attempt of attempts) {
    try {
      return await attempt();
    } catch {
      // The next one; what a GPU backend lacks is said when it is asked for by name.
    }
  }
  return await ort("ort-cpu", cpuName(), threads);
}

/**
 * Selects and loads a backend.
 *
 * @throws RangeError for an unknown name; Error, in one line, for a backend that cannot run here
 */
export async function selectBackend(name: string, options: SelectOptions = {}): Promise<Backend> {
  const threads = options.threads ?? 1;
  switch (name) {
    case "auto":
      return await automatic(options, threads);
    case "tensorflow":
      return await tensorflow(options, false);
    case "ort-cuda":
      return await ort(name, "CUDA device 0", threads);
    case "ort-webgpu":
      return await ort(name, await hardwareAdapter() ?? "WebGPU adapter", threads);
    case "ort-cpu":
      return await ort(name, cpuName(), threads);
    case "webgpu":
    case "wasm":
      return await tfjs(name, threads);
    default:
      throw new RangeError(
        `Cannot select backend "${name}": it must be one of ${backendNames.join(", ")}`,
      );
  }
}
