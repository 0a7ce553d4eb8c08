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

const importPackage = async (): Promise<TensorflowModule> => {
  // tfjs-node 4.22 calls a function of Node's that is gone since Node 23, and in Deno.
  require("node:util").isNullOrUndefined ??= (value: unknown) =>
    value === null ||
    value === undefined;
  // The package looks for its addon in Deno's cache, which other checkouts may share.
  createRequire(packageFile("package.json"))("@mapbox/node-pre-gyp/lib/pre-binding").find = () =>
    addonPath;
  // The specifier is computed, so that checking and bundling do not need the package.
  const module = await import(packageName) as { default?: TensorflowModule } & TensorflowModule;
  return module.default ?? module;
};

/** Settings that TensorFlow's library reads when it is loaded. */
function configure(threads: number): void {
  Deno.env.set("TF_NUM_INTRAOP_THREADS", String(threads));
  Deno.env.set("TF_NUM_INTEROP_THREADS", String(threads));
  // Warnings and errors only; products of float32 with all their bits.
  for (const [name, value] of [["TF_CPP_MIN_LOG_LEVEL", "1"], [TF32, "0"]] as const) {
    if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
  }
}

/** What must be there for a GPU. */
export const cudaNeeds = "the CUDA and cuDNN that its library was built for";

/** How to fix an error of the import, in a few words. */
function explain(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const line = message.split("\n")[0] ?? message;
  return /tfjs_binding|native addon|Cannot find module/i.test(line)
    ? `its native addon must be installed and load (deno task setup:tensorflow): ${line}`
    : line;
}

/**
 * Imports and starts TensorFlow.
 *
 * @param threads compute threads on the CPU, of the whole process; what is set first stays
 * @param importModule imports the package; a stand-in for tests
 * @throws Error, in one line, when the package or its native library cannot be loaded
 */
export async function loadTensorflow(
  threads: number,
  importModule: () => Promise<TensorflowModule> = importPackage,
): Promise<LoadedTensorflow> {
  let module: TensorflowModule;
  try {
    configure(threads);
    module = await importModule();
    if (!await module.setBackend("tensorflow")) throw new Error("it did not start");
    await module.ready();
  } catch (error) {
    throw new Error(`Cannot use backend "tensorflow": ${explain(error)}`);
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
