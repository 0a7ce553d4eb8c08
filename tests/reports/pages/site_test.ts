import { assertEquals, assertThrows } from "@std/assert";
import { RunError } from "../../../benchmarks/errors.ts";
import { loadAssets, type PageAssets } from "../../../reports/pages/assets.ts";
import { renderSite } from "../../../reports/pages/site.ts";
import { makeRecord, makeRecords, store } from "../fixtures.ts";

const assets: PageAssets = { style: "/* style */", script: "/* script */", chartJs: "/* chart */" };

Deno.test("renderSite() gives an index and a page for each benchmark", () => {
  const site = renderSite(makeRecords(), { assets });
  assertEquals([...site.keys()], ["index.html", "rmnist.html"]);
});

Deno.test("renderSite() gives equal bytes for equal records in any order", () => {
  const site = renderSite(makeRecords(), { assets });
  assertEquals(renderSite(makeRecords().toReversed(), { assets }), site);
});

Deno.test("renderSite() says that there are no records when there are none", () => {
  const site = renderSite([], { assets });
  assertEquals([...site.keys()], ["index.html"]);
  assertEquals(site.get("index.html")!.includes("There are no records yet"), true);
});

Deno.test("renderSite() links each cell's number to its record and shows its command", () => {
  const records = makeRecords();
  const page = renderSite(records, { assets, recordsHref: "../r/" }).get("rmnist.html")!;
  const text = page.replaceAll(/<\/?span>/g, "");
  for (const { file, record } of records) {
    assertEquals(page.includes(`href="../r/${file}"`), true);
    assertEquals(text.includes(`<code>${record.command}</code>`), true);
  }
});

Deno.test("renderSite() shows a cell's seconds by purpose, whatever parts it also tells", () => {
  const parts = [{ name: "jointEpoch", label: "joint epochs", seconds: 40, count: 4 }];
  const time = { data: 1, compilation: 2, training: 50, evaluation: 4 };
  const pages = [time, { ...time, parts }].map((own) =>
    renderSite([store({ ...makeRecord(), time: own })], { assets }).get("rmnist.html")!
  );
  for (const page of pages) assertEquals(page.includes("<td>57 s</td>"), true);
});

Deno.test("renderSite() warns loudly when the data are procedural, and only then", () => {
  const banner = (dataOrigin: string) =>
    renderSite([store(makeRecord({ dataOrigin }))], { assets }).get("rmnist.html")!
      .includes('class="banner"');
  assertEquals(banner("procedural generator (drawn threes)"), true);
  assertEquals(banner("MNIST t10k images"), false);
});

Deno.test("renderSite() escapes what a record says", () => {
  const record = {
    ...makeRecord(),
    command: "<script>alert(1)</script>",
    dataOrigin: '"><img src=x>',
    settings: { "<b>": "</dl>" },
  };
  const page = renderSite([store(record)], { assets }).get("rmnist.html")!;
  for (const text of ["<script>alert", "<img src=x", "<b>", "</dl></dl>"]) {
    assertEquals(page.includes(text), false);
  }
});

Deno.test("renderSite() has a caption on every table and a description on every picture", () => {
  const page = renderSite(makeRecords(), { assets }).get("rmnist.html")!;
  assertEquals(page.match(/<table/g)!.length, page.match(/<caption>/g)!.length);
  assertEquals(page.match(/<img/g)!.length, page.match(/<img [^>]*alt="[^"]+"/g)!.length);
  assertEquals(/<th(?![a-z])(?![^>]*scope=)/.test(page), false);
});

Deno.test("renderSite() has no anchor that leads nowhere and none twice", () => {
  for (const page of renderSite(makeRecords(), { assets }).values()) {
    const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
    assertEquals(new Set(ids).size, ids.length);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
    assertEquals(targets.filter((target) => !ids.includes(target)), []);
  }
});

Deno.test("renderSite() refuses two records of one cell", () => {
  const twice = [store(makeRecord()), { file: "copy.json", record: makeRecord() }];
  assertThrows(() => renderSite(twice, { assets }), RunError, "copy.json");
});

Deno.test("loadAssets() finds Chart.js and leaves no source map behind", async () => {
  const { chartJs, style, script } = await loadAssets();
  assertEquals(chartJs.includes("Chart.js v"), true);
  assertEquals(chartJs.includes("sourceMappingURL"), false);
  assertEquals(style.includes("prefers-color-scheme: dark") && script.includes("new Chart"), true);
});

Deno.test("renderSite() shows models beside each other when their labels differ in their ends", () => {
  const records = ["ode2vae-kl", "mean-image"].map((model) => {
    const record = makeRecord({ model });
    const sequences = record.sequences.map((sequence) => ({
      ...sequence,
      label: `${sequence.label}, by ${model}`,
    }));
    return store({ ...record, sequences });
  });
  const page = renderSite(records, { assets }).get("rmnist.html")!;
  const figures = page.split('<figure class="sequence"').slice(1);
  assertEquals(figures.length, 2);
  assertEquals(figures[0]!.includes("<h4>Training digit 0</h4>"), true);
  assertEquals(figures[0]!.includes("ODE2VAE-KL: by ode2vae-kl. Mean image: by mean-image."), true);
  // truth, reconstruction and deviation of ODE2VAE-KL, reconstruction of the mean image
  assertEquals(figures[0]!.match(/<img/g)!.length, 4);
});
