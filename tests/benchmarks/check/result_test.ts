import { assertEquals, assertStringIncludes } from "@std/assert";
import {
  adviceLine,
  comparisonLine,
  isFailed,
  pText,
  severityOf,
  summaryLine,
} from "../../../benchmarks/check/result.ts";
import { judge } from "../../../benchmarks/check/verdict.ts";
import { evidenceOf } from "./_evidence.ts";
import { exampleResult } from "./_result.ts";

const reference = [1, 1.1, 0.9, 1.05, 0.95, 1.02];
const line = (...args: Parameters<typeof evidenceOf>) =>
  comparisonLine(judge([evidenceOf(...args)], 0.05)[0]!);

Deno.test("comparisonLine() says values, test and margin when there is drift", () => {
  assertEquals(
    line(reference, reference.map((value, i) => value + 0.2 + 0.01 * i)),
    "m testMse: drift-worse: 1.228 against 1.003 per pixel, difference +0.225, p = 0.031 by sign flips, " +
      "margin ±0.071 (1 sd of 6 reference seeds), 6 seeds",
  );
});

Deno.test("comparisonLine() says the corrected p when several values are tested", () => {
  const shifted = evidenceOf(reference, reference.map((value, i) => value - 0.2 - 0.01 * i));
  const [first] = judge([shifted, shifted], 0.07);
  assertEquals(
    comparisonLine(first!),
    "m testMse: drift-better: 0.778 against 1.003 per pixel, difference −0.225, p = 0.031 by sign flips, " +
      "corrected 0.063, margin ±0.071 (1 sd of 6 reference seeds), 6 seeds",
  );
});

Deno.test("comparisonLine() says the margin and its origin when results are equivalent", () => {
  assertEquals(
    line(reference, reference.map((value, i) => value + 0.001 * (i % 2))),
    "m testMse: numerics-changed: 1.004 against 1.003 per pixel, difference +0.0005, equivalent within " +
      "±0.071 (1 sd of 6 reference seeds), p < 0.0001, 6 seeds",
  );
  assertEquals(
    line([2], [2.000001], { deterministic: true }),
    "m testMse: numerics-changed: within rounding, 2.000 against 2.000 per pixel, difference +0.000001, 1 seed",
  );
  assertEquals(
    line([2], [2.1], { deterministic: true }),
    "m testMse: drift-worse: 2.100 against 2.000 per pixel, difference +0.1, margin ±0.00002 " +
      "(rounding of a model without randomness), 1 seed",
  );
});

Deno.test("comparisonLine() says what was visible and what is needed when it is underpowered", () => {
  assertEquals(
    line([1, 1.1, 0.9], [1.05, 1.2, 1.1]),
    "m testMse: underpowered: 1.117 against 1.000 per pixel, difference +0.117, p = 0.29 by the spread over " +
      "seeds, not shown equivalent within ±0.1 (1 sd of 3 reference seeds), p = 0.63, drifts from ±0.46 on are " +
      "found with 80 % power, equivalence needs about 7 seeds, 3 seeds",
  );
  assertEquals(
    line([1], [1.5]),
    "m testMse: underpowered: 1.500 against 1.000 per pixel, difference +0.5, one reference seed has no " +
      "spread: give --margin, or take more seeds, 1 seed",
  );
  assertEquals(
    line([1], [1.5], { margin: { value: 0.6, of: "mean" } }),
    "m testMse: underpowered: 1.500 against 1.000 per pixel, difference +0.5, margin ±0.6 (--margin 60%), " +
      "no error rate is known for one reference seed, equivalence needs at least 2 seeds, 1 seed",
  );
});

Deno.test("comparisonLine() says what decided when seeds have no value", () => {
  assertEquals(
    line([1, 1], [1, NaN]),
    "m testMse: drift-worse: seed 1 has no value any more (diverged or not finite), 1.000 against 1.000 per " +
      "pixel, difference 0, 2 seeds",
  );
  assertEquals(
    line([1], [NaN]),
    "m testMse: drift-worse: seed 0 has no value any more (diverged or not finite), 1 seed",
  );
});

Deno.test("comparisonLine() says the value alone when identical", () => {
  const same = { ...evidenceOf([0.5, 0.5], [0.5, 0.5]), identical: 2, unit: "" };
  assertEquals(comparisonLine(judge([same], 0.05)[0]!), "m testMse: identical: 0.5000, 2 seeds");
  const half = { ...evidenceOf([0.5, 0.5], [0.5, 0.5]), identical: 1, unit: "" };
  assertEquals(
    comparisonLine(judge([half], 0.05)[0]!),
    "m testMse: numerics-changed: within rounding, 0.5000 against 0.5000, difference 0, 2 seeds " +
      "(1 identical)",
  );
});

Deno.test("summaryLine() counts verdicts and names what drifted", () => {
  const [same, rounded, few, worse] = judge([
    { ...evidenceOf([1], [1]), identical: 1 },
    evidenceOf([1, 2], [1, 2]),
    evidenceOf([1, 1.1, 0.9], [1.05, 1.2, 1.1]),
    evidenceOf([1], [2], { deterministic: true, model: "b" }),
  ], 0.05);
  assertEquals(summaryLine([same!]), "no drift in 1 metric (1 identical)");
  assertEquals(
    summaryLine([same!, rounded!]),
    "no drift in 2 metrics (1 identical, 1 numerics-changed)",
  );
  assertEquals(
    summaryLine([same!, few!]),
    "no drift found in 2 metrics (1 identical, 1 underpowered)",
  );
  assertEquals(
    summaryLine([same!, few!, worse!]),
    "drift in 1 of 3 metrics: b testMse (drift-worse)",
  );
});

Deno.test("pText() rounds to two digits", () => {
  assertEquals([pText(0.03125), pText(0.5), pText(1e-5), pText(1)], [
    "p = 0.031",
    "p = 0.5",
    "p < 0.0001",
    "p = 1",
  ]);
});

const result = exampleResult();
const [same, rounded, , few] = result.comparisons;

Deno.test("severityOf() fails drift in both directions, and all that is not identical when strict", () => {
  const severities = (strict: boolean) =>
    result.comparisons.map((comparison) => severityOf(comparison, strict));
  assertEquals(severities(false), ["none", "notice", "error", "warning"]);
  assertEquals(severities(true), ["none", "error", "error", "error"]);
  const [better] = judge([evidenceOf([1], [0.5], { deterministic: true })], 0.05);
  const [blind] = judge([evidenceOf([1], [1.5])], 0.05);
  assertEquals([better!.verdict, severityOf(better!, false)], ["drift-better", "error"]);
  assertEquals([blind!.verdict, severityOf(blind!, false)], ["underpowered", "error"]);
});

Deno.test("isFailed() and adviceLine() follow from the worst comparison", () => {
  assertEquals(isFailed(result), true);
  assertStringIncludes(adviceLine(result), 'deno task accept rmnist --tier smoke --reason "…"');
  const passing = exampleResult({ comparisons: [same!, rounded!, few!] });
  assertEquals(isFailed(passing), false);
  const strict = { ...passing, strict: true };
  assertEquals([isFailed(strict), adviceLine(strict)], [
    true,
    "With --strict only identical results pass, of every cell of the reference",
  ]);
});
