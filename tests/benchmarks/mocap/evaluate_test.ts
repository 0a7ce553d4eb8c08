import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import {
  type Context,
  evaluate,
  type WalkGroup,
  type Walks,
  watchWalks,
} from "../../../benchmarks/mocap/evaluate.ts";
import { frameSize, type Sequences } from "../../../data/sequences.ts";
import type { SequenceModel, SequenceQuery } from "../../../models/training/sequences.ts";

/** Walks of 50 channels: channel c of frame t of walk s is 100 s + t + c / 100. */
function walks(count: number, frameCount: number): Sequences {
  return {
    ...{ count, frameCount, frameShape: [50], observedCount: frameCount },
    frames: Float32Array.from(
      { length: count * frameCount * 50 },
      (_, i) =>
        100 * Math.floor(i / (50 * frameCount)) + Math.floor(i / 50) % frameCount + i % 50 / 100,
    ),
    observed: Int32Array.from({ length: count * frameCount }, (_, i) => i % frameCount),
  };
}

const group = (test: Sequences, given: number): WalkGroup => (
  { name: "a walk", train: test, validation: test, test, given }
);
const MANY: Walks = { groups: [group(walks(2, 8), 3)], contextFrames: 3 };
const SINGLE: Walks = { groups: [group(walks(1, 9), 6), group(walks(1, 12), 8)], contextFrames: 3 };

/** Goes on with the last frame that it is shown, plus `slope` a frame. */
function model(slope: number, asked: SequenceQuery[] = []): SequenceModel {
  return {
    predict(query) {
      asked.push(query);
      const { sequences, context, asked: frames = [] } = query;
      const size = frameSize(sequences);
      const values = Array.from({ length: sequences.count }, (_, s) => {
        const shown = Array.from(context(s));
        const last = shown.at(-1)!;
        const at = (s * sequences.frameCount + last) * size;
        const noise = query.draw === undefined ? 0 : Number(query.draw[1]) % 2 === 0 ? 1 : -1;
        return frames.flatMap((frame) =>
          [...sequences.frames.subarray(at, at + size)]
            .map((value) => value + slope * (frame - last) + noise)
        );
      });
      return Promise.resolve(Float32Array.from(values.flat()));
    },
  };
}

const valueOf = (metrics: readonly { name: string; value: unknown }[], name: string) =>
  Number(metrics.find((metric) => metric.name === name)?.value);

Deno.test("evaluate() is 0 for the truth, and the mean of squares for another slope", async () => {
  const truth = await evaluate([model(1)], { data: MANY, context: "given" });
  assertAlmostEquals(valueOf(truth.metrics, "testMse"), 0, 1e-6);
  // Frames 3 … 7 lie 1 … 5 after the last given one.
  const flat = await evaluate([model(0)], { data: MANY, context: "given" });
  assertAlmostEquals(valueOf(flat.metrics, "testMse"), (1 + 4 + 9 + 16 + 25) / 5, 1e-4);
  // Frames 0, 1, 2 are 2, 1 and 0 before it.
  assertAlmostEquals(valueOf(flat.metrics, "testMseAllFrames"), (4 + 1 + 55) / 8, 1e-4);
  const [byFrame, byWalk] = flat.curves;
  byFrame!.y.forEach((y, i) => assertAlmostEquals(Number(y), (i + 1) ** 2, 1e-3));
  assertAlmostEquals(byFrame!.x[4]!, 5 / 120, 1e-12);
  assertEquals(byWalk!.x, [1, 2]);
  const watched = await watchWalks({ data: MANY, context: "given" }).measure([model(0)]);
  assertEquals(watched, { testMse: valueOf(flat.metrics, "testMse") });
});

Deno.test("evaluate() counts each walk alike, and shows each row the frames of its context", async () => {
  const shown = async (context: Context) => {
    const queries: SequenceQuery[] = [];
    const models = SINGLE.groups.map(() => model(0, queries));
    const { metrics } = await evaluate(models, { data: SINGLE, context });
    return { metrics, context: Array.from(queries[0]!.context(0)) };
  };
  const given = await shown("given");
  assertEquals(given.context, [0, 1, 2, 3, 4, 5]);
  const [first, second] = [(1 + 4 + 9) / 3, (1 + 4 + 9 + 16) / 4];
  assertAlmostEquals(valueOf(given.metrics, "testMse"), (first + second) / 2, 1e-4);
  assertAlmostEquals(valueOf(given.metrics, "testMseMedian"), (first + second) / 2, 1e-4);
  const deviation = Math.abs(first - second) / Math.SQRT2;
  assertAlmostEquals(valueOf(given.metrics, "testMseWalkDeviation"), deviation, 1e-4);
  const last = await shown("last");
  assertEquals(last.context, [3, 4, 5]);
  assertEquals(valueOf(last.metrics, "testMse"), valueOf(given.metrics, "testMse"));
  const begin = await shown("first");
  assertEquals(begin.context, [0, 1, 2]);
  assertEquals(
    valueOf(begin.metrics, "testMseFromLast"),
    valueOf(last.metrics, "testMse"),
  );
  assertEquals(valueOf(last.metrics, "testMseFromFirst"), valueOf(begin.metrics, "testMse"));
});

Deno.test("evaluate() averages draws and takes variants and facts of every model", async () => {
  const fact = (value: number) => [
    { name: "fact", label: "a fact", value, unit: "", direction: "lower" } as const,
  ];
  const variants = [{ ...model(0), name: "Flat", label: "without slope" }];
  const models = [1, 3].map((value) => ({ ...model(1), draws: 2, variants, facts: fact(value) }));
  const { metrics, exhibits } = await evaluate(models, { data: SINGLE, context: "given" });
  // Draws lie 1 above and 1 below the truth.
  assertAlmostEquals(valueOf(metrics, "testMseSamples"), 0, 1e-6);
  assertAlmostEquals(valueOf(metrics, "testMseSingleDraw"), 1, 1e-4);
  assertAlmostEquals(valueOf(metrics, "testMseFlat"), (14 / 3 + 30 / 4) / 2, 1e-4);
  assertEquals(valueOf(metrics, "fact"), 2);
  const [angles] = exhibits;
  assert(angles?.kind === "traces" && angles.ofData === true);
  const [panel] = angles.panels;
  assertEquals(panel!.series.map(({ x }) => x.length), [9, 3]);
  // Thirty draws, half of them 1 above and half 1 below.
  const { lower, upper } = panel!.series[1]!.band!;
  lower.forEach((y, i) => assertAlmostEquals(Number(upper[i]) - Number(y), 4, 1e-3));
});

Deno.test("evaluate() hides what a model must not see: one that reads it predicts no number", async () => {
  const peeking: SequenceModel = {
    predict: ({ sequences, asked = [] }) =>
      Promise.resolve(
        sequences.frames.slice(0, sequences.count * asked.length * frameSize(sequences)),
      ),
  };
  const { metrics } = await evaluate([peeking], { data: MANY, context: "given" });
  assertEquals(metrics[0]!.value, "NaN");
});
