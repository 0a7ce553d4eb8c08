import { assertEquals, assertThrows } from "@std/assert";
import { formatPublished, publishedValue } from "../../../reports/benchmarks/benchmark_report.ts";
import type { PublishedRow } from "../../../reports/benchmarks/benchmark_report.ts";
import { REPORTS } from "../../../reports/benchmarks/registry.ts";

Deno.test("publishedValue() keeps the printed digits", () => {
  for (const text of ["0.0309 ± 0.00002", "126.46 ± 34", "45.74", "10.06 ± 1.4", "−85.1 ± 0.2"]) {
    assertEquals(formatPublished(publishedValue(text)), text);
  }
  assertEquals(publishedValue("0.0188 ± 0.0003").plusMinus, 0.0003);
  assertEquals(publishedValue("45.74").plusMinus, undefined);
  // A log-likelihood, with a typed or a true minus sign.
  assertEquals(["-85.1", "−85.1"].map((text) => publishedValue(text).mean), [-85.1, -85.1]);
});

Deno.test("publishedValue() refuses text that is not a value", () => {
  assertThrows(() => publishedValue("about 3"), SyntaxError, 'is "about 3"');
});

Deno.test("REPORTS has rotating MNIST as printed", () => {
  const rows = REPORTS.rmnist!.tables![0]!.rows!.map((row) => [
    row.model,
    row.value === undefined ? "N/A" : formatPublished(row.value),
    row.later === true,
    row.protocol !== undefined,
  ]);
  assertEquals(rows, [
    ["gppvae-dis", "0.0309 ± 0.00002", false, false],
    ["gppvae-joint", "0.0288 ± 0.00005", false, false],
    ["ode2vae", "0.0194 ± 0.00006", false, false],
    ["ode2vae-kl", "0.0188 ± 0.0003", false, false],
    ["ode2vae-paper", "0.0194 ± 0.00006", false, false],
    ["ode2vae-kl-paper", "0.0188 ± 0.0003", false, false],
    ["shooting", "0.0122 ± 0.0064", true, false],
    ["inimnet", "0.0125 ± 0.0004", true, true],
    ["cnn-ode", "0.0145 ± 0.0007", true, true],
    ["latent-sde-homogeneous", "0.0118 ± 0.0003", true, true],
  ]);
});

Deno.test("REPORTS is frozen throughout, and no table names a model twice", () => {
  for (const { tables = [] } of Object.values(REPORTS)) {
    for (const { rows } of tables) {
      if (rows === undefined) continue;
      assertEquals(Object.isFrozen(rows) && rows.every(Object.isFrozen), true);
      assertEquals(new Set(rows.map((row) => row.model)).size, rows.length);
    }
  }
});

Deno.test("REPORTS has ten steps of bouncing balls for each method", () => {
  const [figure] = REPORTS.bouncing_balls!.figures!;
  assertEquals(figure!.curves.map(({ x, y }) => [x.at(-1), y.length]), [[10, 10], [10, 10], [
    10,
    10,
  ]]);
});

Deno.test("REPORTS has the means of the curves of bouncing balls in a table", () => {
  const rows: readonly PublishedRow[] = REPORTS.bouncing_balls!.tables![0]!.rows!;
  assertEquals(rows.map(({ model, value }) => [model, formatPublished(value!)]), [
    ["dtsbn-s", "0.0732"],
    ["ddpae", "0.0242"],
    ["ode2vae", "0.0093"],
  ]);
});

Deno.test("REPORTS has the table of spirals as printed, with and without the script's noise", () => {
  for (const { tables, figures } of [REPORTS.spirals!, REPORTS.spirals_low_noise!]) {
    const printed = tables!.map(({ metric, rows }) => [
      metric,
      ...rows!.map(({ model, value }) => `${model} ${formatPublished(value!)}`),
    ]);
    assertEquals(printed, [
      ["testRmse30", "rnn 0.3937", "latent-ode 0.1642"],
      ["testRmse50", "rnn 0.3202", "latent-ode 0.1502"],
      ["testRmse100", "rnn 0.1813", "latent-ode 0.1346"],
    ]);
    assertEquals(figures![0]!.curves.map(({ x, y }) => [x, y]), [
      [[30, 50, 100], [0.3937, 0.3202, 0.1813]],
      [[30, 50, 100], [0.1642, 0.1502, 0.1346]],
    ]);
  }
});
