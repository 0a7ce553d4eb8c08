/** A benchmark of a user's own: its titles, two tables of higher and lower metrics, a figure, and no trace of others. */
import { assert, assertEquals } from "@std/assert";
import type { CellRecord } from "../../benchmarks/record/record.ts";
import type { AnyBenchmark } from "../../benchmarks/registry.ts";
import { type BenchmarkReport, publishedValue } from "../../reports/benchmarks/benchmark_report.ts";
import { type Catalogue, catalogueOf, reportGroups } from "../../reports/catalogue.ts";
import { chartData } from "../../reports/pages/chart_data.ts";
import { renderSite } from "../../reports/pages/site.ts";
import { YILDIZ_2019 } from "../../reports/sources.ts";
import { comparisonTables } from "../../reports/tables/comparison_table.ts";
import { resultsCsv, resultsJson } from "../../reports/tables/files.ts";
import { markdownGroup } from "../../reports/tables/markdown.ts";
import { terminalTable } from "../../reports/write_report.ts";
import { makeRecord, store } from "./fixtures.ts";

const method: AnyBenchmark["models"][string]["method"] = {
  name: "A family",
  settings: {},
  start: () => Promise.reject(new Error("not in this test")),
};

const definition: AnyBenchmark = {
  name: "oscillators",
  version: 1,
  title: "Coupled oscillators",
  headline: { metric: "accuracy", direction: "higher" },
  models: {
    chance: { title: "Chance", method, trivial: true, deterministic: true },
    linear: { title: "Linear model", method },
    flow: { title: "Flow², exact", method },
  },
  tiers: {},
  loadData: () => Promise.reject(new Error("not in this test")),
  evaluate: () => Promise.reject(new Error("not in this test")),
};

const published = (model: string, text: string, protocol?: string) => ({
  method: model.toUpperCase(),
  model,
  value: publishedValue(text),
  source: YILDIZ_2019,
  ...(protocol === undefined ? {} : { protocol }),
});

const report: BenchmarkReport = {
  lead: "Springs swing.",
  tables: [
    {
      metric: "logLikelihood",
      caption: "Log-likelihood of unseen phases",
      unit: "nats",
      direction: "higher",
      rows: [
        published("linear", "−85.1 ± 0.2"),
        published("flow", "-80.25"),
        published("oracle", "−60", "on noiseless phases"),
      ],
      order: [{ worse: "linear", better: "flow", orEqual: false }],
    },
    { metric: "accuracy" },
    { metric: "neverMeasured", caption: "Not in any record" },
  ],
  figures: [{
    curve: "errorAfter",
    location: "Figure 4",
    source: YILDIZ_2019,
    note: "Read off the figure.",
    curves: [
      { method: "FLOW", model: "flow", x: [1, 2], y: [0.2, 0.4] },
      { method: "ORACLE", model: "oracle", x: [1, 4], y: [0.1, 0.9] },
    ],
  }],
  curves: { errorAfter: { title: "Error by horizon" } },
};

const own: Catalogue = catalogueOf({
  benchmarks: { oscillators: definition },
  reports: { oscillators: report },
});
const bare: Catalogue = catalogueOf({ benchmarks: { oscillators: definition } });

function record(model: string, seed: number, accuracy: number, logLikelihood?: number): CellRecord {
  const base = makeRecord({ seed });
  const metric = (name: string, value: number, unit: string) => (
    { name, label: `${name} on unseen phases`, value, unit, direction: "higher" as const }
  );
  return {
    ...base,
    cell: { ...base.cell, benchmark: "oscillators", version: 1, model },
    command: "deno task bench oscillators",
    dataOrigin: "drawn springs",
    settings: {},
    metrics: [
      metric("accuracy", accuracy, ""),
      ...(logLikelihood === undefined ? [] : [metric("logLikelihood", logLikelihood, "nats")]),
    ],
    curves: [{
      ...base.curves[0]!,
      name: "errorAfter",
      label: "error",
      xLabel: "step",
      x: [1, 2],
      y: [0.25, 0.5],
    }],
    exhibits: [],
  };
}

const records = [
  record("chance", 0, 0.5),
  ...[0, 1, 2].flatMap((seed) => [
    record("linear", seed, 0.8 + seed / 100, -86 - seed),
    record("flow", seed, 0.9 + seed / 100, -81 - seed),
  ]),
].map(store);
const group = reportGroups(records, own)[0]!;

Deno.test("comparisonTables() gives the headline first, then every other table, if only with a sentence", () => {
  const [accuracy, likelihood, ...others] = comparisonTables(group);
  assertEquals(others.map(({ caption, rows }) => [caption, rows]), [
    ["No record of this group has a metric named neverMeasured.", []],
  ]);
  assertEquals([accuracy!.table.metric, accuracy!.hasPublished], ["accuracy", false]);
  assertEquals(accuracy!.heading, "Accuracy on unseen phases; higher is better");
  assertEquals(accuracy!.rows.map(({ method, kind }) => [method, kind]), [
    ["Linear model", "other"],
    ["Flow², exact", "other"],
    ["Chance", "reference"],
  ]);
  assertEquals(likelihood!.heading, "Log-likelihood of unseen phases (nats); higher is better");
  // Chance has no likelihood, and is no row.
  assertEquals(
    likelihood!.rows.map((row) => [row.method, row.ours, row.published, row.differenceText]),
    [
      ["Linear model", "−87.0 ± 1.0", "−85.1 ± 0.2", "−1.9 (−2.2 %)"],
      ["Flow², exact", "−82.00 ± 1.00", "−80.25", "−1.75 (−2.2 %)"],
      ["ORACLE", "not run", "−60", "other protocol"],
    ],
  );
});

Deno.test("every format shows every table under the definition's titles", () => {
  const formats = {
    terminal: terminalTable(records, { width: 120, notes: true }, own),
    markdown: markdownGroup(group),
    page: renderSite(records, { assets, catalogue: own }).get("oscillators.html")!,
  };
  for (const [format, text] of Object.entries(formats)) {
    const first = text.indexOf("Accuracy on unseen phases; higher is better");
    const second = text.indexOf("Log-likelihood of unseen phases (nats)");
    assertEquals([format, first >= 0 && second > first], [format, true]);
    for (const word of ["Flow², exact", "−85.1 ± 0.2", "Other protocol: on noiseless phases."]) {
      assert(text.includes(word), `${format}: ${word}`);
    }
    assertEquals(/MNIST|digit|angle|testMse/.exec(text), null, format);
    assertEquals(text.split("All records: commit").length <= 2, true, format);
  }
  // The claim is on the second table.
  const claim = "Linear model < Flow², exact";
  assert(formats.page.includes(`${claim.replace("<", "&lt;")}.</strong> Undecided: with 3 seeds`));
  assert(
    formats.markdown.includes(`- Value of ${claim.replace("<", "\\<")}: Undecided: with 3 seeds`),
  );
});

const assets = { style: "", script: "", tables: "", chartJs: "", curves: "" };

Deno.test("resultsJson() and resultsCsv() have titles, every published table and figures", () => {
  const { groups: [only] } = JSON.parse(resultsJson("oscillators", [group]));
  assertEquals(only.models.map(({ title }: { title: string }) => title).toSorted(), [
    "Chance",
    "Flow², exact",
    "Linear model",
  ]);
  const [table, ...others] = only.published;
  assertEquals([table.metric, table.unit, table.rows[0].mean, others], [
    "logLikelihood",
    "nats",
    -85.1,
    [],
  ]);
  assertEquals(only.figures[0].curves[1].y, [0.1, 0.9]);
  assert(resultsCsv(records, own).includes(',flow,"Flow², exact",0,'));
});

Deno.test("chartData() draws a published figure dashed, with its source, in the models' colours", () => {
  const { title, curves, note, series, yRange } = chartData(group, "errorAfter");
  assertEquals(title, "Error by horizon");
  assertEquals(curves!.map(({ label, colour }) => [label, colour]), [
    ["Flow², exact, published", series.find(({ model }) => model === "flow")!.colour],
    ["ORACLE, published", group.colours.get("oracle")],
  ]);
  assert(note.includes("Dashed curves: Figure 4 (Yıldız et al. 2019). Read off the figure."));
  assert(yRange[1] > 0.9);
});

Deno.test("a benchmark without a report has one table of its headline, and no talk of published numbers", () => {
  const [plain] = reportGroups(records, bare);
  assertEquals(comparisonTables(plain!).map(({ table }) => table.metric), ["accuracy"]);
  const page = renderSite(records, { assets, catalogue: bare }).get("oscillators.html")!;
  assert(page.includes("<h1>Coupled oscillators</h1>"));
  assertEquals(/publish/i.exec(page), null);
});

Deno.test("records of a benchmark that no catalogue has keep their registry names", () => {
  const site = renderSite(records, { assets });
  const page = site.get("oscillators.html")!;
  assert(page.includes("<h1>oscillators</h1>") && page.includes(">flow</th>"));
  assert(site.has(`record/${records[0]!.file.replace(".json", ".html")}`));
});
