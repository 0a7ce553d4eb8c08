import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { type BaseDifference, compareWithBase } from "../../../reports/paired/base_differences.ts";
import { toJsonNumber } from "../../../models/training/json_number.ts";
import { tablesOf } from "../../../reports/catalogue.ts";
import {
  ablationRecord,
  ablationRecords,
  BASE,
  exampleRecords,
  groupOf,
} from "../_ablation_records.ts";
import { makeRecords } from "../fixtures.ts";

/** t of 2 degrees of freedom at 0.975. */
const T2 = 4.302652729911275;

function models(rows: readonly BaseDifference[]) {
  return rows.map(({ measured }) => measured.model);
}

Deno.test("compareWithBase() compares every other trained row with the base, best first", () => {
  const { base, rows } = compareWithBase(groupOf(exampleRecords()))!;
  assertEquals(base, "ODE²VAE-KL");
  assertEquals(models(rows), ["no-growth", "printed-beta", "code-times"]);
  const [growth, beta, times] = rows;
  // −1.2, −2.4, −3.6 thousandths of a base of 21: mean −2.4, deviation 1.2.
  assertEquals(growth!.label, "All frames from the first epoch");
  assertEquals(growth!.seeds, [0, 1, 2]);
  assertAlmostEquals(growth!.spread!.mean, -0.0024, 1e-12);
  assertAlmostEquals(growth!.spread!.std!, 0.0012, 1e-12);
  assertEquals(growth!.spread!.ddof, 1);
  assertAlmostEquals(growth!.relative!, -2.4 / 21, 1e-12);
  assertAlmostEquals(growth!.interval!.low, -0.0024 - T2 * 0.0012 / Math.sqrt(3), 1e-10);
  assertAlmostEquals(growth!.interval!.high, -0.0024 + T2 * 0.0012 / Math.sqrt(3), 1e-10);
  assertEquals([growth!.better, growth!.equal], [3, 0]);
  assertEquals([times!.better, times!.equal], [1, 0]);
  assertEquals([beta!.better, beta!.equal, beta!.interval], [0, 3, undefined]);
});

Deno.test("compareWithBase() tests by sign flips and corrects over the rows of a block", () => {
  const { rows, variants } = compareWithBase(groupOf(exampleRecords()))!;
  // Of ±1 ±2 ±3 two of eight sums are as far from zero as 6; of ±1 ±1 ±3 six as far as 3.
  assertEquals(rows.map(({ p }) => p), [2 / 8, 1, 6 / 8]);
  // By Holm: 3 · 0.25, then 2 · 0.75 and 1, which are no probabilities above one.
  assertEquals(rows.map(({ corrected }) => corrected), [0.75, 1, 1]);
  // A block of two rows of its own: 2 · 0.25.
  assertEquals(variants.map(({ p }) => p), [2 / 8, 1]);
  assertEquals(variants.map(({ corrected }) => corrected), [0.5, 1]);
});

Deno.test("compareWithBase() sets the base's other metrics against its headline metric", () => {
  const { variants } = compareWithBase(groupOf(exampleRecords()))!;
  // Metrics that no record holds are no rows.
  assertEquals(variants.map(({ label }) => label), [
    "Mean parameters of the last epochs",
    "Parameters of the last epoch",
  ]);
  assertEquals(models(variants), ["base", "base"]);
  const [averaged, last] = variants;
  assertAlmostEquals(averaged!.spread!.mean, -0.0024, 1e-12);
  assertEquals([averaged!.better, averaged!.equal], [3, 0]);
  // 0, 0 and 2 thousandths.
  assertAlmostEquals(last!.spread!.mean, 0.002 / 3, 1e-12);
  assertAlmostEquals(last!.relative!, 2 / 63, 1e-12);
  assertEquals([last!.better, last!.equal], [0, 2]);
});

Deno.test("compareWithBase() pairs the seeds that both have, by the base's mean on them", () => {
  const { rows } = compareWithBase(groupOf([
    ablationRecord("base", 0, 0.02),
    ablationRecord("base", 1, 0.03),
    ablationRecord("base", 2, 0.04, {}, { status: "diverged" }),
    ablationRecord("base", 5, 0.5),
    ablationRecord("no-growth", 1, 0.033),
    ablationRecord("no-growth", 0, 0.022),
    ablationRecord("no-growth", 2, 0.001),
    ablationRecord("code-times", 0, 0.3, {}, { status: "diverged" }),
  ]))!;
  assertEquals(models(rows), ["no-growth", "code-times"]);
  assertEquals(rows[0]!.seeds, [0, 1]);
  // 2 and 3 thousandths of 20 and 30.
  assertAlmostEquals(rows[0]!.relative!, 0.1, 1e-12);
  // The row that diverged is a result without a number, and counts in the correction.
  assertEquals([rows[1]!.seeds, rows[1]!.spread, rows[1]!.p, rows[1]!.corrected], [
    [],
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals([rows[0]!.p, rows[0]!.corrected], [0.5, 1]);
});

Deno.test("compareWithBase() counts a higher value as better where the table says so", () => {
  const group = groupOf(exampleRecords());
  const table = { ...tablesOf(group)[0], direction: "higher" } as const;
  const { rows } = compareWithBase(group, table)!;
  assertEquals(models(rows), ["code-times", "printed-beta", "no-growth"]);
  assertEquals(rows.map(({ better }) => better), [2, 0, 0]);
  // The difference stays the row's value minus the base's.
  assert(rows[2]!.spread!.mean < 0);
});

Deno.test("compareWithBase() gives nothing without a base, in the table or in the records", () => {
  assertEquals(compareWithBase(groupOf(makeRecords())), undefined);
  assertEquals(compareWithBase(groupOf(ablationRecords({ "no-growth": BASE }))), undefined);
  assertEquals(compareWithBase(groupOf(ablationRecords({ base: BASE }))), undefined);
  const far = [...ablationRecords({ base: BASE }), ablationRecord("no-growth", 9, 0.02)];
  assertEquals(compareWithBase(groupOf(far)), undefined);
});

Deno.test("compareWithBase() leaves out seeds whose value is not a number, and only those", () => {
  const group = groupOf([
    ...BASE.map((value, seed) => ablationRecord("base", seed, value)),
    ...[0.03, NaN, 0.03].map((value, seed) => {
      const { file, record } = ablationRecord("no-growth", seed, 0.03, { other: 1 });
      const metrics = record.metrics.map((metric) => (
        { ...metric, value: toJsonNumber(metric.name === "testMse" ? value : NaN) }
      ));
      return { file, record: { ...record, metrics } };
    }),
  ]);
  assertEquals(compareWithBase(group)!.rows.map(({ seeds }) => seeds), [[0, 2]]);
});
