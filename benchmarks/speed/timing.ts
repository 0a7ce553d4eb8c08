/**
 * How times are taken: contestants make training steps in turns, so that what else the machine does hits all alike, and
 * libraries multiply matrices one after another.
 *
 * @module
 */
import { processIo } from "../commands/command_line.ts";
import { messageOf } from "../errors.ts";
import { counted } from "../statistics/numbers.ts";
import { stepArithmetic } from "./arithmetic.ts";
import type { Contestant, Field } from "./contestants.ts";
import { encodeArrays } from "./exchange.ts";
import type { GpuContestantMeasurement, GpuSizeMeasurement } from "./gpu_results.ts";
import { runForJson, scriptCommand, StepProcess } from "./processes.ts";
import { peerCommand } from "./python.ts";
import type { LeftOut, PeakContestant, PeakMeasurement } from "./results.ts";
import type { Size, SizeName } from "./sizes.ts";
import { parameterCount, workload } from "./workload.ts";

/** How contestants take turns. */
export interface Pace {
  /** Steps before the first turn; one that is slow is the last. */
  readonly warmUp: (contestant: Contestant) => number;
  /** Seconds of a step from which a contestant is slow, so that all its steps after the first are timed. */
  readonly slow: number;
  /** Timed steps of a contestant whose last step to warm up took so many seconds. */
  readonly steps: (contestant: Contestant, stepSeconds: number) => number;
  /** Steps at the beginning of a turn that are not timed. */
  readonly untimed: number;
  /** Most timed steps of a turn. */
  readonly timed: number;
  /** Whether one that fails is left out, or ends the measurement. */
  readonly onFailure: "leave out" | "throw";
}

/** A contestant that takes part. */
interface Running {
  readonly contestant: Contestant;
  readonly process: StepProcess;
  /** Losses of the steps to warm up. */
  readonly losses: number[];
  readonly stepSeconds: number[];
  /** Timed steps that it is to make, once it is warm. */
  wanted: number;
  /** Steps at the beginning of its turns that are not timed. */
  untimed: number;
}

async function warmUp(running: Running, pace: Pace): Promise<void> {
  const { contestant, process, losses } = running;
  let last = 0;
  while (losses.length < pace.warmUp(contestant) && last < pace.slow) {
    const { loss, seconds } = await process.step();
    losses.push(loss);
    last = seconds;
  }
  running.wanted = pace.steps(contestant, last);
  if (last >= pace.slow) running.untimed = 0;
}

/** Whether a contestant has a turn in a round: its turns are spread evenly over all rounds. */
function hasTurn(round: number, rounds: number, turns: number): boolean {
  return Math.floor((round + 1) * turns / rounds) > Math.floor(round * turns / rounds);
}

async function takeTurn(running: Running, pace: Pace): Promise<void> {
  const { process, stepSeconds, wanted, untimed } = running;
  for (let step = 0; step < untimed; step++) await process.step();
  for (let step = 0; step < pace.timed && stepSeconds.length < wanted; step++) {
    stepSeconds.push((await process.step()).seconds);
  }
}

function resultOf(
  { contestant: { id, label }, process, losses, stepSeconds }: Running,
): GpuContestantMeasurement {
  const peakMemoryBytes = process.peakMemoryBytes();
  return {
    ...{ id, label, ...process.facts, firstLoss: losses[0]!, losses, stepSeconds },
    ...(peakMemoryBytes === undefined ? {} : { peakMemoryBytes }),
  };
}

/**
 * Starts all contestants and gives them turns until each has made its steps.
 *
 * @returns those that made their steps, in order, and those that failed
 * @throws Error, in one line, when one fails and the pace does not leave it out
 */
export async function takeTurns(
  contestants: readonly Contestant[],
  size: SizeName,
  inputsFile: string,
  pace: Pace,
): Promise<Pick<GpuSizeMeasurement, "contestants" | "leftOut">> {
  const leftOut: LeftOut[] = [];
  const running = new Map<string, Running>();
  const attempt = async ({ id, label }: Contestant, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      if (pace.onFailure === "throw") throw error;
      const message = messageOf(error);
      const reason = message.replace(/^Cannot make a training step: .*exit code \d+: /, "");
      leftOut.push({ id, label, reason });
      processIo.log(`${size}: left out: ${label}: ${reason}`);
      await running.get(id)?.process.close();
      running.delete(id);
    }
  };
  try {
    for (const contestant of contestants) {
      await attempt(contestant, async () => {
        processIo.log(`${size}: starting: ${contestant.label}`);
        const process = await StepProcess.start(contestant.command(size, inputsFile));
        const { untimed } = pace;
        const one = { contestant, process, losses: [], stepSeconds: [], wanted: 0, untimed };
        running.set(contestant.id, one);
        await warmUp(one, pace);
      });
    }
    const turnsOf = ({ wanted }: Running) => Math.ceil(wanted / pace.timed);
    const rounds = Math.max(...[...running.values()].map(turnsOf));
    for (let round = 0; round < rounds; round++) {
      processIo.log(`${size}: round ${round + 1} of ${rounds}`);
      for (const one of running.values()) {
        if (!hasTurn(round, rounds, turnsOf(one))) continue;
        await attempt(one.contestant, () => takeTurn(one, pace));
      }
    }
    return { contestants: await Promise.all([...running.values()].map(resultOf)), leftOut };
  } finally {
    await Promise.all([...running.values()].map(({ process }) => process.close()));
  }
}

/** Has contestants take turns at one size. @throws Error as {@link takeTurns} */
export async function measureSize(
  size: Size,
  { contestants, leftOut }: Field,
  pace: Pace,
): Promise<GpuSizeMeasurement> {
  const { name, title, sequences, frames, grid } = size;
  const folder = await Deno.makeTempDir({ prefix: "ode2vae_speed_" });
  try {
    const inputsFile = `${folder}/inputs.bin`;
    await Deno.writeFile(inputsFile, encodeArrays(await workload(size)));
    const turns = await takeTurns(contestants, name, inputsFile, pace);
    return {
      ...{ size: name, title, sequences, frames, grid },
      parameters: parameterCount(size),
      arithmetic: stepArithmetic(size),
      contestants: turns.contestants,
      leftOut: [...turns.leftOut, ...leftOut],
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A library with its threads that multiplies. */
export interface Multiplier {
  /** Ours, or PyTorch on the CPU or on a GPU. */
  readonly library: "ort-cpu" | "pytorch" | "pytorch-cuda";
  /** Compute threads. */
  readonly threads: number;
}

async function timeProducts(
  { library, threads }: Multiplier,
  side: number,
  runs: number,
): Promise<PeakContestant> {
  const device = library === "pytorch-cuda" ? "cuda" : "cpu";
  const command = library === "ort-cpu"
    ? scriptCommand("./child.ts", "products", ...[side, runs, threads].map(String))
    : peerCommand("PyTorch", ["matmul"], { side, runs, threads, device });
  // Debian's PyTorch multiplies with OpenBLAS, which the script otherwise keeps to one thread.
  const env = { OPENBLAS_NUM_THREADS: String(threads) };
  const { value, reason } = await runForJson(command, undefined, env);
  if (value === undefined) throw new Error(`Cannot time matrix products: ${reason}`);
  const named = device === "cuda" ? { id: library, label: "PyTorch, CUDA" } : {
    id: `${library}-${threads}`,
    label: `${library === "pytorch" ? "PyTorch" : "ours"}, ${counted(threads, "thread")}`,
  };
  return { ...named, ...value as Pick<PeakContestant, "library" | "threads" | "productSeconds"> };
}

/**
 * Has libraries multiply square matrices one after another, each in a process of its own: the rate that a training step's
 * products could reach at best.
 *
 * @throws Error when a process fails
 */
export async function measurePeak(
  multipliers: readonly Multiplier[],
  { side = 1024, runs = 20 }: { readonly side?: number; readonly runs?: number } = {},
): Promise<PeakMeasurement> {
  const contestants: PeakContestant[] = [];
  for (const one of multipliers) contestants.push(await timeProducts(one, side, runs));
  return { side, operations: 2 * side ** 3, contestants };
}
