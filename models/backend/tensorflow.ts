/**
 * Loads `@tensorflow/tfjs-node-gpu`, whose native addon is not part of its npm package: `deno task setup:tensorflow` puts
 * it into the suite's folder.
 *
 * @module
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { suiteFolder } from "../../data/user_paths.ts";
import { TF32 } from "./native_library.ts";

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
  /** Libraries and versions, e.g. "tfjs-node-gpu 4.22.0, TensorFlow 2.15.1". */
  readonly version: string;
  /** "GPU" or "CPU" with the name that TensorFlow reports. */
  readonly device: string;
  /** Whether it computes on a GPU. */
  readonly gpu: boolean;
}

const packageName = "@tensorflow/tfjs-node-gpu";
const require = createRequire(import.meta.url);

/** Path of a file of the npm package. */
export const packageFile = (path: string): string => require.resolve(`${packageName}/${path}`);

/** Folder of the native addon and of what the package's own install brings. */
export const tensorflowFolder: string = join(suiteFolder, ".tensorflow");

/** The native addon, in the package's own order of folders: it looks for TensorFlow's library from there. */
export const addonPath: string = join(tensorflowFolder, "lib", "napi-v8", "tfjs_binding.node");

/** Settings that TensorFlow's library reads when it is loaded. */
function configure(threads: number): void {
  Deno.env.set("TF_NUM_INTRAOP_THREADS", String(threads));
  Deno.env.set("TF_NUM_INTEROP_THREADS", String(threads));
  // Warnings and errors only; products of float32 with all their bits.
  for (const [name, value] of [["TF_CPP_MIN_LOG_LEVEL", "1"], [TF32, "0"]] as const) {
    if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
  }
}

const importPackage = async (threads: number): Promise<TensorflowModule> => {
  configure(threads);
  // tfjs-node 4.22 calls a function of Node's that is gone since Node 23, and in Deno.
  require("node:util").isNullOrUndefined ??= (x: unknown) => x === null || x === undefined;
  // The package looks for its addon in Deno's cache, which other checkouts may share.
  createRequire(packageFile("package.json"))("@mapbox/node-pre-gyp/lib/pre-binding").find = () =>
    addonPath;
  // The specifier is computed, so that checking and bundling do not need the package.
  const module = await import(packageName) as { default?: TensorflowModule } & TensorflowModule;
  return module.default ?? module;
};

/** What must be there for a GPU. */
export const cudaNeeds = "the CUDA and cuDNN that its library was built for";

/**
 * Imports and starts TensorFlow.
 *
 * @param threads compute threads on the CPU, of the whole process; what is set first stays
 * @param importModule imports the package; a stand-in for tests
 * @throws Error, in one line, when the package or its native library cannot be loaded
 */
export async function loadTensorflow(
  threads: number,
  importModule: (threads: number) => Promise<TensorflowModule> = importPackage,
): Promise<LoadedTensorflow> {
  let module: TensorflowModule;
  try {
    module = await importModule(threads);
    if (!await module.setBackend("tensorflow")) throw new Error("it did not start");
    await module.ready();
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Error(
      `Cannot use backend "tensorflow": its addon must load (deno task setup:tensorflow makes it): ${reason}`,
    );
  }
  const { isUsingGpuDevice: gpu = false, binding } = module.backend() as {
    readonly isUsingGpuDevice?: boolean;
    readonly binding?: { readonly TF_Version: string };
  };
  return {
    version: `tfjs-node-gpu ${module.version["tfjs-node"] ?? "unknown"}, TensorFlow ${
      binding?.TF_Version ?? "unknown"
    }`,
    device: gpu ? "CUDA GPU (TensorFlow)" : "CPU (TensorFlow found no GPU)",
    gpu,
  };
}
