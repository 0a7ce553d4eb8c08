/** Training of both models on irregular observations of sine waves, and what training and prediction read. */
import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { fold, permutation, rootKey, uniform } from "../../../data/random/mod.ts";
import type { Sequences } from "../../../data/sequences.ts";
import { recurrentLatentOde, recurrentNetwork } from "../../../models/recurrent/method.ts";
import type { SequenceData, SequenceModel } from "../../../models/training/sequences.ts";
import type { Settings } from "../../../models/training/settings.ts";
import { epochs, withTrainer } from "../training/_tiny_task.ts";

const [WINDOW, FRAMES, OBSERVED] = [12, 20, 7];

/** (sin, cos) of a turning angle. What is neither observed nor asked for is `hidden`. */
function waves(name: string, count: number, frameCount: number, hidden = NaN): Sequences {
  const key = fold(rootKey(8), name);
  const phases = uniform(fold(key, "phase"), count);
  const observed = Array.from(
    { length: count },
    (_, s) => [...permutation(fold(key, "observed", s), WINDOW).slice(0, OBSERVED).sort()],
  );
  const frames = Float32Array.from({ length: count * frameCount * 2 }, (_, i) => {
    const [s, frame] = [Math.floor(i / (2 * frameCount)), Math.floor(i / 2) % frameCount];
    const angle = 2 * Math.PI * phases[s]! + 0.4 * frame;
    if (!observed[s]!.includes(frame)) return hidden;
    return i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });
  return {
    ...{ count, frameCount, frameShape: [2], frames, observedCount: OBSERVED },
    observed: Int32Array.from(observed.flat()),
  };
}

const DATA: SequenceData = {
  train: waves("train", 40, WINDOW),
  validation: waves("validation", 10, WINDOW),
};
const TEST = waves("test", 10, FRAMES);
const context = (s: number) => TEST.observed.subarray(s * OBSERVED, (s + 1) * OBSERVED);
const asked = Array.from({ length: FRAMES - WINDOW }, (_, i) => WINDOW + i);
const ask = (model: SequenceModel, sequences = TEST) =>
  model.predict({ sequences, context, asked });

const METHODS = {
  "a latent ODE with a recurrent encoder": recurrentLatentOde,
  "a recurrent network": recurrentNetwork,
} as const;

for (const [name, method] of Object.entries(METHODS)) {
  const settings: Settings = {
    epochs: 4,
    stepsPerEpoch: 3,
    testEvery: 0,
    observationDeviation: 0.1,
  };
  const on = <T>(change: Settings, test: Parameters<typeof withTrainer<T>>[2], data = DATA) =>
    withTrainer(method, { data, settings: { ...settings, ...change } }, test);

  Deno.test(`${name} fits sine waves and goes on with them better than their last frame`, async () => {
    await on({ epochs: 15, stepsPerEpoch: 20, observationDeviation: 0.2 }, async (trainer) => {
      const reports = await epochs(trainer, 0, 15);
      assert(reports.at(-1)!.loss! < reports[0]!.loss! / 2);
      assert(reports.at(-1)!.validationLogLikelihood! > reports[0]!.validationLogLikelihood!);
      const predicted = await ask(await trainer.trained());
      const error = predicted.reduce((sum, value, i) => {
        const [s, frame] = [Math.floor(i / 16), WINDOW + Math.floor(i / 2) % 8];
        const last = context(s)[OBSERVED - 1]!;
        const at = (s * FRAMES + last) * 2;
        const angle = Math.atan2(TEST.frames[at]!, TEST.frames[at + 1]!) + 0.4 * (frame - last);
        return sum + (value - (i % 2 === 0 ? Math.sin(angle) : Math.cos(angle))) ** 2;
      }, 0) / predicted.length;
      assert(error < 0.35, `MSE ${error}`); // zero everywhere has 0.5, the last frame about 1
    });
  });

  Deno.test(`${name} goes on from a checkpoint to the same bits`, async () => {
    await on({}, async (whole) => {
      await epochs(whole, 0, 2);
      const saved = whole.checkpoint();
      const rest = await epochs(whole, 2, 4);
      assertEquals(whole.steps, 12);
      await on({}, async (resumed) => {
        resumed.restore(saved);
        assertEquals(await epochs(resumed, 2, 4), rest);
        assertEquals(await ask(await resumed.trained()), await ask(await whole.trained()));
      });
    });
  });

  Deno.test(`${name} reads observed frames alone, in training, validation and prediction`, async () => {
    const results = await Promise.all([NaN, 7].map((hidden) => {
      const data = {
        train: waves("train", 40, WINDOW, hidden),
        validation: waves("validation", 10, WINDOW, hidden),
      };
      return on({ epochs: 1 }, async (trainer) => ({
        reports: await epochs(trainer, 0, 1),
        predicted: await ask(await trainer.trained(), waves("test", 10, FRAMES, hidden)),
      }), data);
    }));
    assert(results[0]!.predicted.every(Number.isFinite));
    assertEquals(results[0], results[1]);
    // And each of those that are observed counts.
    await on({ epochs: 1 }, async (trainer) => {
      await epochs(trainer, 0, 1);
      const model = await trainer.trained();
      for (const i of [0, OBSERVED - 1]) {
        const changed = { ...TEST, frames: TEST.frames.slice() };
        changed.frames[context(0)[i]! * 2]! += 1;
        const [before, after] = [await ask(model), await ask(model, changed)];
        assertNotEquals(after.slice(0, 16), before.slice(0, 16));
        assertEquals(after.slice(16), before.slice(16));
      }
    });
  });

  Deno.test(`${name} refuses images, and contexts of several lengths, in one line`, async () => {
    const images = { ...DATA.train, frameShape: [1, 2] };
    await assertRejects(
      () => on({}, () => Promise.resolve(), { ...DATA, train: images }),
      RangeError,
      "frames must be vectors, are 1×2",
    );
    await on({ epochs: 1 }, async (trainer) => {
      await epochs(trainer, 0, 1);
      const model = await trainer.trained();
      const uneven = (s: number) => context(s).subarray(s % 2);
      await assertRejects(
        () => model.predict({ sequences: TEST, context: uneven, asked }),
        RangeError,
        "contexts must have equally many frames, at least one, are 7 and 6",
      );
    });
  });
}

Deno.test("a latent ODE with a recurrent encoder predicts any frame, in the order asked for, and encodes no later one than in training", async () => {
  const settings = { epochs: 1, stepsPerEpoch: 1, testEvery: 0 };
  await withTrainer(recurrentLatentOde, { data: DATA, settings }, async (trainer) => {
    await epochs(trainer, 0, 1);
    const model = await trainer.trained();
    const frames = async (
      asked: number[],
    ) => [...(await model.predict({ sequences: TEST, context, asked })).slice(0, 2 * asked.length)];
    const [a, b, c] = [await frames([3]), await frames([15]), await frames([15, 3])];
    [...b, ...a].forEach((value, i) => assert(Math.abs(value - c[i]!) < 1e-5));
    await assertRejects(
      () => model.predict({ sequences: TEST, context: () => [3, WINDOW], asked: [15] }),
      RangeError,
      "Cannot encode frame 12 of sequence 0: it must be below the 12 frames of a training sequence",
    );
  });
});

Deno.test("a recurrent network predicts what comes after the context, and refuses what lies in it", async () => {
  const settings = { epochs: 1, stepsPerEpoch: 1, testEvery: 0 };
  await withTrainer(recurrentNetwork, { data: DATA, settings }, async (trainer) => {
    await epochs(trainer, 0, 1);
    const model = await trainer.trained();
    await assertRejects(
      () => model.predict({ sequences: TEST, context: () => [3, 5], asked: [5, 6] }),
      RangeError,
      "frame 5 of sequence 0 comes after 5",
    );
  });
});
