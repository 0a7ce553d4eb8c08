import { gunzipSync } from "node:zlib";
import { assertEquals } from "@std/assert";
import { loadAssets, type PageAssets } from "../../../reports/pages/assets.ts";
import { renderFiles, renderSite } from "../../../reports/pages/site.ts";
import { reportGroups } from "../../../reports/catalogue.ts";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import type { StoredRecord } from "../../../benchmarks/record/read_records.ts";
import { parseRecord } from "../../../benchmarks/record/parse_record.ts";
import { makeRecord, makeRecords, store } from "../fixtures.ts";

const assets: PageAssets = {
  style: "/* style */",
  script: "/* script */",
  tables: "/* tables */",
  chartJs: "/* Chart.js */",
  curves: "/* curves */",
};

Deno.test("renderSite() gives pages of benchmarks and records, records and results as files", () => {
  const records = [store(makeRecord()), store(makeRecord({ seed: 1 }))];
  const names = records.map(({ file }) => file.replace(".json", ""));
  assertEquals([...renderSite(records, { assets }).keys()], [
    "index.html",
    "rmnist.html",
    "curves.html",
    "history.html",
    "methods.html",
    "data/references.bib",
    "record/style.css",
    "data/rmnist.csv",
    "data/rmnist.json",
    ...names.map((name) => `record/${name}.html`),
  ]);
  assertEquals([...renderFiles(records, {}).keys()], names.map((name) => `record/${name}.json.gz`));
});

Deno.test("renderFiles() carries each record whole, on one line, compressed", () => {
  const stored = store(makeRecord());
  const bytes = renderFiles([stored], {}).get(`record/${stored.file}.gz`)!;
  const text = gunzipSync(bytes).toString();
  assertEquals(parseRecord(JSON.parse(text)), stored.record);
  assertEquals(text.indexOf("\n"), text.length - 1);
});

Deno.test("renderSite() gives equal bytes for equal records in any order", () => {
  const site = renderSite(makeRecords(), { assets });
  const reversed = renderSite(makeRecords().toReversed(), { assets });
  assertEquals([...reversed.keys()], [...site.keys()]);
  for (const [path, text] of site) assertEquals([path, reversed.get(path) === text], [path, true]);
});

Deno.test("renderSite() says that there are no records when there are none", () => {
  const site = renderSite([], { assets });
  assertEquals([...site.keys()].some((path) => /^(record|data\/rmnist)/.test(path)), false);
  assertEquals(site.get("index.html")!.includes("There are no records yet"), true);
});

Deno.test("renderSite() shows once what cells share of commands and settings", () => {
  const settings = { epochs: 5, variance: "sigmoid" };
  const record = (model: string, seed: number, own: object, command: string) => {
    const base = makeRecord({ seed, model });
    return store({ ...base, settings: { ...settings, ...own }, command });
  };
  const page = renderSite([
    record("ode2vae", 0, {}, "deno task bench rmnist --seed 0 --tier paper"),
    record("ode2vae", 1, {}, "deno task bench rmnist --seed 1 --tier paper"),
    record("ode2vae", 2, {}, "deno task bench rmnist --seed 2 --tier paper --epochs 5"),
    record("ode2vae-kl", 0, { variance: "unit" }, "a"),
    record("mean-image", 0, { other: 1 }, "b"),
  ], { assets }).get("rmnist.html")!;
  const commands = [...page.matchAll(/<td class="command">(.*?)<\/td>/g)]
    .map(([, cell]) => cell!.replaceAll(/<\/?span>/g, ""));
  assertEquals(commands, [
    "<code>deno task bench rmnist --seed 0 --tier paper</code>",
    "the same with <code>--seed 1</code>",
    "<code>deno task bench rmnist --seed 2 --tier paper --epochs 5</code>",
    ...["<code>a</code>", "<code>b</code>"],
  ]);
  const lists = page.split("<summary>Settings</summary>")[1]!.split("<summary>Fingerprint")[0]!;
  const names = [...lists.matchAll(/<p>.*?<\/p>|<dt>(.*?)<\/dt>/g)].map(([all, name]) =>
    name ?? all
  );
  assertEquals(names, [
    ...["epochs", "variance"],
    ...["<p>As ODE²VAE, except for:</p>", "variance"],
    ...["epochs", "other", "variance"],
  ]);
});

Deno.test("renderSite() links each cell's number to its record, which shows its command", () => {
  const records = makeRecords();
  const site = renderSite(records, { assets });
  const groups = reportGroups(records);
  const withoutSpans = (text: string) => text.replaceAll(/<\/?span>/g, "");
  for (const { file, record } of records) {
    const path = `record/${file.replace(".json", ".html")}`;
    const command = `<code>${record.command}</code>`;
    const page = site.get(groups.find(({ tier }) => tier === record.cell.tier)!.page)!;
    assertEquals(page.includes(`href="${path}"`), true);
    assertEquals(withoutSpans(site.get(path)!).includes(command), true);
    assertEquals(site.get(path)!.includes(`href="../record/${file}.gz" download`), true);
  }
});

Deno.test("renderSite() shows a cell's seconds by purpose, whatever parts it also tells", () => {
  const parts = [{ name: "jointEpoch", label: "joint epochs", seconds: 40, count: 4 }];
  const time = { data: 1, compilation: 2, training: 50, evaluation: 4 };
  const pages = [time, { ...time, parts }].map((own) =>
    renderSite([store({ ...makeRecord(), time: own })], { assets }).get("rmnist.html")!
  );
  for (const page of pages) assertEquals(page.includes(">57 s</td>"), true);
  const sentence = "ODE²VAE-KL: joint epochs 10 s each.";
  assertEquals(pages.map((page) => page.includes(sentence)), [false, true]);
});

Deno.test("renderSite() tells the share of a part whose name begins with that of its whole", () => {
  const records = [0, 1].map((seed) => {
    const record = makeRecord({ seed });
    const parts = [
      { name: "jointEpoch", label: "joint epochs", seconds: 40, count: 4 },
      { name: "jointEpochProcess", label: "Gaussian process", seconds: 4 + 4 * seed, count: 4 },
    ];
    return store({ ...record, time: { ...record.time, parts } });
  });
  const page = renderSite(records, { assets }).get("rmnist.html")!;
  const sentence = "joint epochs 10 s each; Gaussian process 1.5 s each (15 % of joint epochs).";
  assertEquals(page.includes(sentence), true);
});

Deno.test("renderSite() warns loudly when the data are stand-ins, and only then", () => {
  const banner = (standIn: string) =>
    renderSite([store(makeRecord({ standIn }))], { assets }).get("rmnist.html")!
      .includes('class="banner"');
  assertEquals(banner("Drawn by a generator."), true);
  assertEquals(banner(""), false);
});

Deno.test("renderSite() escapes what a record says", () => {
  const record = {
    ...makeRecord(),
    command: "<script>alert(1)</script>",
    dataOrigin: '"><img src=x>',
    standIn: "<img src=x>",
    settings: { "<b>": "</dl>" },
  };
  for (const [path, page] of renderSite([store(record)], { assets })) {
    if (!path.endsWith(".html")) continue;
    for (const text of ["<script>alert", "<img src=x", "<b>", "</dl></dl>"]) {
      assertEquals([path, page.includes(text)], [path, false]);
    }
  }
});

Deno.test("renderSite() has a caption on every table and a description on every picture", () => {
  const count = (page: string, pattern: RegExp) => page.match(pattern)?.length ?? 0;
  const site = renderSite(makeRecords(), { assets });
  assertEquals(count(site.get("rmnist.html")!, /<table/g) > 5, true);
  for (const [path, page] of site) {
    if (!path.endsWith(".html")) continue;
    const where = (n: number) => [path, n];
    assertEquals(where(count(page, /<table/g)), where(count(page, /<caption>/g)));
    assertEquals(where(count(page, /<img/g)), where(count(page, /<img [^>]*alt="[^"]+"/g)));
    assertEquals([path, /<th(?![a-z])(?![^>]*scope=)/.test(page)], [path, false]);
  }
});

Deno.test("renderSite() says of how many seeds a metric is that not all records hold", () => {
  const [first, ...others] = [0, 1, 2].map((seed) => makeRecord({ seed }));
  const without = { ...first!, metrics: first!.metrics.slice(0, 1) };
  const page = (...records: readonly CellRecord[]) =>
    renderSite(records.map(store), { assets }).get("rmnist.html")!;
  assertEquals(page(first!, ...others).includes("<small>2 seeds</small>"), false);
  assertEquals(page(without, ...others).includes("<small>2 seeds</small>"), true);
});

Deno.test("renderSite() links a record to its neighbouring seeds, not to hundreds of them", () => {
  const curveless = { ...makeRecord(), curves: [], exhibits: [] };
  const records = Array.from({ length: 160 }, (_, seed) => (
    { file: `r${seed}.json`, record: { ...curveless, cell: { ...curveless.cell, seed } } }
  ));
  const page = renderSite(records, { assets }).get("record/r80.html")!;
  const linked = [...page.matchAll(/>seed (\d+)<\/a>/g)].map((match) => Number(match[1]));
  assertEquals([linked.length, linked[0], linked.at(-1)], [100, 30, 130]);
});

Deno.test("loadAssets() has the style of both schemes, with a colour for each class, and scripts", async () => {
  const { style, script, tables } = await loadAssets();
  assertEquals(style.match(/\.s12\{color:#[0-9a-f]{6}\}/g)?.length, 2);
  assertEquals([script, tables].every((text) => text.includes('"use strict"')), true);
});

Deno.test("renderSite() shows models beside each other when their labels differ in their ends", () => {
  const records = ["ode2vae-kl", "mean-image"].map((model) => {
    const record = makeRecord({ model });
    const exhibits = record.exhibits.map((exhibit) => ({
      ...exhibit,
      label: `${exhibit.label}, by ${model}`,
    }));
    return store({ ...record, exhibits });
  });
  const page = renderSite(records, { assets }).get("rmnist.html")!;
  const figures = page.split('<figure class="sequence"').slice(1);
  assertEquals(figures.length, 1);
  assertEquals(figures[0]!.includes("<h4>Training digit 0</h4>"), true);
  assertEquals(figures[0]!.includes("ODE²VAE-KL: by ode2vae-kl. Mean image: by mean-image."), true);
  // truth, reconstruction and deviation of ODE²VAE-KL, reconstruction of the mean image
  assertEquals(figures[0]!.match(/<img/g)!.length, 4);
});

Deno.test("renderSite() speaks of rotating MNIST, and of the paper, only where it shows them", () => {
  const foreign = makeRecords().map(({ record }) =>
    store({ ...record, cell: { ...record.cell, benchmark: "oscillators" } })
  );
  const has = (records: readonly StoredRecord[]) => {
    const site = renderSite(records, { assets });
    return [
      site.get("methods.html")!.includes('id="rmnist"'),
      site.get("index.html")!.includes("The tables of Yıldız"),
    ];
  };
  assertEquals([has(makeRecords()), has(foreign)], [[true, true], [false, false]]);
});

Deno.test("renderSite() has old anchors of groups on the benchmark's page, as links to theirs", () => {
  const page = renderSite(makeRecords(), { assets }).get("rmnist.html")!;
  const anchor = "v2-quick-ort-cpu-b42e77d1";
  const link = new RegExp(`<li\\s+id="${anchor}"\\s*><a href="rmnist-${anchor}.html">`);
  assertEquals(link.test(page), true);
});

Deno.test("renderSite() folds all but four charts, and every detail", () => {
  const page = renderSite(makeRecords(), { assets }).get("rmnist.html")!;
  const open = page.replaceAll(/<details>[^]*?<\/details>/g, "");
  assertEquals(open.match(/class="chart"/g)!.length, 4);
  assertEquals(/class="cells|class="notes"><ol/.test(open), false);
});

Deno.test("renderSite() names whose digits it shows, and their licence, and only there", () => {
  const record = makeRecord();
  const credited = (one: CellRecord) =>
    [...renderSite([store(one)], { assets })].filter(([, page]) =>
      page.includes("licenses/by-sa/3.0")
    )
      .map(([path]) => path.replace(/\/.*/, ""));
  assertEquals(credited(record), ["rmnist.html", "record"]);
  assertEquals(credited({ ...record, exhibits: [] }), []);
  assertEquals(credited({ ...record, standIn: "Drawn by a generator." }), []);
});
