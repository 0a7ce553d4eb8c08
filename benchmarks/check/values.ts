/**
 * What a check compares of a record: a metric, where a curve over epochs ends, or its value at an epoch ("loss@1").
 *
 * Early epochs tell changes of the model from those of rounding, which grow with every step.
 *
 * @module
 */
import { UsageError } from "../errors.ts";
import { fromJsonNumber } from "../../models/training/json_number.ts";
import type { CellRecord, Curve, JsonNumber, Metric } from "../record/record.ts";

/** What a value is. */
export interface ValueDescription {
  /** Unit, e.g. "nats per frame"; "" for a pure number. */
  readonly unit: string;
  /** Which way is better. */
  readonly direction: Metric["direction"];
}

/** Curves of which it is known which way is better: only they can be compared. */
function comparable({ curves }: CellRecord): (Curve & ValueDescription)[] {
  return curves.filter((curve): curve is Curve & ValueDescription => curve.direction !== undefined);
}

/** Names of all that can be compared in a record. */
export function valueNames(record: CellRecord): string[] {
  return [...new Set([...record.metrics, ...comparable(record)].map(({ name }) => name))];
}

/** A name and, after "@", the epoch. */
function parts(name: string): { readonly base: string; readonly epoch?: number } {
  const [, base, epoch] = /^(.+)@(\d+)$/.exec(name) ?? [];
  return base === undefined ? { base: name } : { base, epoch: Number(epoch) };
}

/** What is recorded under a name, whether finite or not. */
function recorded(record: CellRecord, name: string): JsonNumber | undefined {
  const { base, epoch } = parts(name);
  const metric = record.metrics.find((candidate) => candidate.name === base);
  if (epoch === undefined && metric !== undefined) return metric.value;
  const curve = comparable(record).find((candidate) => candidate.name === base);
  return epoch === undefined ? curve?.y.at(-1) : curve?.y[curve.x.indexOf(epoch)];
}

/**
 * A value of a record.
 *
 * @param name of a metric or curve; with "@" and a number, of the curve at that epoch
 * @returns undefined when the cell did not complete, lacks the value, or has one that is not finite
 */
export function valueOf(record: CellRecord, name: string): number | undefined {
  const value = record.status === "completed" ? recorded(record, name) : undefined;
  const number = value === undefined ? NaN : fromJsonNumber(value);
  return Number.isFinite(number) ? number : undefined;
}

/** True when a record, in whatever state, has a value of this name. */
export function hasValue(record: CellRecord, name: string): boolean {
  return recorded(record, name) !== undefined;
}

/** All that records have under the name of a value. */
function described(records: readonly CellRecord[], name: string): ValueDescription[] {
  const { base } = parts(name);
  return [...records.flatMap(({ metrics }) => metrics), ...records.flatMap(comparable)]
    .filter((value) => value.name === base);
}

/** Unit and direction of a value, by the first record that has it. */
export function describeValue(records: readonly CellRecord[], name: string): ValueDescription {
  const [found] = described(records, name);
  return { unit: found?.unit ?? "", direction: found?.direction ?? "lower" };
}

/** True when records differ in which way is better: the trace hash does not cover it. */
export function differInDirection(records: readonly CellRecord[], name: string): boolean {
  return new Set(described(records, name).map(({ direction }) => direction)).size > 1;
}

/**
 * Checks the names of `--metrics`.
 *
 * @throws {UsageError} when none of the records has such a value; lists the valid names
 */
export function checkValueNames(names: readonly string[], records: readonly CellRecord[]): void {
  const valid = [...new Set(records.flatMap(valueNames))];
  const wrong = names.find((name) => !records.some((record) => hasValue(record, name)));
  if (wrong !== undefined) {
    throw new UsageError(
      `Cannot compare metric "${wrong}": it must be one of ${
        valid.join(", ")
      }, or a curve at one ` +
        "of its epochs (loss@1)",
    );
  }
}
