/** A site of ten benchmarks with five seeds of seven methods: as large as one is expected to become. */
import { assertEquals } from "@std/assert";
import type { AnyBenchmark } from "../../../benchmarks/registry.ts";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { publishedValue } from "../../../reports/benchmarks/benchmark_report.ts";
import { type Catalogue, catalogueOf } from "../../../reports/catalogue.ts";
import { loadAssets } from "../../../reports/pages/assets.ts";
import { renderFiles, renderSite } from "../../../reports/pages/site.ts";
import { YILDIZ_2019 } from "../../../reports/sources.ts";
import { codes, covariance } from "../exhibits/_examples.ts";
import { makeRandom, makeRecord, makeSequences, store } from "../fixtures.ts";
import { launch, open, withoutChromium } from "./_browser.ts";

const BENCHMARKS = Array.from({ length: 10 }, (_, i) => `benchmark${i}`);
const METHODS = ["a", "b", "c", "d", "e", "f", "g"].map((letter) => `method-${letter}`);
const SEEDS = [0, 1, 2, 3, 4];
/** More curves, and as many values, as the committed records have on average: 8 and 1215. */
const CURVES = 10;
const EPOCHS = 125;

const method: AnyBenchmark["models"][string]["method"] = {
  name: "A family",
  settings: {},
  start: () => Promise.reject(new Error("not in this test")),
};

const definition = (name: string): AnyBenchmark => ({
  ...{ name, version: 1, title: `The ${name}`, tiers: {} },
  headline: { metric: "testMse", direction: "lower" },
  models: Object.fromEntries(METHODS.map((name) => [name, { title: `The ${name}`, method }])),
  loadData: () => Promise.reject(new Error("not in this test")),
  evaluate: () => Promise.reject(new Error("not in this test")),
});

const catalogue: Catalogue = catalogueOf({
  benchmarks: Object.fromEntries(BENCHMARKS.map((name) => [name, definition(name)])),
  reports: Object.fromEntries(BENCHMARKS.map((name) => [name, {
    lead: "A sentence or two on what is measured, and how, for those who have not read the paper.",
    tables: [{
      metric: "testMse",
      rows: METHODS.map((model) => ({
        ...{ method: model, model, value: publishedValue("0.0194 ± 0.0003"), source: YILDIZ_2019 },
        differences: [{ text: `A sentence on how ours differs from ${model}. `.repeat(5) }],
      })),
      order: METHODS.slice(1).map((better, i) => ({ worse: METHODS[i]!, better, orEqual: false })),
    }],
  }])),
});

function record(benchmark: string, model: string, seed: number): CellRecord {
  const base = makeRecord({ seed });
  const random = makeRandom(seed + 100 * METHODS.indexOf(model));
  const x = Array.from({ length: EPOCHS }, (_, i) => i + 1);
  return {
    ...base,
    cell: { ...base.cell, benchmark, version: 1, model, tier: seed === 4 ? "quick" : "paper" },
    curves: Array.from({ length: CURVES }, (_, i) => ({
      ...{ name: `curve${i}`, label: `curve ${i}`, unit: "nats", xLabel: "epoch", xUnit: "", x },
      y: x.map((epoch) => Number((100 / epoch + random()).toPrecision(8))),
    })),
    // Records of one seed hold pictures of the data, as those that are committed.
    exhibits: [covariance, codes, ...(seed === 0 ? makeSequences(0.3, true) : [])],
  };
}

/** 350 records; a fifth is of another tier. */
const records = BENCHMARKS.flatMap((benchmark) =>
  METHODS.flatMap((model) => SEEDS.map((seed) => store(record(benchmark, model, seed))))
);

Deno.test("renderSite() keeps 350 records below 23 MB, a page below 300 kB and the overview below 200 kB", async (t) => {
  const assets = await loadAssets();
  const start = performance.now();
  const site = renderSite(records, { assets, catalogue });
  const files = renderFiles(records, {});
  const encoder = new TextEncoder();
  const sizes = [...site].map(([path, text]) => [path, encoder.encode(text).length] as const);
  const all = [
    ...sizes.map(([, size]) => size),
    ...[...files.values()].map(({ length }) => length),
  ];
  const bytes = all.reduce((sum, size) => sum + size, 0);
  const seconds = (performance.now() - start) / 1000;
  console.log(
    `350 records: ${(bytes / 1e6).toFixed(1)} MB in ${seconds.toFixed(1)} s, memory ` +
      `${(Deno.memoryUsage().rss / 1e6).toFixed(0)} MB`,
  );
  assertEquals([bytes < 23e6, bytes > 5e6], [true, true], `${bytes} bytes`);
  const pages = sizes.filter(([path]) => path.endsWith(".html"));
  assertEquals(pages.length, 350 + 20 + 4);
  const large = pages.filter(([path, size]) => size > (path === "curves.html" ? 1e6 : 300_000));
  assertEquals(large, []);
  assertEquals(pages.find(([path]) => path === "index.html")![1] < 200_000, true);

  await t.step({
    name: "with a page of a tier that is below 6000 px, and nothing wider than a phone",
    ignore: withoutChromium,
    fn: async () => {
      const folder = await Deno.makeTempDir();
      const browser = await launch();
      try {
        for (const name of ["index.html", "benchmark0.html"]) {
          Deno.writeTextFileSync(`${folder}/${name}`, site.get(name)!);
          for (const width of [1280, 390]) {
            const { page, faults } = await open(browser, `file://${folder}/${name}`, {
              viewport: { width, height: 900 },
            });
            const [height, wide] = await page.evaluate<[number, number]>(
              "[document.documentElement.scrollHeight, document.documentElement.scrollWidth]",
            );
            assertEquals([name, faults, wide <= width], [name, [], true]);
            if (width === 1280) assertEquals([name, height < 6000], [name, true], `${height} px`);
            await page.close();
          }
        }
      } finally {
        await browser.close();
        await Deno.remove(folder, { recursive: true });
      }
    },
  });
});
