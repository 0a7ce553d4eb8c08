import { assert, assertAlmostEquals, assertEquals, assertStringIncludes } from "@std/assert";
import { exampleCost, exampleMemory, exampleSteps } from "../../benchmarks/speed/_examples.ts";
import type { PageAssets } from "../../../reports/pages/assets.ts";
import type { SiteFrame } from "../../../reports/pages/document.ts";
import { renderSite } from "../../../reports/pages/site.ts";
import { costChart, memoryChart } from "../../../reports/speed/growth.ts";
import { barsOf } from "../../../reports/speed/parts.ts";
import { readSpeedFolder, speedPage, type SpeedResults } from "../../../reports/speed/page.ts";
import { main } from "../../../reports/cli.ts";
import { makeRecord, store } from "../fixtures.ts";

const assets: PageAssets = {
  style: "/* style */",
  script: "/* script */",
  tables: "/* tables */",
  chartJs: "/* Chart.js */",
  curves: "/* curves */",
};
const frame: SiteFrame = { assets, pages: [] };
const all = (): SpeedResults => ({
  step: exampleSteps(),
  cost: exampleCost(),
  memory: exampleMemory(),
});

/** Text of a page without tags, spaces collapsed. */
function textOf(page: string): string {
  return page.replaceAll(/<script[^>]*>[^]*?<\/script>/g, "").replaceAll(/<[^>]+>/g, " ")
    .replaceAll(/\s+/g, " ");
}

/** Cells of the table whose caption has a text, row by row. */
function cellsOf(page: string, caption: string): string[][] {
  const table = page.split("<table").slice(1).find((part) =>
    part.split("</caption>")[0]!.includes(caption)
  )!;
  const body = table.split("<tbody>")[1]!.split("</tbody>")[0]!;
  return body.split("<tr>").slice(1).map((row) =>
    [...row.matchAll(/<t[hd][^>]*>([^]*?)<\/t[hd]>/g)].map((cell) => textOf(cell[1]!).trim())
  );
}

Deno.test("renderSite() has speed.html, linked from the index, where there are results", () => {
  const records = [store(makeRecord())];
  const site = renderSite(records, { assets, speed: all() });
  assertEquals([...site.keys()].includes("speed.html"), true);
  assertStringIncludes(site.get("index.html")!, '<a href="speed.html">');
  assertEquals(renderSite(records, { assets }).get("index.html")!.includes("speed.html"), false);
  assertStringIncludes(renderSite([], { assets, speed: all() }).get("index.html")!, "speed.html");
});

Deno.test("speedPage() gives equal bytes for equal results", () => {
  assertEquals(speedPage(all(), frame), speedPage(structuredClone(all()), frame));
});

Deno.test("speedPage() shows median, quartiles, ratio, rate, share, compilation and memory", () => {
  const page = speedPage(all(), frame);
  // 17.1 GFLOP in 0.5 s are 34.2 GFLOP/s of the 125 that B reached with 2 threads, and of its median, 71.4; nobody
  // multiplied with 1.
  assertEquals(cellsOf(page, "Rotating MNIST: 3 to 4 warm steps"), [
    [
      "compiled, 2 threads runtime 1",
      "500 ms 475 ms to 525 ms",
      ...["1.00", "34.2", "27 % 48 % of the median", "400 ms 1 397 nodes", "1.5 GiB"],
    ],
    [
      "PyTorch as released, 1 thread other 2",
      "2.00 s 1.50 s to 3.00 s",
      ...["4.00", "8.55", "–", "–", "–"],
    ],
  ]);
  assertEquals(cellsOf(page, "Products of two 1000 × 1000 matrices of 32-bit floats, 2 to 3 of"), [
    ["A", "20 ms 100 GFLOP/s", "30 ms 66.7 GFLOP/s", "runtime 1"],
    ["B", "16 ms 125 GFLOP/s", "28 ms 71.4 GFLOP/s", "other 2"],
  ]);
  assertStringIncludes(textOf(page), "Left out: op by op (it is not there)");
});

Deno.test("speedPage() shows exponents, and which is reported", () => {
  const rows = cellsOf(speedPage(all(), frame), "Exponents p");
  assertEquals(rows.map((row) => row.slice(0, 2)), [
    ["Motion capture, many walks: frames of a sequence", "1.00 ± &lt; 0.01 *"],
    ["Motion capture, many walks: hidden size Hf of the field", rows[1]![1]!],
  ]);
  assertEquals(rows[1]!.slice(2, 4), ["2.00 ± &lt; 0.01 *", "40 ms ± &lt; 1 %"]);
  assertEquals(rows[1]![1]!.includes("*"), false);
});

Deno.test("speedPage() says where the rest goes with the numbers of the results", () => {
  const text = textOf(speedPage(all(), frame));
  assertStringIncludes(
    text,
    "Compiled steps reach, of the rates of the fastest and the median large matrix product, " +
      "27 % and 48 % (rotating MNIST), 27 % and 48 % (motion capture, many walks). What is missing",
  );
  // (16 − 1) · 5 steps of 4 stages; (300 − 1) · 5 · 4
  assertStringIncludes(text, "300 (rotating MNIST), 5 980 (motion capture, many walks) times");
});

Deno.test("speedPage() gives the verdict on memory, also a bad one", () => {
  assertStringIncludes(speedPage(all(), frame), 'data-verdict="flat"');
  const leaking = speedPage({ ...all(), memory: exampleMemory(100_000) }, frame);
  assertStringIncludes(leaking, 'data-verdict="growing"');
  assertStringIncludes(textOf(leaking), "Growing: ");
});

Deno.test("speedPage() works with any one of the three results", () => {
  const { step, cost, memory } = all();
  const anchors = (results: SpeedResults) =>
    [...speedPage(results, frame).matchAll(/<section id="([^"]+)"/g)].map((match) => match[1]);
  assertEquals(anchors({ step: step! }), [
    ...["step-rmnist", "step-mocap_many", "peak", "contestants", "rest", "machine"],
  ]);
  assertEquals(anchors({ cost: cost! }), ["cost", "machine"]);
  assertEquals(anchors({ memory: memory! }), ["memory", "machine"]);
});

Deno.test("speedPage() warns when the machine was busy, and only then", () => {
  const { step } = all();
  const busy = { ...step!, machine: { ...step!.machine, loadBefore: 6.44 } };
  const banner = "The machine was busy.";
  assertEquals(speedPage({ step: step! }, frame).includes(banner), false);
  const page = textOf(speedPage({ step: busy }, frame));
  assertStringIncludes(page, banner);
  assertStringIncludes(page, "Training steps: load 6.44 before it began");
});

Deno.test("speedPage() gives the commands that made the results", () => {
  const text = textOf(speedPage(all(), frame));
  for (
    const command of [
      "deno task speed --size rmnist,mocap_many --steps 4 --out benchmarks/speed/results/step.json",
      "deno run -A benchmarks/speed/cost.ts --out benchmarks/speed/results/cost.json",
      "deno run -A benchmarks/speed/memory.ts --size rmnist --steps 1000 --sequences 8 --out ",
    ]
  ) assertStringIncludes(text, command);
});

Deno.test("speedPage() has captions, scopes, whole anchors, and escapes what results say", () => {
  const { step, ...others } = all();
  const machine = { ...step!.machine, cpu: '<img src="x">' };
  const page = speedPage({ ...others, step: { ...step!, machine } }, frame);
  assertEquals(page.match(/<table/g)!.length, page.match(/<caption>/g)!.length);
  assertEquals(/<th(?![a-z])(?![^>]*scope=)/.test(page), false);
  const ids = [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]);
  assertEquals(new Set(ids).size, ids.length);
  const targets = [...page.matchAll(/href="#([^"]+)"/g)].map((match) => match[1]);
  assertEquals(targets.filter((target) => !ids.includes(target)), []);
  assertEquals(page.includes("<img"), false);
  assertEquals(
    /NaN|Infinity|undefined/.test(page.replaceAll(/<script[^]*?<\/script>/g, "")),
    false,
  );
});

Deno.test("barsOf() gives medians and quartiles, one colour for a library", () => {
  const [size] = exampleSteps().sizes;
  assertEquals(
    barsOf(size!).map(({ value, low, high, text, colour }) => [value, low, high, text, colour]),
    [
      [0.5, 0.475, 0.525, "500 ms", 0],
      [2, 1.5, 3, "2.00 s", 1],
    ],
  );
});

Deno.test("costChart() has the measured points and the reported law through them", () => {
  const chart = costChart(exampleCost().axes[1]!);
  const [series] = chart.series;
  assertEquals(series!.x, [30, 60, 120, 240, 480]);
  assertEquals([chart.logarithmic, chart.logarithmicX, chart.xTicks], [true, true, series!.x]);
  const [curve] = chart.curves!;
  // 0.04 + 4e-6 · Hf² seconds, at both ends
  assertAlmostEquals(curve!.y[0]!, 43.6, 1e-2);
  assertAlmostEquals(curve!.y.at(-1)!, 961.6, 1e-1);
  assertEquals([curve!.x[0], curve!.x.at(-1)], [30, 480]);
  assertAlmostEquals(series!.mean[0]!, 43.6, 1e-2);
  assert(chart.yRange[0] < 43.6 && chart.yRange[1] > 961.6);
});

Deno.test("memoryChart() begins at 0 and has the trend from the end of the warm-up on", () => {
  const { yRange, series, curves } = memoryChart(exampleMemory(100_000));
  assertEquals(yRange[0], 0);
  assertEquals([series[0]!.x.length, series[0]!.mean[0]], [21, 300]);
  const [trend] = curves!;
  assertEquals(trend!.x, [200, 1000]);
  // 100 kB a step over 800 steps, and what the saw-tooth adds or takes
  assertAlmostEquals(trend!.y[1]! - trend!.y[0]!, 100_000 * 800 / 2 ** 20, 1);
});

Deno.test("readSpeedFolder() leaves out what is absent or damaged, and reports the latter", async () => {
  const folder = await Deno.makeTempDir();
  try {
    assertEquals(readSpeedFolder(folder), { results: undefined, problems: [] });
    Deno.writeTextFileSync(`${folder}/step.json`, JSON.stringify(exampleSteps()));
    assertEquals(readSpeedFolder(folder), { results: { step: exampleSteps() }, problems: [] });
    Deno.writeTextFileSync(`${folder}/cost.json`, '{"schema": 1');
    const { results, problems } = readSpeedFolder(folder);
    assertEquals(results, { step: exampleSteps() });
    assertEquals(problems.length, 1);
    assertStringIncludes(problems[0]!, `Cannot read speed results ${folder}/cost.json: `);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("main() writes speed.html and exits 1 when one of the results is damaged", async () => {
  const folder = await Deno.makeTempDir();
  const errors: string[] = [];
  const io = { print: () => {}, log: (line: string) => void errors.push(line) };
  try {
    for (const name of ["records", "speed"]) Deno.mkdirSync(`${folder}/${name}`);
    Deno.writeTextFileSync(`${folder}/speed/step.json`, JSON.stringify(exampleSteps()));
    const words = ["--records", `${folder}/records`, "--out", `${folder}/site`];
    const speed = ["--speed", `${folder}/speed`];
    assertEquals(await main([...words, ...speed], io), 0);
    assertEquals(Deno.statSync(`${folder}/site/speed.html`).isFile, true);
    Deno.writeTextFileSync(`${folder}/speed/memory.json`, "[]");
    assertEquals(await main([...words, ...speed], io), 1);
    assertEquals(errors.length, 1);
    assertStringIncludes(errors[0]!, "results must be an object");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
