/**
 * Where the time of a training step goes, by ONNX Runtime's profiler:
 *
 *     deno run -A benchmarks/speed/profile.ts BACKEND [--size NAME] [--steps N] [--threads N]
 *
 * The profiler makes every node a microsecond or two longer, and so loops of many small nodes. On a GPU a node's time is
 * that of its launch; what it computes shows where the CPU waits for it, most of all in copies to the host.
 *
 * @module
 */
import { join } from "node:path";
import type { OrtOptions } from "../../models/backend/ort/ort_backend.ts";
import { selectBackend } from "../../models/backend/select.ts";
import { processIo } from "../commands/command_line.ts";
import { UsageError } from "../errors.ts";
import { operatorTimes, type StepProfile } from "./analysis.ts";
import { type OptionsOf, PROFILE, runSpeedCommand } from "./options.ts";
import { type Size, SIZES } from "./sizes.ts";
import { profileTable } from "./tables.ts";
import { ownStep, workload } from "./workload.ts";

/** Steps that are not counted: the first allocates and chooses algorithms. */
const WARM_UP = 2;

/**
 * Makes training steps with the profiler on.
 *
 * @param name a backend of ONNX Runtime that loads here
 */
export async function profileStep(
  name: OrtOptions["name"],
  size: Size,
  { steps, threads }: Pick<OptionsOf<typeof PROFILE>, "steps" | "threads">,
): Promise<StepProfile> {
  const { ortBackend } = await import("../../models/backend/ort/ort_backend.ts");
  const folder = await Deno.makeTempDir({ prefix: "ode2vae_profile_" });
  try {
    const backend = ortBackend({ name, device: "", threads, profile: join(folder, "profile") });
    const own = await ownStep(backend, size, await workload(size));
    try {
      for (let step = 0; step < WARM_UP + steps; step++) await own.step();
    } finally {
      await own.dispose();
    }
    const [file] = [...Deno.readDirSync(folder)];
    return operatorTimes(JSON.parse(await Deno.readTextFile(join(folder, file!.name))), steps);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function profile(
  { size, steps, threads }: OptionsOf<typeof PROFILE>,
  [name = ""]: readonly string[],
): Promise<void> {
  if (name !== "ort-cpu" && name !== "ort-cuda" && name !== "ort-webgpu") {
    throw new UsageError(
      `Cannot profile backend "${name}": it must be ort-cpu, ort-cuda or ort-webgpu`,
    );
  }
  // Says in one line why it cannot run here.
  const { device, version } = await selectBackend(name);
  processIo.print(`${name}: ${device}, ${version}, ${SIZES[size].title}`);
  processIo.print(profileTable(await profileStep(name, SIZES[size], { steps, threads })));
}

if (import.meta.main) await runSpeedCommand(PROFILE, profile, 1);
