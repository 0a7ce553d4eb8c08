/** How spirals are scored, and what rows get to see. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { nearestWindow } from "../../../benchmarks/spirals/ceiling.ts";
import { spirals } from "../../../benchmarks/spirals/definition.ts";
import { evaluate, watchSpirals } from "../../../benchmarks/spirals/evaluate.ts";
import { frameOf, observedFrames } from "../../../data/sequences.ts";
import { makeSpirals, spiralPoint } from "../../../data/spirals/spirals.ts";
import { parseExhibits } from "../../../benchmarks/record/parse_exhibit.ts";
import type { SequenceModel, SequenceQuery } from "../../../models/training/sequences.ts";
import { defaultSettings } from "../../../models/training/settings.ts";

const DATA = await makeSpirals({ counts: { train: 4, validation: 2, test: 12 } });

/** Predicts the truth of a group plus an error, and notes what it is asked. */
const scripted = (
  error: (frame: number) => number,
  queries: SequenceQuery[] = [],
): SequenceModel => ({
  predict: (query) => {
    queries.push(query);
    const { asked = [] } = query;
    return Promise.resolve(Float32Array.from(
      DATA.testWindows.flatMap(({ clockwise, start }) =>
        asked.flatMap((frame) => {
          const [x, y] = spiralPoint(clockwise, start + frame);
          return [x + error(frame), y - error(frame)];
        })
      ),
    ));
  },
});

const value = (metrics: readonly { name: string; value: unknown }[], name: string) =>
  Number(metrics.find((metric) => metric.name === name)?.value);

Deno.test("evaluate() asks for the 100 points after the window, and has the root of the mean squared error of each group", async () => {
  const queries: SequenceQuery[] = [];
  const models = [1, 2, 3].map((factor) => ({
    ...scripted((frame) => factor * (frame < 150 ? 0.1 : 0.3), queries),
    variants: [{ ...scripted(() => 0.5), name: "Last", label: "parameters of the last epoch" }],
    facts: [{
      name: "fact",
      label: "a fact",
      value: factor,
      unit: "",
      direction: "lower" as const,
    }],
  }));
  const { metrics, curves, exhibits } = await evaluate(models, DATA);
  const root = Math.sqrt((0.1 ** 2 + 0.3 ** 2) / 2);
  [30, 50, 100].forEach((n, i) => {
    assertAlmostEquals(value(metrics, `testRmse${n}`), (i + 1) * root, 1e-5);
    assertAlmostEquals(value(metrics, `testRmse${n}Last`), 0.5, 1e-5);
    assertEquals(value(metrics, `fact${n}`), i + 1);
  });
  assertEquals(new Set(metrics.map(({ name }) => name)).size, metrics.length);
  const [byObservations, byPoint] = curves;
  assertEquals(byObservations!.x, [30, 50, 100]);
  assertEquals(byPoint!.x.length, 100);
  assertAlmostEquals(Number(byPoint!.y[49]), 0.1, 1e-5);
  assertAlmostEquals(Number(byPoint!.y[50]), 0.3, 1e-5);
  assertEquals(queries[0]!.asked, Array.from({ length: 100 }, (_, i) => 100 + i));
  const watched = await watchSpirals(DATA).measure(models);
  assertEquals(watched.testRmse50, value(metrics, "testRmse50"));
  assertEquals(parseExhibits(JSON.parse(JSON.stringify(exhibits)), "exhibits"), exhibits);
  assertEquals(exhibits.map(({ name }) => name), ["counterClockwise", "clockwise"]);
});

Deno.test("evaluate() shows a model each spiral's own observations, and nothing else of the test", async () => {
  const queries: SequenceQuery[] = [];
  await evaluate(DATA.groups.map(() => scripted(() => 0, queries)), DATA);
  DATA.groups.forEach(({ test }, i) => {
    const { sequences, context } = queries[i]!;
    for (let s = 0; s < test.count; s++) {
      const observed = observedFrames(test, s);
      assertEquals(Array.from(context(s)), [...observed]);
      for (let frame = 0; frame < 200; frame++) {
        const seen = frameOf(sequences, s, frame);
        if (observed.includes(frame)) assertEquals(seen, frameOf(test, s, frame));
        else assert(seen.every(Number.isNaN));
      }
    }
  });
});

Deno.test("the most likely spiral of the generator is far nearer than the noise, and its own without it", async () => {
  const errorAt = async (noise: number) => {
    const data = await makeSpirals({ counts: { train: 1, validation: 1, test: 12 }, noise });
    const trainer = await nearestWindow.start({
      ...{ settings: {}, seed: 0, data },
      backend: () => Promise.reject(new Error("nothing to compute with")),
    });
    return value((await evaluate(await trainer.trained(), data)).metrics, "testRmse30");
  };
  assert(await errorAt(0.3) < 0.15);
  assert(await errorAt(1e-3) < 1e-5);
});

Deno.test("references of spirals predict from observations alone", async () => {
  for (const [name, { method, overrides, trivial }] of Object.entries(spirals.models)) {
    if (!trivial) continue;
    const trainer = await method.start({
      ...{ settings: { ...defaultSettings(method.settings), ...overrides }, seed: 0, data: DATA },
      backend: () => Promise.reject(new Error("nothing to compute with")),
    });
    const { metrics } = await evaluate(await trainer.trained(), DATA);
    for (const { value } of metrics) assert(Number.isFinite(value), name);
  }
});
