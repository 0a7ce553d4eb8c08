/** What every trainer promises of its checkpoints, and of a training that goes astray. */
import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  DivergenceError,
  type EpochReport,
  type Trainer,
} from "../../../models/training/method.ts";
import { epochs, withCheckpoints } from "./_tiny_task.ts";

/**
 * Trains to the end, and again from the checkpoint before each epoch of `from`: the same bits.
 *
 * @returns reports of all epochs, and the trainer at its end
 */
export async function assertResumes(
  start: () => Promise<Trainer<unknown>>,
  from: readonly number[],
): Promise<{ readonly reports: readonly EpochReport[]; readonly whole: Trainer<unknown> }> {
  const whole = await start();
  const { reports, saved } = await withCheckpoints(whole);
  for (const epoch of from) {
    const resumed = await start();
    resumed.restore(saved[epoch]!);
    assertEquals(await epochs(resumed, epoch, whole.epochs), reports.slice(epoch));
    assertEquals(resumed.checkpoint(), whole.checkpoint());
  }
  return { reports, whole };
}

/** After an epoch, a trainer refuses another one's checkpoint by a RangeError with these words, and stays as it was. */
export async function assertRefuses(
  trainer: Trainer<unknown>,
  other: Trainer<unknown>,
  words: string,
): Promise<void> {
  for (const each of [trainer, other]) await each.runEpoch(0);
  const before = trainer.checkpoint();
  assertThrows(() => trainer.restore(other.checkpoint()), RangeError, words);
  assertEquals(trainer.checkpoint(), before);
}

/** A training whose rate is beyond all numbers ends with the error for that, in one line. */
export async function assertDiverges(trainer: Trainer<unknown>): Promise<void> {
  const error = await assertRejects(() => epochs(trainer, 0, 3), DivergenceError);
  assert(/^training diverged: [^\n]+ was not finite at step \d+$/.test(error.message));
}
