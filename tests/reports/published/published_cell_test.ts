import { assertEquals, assertThrows } from "@std/assert";
import { BOUNCING_BALLS } from "../../../reports/published/bouncing_balls.ts";
import { formatPublished, publishedValue } from "../../../reports/published/published_cell.ts";
import { PUBLISHED_TABLES, publishedTable } from "../../../reports/published/registry.ts";

Deno.test("publishedValue() keeps the printed digits", () => {
  for (const text of ["0.0309 ± 0.00002", "126.46 ± 34", "45.74", "10.06 ± 1.4"]) {
    assertEquals(formatPublished(publishedValue(text)), text);
  }
  assertEquals(publishedValue("0.0188 ± 0.0003").plusMinus, 0.0003);
  assertEquals(publishedValue("45.74").plusMinus, undefined);
});

Deno.test("publishedValue() refuses text that is not a value", () => {
  assertThrows(() => publishedValue("about 3"), SyntaxError, 'current value is "about 3"');
});

Deno.test("publishedTable() gives rotating MNIST as printed", () => {
  const rows = publishedTable("rmnist")!.rows.map((row) => [
    row.model,
    row.value === undefined ? "N/A" : formatPublished(row.value),
    row.later,
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

Deno.test("publishedTable() knows no benchmark by an inherited name", () => {
  assertEquals(publishedTable("toString"), undefined);
  assertEquals(publishedTable("other"), undefined);
});

Deno.test("PUBLISHED_TABLES is frozen, each table under its own benchmark", () => {
  for (const [name, table] of Object.entries(PUBLISHED_TABLES)) {
    assertEquals(table.benchmark, name);
    assertEquals(Object.isFrozen(table.rows) && table.rows.every(Object.isFrozen), true);
    assertEquals(new Set(table.rows.map((row) => row.model)).size, table.rows.length);
  }
});

Deno.test("BOUNCING_BALLS has ten steps for each method", () => {
  assertEquals(BOUNCING_BALLS.curves.map((curve) => curve.mse.length), [10, 10, 10]);
});
