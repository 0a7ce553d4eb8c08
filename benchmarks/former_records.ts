/**
 * What older records leave out and newer ones say in fields: all that reading them needs to know of single benchmarks,
 * models and metrics.
 *
 * @module
 */
import {
  asArray,
  asCoordinate,
  asFinite,
  asJsonNumber,
  asObject,
  asString,
  fields,
  type JsonObject,
  listOf,
} from "./record/_validate.ts";
import { MOST_FIGURES, MOST_POINTS, MOST_ROWS } from "./record/limits.ts";
import type { Exhibit, MatrixAxis, MatrixExhibit, Quantity } from "../models/training/exhibit.ts";
import type { Curve } from "./record/record.ts";

/** By former name and version, as JSON: what the same definition is called now. */
const RENAMED: Readonly<Record<string, string>> = {
  // Version 2 of rmnist is another data set; the former one went on under a name of its own.
  '["rmnist",1]': "rmnist_t10k",
};

/** Which way is better, for the curves over epochs that have such a way. */
const DIRECTIONS: Readonly<Record<string, "lower" | "higher">> = {
  testMse: "lower",
  validationLogLikelihood: "higher",
  loss: "lower",
  reconstruction: "higher",
  latentPrior: "higher",
  logDensity: "lower",
  fieldKl: "lower",
  encoderKl: "lower",
  imageLoss: "lower",
  imageReconstruction: "higher",
  imageMse: "lower",
  imageKl: "lower",
  codesNll: "lower",
};

/** The angle that no training sequence shows, in degrees, by benchmark. */
const unseenAngle = (benchmark: unknown) => benchmark === "rmnist_t10k" ? 67.5 : 288;

/** A record's cell under its benchmark's present name. */
export function withPresentName(record: JsonObject): JsonObject {
  const cell = record.cell as JsonObject | null | undefined;
  const name = RENAMED[JSON.stringify([cell?.benchmark, cell?.version])];
  return name === undefined ? record : { ...record, cell: { ...cell, benchmark: name } };
}

/** The sentence on stand-in data that a record's origin implies; "" for real data. */
export function formerStandIn(dataOrigin: unknown): string {
  return /procedural/i.test(asString(dataOrigin, "dataOrigin"))
    ? "Not MNIST: these digits were drawn by a generator, used where no MNIST could be had."
    : "";
}

/** "loss (nats per sequence)" as label and unit. */
function quantityOf(text: unknown, where: string): Quantity {
  const title = asString(text, where);
  const [, label = title, unit = ""] = /^(.*) \(([^()]*)\)$/.exec(title) ?? [];
  return { label, unit };
}

const positions = listOf(asCoordinate, 0, MOST_POINTS);
const values = listOf(asJsonNumber, 0, MOST_POINTS);

/** A curve of schema 2: units stand in its labels, and it has no direction. */
export function formerCurve(value: unknown, where: string): Curve {
  const { name: ofCurve, label, xLabel, x, y } = asObject(value, where);
  const name = asString(ofCurve, `${where}.name`);
  const direction = Object.hasOwn(DIRECTIONS, name) ? DIRECTIONS[name] : undefined;
  const [of, over] = [quantityOf(label, `${where}.label`), quantityOf(xLabel, `${where}.xLabel`)];
  return {
    name,
    ...of,
    ...(direction === undefined ? {} : { direction }),
    xLabel: over.label,
    xUnit: over.unit,
    x: positions(x, `${where}.x`),
    y: values(y, `${where}.y`),
  };
}

interface FormerSequence extends Record<"truth" | "reconstruction" | "label", string> {
  readonly height: number;
  readonly width: number;
  readonly frames: number;
  readonly missing: readonly number[];
  readonly deviation?: string;
}

/** A sequence of schema 2: the strips that every record had. */
function formerSequence(value: unknown, index: number): Exhibit {
  const { missing, truth, reconstruction, deviation, ...sequence } = asObject(
    value,
    `sequences[${index}]`,
  ) as unknown as FormerSequence;
  return {
    kind: "frames",
    name: `sequence${index}`,
    ...sequence,
    marked: missing,
    markedLabel: "hidden from training",
    strips: [
      { label: "truth", pixels: truth, white: 1 },
      { label: "reconstruction", pixels: reconstruction, white: 1 },
      ...(deviation === undefined
        ? []
        : [{ label: "standard deviation", pixels: deviation, white: 0.5 }]),
    ],
    ofData: true,
  };
}

/** A matrix of schema 2: its axes have their units in their labels. */
type FormerMatrix =
  & Omit<MatrixExhibit, "kind" | "ofData" | "rows" | "columns">
  & {
    readonly [axis in "rows" | "columns"]: Pick<MatrixAxis, "label" | "coordinates">;
  };

const formerAxis = fields<FormerMatrix["rows"]>({
  label: asString,
  coordinates: listOf(asCoordinate, 0, MOST_ROWS),
});
const formerMatrix = fields<FormerMatrix>({
  rows: formerAxis,
  columns: formerAxis,
  name: asString,
  label: asString,
  unit: asString,
  values: listOf(asJsonNumber, 0, MOST_ROWS ** 2),
});
const formerMatrices = listOf(formerMatrix, 0, MOST_FIGURES);

/** Codes of GPPVAE as one exhibit: a panel for each principal direction, two series for each digit. */
function codesAlongAngle(matrices: readonly FormerMatrix[], benchmark: unknown): Exhibit[] {
  const find = (name: string) => matrices.find((matrix) => matrix.name === name);
  const digits = matrices.filter(({ name }) => /^posteriorCodes\d+$/.test(name));
  const directions = digits[0]?.rows.coordinates ?? [];
  const shares = find("codeDirectionShares")?.values ?? [];
  if (directions.length === 0) return [];
  const codes = (matrix: FormerMatrix, k: number) => ({
    x: matrix.columns.coordinates,
    y: matrix.values.slice(
      k * matrix.columns.coordinates.length,
      (k + 1) * matrix.columns.coordinates.length,
    ),
  });
  return [{
    kind: "traces",
    name: "codesAlongAngle",
    label:
      "codes along the angle, in the principal directions of the posterior-mean codes of all " +
      "training digits at all angles",
    x: { label: "angle", unit: "degrees" },
    xStep: 90,
    marks: [{ x: unseenAngle(benchmark), label: "never shown in training" }],
    sharedY: true,
    panels: directions.map((direction, k) => ({
      y: {
        label: `direction ${direction}` +
          (shares[k] === undefined
            ? ""
            : `, ${(100 * asFinite(shares[k], "share")).toFixed(0)} % of the variance`),
        unit: "",
      },
      series: digits.flatMap((posterior, colour) => {
        const encoded = find(posterior.name.replace("posterior", "encoded"));
        const digit = posterior.label.split(":")[0]!;
        return [
          {
            label: `${digit}: posterior mean`,
            colour,
            style: "line" as const,
            ...codes(posterior, k),
          },
          ...(encoded === undefined ? [] : [{
            label: `${digit}: the encoder's code`,
            colour,
            style: "points" as const,
            ...codes(encoded, k),
          }]),
        ];
      }),
    })),
  }];
}

/** Sequences and matrices of schema 2 as exhibits. */
export function formerExhibits({ cell, sequences, matrices }: JsonObject): Exhibit[] {
  const former = formerMatrices(matrices, "matrices");
  return [
    ...asArray(sequences, "sequences").map(formerSequence),
    ...former.filter(({ name }) => name === "viewCovariance").map((matrix): Exhibit => ({
      ...matrix,
      kind: "matrix",
      rows: { ...matrix.rows, ...quantityOf(matrix.rows.label, "rows.label") },
      columns: { ...matrix.columns, ...quantityOf(matrix.columns.label, "columns.label") },
    })),
    ...codesAlongAngle(former, (cell as JsonObject | undefined)?.benchmark),
  ];
}
