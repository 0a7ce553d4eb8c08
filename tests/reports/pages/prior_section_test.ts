import { assert, assertEquals } from "@std/assert";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { codePanelSvg, codeRange } from "../../../reports/pages/code_panels.ts";
import { heatMapSvg, matrixTable } from "../../../reports/pages/heat_map.ts";
import { priorData } from "../../../reports/pages/prior_data.ts";
import { priorSection } from "../../../reports/pages/prior_section.ts";
import { reportGroups } from "../../../reports/catalogue.ts";
import { makeRecord, store } from "../fixtures.ts";
import { covariance, priorRecords } from "./_prior_records.ts";

const groupOf = (all: readonly CellRecord[]) => reportGroups(all.map(store))[0]!;

Deno.test("priorData() takes the first seed that converged", () => {
  const [prior, ...others] = priorData(groupOf(priorRecords()));
  assertEquals(others, []);
  assertEquals([prior!.name, prior!.seed, prior!.noise], ["GPPVAE-dis", 1, 0.125]);
  assertEquals(prior!.panels.map(({ direction, share }) => [direction, share]), [
    [1, 0.75],
    [2, 0.2],
  ]);
  assertEquals(prior!.panels[1]!.paths, [{
    label: "training digit 0",
    colour: 0,
    posterior: [[0, 0], [90, 1], [180, 0], [270, -1]],
    encoded: [[0, 0], [270, -1.5]],
  }]);
});

Deno.test("priorSection() gives nothing when no record tells a prior", () => {
  assertEquals(priorSection(groupOf([makeRecord()])), undefined);
});

Deno.test("priorSection() shows a covariance without codes, and codes where there are some", () => {
  const page = priorSection(groupOf(priorRecords()))!.text.replaceAll("&#39;", "'");
  assertEquals(page.match(/<svg/g)!.length, 3);
  assertEquals(page.match(/<svg[^>]*role="img"[^>]*aria-label="[^"]+"/g)!.length, 3);
  assert(page.includes("The signal's variance v is 0.875 and the noise's, α, 0.125."));
  assert(page.includes("<small> 75 % of the variance</small>"));
  assertEquals(page.match(/<table/g)!.length, page.match(/<caption>/g)!.length);
  const bare = priorRecords().map((record) => ({
    ...record,
    matrices: record.matrices.slice(0, 1),
  }));
  assertEquals(priorSection(groupOf(bare))!.text.match(/<svg/g)!.length, 1);
});

Deno.test("heatMapSvg() colours each value by its sign and magnitude, and leaves what is not finite", () => {
  const { text } = heatMapSvg(covariance, "description");
  const [map, scale] = text.split('class="frame"');
  const cells = [...map!.matchAll(/class="cell (s\d)"[^>]*fill-opacity="([\d.]+)"/g)]
    .map((match) => [match[1], Number(match[2])]);
  assertEquals(cells.length, 15);
  assertEquals(cells.slice(0, 4), [["s0", 1], ["s0", 0.25], ["s1", 0.5], ["s0", 0.25]]);
  // From −0.5 to 1: the first of twenty steps is in the colour of negative values.
  assert(scale!.includes('class="cell s1"'));
  assert(text.includes(">−0.5</text>") && text.includes(">1</text>"));
  // Each cell has the same size, and the second lies to the right of the first.
  const places = [...map!.matchAll(/ x="([\d.]+)" y="([\d.]+)"/g)].map((m) =>
    m.slice(1).map(Number)
  );
  assertEquals(places[1]![1], places[0]![1]);
  assert(places[1]![0]! > places[0]![0]! && places[4]![1]! > places[0]![1]!);
});

Deno.test("matrixTable() tells every value", () => {
  const { text } = matrixTable(covariance, "View covariance");
  const values = [...text.matchAll(/<td>([^<]*)<\/td>/g)].map((match) => match[1]);
  assertEquals(values.slice(0, 4), ["1.000", "0.250", "−0.500", "0.250"]);
  assertEquals([values.length, values.at(-1)], [16, "NaN"]);
});

Deno.test("codePanelSvg() draws a line through the posterior means and a dot for each encoded code", () => {
  const [prior] = priorData(groupOf(priorRecords()));
  const range = codeRange(prior!.panels);
  assert(range[0] < -2 && range[1] > 2.5);
  const { text } = codePanelSvg(prior!.panels[0]!, range, { x: 90, label: "hidden" });
  const line = /class="line s0" d="([^"]+)"/.exec(text)![1]!;
  const points = [...line.matchAll(/[ML]([\d.]+) ([\d.]+)/g)].map((m) => m.slice(1).map(Number));
  assertEquals(points.length, 4);
  const dots = [...text.matchAll(/class="dot s0" r="3" cx="([\d.]+)" cy="([\d.]+)"/g)]
    .map((m) => m.slice(1).map(Number));
  assertEquals(dots.length, 2);
  // 0° lies at the same place for both; 2.5 is above 2; 270° is where the last point is.
  assertEquals([dots[0]![0], dots[1]![0]], [points[0]![0], points[3]![0]]);
  assert(dots[0]![1]! < points[0]![1]!);
  assert(points[0]![1]! < points[1]![1]! && points[1]![1]! < points[2]![1]!);
  assert(text.includes(`class="mark" x1="${points[1]![0]!.toFixed(1)}"`));
});
