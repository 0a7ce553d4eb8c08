import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import { gatherEvidence } from "../../../benchmarks/check/evidence.ts";
import type { Pair } from "../../../benchmarks/check/match.ts";
import type { CellRecord, Metric } from "../../../benchmarks/record/record.ts";
import { isBlind, judge, type Verdict } from "../../../benchmarks/check/verdict.ts";
import { evidenceOf } from "./_evidence.ts";
import { recordWith } from "./_records.ts";

/** A bank of record sets whose truth is known: a mean of 1, a standard deviation of 0.1 over seeds. */
interface BankCase {
  readonly name: string;
  readonly expected: Verdict;
  /** Seeds on both sides. */
  readonly seeds: number;
  /** Shift in standard deviations. */
  readonly shift: number;
  /** Standard deviation of what a change of numerics does to a seed, in those over seeds. */
  readonly chaos: number;
  readonly direction?: Metric["direction"];
  /** Seeds whose current cell diverged. */
  readonly diverged?: readonly number[];
  /** Seeds that have no current result. */
  readonly missing?: readonly number[];
  /** Whether the records are the reference's own. */
  readonly same?: boolean;
}

const bank: readonly BankCase[] = [
  { name: "bit-equal records", expected: "identical", seeds: 8, shift: 0, chaos: 0, same: true },
  { name: "other bits", expected: "numerics-changed", seeds: 8, shift: 0, chaos: 1e-6 },
  { name: "other numerics", expected: "numerics-changed", seeds: 8, shift: 0, chaos: 0.3 },
  { name: "three seeds", expected: "numerics-changed", seeds: 3, shift: 0, chaos: 0.1 },
  { name: "half a sigma", expected: "numerics-changed", seeds: 8, shift: 0.5, chaos: 0.1 },
  { name: "one sigma", expected: "drift-worse", seeds: 8, shift: 1, chaos: 0.3 },
  { name: "one sigma and some", expected: "drift-worse", seeds: 8, shift: 1.5, chaos: 0.3 },
  { name: "two sigma", expected: "drift-worse", seeds: 8, shift: 2, chaos: 0.3 },
  { name: "minus two sigma", expected: "drift-better", seeds: 8, shift: -2, chaos: 0.3 },
  {
    name: "two sigma where higher is better",
    expected: "drift-better",
    seeds: 8,
    shift: 2,
    chaos: 0.3,
    direction: "higher",
  },
  {
    name: "minus two sigma where higher is better",
    expected: "drift-worse",
    seeds: 8,
    shift: -2,
    chaos: 0.3,
    direction: "higher",
  },
  {
    name: "two sigma, missing seeds",
    expected: "drift-worse",
    seeds: 8,
    shift: 2,
    chaos: 0.3,
    missing: [2, 5],
  },
  { name: "two sigma, too few seeds", expected: "underpowered", seeds: 3, shift: 2, chaos: 0.3 },
  { name: "ten sigma, three seeds", expected: "drift-worse", seeds: 3, shift: 10, chaos: 0.3 },
  {
    name: "two sigma, one of eight seeds",
    expected: "underpowered",
    seeds: 8,
    shift: 2,
    chaos: 0.3,
    missing: [1, 2, 3, 4, 5, 6, 7],
  },
  { name: "seeds that correlate little", expected: "underpowered", seeds: 4, shift: 0, chaos: 1.4 },
  {
    name: "a diverged seed",
    expected: "drift-worse",
    seeds: 8,
    shift: 0,
    chaos: 1e-6,
    diverged: [3],
  },
];

function records(entry: BankCase): { pairs: Pair[]; reference: CellRecord[] } {
  const key = fold(rootKey(1), entry.name);
  const base = normal(fold(key, "seeds"), entry.seeds);
  const chaos = normal(fold(key, "chaos"), entry.seeds);
  const direction = entry.direction ?? "lower";
  const reference = [...base].map((value, seed) =>
    recordWith(1 + 0.1 * value, { seed }, { direction, traceSha256: hash(`reference ${seed}`) })
  );
  const pairs = reference.flatMap((record, seed): Pair[] => {
    if (entry.missing?.includes(seed)) return [];
    if (entry.same) return [{ reference: record, current: record }];
    const value = 1 + 0.1 * (base[seed]! + entry.shift + entry.chaos * chaos[seed]!);
    const traceSha256 = hash(`current ${seed}`);
    const current = entry.diverged?.includes(seed)
      ? recordWith(1, { seed }, { status: "diverged", metrics: [], traceSha256 })
      : recordWith(value, { seed }, { direction, traceSha256 });
    return [{ reference: record, current }];
  });
  return { pairs, reference };
}

/** Not the records' true hash: that both sides differ is all that counts here. */
const hash = (text: string) =>
  [...text].map((sign) => sign.charCodeAt(0).toString(16)).join("").padEnd(64, "0");

for (const entry of bank) {
  Deno.test(`judge() is ${entry.expected} when the bank has ${entry.name}`, () => {
    const evidence = gatherEvidence({ metric: "testMse", deterministic: false, ...records(entry) });
    const [comparison] = judge([evidence], 0.05);
    assertEquals(comparison!.verdict, entry.expected, JSON.stringify(comparison));
  });
}

Deno.test("judge() says how far it saw and what it needs when it is underpowered", () => {
  const [few] = judge([evidenceOf([1, 1.1, 0.9], [1.05, 1.2, 1.1])], 0.05);
  assertEquals(few!.verdict, "underpowered");
  assertEquals(few!.test!.name, "seed-spread");
  // s = 0.1, N = n = 3: d̄ = 0.11667 over 0.1 √(2/3), t of 2 degrees; 2 * scipy.stats.t.sf(1.428869, 2)
  assertAlmostEquals(few!.test!.p, 0.289257684406366, 1e-9);
  // (t.ppf(.975, 2) + t.ppf(.85, 2)) * .1 * sqrt(2/3)
  assertAlmostEquals(few!.detectable!, 0.46449341597281263, 1e-9);
  assert(few!.pairsNeeded! > 3);
  assertEquals(few!.signFlipP, 0.25);
});

Deno.test("judge() takes the exact sign-flip test as soon as it can reach the level", () => {
  const reference = [1, 1.1, 0.9, 1.05, 0.95, 1.02, 0.98, 1.01];
  const worse = reference.map((value) => value + 0.2 + 0.1 * (value - 1));
  const test = (n: number, family: number) => {
    const one = evidenceOf(reference.slice(0, n), worse.slice(0, n));
    return judge(new Array(family).fill(one), 0.05)[0]!.test!;
  };
  assertEquals(test(5, 1).name, "seed-spread");
  assertEquals(test(6, 1), { name: "sign-flip", p: 2 / 64, adjustedP: 2 / 64 });
  assertEquals(test(6, 2).name, "seed-spread");
  assertEquals(test(8, 6), { name: "sign-flip", p: 2 / 256, adjustedP: 12 / 256 });
  assertEquals(test(8, 7).name, "seed-spread");
});

Deno.test("judge() shares the level among values by Holm's correction", () => {
  // Eight pairs of one sign: p = 2/256 = 0.0078; beside seven others without a finding it is no drift any more.
  const reference = [1, 1.1, 0.9, 1.05, 0.95, 1.02, 0.98, 1.01];
  const shifted = evidenceOf(reference, reference.map((value, i) => value + 0.08 + 0.01 * i));
  const noise = evidenceOf(reference, reference.map((value, i) => value + (i % 2 ? 0.2 : -0.2)));
  assertEquals(judge([shifted], 0.05)[0]!.verdict, "drift-worse");
  const family = judge([noise, shifted, noise, noise, noise, noise], 0.05);
  assertEquals(family[1]!.verdict, "drift-worse");
  assertAlmostEquals(family[1]!.test!.adjustedP, 12 / 256, 1e-12);
  assertEquals(family[0]!.verdict, "underpowered");
  assertEquals(
    judge([noise, shifted, noise, noise, noise, noise], 0.04)[1]!.verdict,
    "underpowered",
  );
});

Deno.test("judge() does not count identical and deterministic values as tests", () => {
  const reference = [1, 1.1, 0.9, 1.05, 0.95, 1.02];
  const shifted = evidenceOf(reference, reference.map((value, i) => value + 0.2 + 0.01 * i));
  const same = { ...shifted, identical: shifted.pairs.length };
  const fixed = evidenceOf([1], [1.000001], { deterministic: true });
  const verdicts = judge([same, fixed, shifted], 0.05).map(({ verdict }) => verdict);
  assertEquals(verdicts, ["identical", "numerics-changed", "drift-worse"]);
});

Deno.test("judge() allows a model without randomness its rounding alone", () => {
  const fixed = (value: number, direction: "lower" | "higher" = "lower") =>
    judge([evidenceOf([2], [value], { deterministic: true, direction })], 0.05)[0]!;
  assertEquals(fixed(2.00001).verdict, "numerics-changed");
  assertEquals(fixed(2.0001).verdict, "drift-worse");
  assertEquals(fixed(1.9999).verdict, "drift-better");
  assertEquals(fixed(1.9999, "higher").verdict, "drift-worse");
  const margin = { value: 0.01, of: "mean" } as const;
  const wide = evidenceOf([2], [2.01], { deterministic: true, margin });
  assertEquals(judge([wide], 0.05)[0]!.verdict, "numerics-changed");
});

Deno.test("judge() is drift when the sides differ in which way is better, whatever the values", () => {
  const reference = recordWith(1);
  for (const value of [1, 1 + 1e-9, 2]) {
    const pair = { reference, current: recordWith(value, {}, { direction: "higher" }) };
    const [comparison] = judge([
      gatherEvidence({
        ...{ metric: "testMse", pairs: [pair], reference: [reference], deterministic: true },
      }),
    ], 0.05);
    assertEquals([comparison!.verdict, comparison!.note], [
      "drift-worse",
      "lower is better on one side, higher on the other",
    ]);
  }
});

Deno.test("judge() is drift when a seed has a value on one side only, whatever the means", () => {
  const lost = judge([evidenceOf([1, 1.1, 0.9], [1, NaN, 0.9])], 0.05)[0]!;
  assertEquals(lost.verdict, "drift-worse");
  assertEquals(lost.note, "seed 1 has no value any more (diverged or not finite)");
  const gained = judge([evidenceOf([NaN, 1.1, NaN], [1, 1.1, 1])], 0.05)[0]!;
  assertEquals(gained.verdict, "drift-better");
  assertEquals(gained.note, "seeds 0, 2 have a value now, none in the reference");
  // As many diverge as before, but others: that is no equality.
  assertEquals(judge([evidenceOf([1, NaN], [NaN, 1])], 0.05)[0]!.verdict, "drift-worse");
  const never = judge([evidenceOf([NaN, NaN], [NaN, NaN])], 0.05)[0]!;
  assertEquals([never.verdict, never.note], [
    "numerics-changed",
    "no seed has a value on either side",
  ]);
});

Deno.test("judge() is blind when the reference has one seed and the user no margin", () => {
  const one = judge([evidenceOf([1], [1.5])], 0.05)[0]!;
  assertEquals([one.verdict, one.detectable, isBlind(one)], ["underpowered", undefined, true]);
  const margin = { value: 0.1, of: "mean" } as const;
  const told = judge([evidenceOf([1], [1.5], { margin })], 0.05)[0]!;
  assertEquals([told.verdict, isBlind(told)], ["drift-worse", false]);
  const within = judge([evidenceOf([1], [1.05], { margin })], 0.05)[0]!;
  assertEquals([within.verdict, isBlind(within)], ["underpowered", false]);
  const several = judge([evidenceOf([1], [1.05], { more: [1.1, 0.9] })], 0.05)[0]!;
  assertEquals([several.verdict, isBlind(several)], ["underpowered", false]);
});

Deno.test("judge() goes by the seed that differs most when every seed has a tolerance", () => {
  const reference = [1, -2, 4, 5, 6, 7];
  const judged = (current: readonly number[], direction?: "higher") =>
    judge([
      evidenceOf(reference, current, { tolerance: 0.01, ...(direction ? { direction } : {}) }),
    ], 0.05)[0]!;
  const within = judged([1.005, -2.01, 4.02, 4.99, 6, 7]);
  assertEquals([within.verdict, within.note, within.test], [
    "numerics-changed",
    "every seed is allowed 1 %, seed 0 differs by 0.5 %",
    undefined,
  ]);
  // The mean has not moved: a test of it finds nothing.
  const apart = judged([1, -2, 4.1, 4.9, 6, 7]);
  assertEquals([apart.verdict, apart.note], [
    "drift-worse",
    "every seed is allowed 1 %, seed 2 differs by 2.5 %",
  ]);
  assertEquals(judged([1, -2, 4.1, 4.9, 6, 7], "higher").verdict, "drift-better");
  assertEquals(judged([1, -2.1, 4, 5, 6, 7]).verdict, "drift-better");
  assertEquals(judged([1, NaN, 4, 5, 6, 7]).verdict, "drift-worse");
  assertEquals(
    judge([evidenceOf([0], [0.1], { tolerance: 0.5 })], 0.05)[0]!.verdict,
    "drift-worse",
    "of nothing there is no share",
  );
});

Deno.test("judge() counts a spread of zero as rounding", () => {
  assertEquals(judge([evidenceOf([1, 1, 1], [1, 1, 1])], 0.05)[0]!.verdict, "numerics-changed");
  assertEquals(judge([evidenceOf([1, 1, 1], [1.1, 1.1, 1.1])], 0.05)[0]!.verdict, "drift-worse");
  assertEquals(judge([evidenceOf([0, 0, 0], [1, 1, 1])], 0.05)[0]!.verdict, "drift-worse");
  assertEquals(judge([evidenceOf([0, 0, 0], [0, 0, 0])], 0.05)[0]!.verdict, "numerics-changed");
});
