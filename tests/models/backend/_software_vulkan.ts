/**
 * SwiftShader, Chromium's Vulkan on the CPU: with it WebGPU runs anywhere. ONNX Runtime's provider needs a process of its
 * own for it: Vulkan reads the environment once.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { missingForWebgpu } from "../../../models/backend/native_library.ts";
import { leaveOut } from "../../optional_tools.ts";

const driver = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"]
  .map((folder) => `${folder}/vk_swiftshader_icd.json`)
  .find((path) => existsSync(path));

/** Whether the tests that need it are left out; said aloud. */
export const withoutSoftwareVulkan: boolean = leaveOut(
  "SwiftShader with Vulkan's loader",
  driver !== undefined && missingForWebgpu() === undefined,
  "apt-get install chromium libvulkan1",
);

/** Variables that make SwiftShader the only GPU of a process. */
export const softwareVulkan: Readonly<Record<string, string>> = {
  VK_DRIVER_FILES: driver ?? "",
  VK_ICD_FILENAMES: driver ?? "",
};

/** Offers SwiftShader beside GPUs to this process's own WebGPU, which TensorFlow.js uses; before it is first asked. */
export function offerSoftwareVulkan(): void {
  if (driver !== undefined) Deno.env.set("VK_ADD_DRIVER_FILES", driver);
}

/** Runs one of the suite's scripts with SwiftShader as the only GPU. @param script path from the root of the suite */
export async function onSoftwareVulkan(
  script: string,
  args: readonly string[] = [],
): Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--allow-all", "--no-check", script, ...args],
    cwd: new URL("../../..", import.meta.url),
    env: { NO_COLOR: "1", ...softwareVulkan },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
  return { code, stdout: text(stdout), stderr: text(stderr) };
}
