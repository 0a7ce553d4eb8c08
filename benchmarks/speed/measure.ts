/**
 * Times the training step of all contestants in one run, step by step in turn, so that what else the machine does hits
 * all alike:
 *
 *     deno task speed [--size NAME] [--steps N] [--out FILE]
 *
 * @module
 */
import { processIo } from "../commands/command_line.ts";
import { CONTESTANTS, whoCanRun } from "./contestants.ts";
import { LOSS_TOLERANCE } from "./gpu_results.ts";
import { MEASURE, type OptionsOf, runSpeedCommand } from "./options.ts";
import { missingPeer } from "./python.ts";
import {
  type ContestantMeasurement,
  type Measurement,
  type SizeMeasurement,
  thisOccasion,
  wasBusy,
  writeResults,
} from "./results.ts";
import { SIZES } from "./sizes.ts";
import { stepTables } from "./tables.ts";
import { measurePeak, measureSize, type Pace } from "./timing.ts";

/**
 * Makes sure that all contestants computed one and the same loss before their first update.
 *
 * @throws Error when one differs from the baseline
 */
export function checkFirstLosses([baseline, ...others]: readonly ContestantMeasurement[]): void {
  for (const { label, firstLoss } of others) {
    const difference = Math.abs(firstLoss / baseline!.firstLoss - 1);
    if (difference < LOSS_TOLERANCE) continue;
    throw new Error(
      `Cannot compare "${label}" with "${baseline!.label}": their first losses must agree to ` +
        `${LOSS_TOLERANCE} relative, are ${firstLoss} and ${baseline!.firstLoss}`,
    );
  }
}

async function measure(options: OptionsOf<typeof MEASURE>): Promise<void> {
  const occasion = thisOccasion();
  if (wasBusy(occasion.machine)) {
    const load = occasion.machine.loadBefore.toFixed(2);
    processIo.log(`the machine is busy (load ${load}): these times will mislead`);
  }
  const field = whoCanRun(CONTESTANTS.filter(({ id }) => options.only.includes(id)));
  for (const { label, reason } of field.leftOut) processIo.log(`left out, as ${reason}: ${label}`);
  if (field.contestants.length === 0) {
    throw new Error("Cannot measure: at least one contestant must run here, none does");
  }
  processIo.log("matrix products");
  const libraries = (["ort-cpu", "pytorch"] as const)
    .filter((library) => library === "ort-cpu" || missingPeer("PyTorch") === undefined);
  const peak = await measurePeak(
    libraries.flatMap((library) => [2, 1].map((threads) => ({ library, threads }))),
  );
  const sizes: SizeMeasurement[] = [];
  for (const name of options.size) {
    const size = { ...SIZES[name], sequences: options.sequences ?? SIZES[name].sequences };
    const pace: Pace = {
      warmUp: ({ mostSteps }) => mostSteps?.[name] === undefined ? 2 : 1,
      steps: ({ mostSteps }) => Math.min(options.steps, mostSteps?.[name] ?? options.steps),
      ...{ slow: Infinity, untimed: 0, timed: 1, onFailure: "throw" },
    };
    const { contestants, ...rest } = await measureSize(size, field, pace);
    sizes.push({ ...rest, contestants: contestants.map(({ losses: _, ...others }) => others) });
  }
  const measurement: Measurement = { schema: 2, ...occasion, peak, sizes };
  processIo.print(stepTables(measurement));
  writeResults(options.out, measurement);
  for (const size of sizes) checkFirstLosses(size.contestants);
}

if (import.meta.main) await runSpeedCommand(MEASURE, measure);
