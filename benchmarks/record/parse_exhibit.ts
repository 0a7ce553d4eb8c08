/**
 * Validation of exhibits: what a renderer draws fits together.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import {
  asBoolean,
  asCoordinate,
  asCount,
  asJsonNumber,
  asObject,
  asOneOf,
  asPositive,
  asString,
  checkLength,
  fields,
  listOf,
  namedListOf,
  oneOf,
  optional,
  type Parser,
  refuse,
} from "./_validate.ts";
import {
  MOST_FIGURES,
  MOST_FRAMES,
  MOST_NAMES,
  MOST_PARTS,
  MOST_PIXELS,
  MOST_POINTS,
  MOST_ROWS,
  MOST_VALUES,
} from "./limits.ts";
import type {
  Exhibit,
  FrameStrips,
  MatrixAxis,
  MatrixExhibit,
  Motion,
  PlaneField,
  PlanePoints,
  Quantity,
  Traces,
} from "../../models/training/exhibit.ts";

type Part<T extends readonly unknown[]> = T[number];
type Strip = Part<FrameStrips["strips"]>;
type Panel = Part<Traces["panels"]>;
type Series = Part<Panel["series"]>;

const numbers = listOf(asCoordinate, 0, MOST_VALUES);
const jsonNumbers = listOf(asJsonNumber, 0, MOST_VALUES);

/** The parser of a whole number from 1. */
function size(most: number): Parser<number> {
  return (value, where) => {
    const count = asCount(value, where);
    return count >= 1 && count <= most ? count : refuse(where, `from 1 to ${most}`, count);
  };
}

/** Base64 as {@link Buffer} writes it. Its length is checked where the size is known. */
function asPixels(value: unknown, where: string): string {
  if (typeof value !== "string") refuse(where, "a string", value);
  const written = Buffer.from(value, "base64").toString("base64");
  if (written === value) return value;
  const at = [...value].findIndex((digit, i) => digit !== written[i]);
  throw new SyntaxError(
    `${where} must be base64, is not at character ${at < 0 ? value.length : at}`,
  );
}
const head = { name: asString, label: asString, ofData: optional(asBoolean) };
const quantity = fields<Quantity>({ label: asString, unit: asString });

const frames = fields<FrameStrips>({
  ...head,
  kind: oneOf("frames"),
  height: size(MOST_PIXELS),
  width: size(MOST_PIXELS),
  frames: size(MOST_FRAMES),
  marked: listOf(asCount, 0, MOST_FRAMES),
  markedLabel: asString,
  strips: listOf(
    fields<Strip>({
      label: asString,
      pixels: asPixels,
      white: asPositive,
      part: optional(asBoolean),
    }),
    1,
    MOST_PARTS,
  ),
  ofData: asBoolean,
}, ({ height, width, frames, marked, strips }, where) => {
  marked.forEach((frame, i) => {
    const least = i === 0 ? 0 : marked[i - 1]! + 1;
    if (frame < least || frame >= frames) {
      refuse(`${where}.marked[${i}]`, `ascending and below ${frames}`, frame);
    }
  });
  const bytes = height * width * frames;
  strips.forEach(({ pixels }, i) => {
    const length = Buffer.byteLength(pixels, "base64");
    checkLength({ length }, bytes, `${where}.strips[${i}].pixels`, "frames·height·width bytes");
  });
});

const series = fields<Series>({
  label: asString,
  colour: asCount,
  style: oneOf("line", "points"),
  x: numbers,
  y: jsonNumbers,
  band: optional(
    fields<NonNullable<Series["band"]>>({
      label: asString,
      lower: jsonNumbers,
      upper: jsonNumbers,
    }),
  ),
}, ({ x, y, band = { lower: x, upper: x } }, where) => {
  checkLength(y, x.length, `${where}.y`, "as many values as x");
  for (const end of ["lower", "upper"] as const) {
    checkLength(band[end], x.length, `${where}.band.${end}`, "as many values as x");
  }
});

const traces = fields<Traces>({
  ...head,
  kind: oneOf("traces"),
  x: quantity,
  xStep: optional(asPositive),
  marks: optional(listOf(fields<Part<NonNullable<Traces["marks"]>>>({
    x: asCoordinate,
    label: asString,
  }))),
  sharedY: optional(asBoolean),
  panels: listOf(
    fields<Panel>({ y: quantity, series: listOf(series, 1, MOST_PARTS) }),
    1,
    MOST_PARTS,
  ),
});

const axis = fields<MatrixAxis>(
  {
    label: asString,
    unit: asString,
    coordinates: listOf(asCoordinate, 1, MOST_ROWS),
    names: optional(listOf(asString, 1, MOST_ROWS)),
  },
  ({ coordinates, names = coordinates }, where) =>
    checkLength(names, coordinates.length, `${where}.names`, "as many as coordinates"),
);

const matrix = fields<MatrixExhibit>({
  ...head,
  kind: oneOf("matrix"),
  unit: asString,
  rows: axis,
  columns: axis,
  values: jsonNumbers,
}, ({ rows, columns, values }, where) => {
  const size = rows.coordinates.length * columns.coordinates.length;
  checkLength(values, size, `${where}.values`, "rows × columns values");
});

const points = fields<PlanePoints>({
  ...head,
  kind: oneOf("points"),
  x: quantity,
  y: quantity,
  classes: listOf(asString, 1, MOST_NAMES),
  points: listOf(
    (value, where): readonly [number, number, number] => {
      const point = numbers(value, where);
      checkLength(point, 3, where, "x, y and a class");
      return [point[0]!, point[1]!, asCount(point[2], `${where}[2]`)];
    },
    0,
    MOST_POINTS,
  ),
}, ({ classes, points }, where) =>
  points.forEach(([, , index], i) => {
    if (index >= classes.length) {
      refuse(`${where}.points[${i}][2]`, `an index of classes, below ${classes.length}`, index);
    }
  }));

function range(value: unknown, where: string): readonly [number, number] {
  const [low = NaN, high = NaN, ...rest] = numbers(value, where);
  return low < high && rest.length === 0
    ? [low, high]
    : refuse(where, "two numbers, the lesser first", value);
}

const field = fields<PlaneField>({
  ...head,
  kind: oneOf("field"),
  x: quantity,
  y: quantity,
  xRange: range,
  yRange: range,
  columns: size(MOST_PIXELS),
  rows: size(MOST_PIXELS),
  unit: asString,
  density: optional(jsonNumbers),
  vectors: optional(jsonNumbers),
}, ({ columns, rows, density, vectors }, where) => {
  const size = rows * columns;
  if (density === undefined && vectors === undefined) {
    throw new SyntaxError(`${where} must have density or vectors, has neither`);
  }
  checkLength(density ?? { length: size }, size, `${where}.density`, "rows × columns values");
  checkLength(
    ...[vectors ?? { length: 2 * size }, 2 * size] as const,
    ...[`${where}.vectors`, "rows × columns × 2 values"] as const,
  );
});

const motion = fields<Motion>({
  ...head,
  kind: oneOf("motion"),
  joints: listOf(asString, 1, MOST_NAMES),
  parents: numbers,
  frameSeconds: asPositive,
  motions: listOf(
    fields<Part<Motion["motions"]>>({ label: asString, positions: numbers }),
    1,
    MOST_PARTS,
  ),
}, ({ joints, parents, motions }, where) => {
  checkLength(parents, joints.length, `${where}.parents`, "as many as joints");
  parents.forEach((parent, i) => {
    if (!Number.isInteger(parent) || parent < -1 || parent >= joints.length || parent === i) {
      refuse(`${where}.parents[${i}]`, `-1 or the index of another joint`, parent);
    }
  });
  motions.forEach(({ positions: { length } }, i) => {
    const frame = 3 * joints.length;
    if (length === 0 || length % frame !== 0) {
      const rule = `whole frames of joints × 3 numbers (${frame})`;
      throw new SyntaxError(`${where}.motions[${i}].positions must be ${rule}, has ${length}`);
    }
  });
});

const kinds: { readonly [K in Exhibit["kind"]]: Parser<Exhibit> } = {
  frames,
  traces,
  matrix,
  points,
  field,
  motion,
};

function parseExhibit(value: unknown, where: string): Exhibit {
  const names = Object.keys(kinds) as Exhibit["kind"][];
  return kinds[asOneOf(asObject(value, where).kind, names, `${where}.kind`)](value, where);
}

/** Checks the exhibits of a record. @throws {SyntaxError} when one is wrong, or two have one name */
export const parseExhibits: Parser<Exhibit[]> = namedListOf(parseExhibit, MOST_FIGURES);
