/**
 * What a reader wants to see of GPPVAE's prior: the covariance between views, and how codes go along the angle.
 *
 * @module
 */
import { type Matrix, matrix, transpose } from "../linalg/matrix.ts";
import { principalComponents } from "../linalg/principal_components.ts";
import { multiply } from "../linalg/matrix.ts";
import type { Exhibit, MatrixAxis } from "../training/exhibit.ts";
import { type JsonNumber, toJsonNumber } from "../training/json_number.ts";
import type { FactoredCovariance } from "./likelihood.ts";
import { predictCodes } from "./likelihood.ts";

/** Objects whose codes are shown. */
const SHOWN_OBJECTS = 3;
/** Principal directions of the codes that are shown. */
const SHOWN_DIRECTIONS = 3;
/** Significant digits of a value: enough to draw and to compare by eye, and a third of the bytes. */
const DIGITS = 6;

/** An orthonormal basis of the leading directions of codes. */
export interface CodeDirections {
  /** Where all coordinates are 0: the mean code (L). */
  readonly mean: Float64Array;
  /** Unit directions (L, k), largest variance first; the largest component of each is positive. */
  readonly directions: Matrix;
  /** Share of the codes' variance along each (k). */
  readonly shares: Float64Array;
}

/**
 * The leading principal directions of codes (n, L), with a sign that is a function of the codes: the component of
 * largest magnitude is positive.
 *
 * @param count k, at most L
 * @throws RangeError when there are fewer dimensions than directions
 */
export function codeDirections(codes: Matrix, count: number): CodeDirections {
  const { mean, directions, scores } = principalComponents(codes, count);
  const { rows, columns } = codes;
  const total = codes.data.reduce((sum, value, at) => sum + (value - mean[at % columns]!) ** 2, 0);
  const shares = new Float64Array(count);
  for (let k = 0; k < count; k++) {
    let largest = 0;
    for (let l = 0; l < columns; l++) {
      const value = directions.data[l * count + k]!;
      if (Math.abs(value) > Math.abs(largest)) largest = value;
    }
    if (largest < 0) { for (let l = 0; l < columns; l++) directions.data[l * count + k]! *= -1; }
    for (let i = 0; i < rows; i++) shares[k]! += scores.data[i * count + k]! ** 2 / total;
  }
  return { mean, directions, shares };
}

/** Coordinates (k, n) of codes (n, L) along directions. */
function coordinates(codes: Matrix, { mean, directions }: CodeDirections): Matrix {
  const centred = codes.data.map((value, at) => value - mean[at % codes.columns]!);
  return transpose(multiply(matrix(codes.rows, codes.columns, centred), directions));
}

function short(values: ArrayLike<number>): JsonNumber[] {
  return Array.from(values, (value) => toJsonNumber(Number(value.toPrecision(DIGITS))));
}

/**
 * The exhibits of a trained Gaussian process:
 *
 * - `viewCovariance` (Q, Q): k(θ, θ′) with its nugget and unit variance, as the process has it; the codes' covariance is
 *   v times it, times the product of the object vectors, and noise α, with v + α = 1;
 * - `codesAlongAngle`: a panel for each principal direction of the posterior-mean codes of all objects at all angles, with
 *   the coordinates of the first objects' posterior means and of the encoder's codes.
 *
 * @param encoded Mean codes of the observed images (n, L).
 */
export function priorExhibits(process: FactoredCovariance, encoded: Matrix): Exhibit[] {
  const { observations, views } = process.covariance;
  const { objects, objectCount, angles } = observations;
  const count = angles.length;
  const everywhere = Int32Array.from({ length: objectCount * count }, (_, i) => i % count);
  const posterior = predictCodes(process, encoded, {
    objects: everywhere.map((_, i) => Math.floor(i / count)),
    views: everywhere,
  }); // (P·Q, L)
  const directions = codeDirections(posterior, Math.min(SHOWN_DIRECTIONS, posterior.columns));
  const degrees = Array.from(angles, (angle) => Number((180 * angle / Math.PI).toFixed(6)));
  const axis: MatrixAxis = { label: "angle", unit: "degrees", coordinates: degrees };
  const objectCodes = Array.from({ length: Math.min(objectCount, SHOWN_OBJECTS) }, (_, object) => {
    const rows = Array.from(objects.keys()).filter((i) => objects[i] === object)
      .toSorted((a, b) => observations.views[a]! - observations.views[b]!);
    const all = Array.from({ length: count }, (_, q) => object * count + q);
    return {
      posterior: coordinates(rowsAt(posterior, all), directions), // (k, Q)
      encoded: coordinates(rowsAt(encoded, rows), directions), // (k, observed angles)
      observed: rows.map((i) => degrees[observations.views[i]!]!),
    };
  });
  const rowOf = ({ data, columns }: Matrix, k: number) =>
    short(data.subarray(k * columns, (k + 1) * columns));
  return [
    {
      kind: "matrix",
      name: "viewCovariance",
      label: "covariance between views, for a signal of variance 1",
      unit: "",
      rows: axis,
      columns: axis,
      values: short(multiply(views.factor, transpose(views.factor)).data), // W·Wᵀ
    },
    {
      kind: "traces",
      name: "codesAlongAngle",
      label:
        "codes along the angle, in the principal directions of the posterior-mean codes of all " +
        "objects at all angles",
      x: { label: "angle", unit: "degrees" },
      xStep: 90,
      sharedY: true,
      panels: Array.from(directions.shares, (share, k) => ({
        y: { label: `direction ${k + 1}, ${Math.round(100 * share)} % of the variance`, unit: "" },
        series: objectCodes.flatMap(({ posterior, encoded, observed }, object) => [
          {
            label: `object ${object}: posterior mean`,
            colour: object,
            style: "line" as const,
            x: degrees,
            y: rowOf(posterior, k),
          },
          {
            label: `object ${object}: the encoder's code`,
            colour: object,
            style: "points" as const,
            x: observed,
            y: rowOf(encoded, k),
          },
        ]),
      })),
    },
  ];
}

function rowsAt({ columns, data }: Matrix, indices: readonly number[]): Matrix {
  const result = matrix(indices.length, columns);
  indices.forEach((from, to) =>
    result.data.set(data.subarray(from * columns, (from + 1) * columns), to * columns)
  );
  return result;
}
