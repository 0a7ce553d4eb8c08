/**
 * Times the training step of all contestants in one run, step by step in turn, so that what else the machine does hits
 * all alike:
 *
 *     deno task speed [--size NAME] [--steps N] [--out FILE]
 *
 * @module
 */
import { exitCodes, messageOf, UsageError } from "../errors.ts";
import { stepArithmetic } from "./arithmetic.ts";
import { type Contestant, CONTESTANTS } from "./contestants.ts";
import { encodeArrays } from "./exchange.ts";
import { thisMachine } from "./machine.ts";
import { measurePeak } from "./matmul_peak.ts";
import { type MeasureOptions, parseMeasureOptions, usage } from "./measure_options.ts";
import {
  checkFirstLosses,
  type ContestantMeasurement,
  type LeftOut,
  type Measurement,
  type SizeMeasurement,
} from "./measurement.ts";
import { markdownTables } from "./measurement_table.ts";
import { hasPyTorch } from "./pytorch.ts";
import { type Size, type SizeName, SIZES } from "./sizes.ts";
import { StepProcess } from "./step_process.ts";
import { parameterCount, workload } from "./workload.ts";

const WARM_UP = 2;
/** Load average above which something else is running. */
const QUIET_LOAD = 0.5;

/** Whether a contestant has a turn in a round, when it has `most` turns in `rounds` rounds. */
function hasTurn(round: number, rounds: number, most: number): boolean {
  return most >= rounds ||
    Math.floor((round + 1) * most / rounds) > Math.floor(round * most / rounds);
}

interface Started {
  readonly contestant: Contestant;
  readonly process: StepProcess;
  readonly firstLoss: number;
  readonly stepSeconds: number[];
}

async function start(
  contestant: Contestant,
  size: SizeName,
  inputsFile: string,
): Promise<Started> {
  console.error(`starting: ${contestant.label}`);
  const process = await StepProcess.start(contestant.command(size, inputsFile));
  const { loss } = await process.step();
  if (contestant.mostSteps?.[size] === undefined) {
    for (let step = 1; step < WARM_UP; step++) await process.step();
  }
  return { contestant, process, firstLoss: loss, stepSeconds: [] };
}

async function takeTurns(
  contestants: readonly Contestant[],
  size: SizeName,
  inputsFile: string,
  rounds: number,
): Promise<ContestantMeasurement[]> {
  const started: Started[] = [];
  try {
    for (const contestant of contestants) started.push(await start(contestant, size, inputsFile));
    for (let round = 0; round < rounds; round++) {
      console.error(`${size}: round ${round + 1} of ${rounds}`);
      for (const { contestant, process, stepSeconds } of started) {
        if (!hasTurn(round, rounds, contestant.mostSteps?.[size] ?? rounds)) continue;
        stepSeconds.push((await process.step()).seconds);
      }
    }
    return await Promise.all(
      started.map(async ({ contestant: { id, label }, process, firstLoss, stepSeconds }) => {
        const peakMemoryBytes = await process.peakMemoryBytes();
        const memory = peakMemoryBytes === undefined ? {} : { peakMemoryBytes };
        return { id, label, ...process.facts, firstLoss, stepSeconds, ...memory };
      }),
    );
  } finally {
    await Promise.all(started.map(({ process }) => process.close()));
  }
}

async function measureSize(
  size: Size,
  contestants: readonly Contestant[],
  leftOut: readonly LeftOut[],
  steps: number,
): Promise<SizeMeasurement> {
  const { name, title, sequences, frames, grid } = size;
  const folder = await Deno.makeTempDir({ prefix: "ode2vae_speed_" });
  try {
    const inputsFile = `${folder}/inputs.bin`;
    await Deno.writeFile(inputsFile, encodeArrays(await workload(size)));
    return {
      ...{ size: name, title, sequences, frames, grid },
      parameters: parameterCount(size),
      arithmetic: stepArithmetic(size),
      contestants: await takeTurns(contestants, name, inputsFile, steps),
      leftOut,
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function measure(options: MeasureOptions): Promise<void> {
  const machine = thisMachine();
  if (machine.loadBefore > QUIET_LOAD) {
    console.error(
      `the machine is busy (load ${machine.loadBefore.toFixed(2)}): these times will mislead`,
    );
  }
  const date = new Date().toISOString();
  const withPyTorch = await hasPyTorch();
  const wanted = CONTESTANTS.filter(({ id }) => options.only.includes(id));
  const canRun = ({ needsPyTorch }: Contestant) => withPyTorch || !needsPyTorch;
  const contestants = wanted.filter(canRun);
  const leftOut = wanted.filter((contestant) => !canRun(contestant))
    .map(({ id, label }) => ({ id, label, reason: "Python finds no PyTorch" }));
  for (const { label, reason } of leftOut) console.error(`left out, as ${reason}: ${label}`);
  if (contestants.length === 0) throw new Error("Cannot measure: no contestant can run here");
  console.error("matrix products");
  const peak = await measurePeak({ threads: [2, 1], withPyTorch });
  const sizes: SizeMeasurement[] = [];
  for (const name of options.sizes) {
    const { sequences } = options;
    const size = { ...SIZES[name], ...(sequences === undefined ? {} : { sequences }) };
    sizes.push(await measureSize(size, contestants, leftOut, options.steps));
  }
  const measurement: Measurement = { schema: 2, date, machine, peak, sizes };
  console.log(markdownTables(measurement));
  if (options.out !== undefined) {
    await Deno.writeTextFile(options.out, JSON.stringify(measurement, undefined, 2) + "\n");
  }
  for (const size of sizes) checkFirstLosses(size.contestants);
}

if (import.meta.main) {
  try {
    const options = parseMeasureOptions(Deno.args);
    if (options === "help") console.log(usage);
    else await measure(options);
  } catch (error) {
    console.error(messageOf(error));
    Deno.exit(error instanceof UsageError ? exitCodes.usage : exitCodes.failed);
  }
}
