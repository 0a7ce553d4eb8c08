/**
 * Whether the native libraries of a GPU are installed. Checked before ONNX Runtime is loaded, because it prints what it
 * cannot load to standard error.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { arch, platform } from "node:process";

/** Whether the system's linker finds a shared library, e.g. "libcuda.so.1". True without the permission to check. */
export function canOpen(library: string): boolean {
  try {
    Deno.dlopen(library, {}).close();
    return true;
  } catch (error) {
    // Without the permission to load libraries, let ONNX Runtime find out.
    return error instanceof Deno.errors.NotCapable;
  }
}

/** Folder of onnxruntime-node's native library on this system. */
export function ortLibraryFolder(): string {
  const main = createRequire(import.meta.url).resolve("onnxruntime-node");
  return join(dirname(main), "..", "bin", "napi-v6", platform, arch);
}

/** NVIDIA's variable: with "0" its libraries compute products of float32 with all their bits. */
export const TF32 = "NVIDIA_TF32_OVERRIDE";

/**
 * What NVIDIA's driver says of its GPUs, a line each; none where there is no `nvidia-smi` or it fails.
 *
 * @param fields as `nvidia-smi --query-gpu` takes them, e.g. "name,memory.total"
 */
export function queryGpus(fields: string, program = "nvidia-smi"): readonly string[] {
  const args = [`--query-gpu=${fields}`, "--format=csv,noheader"];
  try {
    const { success, stdout } = new Deno.Command(program, { args, stderr: "null" }).outputSync();
    const lines = success ? new TextDecoder().decode(stdout).split("\n") : [];
    return lines.map((line) => line.trim()).filter((line) => line !== "");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/**
 * Name of the GPU that CUDA computes on, as NVIDIA's driver has it, e.g. "NVIDIA H200".
 *
 * @param program `nvidia-smi`; a stand-in for tests
 * @returns "CUDA device 0" where the machine's GPUs have several names, or none is known
 */
export function cudaDevice(program?: string): string {
  const unknown = "CUDA device 0";
  try {
    const names = new Set(queryGpus("name", program));
    return names.size === 1 ? [...names][0]! : unknown;
  } catch {
    // Without the permission to run it: a name is not worth an error.
    return unknown;
  }
}

const nvidiaDriver = platform === "win32" ? "nvcuda.dll" : "libcuda.so.1";

/**
 * Whether NVIDIA's driver is installed; without it no CUDA library finds a GPU.
 *
 * @param opens whether the linker finds a library
 */
export function hasNvidiaDriver(opens: (library: string) => boolean = canOpen): boolean {
  return opens(nvidiaDriver);
}

/**
 * What ONNX Runtime's CUDA provider lacks.
 *
 * @param folder folder of onnxruntime-node's native library
 * @param opens whether the linker finds a library
 * @returns one clause for an error message; undefined if nothing is known to be missing
 */
export function missingForCuda(
  folder: string = ortLibraryFolder(),
  opens: (library: string) => boolean = canOpen,
): string | undefined {
  const provider = platform === "win32"
    ? "onnxruntime_providers_cuda.dll"
    : "libonnxruntime_providers_cuda.so";
  if (!existsSync(join(folder, provider))) {
    return `${provider} must be next to onnxruntime-node's library (npm's package fetches it in an ` +
      `install script), is not in ${folder}`;
  }
  return hasNvidiaDriver(opens)
    ? undefined
    : `NVIDIA's driver must be installed, ${nvidiaDriver} cannot be loaded`;
}

/**
 * What ONNX Runtime's WebGPU provider lacks: on Linux it reaches GPUs only through Vulkan.
 *
 * @param system Node's name of the operating system
 * @param opens whether the linker finds a library
 * @returns one clause for an error message; undefined if nothing is known to be missing
 */
export function missingForWebgpu(
  system: string = platform,
  opens: (library: string) => boolean = canOpen,
): string | undefined {
  if (system !== "linux" || opens("libvulkan.so.1")) return undefined;
  return "Vulkan's loader must be installed, libvulkan.so.1 cannot be loaded";
}
