import { assert, assertEquals } from "@std/assert";
import type { AnyBenchmark } from "../../../benchmarks/registry.ts";
import {
  rmnistAblationGppvae,
  rmnistAblationOde2vae,
} from "../../../benchmarks/rmnist/ablations.ts";
import { resolveSettings } from "../../../benchmarks/settings.ts";
import { REPORTS } from "../../../reports/benchmarks/registry.ts";
import { comparisonTable } from "../../../reports/tables/comparison_table.ts";
import { ablationRecord, BASE, groupOf } from "../_ablation_records.ts";

const ablations = [rmnistAblationOde2vae, rmnistAblationGppvae] as AnyBenchmark[];

Deno.test("the report of an ablation has a base and no published number", () => {
  for (const { name, models } of ablations) {
    const [table] = REPORTS[name]!.tables!;
    assertEquals(table!.rows, undefined);
    assert(Object.hasOwn(models, table!.base!));
    assert(table!.variants!.every(Object.isFrozen));
  }
});

Deno.test("the report of an ablation names the settings of its base at tier paper", () => {
  for (const benchmark of ablations) {
    const settings = resolveSettings(benchmark, "paper", "base");
    const told = REPORTS[benchmark.name]!.tables![0]!.settings!
      .filter(({ setting }) => Object.hasOwn(settings, setting));
    assert(told.length > 7);
    for (const { setting, value } of told) {
      assertEquals([setting, settings[setting]], [setting, value]);
    }
  }
});

Deno.test("comparisonTable() of an ablation tells what its tier reduces, not what a row changes", () => {
  const first = (benchmark: AnyBenchmark, row: string) => {
    const records = ["base", row].map((model) => {
      const { file, record } = ablationRecord(model, 0, BASE[0]!, {}, {
        benchmark: benchmark.name,
      });
      return {
        file,
        record: { ...record, settings: resolveSettings(benchmark, "reduced", model) },
      };
    });
    return comparisonTable(groupOf(records)).differences[0];
  };
  assertEquals(
    first(ablations[0]!, "encoder-kl-1"),
    'Tier "reduced": not the settings of tier "paper": epochs 250 instead of 1000, ' +
      "learning rate 0.002 instead of 0.001, solver steps per frame 1 instead of 5.",
  );
  assertEquals(
    first(ablations[1]!, "half-networks"),
    'Tier "reduced": not the settings of tier "paper": epochs of the VAE 30 instead of 100, ' +
      "epochs of the Gaussian process 30 instead of 100, epochs of everything 30 instead of 100.",
  );
});

Deno.test("comparisonTable() of an ablation speaks of settings only where they differ", () => {
  const text = (settings: Record<string, number>) => {
    const { file, record } = ablationRecord("base", 0, BASE[0]!, {}, { tier: "paper" });
    return comparisonTable(groupOf([{ file, record: { ...record, settings } }])).differences;
  };
  assertEquals(text({ epochs: 1000 }).length, 1);
  assertEquals(text({ epochs: 10 })[0], "Not the tier's settings: epochs 10 instead of 1000.");
});
