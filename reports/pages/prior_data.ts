/**
 * What records tell of a Gaussian-process prior, ready to be drawn.
 *
 * @module
 */
import { fromJsonNumber } from "../../benchmarks/record/json_number.ts";
import type { CellRecord, LabelledMatrix } from "../../benchmarks/record/record.ts";
import { modelOrder, modelTitle, type ReportGroup } from "../catalogue.ts";
import { hasConverged } from "../summary.ts";

/** Codes of one training digit along the angle, in one direction. */
export interface CodePath {
  /** "training digit 0". */
  readonly label: string;
  /** Index of the digit's colour. */
  readonly colour: number;
  /** (angle in degrees, posterior-mean code), by angle. */
  readonly posterior: readonly (readonly [number, number])[];
  /** (angle in degrees, the encoder's code) at the angles that were observed, by angle. */
  readonly encoded: readonly (readonly [number, number])[];
}

/** One principal direction of the codes. */
export interface CodePanel {
  /** From 1. */
  readonly direction: number;
  /** Share of the posterior-mean codes' variance, 0 … 1. */
  readonly share: number;
  /** One for each digit. */
  readonly paths: readonly CodePath[];
}

/** The prior of one cell. */
export interface PriorData {
  /** Registry name of the model. */
  readonly model: string;
  /** Display name. */
  readonly name: string;
  /** Seed of the cell. */
  readonly seed: number;
  /** α of the noise, with v + α = 1; undefined where the record does not tell. */
  readonly noise: number | undefined;
  /** Covariance between views. */
  readonly covariance: LabelledMatrix;
  /** By direction; none where the record holds no codes. */
  readonly panels: readonly CodePanel[];
}

function find(record: CellRecord, name: string): LabelledMatrix | undefined {
  return record.matrices.find((candidate) => candidate.name === name);
}

/** Row k of a matrix as (coordinate of the column, value); values that are not finite are left out. */
function pointsOf({ columns, values }: LabelledMatrix, k: number): (readonly [number, number])[] {
  const width = columns.coordinates.length;
  return columns.coordinates
    .map((x, i) => [x, fromJsonNumber(values[k * width + i]!)] as const)
    .filter(([, value]) => Number.isFinite(value));
}

function panelsOf(record: CellRecord): CodePanel[] {
  const digits = record.matrices.flatMap((posterior) => {
    const digit = /^posteriorCodes(\d+)$/.exec(posterior.name)?.[1];
    const encoded = digit === undefined ? undefined : find(record, `encodedCodes${digit}`);
    return encoded === undefined ? [] : [{ posterior, encoded }];
  });
  const shares = find(record, "codeDirectionShares")?.values ?? [];
  const directions = digits[0]?.posterior.rows.coordinates ?? [];
  return directions.map((direction, k) => ({
    direction,
    share: fromJsonNumber(shares[k] ?? "NaN"),
    paths: digits.map(({ posterior, encoded }, colour) => ({
      label: posterior.label.split(":")[0]!,
      colour,
      posterior: pointsOf(posterior, k),
      encoded: pointsOf(encoded, k),
    })),
  }));
}

/** The prior of each model of a group that tells one: from the first seed that converged. */
export function priorData(group: ReportGroup): readonly PriorData[] {
  return modelOrder(group).flatMap((model) => {
    const record = group.records.map((stored) => stored.record)
      .find((candidate) => candidate.cell.model === model && hasConverged(candidate));
    const covariance = record === undefined ? undefined : find(record, "viewCovariance");
    if (record === undefined || covariance === undefined) return [];
    const noise = record.metrics.find(({ name }) => name === "noiseVariance");
    return [{
      model,
      name: modelTitle(group.about, model),
      seed: record.cell.seed,
      noise: noise === undefined ? undefined : fromJsonNumber(noise.value),
      covariance,
      panels: panelsOf(record),
    }];
  });
}
