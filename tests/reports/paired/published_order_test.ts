import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { CellStatus } from "../../../benchmarks/record/record.ts";
import { testPublishedOrder } from "../../../reports/paired/published_order.ts";
import { REPORTS } from "../../../reports/benchmarks/registry.ts";
import { type ReportGroup, reportGroups } from "../../../reports/catalogue.ts";
import { markdownTexts } from "../../../reports/tables/markdown.ts";
import { orderTable } from "../../../reports/tables/paired_tables.ts";
import { makeRecord, store } from "../fixtures.ts";

/** A record of one test error, and where given one of the last epoch's parameters. */
function errorOf(
  model: string,
  seed: number,
  value: number,
  { status = "completed", last }: { status?: CellStatus; last?: number } = {},
) {
  const metric = (name: string, error: number) => (
    { name, label: name, value: error, unit: "per pixel", direction: "lower" as const }
  );
  const metrics = status === "completed"
    ? [metric("testMse", value), ...(last === undefined ? [] : [metric("testMseLast", last)])]
    : [];
  const record = makeRecord({ seed, status, metrics });
  return store({ ...record, cell: { ...record.cell, model } });
}

/** Errors by seed of each model. */
function groupOf(errors: Readonly<Record<string, readonly number[]>>): ReportGroup {
  return reportGroups(
    Object.entries(errors).flatMap(([model, values]) =>
      values.map((value, seed) => errorOf(model, seed, value))
    ),
  )[0]!;
}

/** Errors by seed of ODE²VAE and of ODE²VAE-KL. */
function pairOf(worse: readonly number[], better: readonly number[]): ReportGroup {
  return groupOf({ "ode2vae": worse, "ode2vae-kl": better });
}

function last(group: ReportGroup) {
  return testPublishedOrder(group).at(-1)!;
}

/** 0.02 plus thousandths. */
const errors = (...thousandths: number[]) => thousandths.map((value) => 0.02 + value / 1000);
const zeros = (count: number) => errors(...new Array(count).fill(0));

Deno.test("testPublishedOrder() tests each pair of neighbours of the published table", () => {
  for (const benchmark of ["rmnist"]) {
    const { rows = [], order = [] } = REPORTS[benchmark]!.tables![0]!;
    // Variants of a method are no rows of the paper's.
    const own = rows.filter(({ later, model }) => !later && !model.endsWith("-paper"));
    assertEquals(order.length, own.length - 1);
    order.forEach(({ worse, better }, i) => {
      assertEquals([worse, better], [own[i]!.model, own[i + 1]!.model]);
      assert(own[i]!.value!.mean > own[i + 1]!.value!.mean);
    });
  }
});

Deno.test("testPublishedOrder() says that a claim holds when seven seeds are all in its direction", () => {
  const test = last(pairOf(errors(2, 3, 1, 4, 5, 6, 7), zeros(7)));
  // Two of 2⁷ assignments; the other two claims have no pair and count all the same.
  assertEquals([test.p, test.smallestP, test.corrected], [2 / 128, 2 / 128, 3 * 2 / 128]);
  assertEquals(test.verdict, "holds");
  assertEquals(
    test.sentence,
    "Holds: ODE²VAE-KL is better than ODE²VAE on 7 of 7 seeds (corrected p 0.047).",
  );
  assertEquals(test.pair, "ODE²VAE ≥ ODE²VAE-KL");
  // 1 … 7 thousandths: mean 4, variance 14 / 3; t of 6 degrees at 0.975 is 2.446912.
  assertAlmostEquals(test.spread!.mean, 0.004, 1e-12);
  const half = 0.001 * 2.446912 * Math.sqrt(14 / 3 / 7);
  assertAlmostEquals(test.interval!.low, 0.004 - half, 1e-9);
  assertAlmostEquals(test.interval!.high, 0.004 + half, 1e-9);
});

Deno.test("testPublishedOrder() says that a claim does not hold when it is reversed", () => {
  const { verdict, p, sentence } = last(pairOf(zeros(7), errors(2, 3, 1, 4, 5, 6, 7)));
  assertEquals([verdict, p], ["does-not-hold", 2 / 128]);
  assertEquals(
    sentence,
    "Does not hold: ODE²VAE is better than ODE²VAE-KL on 7 of 7 seeds (corrected p 0.047).",
  );
});

Deno.test("testPublishedOrder() decides nothing with five or six seeds, however they fall", () => {
  for (const count of [5, 6]) {
    const falls = errors(...Array.from({ length: count }, (_, i) => i + 1));
    const group = groupOf({
      "gppvae-dis": falls.map((value) => value + 0.04),
      "gppvae-joint": falls.map((value) => value + 0.02),
      "ode2vae": falls,
      "ode2vae-kl": zeros(count),
    });
    const least = 2 / 2 ** count;
    for (const { verdict, p, corrected, sentence } of testPublishedOrder(group)) {
      assertEquals([verdict, p, corrected], ["undecided", least, 3 * least]);
      const reason = `with ${count} seeds no two-sided p is below ${least.toPrecision(3)}; ` +
        "3 claims at 0.05 would need 7 seeds that differ. ";
      assertEquals([sentence, sentence.includes(reason)], [sentence, true]);
    }
  }
  const { sentence } = last(pairOf(errors(1, 2, 3), zeros(3)));
  assertEquals(
    sentence,
    "Undecided: with 3 seeds no two-sided p is below 0.25; 3 claims at 0.05 would need 7 " +
      "seeds that differ. ODE²VAE-KL is better than ODE²VAE on 3 of 3 seeds (corrected p 0.75). " +
      "Equal values would agree with the paper's order too.",
  );
});

Deno.test("testPublishedOrder() corrects by Holm's method over the claims", () => {
  // Eight seeds: p of 2 / 256 twice, and a third claim that six pairs of one sign cannot reach alone.
  const falls = errors(1, 2, 3, 4, 5, 6, 7, 8);
  const tests = testPublishedOrder(groupOf({
    "gppvae-dis": falls.map((value) => value + 0.04),
    "gppvae-joint": falls.map((value) => value + 0.02),
    "ode2vae": falls,
    "ode2vae-kl": zeros(6),
  }));
  assertEquals(tests.map(({ p }) => p), [2 / 256, 2 / 256, 2 / 64]);
  assertEquals(tests.map(({ corrected }) => corrected), [6 / 256, 6 / 256, 2 / 64]);
  assertEquals(tests.map(({ verdict }) => verdict), ["holds", "holds", "holds"]);
});

Deno.test("testPublishedOrder() finds no evidence when differences are of both signs", () => {
  const { verdict, p, corrected, sentence } = last(
    pairOf(errors(1, 2, 3, 0, 0, 6, 7), errors(0, 0, 0, 4, 5, 0, 0)),
  );
  // Of the 128 signed sums of 1 … 7, those of at least |1 + 2 + 3 − 4 − 5 + 6 + 7| = 10 in size.
  let count = 0;
  for (let signs = 0; signs < 128; signs++) {
    let sum = 0;
    for (let k = 0; k < 7; k++) sum += signs & (1 << k) ? k + 1 : -k - 1;
    if (Math.abs(sum) >= 10) count++;
  }
  assertEquals([verdict, p, corrected], [
    "undecided",
    count / 128,
    Math.min(1, 3 * count / 128),
  ]);
  assert(
    sentence.startsWith(
      "Undecided: chance could make as large a difference (corrected p above 0.05). ",
    ),
    sentence,
  );
  assert(sentence.includes("on 5 of 7 seeds (corrected p 1)."), sentence);
});

Deno.test("testPublishedOrder() finds no evidence in equal values", () => {
  const { verdict, p, corrected, interval } = last(pairOf(zeros(7), zeros(7)));
  assertEquals([verdict, p, corrected, interval], ["undecided", 1, 1, undefined]);
});

Deno.test("testPublishedOrder() tells whether the last epoch's parameters have the same direction", () => {
  const told = (lasts: readonly (readonly [number, number])[]) =>
    last(
      reportGroups(lasts.flatMap(([worse, better], seed) => [
        errorOf("ode2vae", seed, 0.02 + seed / 1000, { last: worse }),
        errorOf("ode2vae-kl", seed, 0.019, { last: better }),
      ]))[0]!,
    ).sentence.split("too. ")[1];
  assertEquals(
    told([[0.021, 0.020], [0.022, 0.020], [0.020, 0.023], [0.020, 0.0235]]),
    "The last epoch's parameters: the other direction, ODE²VAE-KL better on 2 of 4 seeds, mean " +
      "difference −0.0009.",
  );
  assertEquals(
    told([[0.021, 0.020], [0.022, 0.020], [0.024, 0.023]]),
    "The last epoch's parameters: the same direction, ODE²VAE-KL better on 3 of 3 seeds, mean " +
      "difference 0.00133.",
  );
});

Deno.test("testPublishedOrder() pairs seeds that both models have, whatever else there is", () => {
  const group = reportGroups([
    errorOf("ode2vae", 4, 0.03),
    errorOf("ode2vae", 1, 0.031),
    errorOf("ode2vae", 2, 0.05, { status: "diverged" }),
    errorOf("ode2vae", 7, 0.06),
    errorOf("ode2vae-kl", 1, 0.029),
    errorOf("ode2vae-kl", 2, 0.02),
    errorOf("ode2vae-kl", 4, 0.026),
    errorOf("ode2vae-kl", 5, 0.001),
  ])[0]!;
  const [first, second, third] = testPublishedOrder(group);
  assertEquals(third!.seeds, [1, 4]);
  assertAlmostEquals(third!.spread!.mean, 0.003, 1e-12);
  for (const unpaired of [first!, second!]) {
    assertEquals([unpaired.seeds, unpaired.p, unpaired.interval], [[], undefined, undefined]);
    assertEquals(unpaired.verdict, "undecided");
  }
  for (const cells of orderTable(group)!.blocks[0]!.rows.slice(0, 2)) {
    assertEquals(cells.slice(1), ["0", "–", "–", "–", "–", "–"]);
  }
  assertEquals(
    second!.sentence,
    "Undecided: no seed has a result of both GPPVAE-joint and ODE²VAE.",
  );
});

Deno.test("testPublishedOrder() gives nothing when no two neighbours have run", () => {
  assertEquals(testPublishedOrder(reportGroups([errorOf("ode2vae", 0, 0.02)])[0]!), []);
  assertEquals(testPublishedOrder(reportGroups([errorOf("mean-image", 0, 0.06)])[0]!), []);
});

Deno.test("markdownTexts() gives a sentence and a row for each pair", () => {
  const group = pairOf(errors(2, 3, 1, 4, 5, 6, 7), zeros(7));
  const text = markdownTexts(orderTable(group)!);
  assert(text.includes("\n- Error of ODE²VAE ≥ ODE²VAE-KL: Holds: ODE²VAE-KL is better"));
  const cells = "7 | 0.0040 | [0.0020, 0.0060] | 0.0156 | 0.0469 | 0.0156 |";
  assert(text.includes(`| ODE²VAE ≥ ODE²VAE-KL | ${cells}`), text);
  const heads = text.split("\n").filter((line) => line.startsWith("|"));
  assertEquals(new Set(heads.map((line) => line.split(/(?<!\\)\|/).length)).size, 1);
  assert(text.includes("by Holm's method over 3 claims"));
});
