import { assertEquals } from "@std/assert";
import { publishedTable } from "../../../reports/published/registry.ts";
import { groupRecords } from "../../../reports/records.ts";
import { comparisonTable } from "../../../reports/tables/comparison_table.ts";
import { type FixtureOptions, makeRecord, makeRecords, store } from "../fixtures.ts";

function tableOf(...options: readonly FixtureOptions[]) {
  return comparisonTable(groupRecords(options.map((one) => store(makeRecord(one))))[0]!);
}

function seeds(...values: readonly number[]): FixtureOptions[] {
  return values.map((value, seed) => ({
    seed,
    metrics: [{ name: "testMse", label: "MSE", value, unit: "per pixel", direction: "lower" }],
  }));
}

Deno.test("comparisonTable() sets ours beside theirs in their standard deviations", () => {
  const row = tableOf(...seeds(0.0185, 0.0191, 0.0197)).rows
    .find((candidate) => candidate.model === "ode2vae-kl")!;
  assertEquals(row.ours, "0.01910 ± 0.00060");
  assertEquals(row.published, "0.0188 ± 0.0003");
  assertEquals(row.differenceText, "+0.0003 (+1.0 σ)");
  assertEquals(row.interval, "[0.01761, 0.02059]");
  assertEquals(row.seeds, "3 seeds");
});

Deno.test("comparisonTable() keeps every published row and says not run where nothing ran", () => {
  const rows = tableOf(...seeds(0.0185)).rows;
  assertEquals(
    rows.map((row) => row.model),
    publishedTable("rmnist")!.rows.map((row) => row.model),
  );
  assertEquals(
    rows.filter((row) => row.ours === "not run").length,
    rows.length - 1,
  );
});

Deno.test("comparisonTable() counts seeds that diverged", () => {
  const [row] = tableOf(...seeds(0.0185, 0.0191), { seed: 2, status: "diverged" }).rows
    .filter((candidate) => candidate.model === "ode2vae-kl");
  assertEquals(row!.seeds, "2/3 converged");
  const all = tableOf({ seed: 0, status: "diverged" });
  assertEquals(all.rows.find((r) => r.model === "ode2vae-kl")!.ours, "diverged");
  assertEquals(all.caption.includes("No cell of this group has a result yet"), true);
});

Deno.test("comparisonTable() compares nothing when the data are procedural or the tier is smoke", () => {
  for (
    const table of [
      tableOf({ dataOrigin: "procedural generator" }),
      tableOf({ tier: "smoke" }),
    ]
  ) {
    const row = table.rows.find((candidate) => candidate.model === "ode2vae-kl")!;
    assertEquals(row.differenceText, "not comparable");
    assertEquals(row.difference, undefined);
    assertEquals(table.caption.includes("for orientation only"), true);
  }
});

Deno.test("comparisonTable() makes its caption from the typed ±", () => {
  const [group] = groupRecords(makeRecords());
  const { caption } = comparisonTable(group!);
  assertEquals(
    caption.startsWith("Ours: mean ± sample standard deviation (ddof 1) over 3 seeds."),
    true,
  );
  assertEquals(tableOf(...seeds(0.0185)).caption.startsWith("One seed each"), true);
});

Deno.test("comparisonTable() tells a protocol difference only where our setting makes it", () => {
  const sentence = "The released code leaves the encoder's entropy out";
  const has = (table: ReturnType<typeof tableOf>) =>
    table.footnotes.some((text) => text.startsWith(sentence));
  assertEquals(has(tableOf(...seeds(0.0185))), true);
  const record = makeRecord();
  const changed = { ...record, settings: { initialLogDensity: "released-code" } };
  assertEquals(has(comparisonTable(groupRecords([store(changed)])[0]!)), false);
});

Deno.test("comparisonTable() says how short the training was when the tier is quick", () => {
  assertEquals(
    tableOf({ tier: "quick" }).differences[0],
    'Tier "quick": 120 epochs of training, not the published protocol\'s length.',
  );
  assertEquals(tableOf({}).differences.some((text) => text.startsWith("Tier")), false);
});

Deno.test("comparisonTable() tells how MNIST was rotated only when it was MNIST", () => {
  const told = (dataOrigin: string) =>
    tableOf({ dataOrigin }).differences.some((text) => text.includes("t10k"));
  assertEquals(told("MNIST t10k images"), true);
  assertEquals(told("procedural generator"), false);
});
