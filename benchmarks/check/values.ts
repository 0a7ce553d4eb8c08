/**
 * What a check compares of a record: a metric, or where a curve over epochs ends.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import { fromJsonNumber } from "../json_number.ts";
import type { CellRecord, Metric } from "../record.ts";

/**
 * Curves over epochs whose last value can be compared, with the direction that is better: that which lowers the loss.
 * A metric of the same name goes first.
 */
export const CURVE_DIRECTIONS: Readonly<Record<string, Metric["direction"]>> = Object.freeze({
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
});

/** What a value is. */
export interface ValueDescription {
  /** Unit, e.g. "per pixel"; "" for a pure number. */
  readonly unit: string;
  /** Which way is better. */
  readonly direction: Metric["direction"];
}

/** Names of all that can be compared in a record. */
export function valueNames({ metrics, curves }: CellRecord): string[] {
  const names = [
    ...metrics.map(({ name }) => name),
    ...curves.map(({ name }) => name).filter((name) => Object.hasOwn(CURVE_DIRECTIONS, name)),
  ];
  return [...new Set(names)];
}

/**
 * A value of a record.
 *
 * @returns undefined when the cell did not complete, lacks the value, or has one that is not finite
 */
export function valueOf(record: CellRecord, name: string): number | undefined {
  if (record.status !== "completed") return undefined;
  const metric = record.metrics.find((candidate) => candidate.name === name);
  const curve = record.curves.find((candidate) => candidate.name === name);
  const value = metric !== undefined
    ? metric.value
    : Object.hasOwn(CURVE_DIRECTIONS, name)
    ? curve?.y.at(-1)
    : undefined;
  const number = value === undefined ? NaN : fromJsonNumber(value);
  return Number.isFinite(number) ? number : undefined;
}

/** Unit and direction of a value, by the first record that has it. */
export function describeValue(records: readonly CellRecord[], name: string): ValueDescription {
  const metric = records.flatMap(({ metrics }) => metrics).find((found) => found.name === name);
  if (metric !== undefined) return { unit: metric.unit, direction: metric.direction };
  const curve = records.flatMap(({ curves }) => curves).find((found) => found.name === name);
  // A curve's label ends with its unit: "loss (nats per sequence)".
  const [, unit = ""] = /\(([^()]*)\)$/.exec(curve?.label ?? "") ?? [];
  return { unit, direction: CURVE_DIRECTIONS[name] ?? "lower" };
}

/**
 * Checks the names of `--metrics`.
 *
 * @throws {UsageError} when none of the records has such a value; lists the valid names
 */
export function checkValueNames(names: readonly string[], records: readonly CellRecord[]): void {
  const valid = [...new Set(records.flatMap(valueNames))];
  const wrong = names.find((name) => !valid.includes(name));
  if (wrong !== undefined) {
    throw new UsageError(
      `Cannot compare metric "${wrong}": it must be one of ${valid.join(", ")}`,
    );
  }
}
