/** Simulated checks with known truth: how often a verdict is wrong. Seeded, so that a run repeats itself. */
import { assert } from "@std/assert";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import type { Evidence } from "../../../benchmarks/check/evidence.ts";
import { isDrift, judge } from "../../../benchmarks/check/verdict.ts";
import { evidenceOf } from "./_evidence.ts";

const trials = 1000;
const alpha = 0.05;

/** Seeds of a setting that share the part √correlation of their standard deviation of 1 with their partner. */
interface Setting {
  /** Pairs. */
  readonly n: number;
  /** Reference seeds. */
  readonly reference: number;
  readonly correlation: number;
  /** Whether values are the exponentials of normal ones, which lean far to one side. */
  readonly skewed?: true;
}

/** Values of one simulated metric: those of the reference's seeds, and of the n first ones again. */
function draw({ n, reference, correlation, skewed }: Setting, trial: number, metric: number) {
  const key = fold(rootKey(2026), "error rates", n, reference, trial, metric);
  const shared = normal(fold(key, "shared"), reference);
  const own = normal(fold(key, "reference"), reference);
  const other = normal(fold(key, "current"), n);
  const mix = (a: number, b: number) => {
    const value = Math.sqrt(correlation) * a + Math.sqrt(1 - correlation) * b;
    return 10 + (skewed ? Math.exp(value) : value);
  };
  const values = [...own].map((value, i) => mix(shared[i]!, value));
  return {
    before: values.slice(0, n),
    more: values.slice(n),
    now: [...other].map((value, i) => mix(shared[i]!, value)),
  };
}

const simulate = (setting: Setting, trial: number, metric = 0, shift = 0): Evidence => {
  const { before, more, now } = draw(setting, trial, metric);
  return evidenceOf(before, now.map((value) => value + shift), { more });
};

const settings: readonly Setting[] = [
  { n: 1, reference: 5, correlation: 0 },
  { n: 3, reference: 3, correlation: 0 },
  { n: 3, reference: 3, correlation: 0.9 },
  { n: 5, reference: 8, correlation: 0 },
  { n: 8, reference: 8, correlation: 0 },
  { n: 8, reference: 8, correlation: 0.9 },
  { n: 3, reference: 3, correlation: 0, skewed: true },
  { n: 7, reference: 7, correlation: 0, skewed: true },
];

for (const setting of settings) {
  const { n, reference, correlation, skewed } = setting;
  const name = `${n} of ${reference} ${skewed ? "log-normal" : "normal"} seeds are compared that ` +
    `correlate by ${correlation}`;

  Deno.test(`judge() keeps the false-alarm rate when nothing changed and ${name}`, () => {
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      if (isDrift(judge([simulate(setting, trial)], alpha)[0]!)) alarms++;
    }
    const limit = alpha + 2 * Math.sqrt((alpha * (1 - alpha)) / trials);
    assert(alarms / trials <= limit, `${alarms} of ${trials} are alarms`);
  });

  // The effect is stated for normal values.
  if (skewed) continue;
  Deno.test(`judge() has 80 % power at the detectable difference that it states when ${name}`, () => {
    const powered = 400;
    let found = 0;
    for (let trial = 0; trial < powered; trial++) {
      // What a check of these seeds states without a change, is then put in.
      const [unchanged] = judge([simulate(setting, trial)], alpha);
      const [shifted] = judge([simulate(setting, trial, 0, statedBy(unchanged!))], alpha);
      if (shifted!.verdict === "drift-worse") found++;
    }
    assert(found / powered >= 0.8, `${found} of ${powered} are found`);
  });
}

/** The stated detectable difference; a check that is not underpowered states it too. */
function statedBy({ detectable }: { readonly detectable?: number }): number {
  assert(detectable !== undefined);
  return detectable;
}

Deno.test("judge() keeps the false-alarm rate of a check with four metrics that do not depend on each other", () => {
  for (const setting of [settings[1]!, settings[4]!]) {
    let alarms = 0;
    for (let trial = 0; trial < trials; trial++) {
      const family = [0, 1, 2, 3].map((metric) => simulate(setting, trial, metric));
      if (judge(family, alpha).some(isDrift)) alarms++;
    }
    const limit = alpha + 2 * Math.sqrt((alpha * (1 - alpha)) / trials);
    assert(alarms / trials <= limit, `${alarms} of ${trials} checks have an alarm`);
  }
});

Deno.test("judge() finds drift in one of four metrics with 80 % power when it has the stated size", () => {
  const setting = settings[4]!;
  const powered = 200;
  let found = 0;
  for (let trial = 0; trial < powered; trial++) {
    const family = (shift: number) =>
      [0, 1, 2, 3].map((metric) => simulate(setting, trial, metric, metric === 0 ? shift : 0));
    const stated = statedBy(judge(family(0), alpha)[0]!);
    if (judge(family(stated), alpha)[0]!.verdict === "drift-worse") found++;
  }
  assert(found / powered >= 0.8, `${found} of ${powered} are found`);
});

Deno.test("judge() seldom calls a change of the margin's size equivalent", () => {
  const setting = settings[5]!;
  let equivalent = 0;
  for (let trial = 0; trial < trials; trial++) {
    const evidence = simulate(setting, trial);
    const [judged] = judge([simulate(setting, trial, 0, evidence.scale!.margin!.value)], alpha);
    if (judged!.verdict === "numerics-changed") equivalent++;
  }
  const limit = alpha + 2 * Math.sqrt((alpha * (1 - alpha)) / trials);
  assert(equivalent / trials <= limit, `${equivalent} of ${trials} are called equivalent`);
});
