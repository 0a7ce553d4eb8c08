import { assertEquals, assertThrows } from "@std/assert";
import { parseExhibits } from "../../../benchmarks/record/parse_exhibit.ts";
import { allKinds } from "../../reports/exhibits/_examples.ts";

// deno-lint-ignore no-explicit-any
type Loose = any;

/** A copy of the examples, the exhibit of one name changed. */
function damaged(name: string, damage: (exhibit: Loose) => void): unknown {
  const copy: Loose[] = JSON.parse(JSON.stringify(allKinds));
  damage(copy.find((exhibit) => exhibit.name === name));
  return copy;
}

/** Where an exhibit of this name stands, as an error says it. */
const at = (name: string) => `exhibits[${allKinds.findIndex((exhibit) => exhibit.name === name)}]`;

Deno.test("parseExhibits() gives back every kind, and drops fields that it has not heard of", () => {
  assertEquals(new Set(allKinds.map(({ kind }) => kind)).size, 6);
  assertEquals(parseExhibits(JSON.parse(JSON.stringify(allKinds)), "exhibits"), [...allKinds]);
  const more = damaged("walk", (walk) => walk.more = 1);
  assertEquals(parseExhibits(more, "exhibits"), [...allKinds]);
  assertEquals(parseExhibits([], "exhibits"), []);
});

const damages: readonly (readonly [string, (exhibit: Loose) => void, string])[] = [
  ["sequence0", (e) => e.kind = "film", ".kind must be one of frames, traces, matrix, points, "],
  ["sequence0", (e) => delete e.label, ".label must be a string, is absent"],
  ["sequence0", (e) => e.ofData = 1, ".ofData must be true or false, is 1"],
  ["sequence0", (e) => e.marked = [3, 3], ".marked[1] must be ascending and below 16, is 3"],
  ["sequence0", (e) => e.marked = [16], ".marked[0] must be ascending and below 16, is 16"],
  ["sequence0", (e) => e.strips = [], ".strips must be a list of at least 1, is []"],
  ["sequence0", (e) => e.strips[1].white = 0, ".strips[1].white must be > 0, is 0"],
  ["sequence0", (e) => e.strips[1].part = 1, ".strips[1].part must be true or false, is 1"],
  [
    "sequence0",
    (e) => e.strips[1].pixels = "AAEC",
    ".strips[1].pixels must have frames·height·width bytes, 12544, has 3",
  ],
  [
    "sequence0",
    (e) => e.strips[1].pixels = e.strips[1].pixels.replace(/^..../, "AA*A"),
    ".strips[1].pixels must be base64, is not at character 2",
  ],
  ["sequence0", (e) => e.frames = 0, ".frames must be from 1 to 10000, is 0"],
  ["sequence0", (e) => e.width = 1e9, ".width must be from 1 to 2048, is 1000000000"],
  [
    "sequence0",
    (e) => e.strips = Array(101).fill(e.strips[0]),
    ".strips must have at most 100 items, has 101",
  ],
  [
    "joint",
    (e) => e.panels[1].series[0].x[0] = 1e308,
    ".panels[1].series[0].x[0] must be between -1e+300 and 1e+300, is 1e+308",
  ],
  [
    "viewCovariance",
    (e) => e.rows.coordinates = Array(257).fill(0),
    ".rows.coordinates must have at most 256 items, has 257",
  ],
  [
    "sequence1",
    (e) => e.name = "sequence0",
    '.name must be another than that of exhibits[0], is "',
  ],
  ["joint", (e) => e.panels = [], ".panels must be a list of at least 1, is []"],
  [
    "joint",
    (e) => e.panels[1].series[0].y.pop(),
    ".panels[1].series[0].y must have as many values as x, 600, has 599",
  ],
  [
    "joint",
    (e) => e.panels[0].series[0].band.upper.pop(),
    ".panels[0].series[0].band.upper must have as many values as x, 600, has 599",
  ],
  ["joint", (e) => e.panels[0].series[0].style = "bars", ".style must be one of line, points, is "],
  ["codesAlongAngle", (e) => e.xStep = 0, ".xStep must be > 0, is 0"],
  ["codesAlongAngle", (e) => e.marks[0].x = "0", ".marks[0].x must be a number, is "],
  [
    "viewCovariance",
    (e) => e.values.pop(),
    ".values must have rows × columns values, 16, has 15",
  ],
  ["viewCovariance", (e) => e.values[1] = null, ".values[1] must be a number, "],
  ["viewCovariance", (e) => e.rows.coordinates = [], ".rows.coordinates must be a list of at "],
  [
    "viewCovariance",
    (e) => e.rows.names = ["a"],
    ".rows.names must have as many as coordinates, 4",
  ],
  ["latentCodes", (e) => e.points[0].pop(), ".points[0] must have x, y and a class, 3, has 2"],
  ["latentCodes", (e) => e.points[0][2] = 3, ".points[0][2] must be an index of classes, below 3"],
  ["density", (e) => e.xRange = [1, 1], ".xRange must be two numbers, the lesser first, is [1,1]"],
  ["density", (e) => e.rows = 1.5, ".rows must be a whole number >= 0, is 1.5"],
  ["density", (e) => e.density.pop(), ".density must have rows × columns values, 1271, has 1270"],
  ["density", (e) => e.vectors.pop(), ".vectors must have rows × columns × 2 values, 2542, has "],
  [
    "density",
    (e) => {
      delete e.density;
      delete e.vectors;
    },
    " must have density or vectors, has neither",
  ],
  ["walk", (e) => e.parents[2] = 2, ".parents[2] must be -1 or the index of another joint, is 2"],
  ["walk", (e) => e.parents.pop(), ".parents must have as many as joints, 7, has 6"],
  ["walk", (e) => e.frameSeconds = 0, ".frameSeconds must be > 0, is 0"],
  [
    "walk",
    (e) => e.motions[1].positions.pop(),
    ".motions[1].positions must be whole frames of joints × 3 numbers (21), has 251",
  ],
];
for (const [name, damage, message] of damages) {
  Deno.test(`parseExhibits() refuses ${name} where it${message.split(", is")[0]}`, () => {
    const { message: line } = assertThrows(
      () => parseExhibits(damaged(name, damage), "exhibits"),
      SyntaxError,
      message,
    );
    assertEquals([line.startsWith(at(name)), line.includes("\n")], [true, false], line);
  });
}
