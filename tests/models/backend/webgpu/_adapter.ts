/**
 * A WebGPU adapter for tests: a GPU, or the SwiftShader that comes with Chromium.
 *
 * @module
 */
import type { Backend } from "../../../../models/backend/backend.ts";
import { compileEagerly, loadEager } from "../../../../models/backend/eager_backend.ts";
import { leaveOut } from "../../../optional_tools.ts";

/** Where packages of Chromium put SwiftShader's description for Vulkan's loader. */
const SOFTWARE = [
  "/usr/lib/chromium/vk_swiftshader_icd.json",
  "/usr/lib/chromium-browser/vk_swiftshader_icd.json",
  "/opt/google/chrome/vk_swiftshader_icd.json",
];

/** Lets Vulkan's loader find SwiftShader beside the drivers of GPUs, before it is first asked. */
function offerSoftware(): void {
  const found = SOFTWARE.find((path) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  });
  if (found !== undefined) Deno.env.set("VK_ADD_DRIVER_FILES", found);
}

async function answers(): Promise<boolean> {
  offerSoftware();
  const adapter = await (navigator as { gpu?: GPU }).gpu?.requestAdapter().catch(() => null);
  return adapter !== null && adapter !== undefined;
}

/** Whether to leave out tests that need an adapter. */
export const noAdapter: boolean = leaveOut(
  "A WebGPU adapter",
  await answers(),
  "apt-get install libvulkan1 chromium",
);

/** TensorFlow.js's WebGPU backend. */
export async function webgpu(): Promise<Backend> {
  return {
    name: "webgpu",
    version: await loadEager("webgpu"),
    device: "WebGPU adapter",
    threads: 1,
    compile: (step, specs) => compileEagerly("webgpu", step, specs),
  };
}
