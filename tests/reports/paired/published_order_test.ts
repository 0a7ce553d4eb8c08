import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import type { CellStatus } from "../../../benchmarks/record.ts";
import { testPublishedOrder } from "../../../reports/paired/published_order.ts";
import { publishedTable } from "../../../reports/published/registry.ts";
import { groupRecords, type RecordGroup } from "../../../reports/records.ts";
import { markdownOrder, orderCells } from "../../../reports/tables/order_table.ts";
import { makeRecord, store } from "../fixtures.ts";

/** A record of one test error. */
function errorOf(model: string, seed: number, value: number, status: CellStatus = "completed") {
  const metrics = status === "completed"
    ? [{ name: "testMse", label: "MSE", value, unit: "per pixel", direction: "lower" as const }]
    : [];
  const record = makeRecord({ seed, status, metrics });
  return store({ ...record, cell: { ...record.cell, model } });
}

/** Errors by seed of ODE2VAE and of ODE2VAE-KL. */
function groupOf(worse: readonly number[], better: readonly number[]): RecordGroup {
  return groupRecords([
    ...worse.map((value, seed) => errorOf("ode2vae", seed, value)),
    ...better.map((value, seed) => errorOf("ode2vae-kl", seed, value)),
  ])[0]!;
}

function last(group: RecordGroup) {
  return testPublishedOrder(group).at(-1)!;
}

/** 0.02 plus thousandths. */
const errors = (...thousandths: number[]) => thousandths.map((value) => 0.02 + value / 1000);

Deno.test("testPublishedOrder() tests each pair of neighbours of the published table", () => {
  for (const benchmark of ["rmnist"]) {
    const { rows, order = [] } = publishedTable(benchmark)!;
    const own = rows.filter(({ later }) => !later);
    assertEquals(order.length, own.length - 1);
    order.forEach(({ worse, better }, i) => {
      assertEquals([worse, better], [own[i]!.model, own[i + 1]!.model]);
      assert(own[i]!.value!.mean > own[i + 1]!.value!.mean);
    });
  }
});

Deno.test("testPublishedOrder() says that the order holds when five seeds are all in its direction", () => {
  const group = groupOf(errors(2, 3, 1, 4, 5), errors(0, 0, 0, 0, 0));
  const test = last(group);
  assertEquals([test.verdict, test.p, test.smallestP], ["holds", 1 / 32, 1 / 32]);
  assertEquals(test.sentence, "Holds: ODE2VAE-KL is better than ODE2VAE on 5 of 5 seeds.");
  assertEquals(test.pair, "ODE2VAE ≥ ODE2VAE-KL");
  // 1 … 5 thousandths: mean 3, variance 2.5; t of 4 degrees at 0.975 is 2.776445.
  assertAlmostEquals(test.spread!.mean, 0.003, 1e-12);
  const half = 0.001 * 2.776445 * Math.sqrt(2.5 / 5);
  assertAlmostEquals(test.interval!.low, 0.003 - half, 1e-9);
  assertAlmostEquals(test.interval!.high, 0.003 + half, 1e-9);
});

Deno.test("testPublishedOrder() says that the order does not hold when it is reversed", () => {
  const { verdict, p, sentence } = last(groupOf(errors(0, 0, 0, 0, 0), errors(2, 3, 1, 4, 5)));
  assertEquals([verdict, p], ["does-not-hold", 1]);
  assertEquals(
    sentence,
    "Does not hold: ODE2VAE is better than ODE2VAE-KL on 5 of 5 seeds (p of that direction 0.031).",
  );
});

Deno.test("testPublishedOrder() cannot tell when the seeds are too few, however they fall", () => {
  const { verdict, p, smallestP, sentence } = last(groupOf(errors(1, 2, 3), errors(0, 0, 0)));
  assertEquals([verdict, p, smallestP], ["cannot-be-told", 1 / 8, 1 / 8]);
  assertEquals(
    sentence,
    "Cannot be told: with 3 seeds p is never below 0.125, and 5 that differ are needed for 0.05; " +
      "ODE2VAE-KL is better on 3 of 3 seeds. Equal values would be the paper's order too.",
  );
});

Deno.test("testPublishedOrder() cannot tell when differences are of both signs", () => {
  // Of the 64 signed sums of 1 … 6, those of at least 1 + 2 + 3 − 4 − 5 + 6 = 3.
  const { verdict, p, sentence } = last(
    groupOf(errors(1, 2, 3, 0, 0, 6), errors(0, 0, 0, 4, 5, 0)),
  );
  let count = 0;
  for (let signs = 0; signs < 64; signs++) {
    let sum = 0;
    for (let k = 0; k < 6; k++) if (signs & (1 << k)) sum += k + 1;
    if (2 * sum - 21 >= 3) count++;
  }
  assertEquals([verdict, p], ["cannot-be-told", count / 64]);
  assert(sentence.startsWith("Cannot be told: neither direction has p of at most 0.05; "));
  assert(sentence.includes("is better on 4 of 6 seeds."));
});

Deno.test("testPublishedOrder() pairs seeds that both models have, whatever else there is", () => {
  const group = groupRecords([
    errorOf("ode2vae", 4, 0.03),
    errorOf("ode2vae", 1, 0.031),
    errorOf("ode2vae", 2, 0.05, "diverged"),
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
    assertEquals(unpaired.verdict, "cannot-be-told");
    assertEquals(orderCells(unpaired).slice(1), ["0", "–", "–", "–", "–"]);
  }
  assertEquals(
    second!.sentence,
    "Cannot be told: no seed has a result of both GPPVAE-joint and ODE2VAE.",
  );
});

Deno.test("testPublishedOrder() gives nothing when no two neighbours have run", () => {
  assertEquals(testPublishedOrder(groupRecords([errorOf("ode2vae", 0, 0.02)])[0]!), []);
  assertEquals(testPublishedOrder(groupRecords([errorOf("mean-image", 0, 0.06)])[0]!), []);
});

Deno.test("markdownOrder() gives a sentence and a row for each pair", () => {
  const group = groupOf(errors(2, 3, 1, 4, 5), errors(0, 0, 0, 0, 0));
  const text = markdownOrder(group, testPublishedOrder(group));
  assert(text.includes("\n- ODE2VAE ≥ ODE2VAE-KL: Holds: ODE2VAE-KL is better"));
  assert(
    text.includes("| ODE2VAE ≥ ODE2VAE-KL | 5 | 0.0030 | [0.0010, 0.0050] | 0.0313 | 0.0313 |"),
  );
  const heads = text.split("\n").filter((line) => line.startsWith("|"));
  assertEquals(new Set(heads.map((line) => line.split(/(?<!\\)\|/).length)).size, 1);
});
