import { assertEquals } from "@std/assert";
import type { Comparison } from "../../../benchmarks/check/compare.ts";
import { comparisonLine, summaryLine, unpairedLines } from "../../../benchmarks/check/lines.ts";

const comparison: Comparison = {
  model: "ode2vae",
  metric: "testMse",
  unit: "per pixel",
  verdict: "drift-worse",
  seeds: 3,
  identical: 1,
  values: { reference: 0.01879, current: 0.0222 },
  tolerance: { value: 0.00123, origin: "3 standard errors from 3 reference seeds" },
  note: "",
};
const { tolerance: _, ...untested } = comparison;

Deno.test("comparisonLine() says verdict, values, tolerance and seeds", () => {
  assertEquals(
    comparisonLine(comparison),
    "ode2vae testMse: drift-worse: 0.02220 against 0.01879 per pixel, difference +0.003410, " +
      "allowed ±0.0012 (3 standard errors from 3 reference seeds), 3 seeds (1 identical)",
  );
});

Deno.test("comparisonLine() says the value alone when identical", () => {
  assertEquals(
    comparisonLine({
      ...untested,
      verdict: "identical",
      identical: 3,
      values: { reference: 0.5, current: 0.5 },
      unit: "",
    }),
    "ode2vae testMse: identical: 0.5000, 3 seeds",
  );
});

Deno.test("comparisonLine() says what decided when seeds did not converge", () => {
  const { values: __, ...bare } = untested;
  const note = "1 of 1 seeds did not converge, 0 in the reference";
  assertEquals(
    comparisonLine({ ...bare, note, seeds: 1, identical: 0 }),
    `ode2vae testMse: drift-worse: ${note}, 1 seed`,
  );
});

Deno.test("summaryLine() counts metrics and names those that drifted", () => {
  const identical: Comparison = { ...comparison, verdict: "identical" };
  assertEquals(summaryLine([identical]), "no drift in 1 metric (1 identical)");
  assertEquals(
    summaryLine([identical, { ...comparison, verdict: "within tolerance" }]),
    "no drift in 2 metrics (1 identical)",
  );
  assertEquals(
    summaryLine([identical, comparison, { ...comparison, model: "b", verdict: "drift-better" }]),
    "drift in 2 of 3 metrics: ode2vae testMse (drift-worse), b testMse (drift-better)",
  );
});

Deno.test("unpairedLines() names the cells that were not compared", () => {
  assertEquals(unpairedLines({ pairs: [], missing: ["a: x"], unmatched: ["b: y"] }), [
    "not compared: a: x",
    "not compared: b: y",
  ]);
});
