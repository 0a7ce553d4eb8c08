import { assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { observedFrames, type Sequences } from "../../../data/sequences.ts";
import {
  lastFrame,
  linearInterpolation,
  meanImage,
  nearestAngle,
  observedMean,
  zero,
} from "../../../models/reference/method.ts";
import type { Method } from "../../../models/training/method.ts";
import type { SequenceData, SequenceModel } from "../../../models/training/sequences.ts";

type Reference = Method<SequenceData, SequenceModel>;

/** Sequences of 8 frames of 2 pixels; pixel values name their place: 100 · sequence + 10 · frame + pixel. */
function sequences(observed: readonly (readonly number[])[], turn: number | null = 8): Sequences {
  const frames = Float32Array.from({ length: observed.length * 16 }, (_, i) => {
    const [pixel, frame] = [i % 2, Math.floor(i / 2) % 8];
    return 100 * Math.floor(i / 16) + 10 * frame + pixel;
  });
  return {
    count: observed.length,
    frameCount: 8,
    frameShape: [1, 2],
    frames,
    observedCount: observed[0]!.length,
    observed: Int32Array.from(observed.flat()),
    ...(turn === null ? {} : { framesPerTurn: turn }),
  };
}

function start(method: Reference) {
  const none = sequences([[0]]);
  return method.start({
    settings: {},
    seed: 1,
    data: { train: none, validation: none },
    backend: () => Promise.reject(new Error("nothing to compute with")),
  });
}

/** One frame of every sequence, imputed from the observed ones. */
async function imputed(method: Reference, set: Sequences, frame: number): Promise<number[]> {
  const model = await (await start(method)).trained();
  const context = (s: number) => observedFrames(set, s);
  return [...await model.predict({ sequences: set, context, asked: [frame] })];
}

for (const method of [meanImage, nearestAngle, linearInterpolation]) {
  Deno.test(`${method.name} has nothing to train, and computes with no backend`, async () => {
    const trainer = await start(method);
    assertEquals([trainer.epochs, trainer.parameters, trainer.steps], [0, 0, 0]);
    assertEquals([trainer.checkpoint(), trainer.curves, method.settings], [{}, {}, {}]);
    trainer.restore({});
    const error = await assertRejects(() => trainer.runEpoch(0), RangeError);
    assertEquals(error.message, `Cannot run epoch 0 of ${method.name}: it has 0 epochs`);
    await trainer.dispose();
  });

  Deno.test(`${method.name} reads the context's frames alone, and gives those asked for in their order`, async () => {
    const model = await (await start(method)).trained();
    const set = sequences([[0, 2, 6], [1, 4, 5]]);
    const context = (s: number) => [...observedFrames(set, s)];
    const ask = (of: Sequences, asked?: number[]) =>
      model.predict({ sequences: of, context, ...(asked === undefined ? {} : { asked }) });
    const all = await ask(set);
    const blind = set.frames.map((x, i) =>
      context(Math.floor(i / 16)).includes(Math.floor(i / 2) % 8) ? x : NaN
    );
    assertEquals(await ask({ ...set, frames: blind }), all);
    const frame = (
      s: number,
      at: number,
    ) => [...all.subarray(16 * s + 2 * at, 16 * s + 2 * at + 2)];
    assertEquals([...await ask(set, [5, 3])], [
      ...[frame(0, 5), frame(0, 3), frame(1, 5), frame(1, 3)].flat(),
    ]);
  });

  Deno.test(`${method.name} throws in one line when a context is empty`, async () => {
    const model = await (await start(method)).trained();
    const question = { sequences: sequences([[4], [3]]), context: (s: number) => [4].slice(s) };
    const ask = () => model.predict({ ...question, asked: [6] });
    const error = await assertRejects(ask, RangeError);
    assertEquals(
      error.message,
      "Cannot impute frame 6 of sequence 1: the context must have a frame, has none",
    );
  });
}

Deno.test("the mean image is that of all context frames of all sequences", async () => {
  const mean = (0 + 20 + 50 + 110 + 120 + 170) / 6;
  (await imputed(meanImage, sequences([[0, 2, 5], [1, 2, 7]]), 3))
    .forEach((value, i) => assertAlmostEquals(value, mean + i % 2, 1e-5));
});

Deno.test("the nearest angle is each sequence's own, the one before when two are equally near", async () => {
  // Sequence 0 has frames 2 and 6 equally near, sequence 1 has frame 5 next to it.
  assertEquals(await imputed(nearestAngle, sequences([[0, 2, 6], [0, 5, 6]]), 4), [
    20,
    21,
    150,
    151,
  ]);
  assertEquals(await imputed(nearestAngle, sequences([[2, 4]]), 3), [20, 21]);
  assertEquals(await imputed(nearestAngle, sequences([[1, 7]]), 0), [70, 71]);
});

Deno.test("the nearest angle is measured around the circle where frames repeat, else along the line", async () => {
  assertEquals(await imputed(nearestAngle, sequences([[0, 4]]), 7), [0, 1]);
  assertEquals(await imputed(nearestAngle, sequences([[3, 7]]), 0), [70, 71]);
  assertEquals(await imputed(nearestAngle, sequences([[0, 4]], null), 7), [40, 41]);
  assertEquals(await imputed(nearestAngle, sequences([[3, 7]], null), 0), [30, 31]);
});

Deno.test("the way around the circle is right when frames are more than a turn apart", async () => {
  assertEquals(await imputed(nearestAngle, sequences([[4, 6]], 3), 0), [60, 61]);
  assertEquals(await imputed(linearInterpolation, sequences([[4, 5]], 3), 0), [45, 46]);
});

Deno.test("a frame of the context is its own nearest one", async () => {
  assertEquals(await imputed(nearestAngle, sequences([[0, 3, 4]]), 3), [30, 31]);
});

Deno.test("linear interpolation is exact when images are linear in the angle", async () => {
  const set = sequences([[0, 2, 6], [0, 1, 6]]);
  assertEquals(await imputed(linearInterpolation, set, 3), [30, 31, 130, 131]);
});

Deno.test("linear interpolation weights by nearness, around the circle where frames repeat", async () => {
  // Frame 7 lies 1 after frame 6 and 3 before frame 2: 3/4 of image 6 and 1/4 of image 2.
  const around = [0.75 * 60 + 0.25 * 20, 0.75 * 61 + 0.25 * 21];
  assertEquals(await imputed(linearInterpolation, sequences([[2, 6]]), 7), around);
  // Along the line there is none on one side.
  assertEquals(await imputed(linearInterpolation, sequences([[2, 6]], null), 7), [60, 61]);
  assertEquals(await imputed(linearInterpolation, sequences([[2, 6]], null), 1), [20, 21]);
});

Deno.test("linear interpolation copies the only image when the context has one", async () => {
  assertEquals(await imputed(linearInterpolation, sequences([[5]]), 3), [50, 51]);
});

Deno.test("the observed mean, the last frame and zero go on from a single sequence's beginning", async () => {
  const set = sequences([[0, 1, 2]], null);
  assertEquals(await imputed(observedMean, set, 6), [10, 11]);
  assertEquals(await imputed(lastFrame, set, 6), [20, 21]);
  assertEquals(await imputed(zero, set, 6), [0, 0]);
});
