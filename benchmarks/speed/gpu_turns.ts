/**
 * Has contestants make training steps in turns. Unlike in `measure.ts` one that fails leaves the others alone, as a rented
 * GPU may be there once only, and a turn is several steps: while others compute, a GPU lowers its clock.
 *
 * @module
 */
import { messageOf } from "../errors.ts";
import type { Contestant } from "./contestants.ts";
import type { GpuContestantMeasurement } from "./gpu_measurement.ts";
import type { LeftOut } from "./measurement.ts";
import type { SizeName } from "./sizes.ts";
import { StepProcess } from "./step_process.ts";

/** Steps before the first turn; their losses tell whether gradients and updates are the same, too. */
export const WARM_UP = 3;
/** Timed steps of a turn, after one that is not. */
const STEPS_A_TURN = 5;
/** Timed steps that every contestant makes, however slow. */
const FEWEST_STEPS = 3;

/** How much each contestant computes. */
export interface TurnLimits {
  /** Timed steps. */
  readonly steps: number;
  /** Seconds that they may take; {@link FEWEST_STEPS} are made in any case. */
  readonly seconds: number;
}

/** What came of it. */
export interface TurnResults {
  /** Those that made their steps, in order. */
  readonly contestants: readonly GpuContestantMeasurement[];
  /** Those that failed. */
  readonly leftOut: readonly LeftOut[];
}

/** Timed steps of a contestant whose warm step takes so many seconds. */
export function stepsWithin({ steps, seconds }: TurnLimits, stepSeconds: number): number {
  return Math.min(steps, Math.max(FEWEST_STEPS, Math.floor(seconds / stepSeconds)));
}

class Turns {
  readonly contestant: Contestant;
  readonly #process: StepProcess;
  readonly #losses: readonly number[];
  readonly #wanted: number;
  readonly #stepSeconds: number[] = [];

  private constructor(
    contestant: Contestant,
    process: StepProcess,
    losses: readonly number[],
    wanted: number,
  ) {
    this.contestant = contestant;
    this.#process = process;
    this.#losses = losses;
    this.#wanted = wanted;
  }

  static async start(
    contestant: Contestant,
    size: SizeName,
    inputsFile: string,
    limits: TurnLimits,
  ): Promise<Turns> {
    const process = await StepProcess.start(contestant.command(size, inputsFile));
    try {
      const losses: number[] = [];
      let last = 0;
      while (losses.length < WARM_UP) {
        const { loss, seconds } = await process.step();
        losses.push(loss);
        last = seconds;
      }
      return new Turns(contestant, process, losses, stepsWithin(limits, last));
    } catch (error) {
      await process.close();
      throw error;
    }
  }

  get done(): boolean {
    return this.#stepSeconds.length >= this.#wanted;
  }

  async take(): Promise<void> {
    await this.#process.step();
    for (let step = 0; step < STEPS_A_TURN && !this.done; step++) {
      this.#stepSeconds.push((await this.#process.step()).seconds);
    }
  }

  async result(): Promise<GpuContestantMeasurement> {
    const { id, label } = this.contestant;
    const peakMemoryBytes = await this.#process.peakMemoryBytes();
    return {
      ...{ id, label, ...this.#process.facts },
      firstLoss: this.#losses[0]!,
      losses: this.#losses,
      stepSeconds: this.#stepSeconds,
      ...(peakMemoryBytes === undefined ? {} : { peakMemoryBytes }),
    };
  }

  async close(): Promise<void> {
    await this.#process.close();
  }
}

/** Starts all contestants and gives them turns until each has made its steps. */
export async function takeTurns(
  contestants: readonly Contestant[],
  size: SizeName,
  inputsFile: string,
  limits: TurnLimits,
): Promise<TurnResults> {
  const leftOut: LeftOut[] = [];
  const running = new Set<Turns>();
  const results: GpuContestantMeasurement[] = [];
  const leave = ({ id, label }: Contestant, error: unknown) => {
    const reason = messageOf(error).replace(/^Cannot make a training step: .*exit code \d+: /, "");
    leftOut.push({ id, label, reason });
    console.error(`${size}: left out: ${label}: ${reason}`);
  };
  try {
    for (const contestant of contestants) {
      console.error(`${size}: starting: ${contestant.label}`);
      try {
        running.add(await Turns.start(contestant, size, inputsFile, limits));
      } catch (error) {
        leave(contestant, error);
      }
    }
    while ([...running].some((turns) => !turns.done)) {
      for (const turns of running) {
        if (turns.done) continue;
        try {
          await turns.take();
        } catch (error) {
          running.delete(turns);
          leave(turns.contestant, error);
          await turns.close();
        }
      }
    }
    for (const turns of running) results.push(await turns.result());
  } finally {
    await Promise.all([...running].map((turns) => turns.close()));
  }
  return { contestants: results, leftOut };
}
