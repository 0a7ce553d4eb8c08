import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { noisySimulator } from "../../../benchmarks/bouncing_balls/ceiling.ts";
import { evaluate, inParts, watchBalls } from "../../../benchmarks/bouncing_balls/evaluate.ts";
import { makeBouncingBalls } from "../../../data/bouncing_balls/bouncing_balls.ts";
import { frameSize, type Sequences } from "../../../data/sequences.ts";
import type { FrameStrips } from "../../../models/training/exhibit.ts";
import { lastFrame, meanImage } from "../../../models/reference/method.ts";
import type { Method } from "../../../models/training/method.ts";
import type { SequenceModel, SequenceQuery } from "../../../models/training/sequences.ts";
import { defaultSettings, type Settings } from "../../../models/training/settings.ts";

const DATA = await makeBouncingBalls({ counts: { train: 1, validation: 1, test: 2 } });

async function fitted(
  method: Method<typeof DATA, SequenceModel>,
  changes: Settings = {},
  data = DATA,
): Promise<SequenceModel> {
  const trainer = await method.start({
    settings: { ...defaultSettings(method.settings), ...changes },
    ...{ seed: 0, data },
    backend: () => Promise.reject(new Error("nothing to compute with")),
  });
  return await trainer.trained();
}

/** Predicts the test sequences themselves, plus what `error` says of a frame. */
function scripted(error: (frame: number, query: SequenceQuery) => number): SequenceModel {
  const size = frameSize(DATA.test);
  return {
    predict: (query) => {
      const { sequences: { count, frameCount }, asked = [] } = query;
      const values = new Float32Array(count * asked.length * size);
      for (let s = 0; s < count; s++) {
        asked.forEach((frame, i) => {
          const from = (s * frameCount + frame) * size;
          const truth = DATA.test.frames.subarray(from, from + size);
          values.set(
            truth.map((value) => value + error(frame, query)),
            (s * asked.length + i) * size,
          );
        });
      }
      return Promise.resolve(values);
    },
  };
}

const valueOf = (metrics: readonly { name: string; value: unknown }[], name: string) =>
  Number(metrics.find((metric) => metric.name === name)?.value);

Deno.test("evaluate() asks for frames 3 to 12 from the first three, and averages their errors", async () => {
  const queries: SequenceQuery[] = [];
  const { metrics, curves: [curve] } = await evaluate(
    scripted((frame, query) => (queries.push(query), (frame - 2) / 100)),
    DATA,
  );
  assertEquals([...queries[0]!.asked!], [3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  assertEquals(Array.from(queries[0]!.context(0)), [0, 1, 2]);
  assertEquals(curve!.x, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  curve!.y.forEach((y, i) => assertAlmostEquals(Number(y), ((i + 1) / 100) ** 2, 1e-6));
  assertAlmostEquals(valueOf(metrics, "testMse"), 38.5e-4, 1e-6);
  const model = scripted((frame) => (frame - 2) / 100);
  assertEquals(await watchBalls(DATA).measure(model), { testMse: valueOf(metrics, "testMse") });
});

Deno.test("evaluate() has the mean of draws, single draws and variants", async () => {
  const model = {
    ...scripted((_, { draw }) => draw === undefined ? 0 : Number(draw[1]) % 2 === 0 ? 0.1 : -0.1),
    draws: 2,
    variants: [{ ...scripted(() => 0.2), name: "Last", label: "parameters of the last epoch" }],
  };
  const { metrics } = await evaluate(model, DATA);
  assertAlmostEquals(valueOf(metrics, "testMse"), 0, 1e-9);
  assertAlmostEquals(valueOf(metrics, "testMseSamples"), 0, 1e-9);
  assertAlmostEquals(valueOf(metrics, "testMseSingleDraw"), 0.01, 1e-6);
  assertAlmostEquals(valueOf(metrics, "testMseLast"), 0.04, 1e-6);
});

Deno.test("inParts() asks about 10 sequences at a time, with the same answers and draws of each part's own", async () => {
  const { test: sequences } = await makeBouncingBalls({
    counts: { train: 1, validation: 1, test: 24 },
  });
  const asked: SequenceQuery[] = [];
  const model = await fitted(lastFrame);
  const noting: SequenceModel = {
    predict: (query) => (asked.push(query), model.predict(query)),
    variants: [{ predict: (query) => model.predict(query), name: "Last", label: "last" }],
  };
  const parts = inParts(noting);
  const query = { sequences, context: (s: number) => [s % 3], asked: [4, 7], draw: ["a"] };
  const expected = await model.predict(query);
  assertEquals(await parts.predict(query), expected);
  assertEquals(await parts.variants![0]!.predict(query), expected);
  assertEquals(asked.map(({ sequences }) => sequences.count), [10, 10, 4]);
  assertEquals(new Set(asked.map(({ draw }) => String(draw))).size, 3);
});

Deno.test("evaluate() shows the pictures of components, and hides from them what it hides from predictions", async () => {
  const queries: SequenceQuery[] = [];
  const size = frameSize(DATA.test);
  const grey = (query: SequenceQuery, value: number) =>
    new Float32Array(query.sequences.count * query.asked!.length * size).fill(value);
  const { exhibits } = await evaluate({
    ...scripted(() => 0),
    components: (query) => {
      queries.push(query);
      return Promise.resolve([grey(query, 0.2), grey(query, 0.6)]);
    },
  }, DATA);
  const frames = exhibits!.filter(({ kind }) => kind === "frames") as FrameStrips[];
  const { exhibits: without } = await evaluate(scripted(() => 0), DATA);
  frames.forEach(({ strips }, s) => {
    assertEquals(strips.slice(0, 2), (without![s] as FrameStrips).strips);
    assertEquals(strips.slice(2).map(({ label, part }) => [label, part]), [
      ["component 1", true],
      ["component 2", true],
    ]);
    const bytes = strips.slice(2).map(({ pixels }) => Uint8Array.fromBase64(pixels));
    assertEquals(bytes.map((values) => [values.length, values[0]]), [
      [13 * size, 51],
      [13 * size, 153],
    ]);
  });
  const [{ sequences, context, asked }] = queries as [SequenceQuery];
  assertEquals([Array.from(context(0)), asked!.length, queries.length], [[0, 1, 2], 13, 1]);
  assert(sequences.frames.slice(3 * size, 20 * size).every(Number.isNaN));
});

/** The data with other frames after the given ones. */
function changed(data: typeof DATA): typeof DATA {
  const { test } = data;
  const size = frameSize(test);
  const frames = test.frames.map((value, i) =>
    Math.floor(i / size) % test.frameCount < 3 ? value : 0
  );
  return { ...data, test: { ...test, frames } };
}

Deno.test("evaluate() shows a row the given frames alone: others may change, its prediction does not", async () => {
  for (const method of [meanImage, lastFrame]) {
    const model = await fitted(method);
    const seen: Float32Array[] = [];
    const noting: SequenceModel = {
      predict: async (query) => {
        seen.push(await model.predict(query));
        return seen.at(-1)!;
      },
    };
    const errors = [await evaluate(noting, DATA), await evaluate(noting, changed(DATA))]
      .map(({ metrics }) => valueOf(metrics, "testMse"));
    assertEquals(seen[1], seen[0]);
    assert(errors[0] !== errors[1]);
  }
  const peeking: SequenceModel = {
    predict: ({ sequences, asked = [] }) =>
      Promise.resolve(
        sequences.frames.slice(0, sequences.count * asked.length * frameSize(sequences)),
      ),
  };
  assertEquals((await evaluate(peeking, DATA)).metrics[0]!.value, "NaN");
});

Deno.test("evaluate() shows given and asked frames, and the discs of truth and prediction", async () => {
  const { exhibits } = await evaluate(await fitted(lastFrame), DATA);
  assertEquals(exhibits.map(({ kind }) => kind), ["frames", "frames", "traces"]);
  const [strips] = exhibits;
  assert(strips?.kind === "frames");
  assertEquals([strips.frames, strips.height, strips.marked], [13, 32, [0, 1, 2]]);
  const bytes = strips.strips.map(({ pixels }) => Uint8Array.fromBase64(pixels));
  const at = (strip: number, frame: number) =>
    bytes[strip]!.slice(frame * 1024, (frame + 1) * 1024);
  assertEquals(at(1, 2), at(0, 2));
  assertEquals(at(1, 12), at(0, 2));
  const physics = exhibits.at(-1);
  assert(physics?.kind === "traces");
  const [counts, energies] = physics.panels.map(({ series }) =>
    series.map(({ y }) => y.map(Number))
  );
  assertEquals(counts, [Array(10).fill(3), Array(10).fill(3)]);
  // A disc that bounces within a frame moves less.
  energies![0]!.forEach((energy) => assert(energy > 0.08 && energy < 0.14, `${energy}`));
  assertEquals(energies![1], Array(10).fill(0));
});

Deno.test("noisySimulator is the truth without noise, and worse the more and the later", async () => {
  const tiny = await evaluate(await fitted(noisySimulator, { positionNoise: 1e-9 }), DATA);
  assert(valueOf(tiny.metrics, "testMse") < 1e-9);
  const errors = await Promise.all([0.03, 0.3].map(async (positionNoise) => {
    const { curves } = await evaluate(await fitted(noisySimulator, { positionNoise }), DATA);
    return curves[0]!.y.map(Number);
  }));
  assert(errors[0]![0]! < errors[0]![9]!);
  assert(errors[0]![0]! < errors[1]![0]!);
  const model = await fitted(noisySimulator);
  const sequences: Sequences = DATA.test;
  await assertRejects(
    () => model.predict({ sequences, context: () => [], asked: [3] }),
    RangeError,
    "at least 1 consecutive frames",
  );
});
