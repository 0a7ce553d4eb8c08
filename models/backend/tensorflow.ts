/**
 * Loads `@tensorflow/tfjs-node-gpu`, whose native library is not part of its npm package.
 *
 * @module
 */

/** The part of the module that the suite uses. */
export interface TensorflowModule {
  /** Versions of the packages; `tfjs-node` is the native one. */
  readonly version: Readonly<Record<string, string>>;
  /** Makes a backend the current one. */
  setBackend(name: string): Promise<boolean>;
  /** Resolves when the backend is ready. */
  ready(): Promise<void>;
  /** The current backend. */
  backend(): unknown;
}

/** A loaded TensorFlow. */
export interface LoadedTensorflow {
  /** Library and version, e.g. "tfjs-node-gpu 4.22.0". */
  readonly version: string;
  /** "GPU" or "CPU" with the name that TensorFlow reports. */
  readonly device: string;
  /** Whether it computes on a GPU. */
  readonly gpu: boolean;
}

// The specifier is built at run time, so that checking and bundling do not need the package.
const specifier = ["@tensorflow", "tfjs-node-gpu"].join("/");

const importPackage = async (): Promise<TensorflowModule> => {
  const module = await import(specifier) as { default?: TensorflowModule } & TensorflowModule;
  return module.default ?? module;
};

/** What the native library loads when it starts, according to the documentation of tfjs-node 4.22. */
export const cudaNeeds = "CUDA 11.2 and cuDNN 8.1";

/** How to fix an error of the import, in a few words. */
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const native = /tfjs_binding|pre-gyp|dlopen|libtensorflow|\.node\b/i.test(message);
  return native
    ? "its native library must be installed (npm's package fetches it in an install script: see " +
      `benchmarks/speed/README.md, "GPU"), and ${cudaNeeds} be on the library path`
    : (message.split("\n")[0] ?? message);
}

/**
 * Imports and starts TensorFlow.
 *
 * @param importModule imports the package; a stand-in for tests
 * @throws Error, in one line, when the package or its native library cannot be loaded
 */
export async function loadTensorflow(
  importModule: () => Promise<TensorflowModule> = importPackage,
): Promise<LoadedTensorflow> {
  let module: TensorflowModule;
  try {
    module = await importModule();
    await module.setBackend("tensorflow");
    await module.ready();
  } catch (error) {
    throw new Error(`Cannot use backend "tensorflow": ${explain(error)}`);
  }
  const backend = module.backend() as { isUsingGpuDevice?: boolean; isGPUPackage?: boolean };
  const gpu = backend.isUsingGpuDevice === true;
  return {
    version: `tfjs-node-gpu ${module.version["tfjs-node"] ?? "unknown"}`,
    device: gpu ? "CUDA GPU (TensorFlow)" : "CPU (TensorFlow found no GPU)",
    gpu,
  };
}
