/**
 * What a reader wants to see of GPPVAE's prior: the covariance between views, and how codes go along the angle.
 *
 * @module
 */
import { type FactoredCovariance, predictCodes } from "../../models/gppvae/likelihood.ts";
import type { Observations } from "../../models/gppvae/covariance.ts";
import { type Matrix, matrix, multiply, transpose } from "../../models/linalg/matrix.ts";
import { principalComponents } from "../../models/linalg/principal_components.ts";
import { toJsonNumber } from "../record/json_number.ts";
import type { LabelledMatrix, MatrixAxis } from "../record/record.ts";

/** Digits whose codes a record shows. */
const SHOWN_DIGITS = 3;
/** Principal directions of the codes that a record shows. */
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

function labelled(
  description: Pick<LabelledMatrix, "name" | "label">,
  rows: MatrixAxis,
  columns: MatrixAxis,
  values: Float64Array,
): LabelledMatrix {
  const short = Array.from(values, (value) => toJsonNumber(Number(value.toPrecision(DIGITS))));
  return { ...description, unit: "", rows, columns, values: short };
}

function angleAxis({ angles }: Observations, views: ArrayLike<number>): MatrixAxis {
  return {
    label: "angle (degrees)",
    coordinates: Array.from(views, (view) => Number((180 * angles[view]! / Math.PI).toFixed(6))),
  };
}

/**
 * The matrices of a trained Gaussian process:
 *
 * - `viewCovariance` (Q, Q): k(θ, θ′) with its nugget and unit variance, as the process has it; the codes' covariance is
 *   v times it, times the product of the object vectors, and noise α, with v + α = 1;
 * - `codeDirectionShares` (1, k): share of variance along each principal direction, which are those of the
 *   posterior-mean codes of all digits at all angles;
 * - `posteriorCodes0` … (k, Q): coordinates of a digit's posterior-mean codes at all angles;
 * - `encodedCodes0` … (k, observed angles): those of the encoder's codes of the same digit.
 *
 * @param encoded Mean codes of the observed images (n, L).
 */
export function processMatrices(process: FactoredCovariance, encoded: Matrix): LabelledMatrix[] {
  const { observations, views } = process.covariance;
  const { objects, objectCount, angles } = observations;
  const count = angles.length;
  const everywhere = Int32Array.from({ length: objectCount * count }, (_, i) => i % count);
  const posterior = predictCodes(process, encoded, {
    objects: everywhere.map((_, i) => Math.floor(i / count)),
    views: everywhere,
  }); // (P·Q, L)
  const directions = codeDirections(posterior, Math.min(SHOWN_DIRECTIONS, posterior.columns));
  const directionAxis: MatrixAxis = {
    label: "principal direction",
    coordinates: Array.from(directions.shares, (_, k) => k + 1),
  };
  const allAngles = angleAxis(observations, everywhere.subarray(0, count));
  const ofDigit = Array.from({ length: Math.min(objectCount, SHOWN_DIGITS) }, (_, digit) => {
    const rows = Array.from(objects.keys()).filter((i) => objects[i] === digit)
      .toSorted((a, b) => observations.views[a]! - observations.views[b]!);
    const own = (from: Matrix, indices: readonly number[]) =>
      coordinates(rowsAt(from, indices), directions).data;
    return [
      labelled(
        { name: `posteriorCodes${digit}`, label: `training digit ${digit}: posterior-mean codes` },
        directionAxis,
        allAngles,
        own(posterior, Array.from({ length: count }, (_, q) => digit * count + q)),
      ),
      labelled(
        { name: `encodedCodes${digit}`, label: `training digit ${digit}: the encoder's codes` },
        directionAxis,
        angleAxis(observations, rows.map((i) => observations.views[i]!)),
        own(encoded, rows),
      ),
    ];
  });
  return [
    labelled(
      { name: "viewCovariance", label: "covariance between views, for a signal of variance 1" },
      allAngles,
      allAngles,
      multiply(views.factor, transpose(views.factor)).data, // W·Wᵀ
    ),
    labelled(
      {
        name: "codeDirectionShares",
        label: "share of the posterior-mean codes' variance along each principal direction",
      },
      { label: "all digits at all angles", coordinates: [1] },
      directionAxis,
      directions.shares,
    ),
    ...ofDigit.flat(),
  ];
}

function rowsAt({ columns, data }: Matrix, indices: readonly number[]): Matrix {
  const result = matrix(indices.length, columns);
  indices.forEach((from, to) =>
    result.data.set(data.subarray(from * columns, (from + 1) * columns), to * columns)
  );
  return result;
}
