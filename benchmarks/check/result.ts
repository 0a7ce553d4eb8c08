/**
 * What a check found, as a value: the lines, the JSON, the Markdown and the annotations are made from it.
 *
 * @module
 */
import type { CellIdentity } from "../record/record.ts";
import { type Comparison, isBlind, isDrift } from "./verdict.ts";

/** Version of the JSON's layout. */
export const CHECK_SCHEMA = 1;

/** A finished check. */
export interface CheckResult extends Omit<CellIdentity, "model" | "seed"> {
  /** Folder of the reference records. */
  readonly against: string;
  /** Level that all tests share. */
  readonly alpha: number;
  /** Whether anything but identical results fails. */
  readonly strict: boolean;
  /** A value of a model each, in the order of the models. */
  readonly comparisons: readonly Comparison[];
  /** One line for each cell that only one side has. */
  readonly notCompared: readonly string[];
  /** Parts of the machine's fingerprint that differ. */
  readonly machineChanges: readonly string[];
  /** Settings that differ. */
  readonly settingChanges: readonly string[];
}

/** How a comparison bears on the exit code. */
export type Severity = "error" | "warning" | "notice" | "none";

/**
 * `error` fails the check: drift, a comparison that could not have found any, and with `strict` whatever is not
 * identical. `warning` is an underpowered one, `notice` changed numerics.
 */
export function severityOf(comparison: Comparison, strict: boolean): Severity {
  if (comparison.verdict === "identical") return "none";
  if (strict || isDrift(comparison) || isBlind(comparison)) return "error";
  return comparison.verdict === "underpowered" ? "warning" : "notice";
}

/** True when the check fails by its comparisons. */
export function isFailed({ comparisons, strict }: CheckResult): boolean {
  return comparisons.some((comparison) => severityOf(comparison, strict) === "error");
}

/** What to do about a failed check, one line. */
export function adviceLine(result: CheckResult): string {
  const { benchmark, tier, comparisons } = result;
  if (comparisons.some(isDrift)) {
    return `A change that is wanted is taken into the reference by: deno task accept ${benchmark} --tier ${tier} ` +
      '--reason "…"';
  }
  return comparisons.some(isBlind)
    ? "A check that cannot find a difference does not pass"
    : "With --strict only identical results pass";
}
