/**
 * Times the training step of all contestants in one run, step by step in turn, so that what else the machine does hits
 * all alike:
 *
 *     deno run -A benchmarks/speed/measure.ts [--steps N] [--out FILE]
 *
 * @module
 */
import { exitCodes, messageOf, UsageError } from "../errors.ts";
import { type Contestant, CONTESTANTS } from "./contestants.ts";
import { encodeArrays } from "./exchange.ts";
import { thisMachine } from "./machine.ts";
import { type MeasureOptions, parseMeasureOptions, usage } from "./measure_options.ts";
import {
  checkFirstLosses,
  type ContestantMeasurement,
  markdownTable,
  type Measurement,
} from "./measurement.ts";
import { hasPyTorch } from "./pytorch.ts";
import { StepProcess } from "./step_process.ts";
import { LENGTH, workload } from "./workload.ts";

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

async function start(contestant: Contestant, inputsFile: string): Promise<Started> {
  console.error(`starting: ${contestant.label}`);
  const process = await StepProcess.start(contestant.command(inputsFile));
  const { loss } = await process.step();
  if (contestant.mostSteps === undefined) {
    for (let step = 1; step < WARM_UP; step++) await process.step();
  }
  return { contestant, process, firstLoss: loss, stepSeconds: [] };
}

async function takeTurns(
  contestants: readonly Contestant[],
  inputsFile: string,
  rounds: number,
): Promise<ContestantMeasurement[]> {
  const started: Started[] = [];
  try {
    for (const contestant of contestants) started.push(await start(contestant, inputsFile));
    for (let round = 0; round < rounds; round++) {
      console.error(`round ${round + 1} of ${rounds}`);
      for (const { contestant, process, stepSeconds } of started) {
        if (!hasTurn(round, rounds, contestant.mostSteps ?? rounds)) continue;
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

async function measure({ steps, sequences, only, out }: MeasureOptions): Promise<void> {
  const machine = thisMachine();
  if (machine.loadBefore > QUIET_LOAD) {
    console.error(
      `the machine is busy (load ${machine.loadBefore.toFixed(2)}): these times will mislead`,
    );
  }
  const date = new Date().toISOString();
  const wanted = CONTESTANTS.filter(({ id }) => only.includes(id));
  const withPyTorch = await hasPyTorch();
  const contestants = wanted.filter(({ label, needsPyTorch }) => {
    if (!needsPyTorch || withPyTorch) return true;
    console.error(`left out, as Python finds no PyTorch: ${label}`);
    return false;
  });
  if (contestants.length === 0) throw new Error("Cannot measure: no contestant can run here");
  const folder = await Deno.makeTempDir({ prefix: "ode2vae_speed_" });
  try {
    const inputsFile = `${folder}/inputs.bin`;
    const inputs = await workload(sequences);
    await Deno.writeFile(inputsFile, encodeArrays(inputs));
    const parameters = Object.entries(inputs)
      .filter(([name]) => /^(position|velocity|field|decoder)/.test(name))
      .reduce((sum, [, { data }]) => sum + data.length, 0);
    const measurement: Measurement = {
      schema: 1,
      ...{ date, machine, sequences, length: LENGTH, parameters },
      contestants: await takeTurns(contestants, inputsFile, steps),
    };
    console.log(markdownTable(measurement));
    if (out !== undefined) {
      await Deno.writeTextFile(out, JSON.stringify(measurement, undefined, 2) + "\n");
    }
    checkFirstLosses(measurement.contestants);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
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
