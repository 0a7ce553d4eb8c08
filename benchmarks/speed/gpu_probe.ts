/**
 * Loads a backend and prints what computes as one line of JSON, a {@link GpuProbe}. A process of its own, as a GPU's
 * libraries may end the one that loads them.
 *
 *     deno run -A benchmarks/speed/gpu_probe.ts BACKEND
 *
 * @module
 */
import { selectBackend } from "../../models/backend/select.ts";
import { messageOf } from "../errors.ts";
import type { GpuProbe } from "./gpu_backends.ts";

/** Whether WebGPU's adapter is known to compute on the CPU. */
async function hasSoftwareAdapter(): Promise<boolean> {
  const adapter = await (navigator as { gpu?: GPU }).gpu?.requestAdapter().catch(() => null);
  return adapter?.info.isFallbackAdapter ?? false;
}

async function probe(name: string): Promise<GpuProbe> {
  const notices: string[] = [];
  try {
    const { device, version } = await selectBackend(name, { log: (line) => notices.push(line) });
    // TensorFlow computes without a GPU, too, and says so in its device's name.
    const software = name.includes("webgpu") ? await hasSoftwareAdapter() : /^CPU\b/.test(device);
    return { backend: name, device, version, software, notices };
  } catch (error) {
    return { backend: name, reason: messageOf(error).replace(/^Cannot use backend "[^"]*": /, "") };
  }
}

console.log(JSON.stringify(await probe(Deno.args[0] ?? "")));
Deno.exit();
