/** A site of records that the reader takes and nobody would write: it is made, it is whole, and no text becomes markup. */
import { assert, assertEquals } from "@std/assert";
import { parseRecord } from "../../benchmarks/record/parse_record.ts";
import {
  type CellRecord,
  type Curve,
  type Metric,
  traceSha256,
} from "../../benchmarks/record/record.ts";
import type { StoredRecord } from "../../benchmarks/record/read_records.ts";
import type { Exhibit } from "../../models/training/exhibit.ts";
import type { JsonNumber } from "../../models/training/json_number.ts";
import { renderFiles, renderSite } from "../../reports/pages/site.ts";
import { terminalTable } from "../../reports/write_report.ts";
import { exampleRecord } from "../benchmarks/_example_record.ts";
import { allKinds } from "./exhibits/_examples.ts";
import { makeRandom } from "./fixtures.ts";
import { checkLinks, parsePage } from "./pages/_pages.ts";

const RECORDS = Number(Deno.env.get("ODE2VAE_HOSTILE_RECORDS") ?? 500);
/** Bytes of memory that all of it may take. */
const MOST_MEMORY = 1e9;

const TEXTS: readonly string[] = [
  "",
  "<script>alert(1)</script>",
  '" onmouseover="alert(1)" x="',
  "' onfocus='alert(1)",
  "</td></table></script></style><!--",
  "]]>--!><svg onload=alert(1)>",
  "&lt;b&gt; &amp; &#60;",
  "javascript:alert(1)",
  "a|b\nc\r\nd\te \u0000 \u001b[31m \u2028 \u202e",
  "|_*`[x](y)$\\frac{1}{0}$",
  "toString",
  "__proto__",
  "loss (nats) (per frame)",
  "=1+1",
  "w".repeat(3000),
];
const VALUES: readonly JsonNumber[] = [
  ...[0, 5e-324, 1e-300, 1.2e-9, 0.0188, 0.02, 1, -3, 1e21, 3e38, 1e160, 1e308, -1e308],
  ...["NaN", "Infinity", "-Infinity"] as const,
];
const STATUSES = [
  "completed",
  "completed",
  "completed",
  "diverged",
  "failed",
  "interrupted",
] as const;

/** The i-th record: what it holds, and how much, is drawn. */
function hostile(i: number): StoredRecord {
  const random = makeRandom(i);
  const below = (end: number) => Math.floor(random() * end);
  const pick = <T>(list: readonly T[]): T => list[below(list.length)]!;
  const text = () => pick(TEXTS);
  const list = <T>(most: number, make: (k: number) => T): T[] =>
    Array.from({ length: below(most + 1) }, (_, k) => make(k));
  const direction = () => pick(["lower", "higher"] as const);
  const metric = (name: string): Metric => (
    {
      name,
      label: text(),
      value: pick(VALUES),
      unit: pick(["", "", "per pixel", text()]),
      direction: direction(),
    }
  );
  const curve = (name: string, length: number): Curve => {
    const x = Array.from(
      { length },
      (_, k) => pick([k, k, k, pick([1e300, -1e300, 2 ** 32, 1e21, 5e-324])]),
    );
    return {
      ...{
        name,
        label: text(),
        unit: pick(["", text()]),
        xLabel: pick(["epoch", text()]),
        xUnit: "",
      },
      ...{ x, y: x.map(() => pick(VALUES)) },
    };
  };
  const exhibit = (k: number): Exhibit => {
    const numbers = (list: readonly unknown[]) => list.map(() => pick(VALUES));
    // Two in a hundred are as large as the reader takes.
    const rows = below(50) === 0 ? 256 : pick([1, 3]);
    const axis = {
      ...{ label: text(), unit: text() },
      coordinates: Array.from({ length: rows }, () => pick([1e300, -1e300, 0])),
    };
    const shown = pick([...allKinds, undefined]);
    const head = { name: `exhibit${k}`, label: text() };
    switch (shown?.kind) {
      case undefined:
        return {
          ...{ ...head, kind: "matrix", unit: text(), rows: axis, columns: axis },
          values: numbers(Array(rows ** 2).fill(0)),
        };
      case "traces":
        return {
          ...{ ...shown, ...head, xStep: pick([5e-324, 1, 1e308]) },
          panels: shown.panels.map(({ series, ...panel }) => (
            { ...panel, series: series.map((one) => ({ ...one, y: numbers(one.y) })) }
          )),
        };
      case "field":
        return { ...shown, ...head, density: numbers(Array(shown.rows * shown.columns).fill(0)) };
      case "points":
        return {
          ...{ ...shown, ...head },
          points: shown.points.map((
            [, , index],
          ) => [pick([1e300, 0]), pick([-1e300, 5e-324]), index]),
        };
      case "motion":
        return {
          ...{ ...shown, ...head },
          motions: shown.motions.map(({ label, positions }) => (
            { label, positions: positions.map(() => pick([1e300, -1e300, 0, 5e-324])) }
          )),
        };
      case "frames":
        return {
          ...shown,
          ...head,
          strips: shown.strips.map((one) => ({ ...one, white: pick([1e308, 5e-324]) })),
        };
      case "matrix":
        return { ...shown, ...head };
    }
  };
  const names = ["testMse", "nll", "", "toString", text()];
  const metrics = [...new Set(list(4, () => pick(names)))].map(metric);
  const curveNames = [...new Set(list(3, () => pick(["loss", "testMse", "", text()])))];
  const curves = curveNames.map((name) =>
    // One in a hundred is as long as the reader takes.
    curve(name, below(100) === 0 ? 100_000 : pick([0, 1, 2, 30]))
  );
  const known = i % 5 < 3;
  const record: CellRecord = {
    ...exampleRecord(),
    cell: {
      benchmark: known ? "rmnist" : pick(["B-2", "other.bench", "rmnist_t10k", "b".repeat(48)]),
      version: pick([2, 2, 2, 0, Number.MAX_SAFE_INTEGER]),
      model: pick([
        "ode2vae",
        "ode2vae-kl",
        "gppvae-dis",
        "mean-image",
        "toString",
        "m".repeat(48),
      ]),
      seed: pick([i, i, i, Number.MAX_SAFE_INTEGER - i]),
      tier: pick(["paper", "paper", "paper", "quick", "smoke"]),
      backend: pick(["ort-cpu", "ort-cpu", "wasm"]),
      dataSha256: "0123456789abcdef".repeat(4),
    },
    status: pick(STATUSES),
    ...{ note: text(), dataOrigin: text(), standIn: pick(["", "", text()]), command: text() },
    settings: Object.fromEntries(list(5, () => [text(), pick([text(), 1e308, 5e-324, true])])),
    ...{ metrics, curves, exhibits: list(2, exhibit) },
    parameters: pick([0, 1234, Number.MAX_SAFE_INTEGER]),
    traceSha256: traceSha256(metrics, curves),
    time: {
      ...{
        data: pick([0, -1, 1e308]),
        compilation: 5e-324,
        training: pick([8, 1e308]),
        evaluation: 0,
      },
      parts: list(
        2,
        (k) => ({ name: `${text()}${k}`, label: text(), seconds: pick([0, 1e308]), count: k }),
      ),
    },
    fingerprint: {
      ...{
        suite: text(),
        commit: text(),
        codeSha256: text(),
        deno: text(),
        v8: text(),
        typescript: text(),
      },
      ...{
        backendVersion: text(),
        device: text(),
        os: text(),
        arch: text(),
        threads: 0,
        mathsProbe: text(),
      },
    },
    finishedAt: text(),
  };
  return { file: `r${i}.json`, record: parseRecord(JSON.parse(JSON.stringify(record))) };
}

Deno.test("renderSite() makes a whole site of 500 strange records, no text of which becomes markup", () => {
  const records = Array.from({ length: RECORDS }, (_, i) => hostile(i));
  const assets = {
    style: "/* ours */",
    script: "/* ours */",
    tables: "/* ours */",
    chartJs: "/* ours */",
    curves: "/* ours */",
  };
  const warnings: string[] = [];
  const site = renderSite(records, { assets, warn: (line) => warnings.push(line) });
  assertEquals(warnings, []);
  assertEquals([...site.keys()].filter((path) => /^record\/.*\.html$/.test(path)).length, RECORDS);
  const files = [...renderFiles(records, {}).keys()].map((path) => [path, ""] as const);
  assertEquals(checkLinks(new Map([...site, ...files])).faults, []);
  for (const [path, page] of site) {
    if (path.endsWith(".json")) JSON.parse(page);
    if (!path.endsWith(".html")) continue;
    for (const { name, attributes, text } of parsePage(page)) {
      const unquoted = attributes.replace(/"[^"]*"/g, "");
      assert(!/\bon\w+=/i.test(unquoted), `${path}: ${attributes}`);
      if (name !== "script") continue;
      if (/type="application\/(ld\+)?json"/.test(attributes)) JSON.parse(text);
      else {assert(
          text.includes("/* ours */") || text.length < 300,
          `${path}: ${text.slice(0, 80)}`,
        );}
    }
    assert(!/"[^"]*\b(?:NaN|Infinity)\b[^"]*"/.test(drawings(page)), `${path}: NaN in a drawing`);
  }
  assert(terminalTable(records).length > 1000);
  // Of this test alone: the resident set is that of all tests that run beside it.
  const { heapTotal, external } = Deno.memoryUsage();
  assert(heapTotal + external < MOST_MEMORY, `${heapTotal + external} bytes`);
});

/** The positions of all drawings of a page. */
function drawings(page: string): string {
  return [...page.matchAll(/\s(?:d|x|y|x1|x2|y1|y2|cx|cy|width|height|fill-opacity)="[^"]*"/g)]
    .join("");
}
