/**
 * How gradients of solvers score: their relative difference from a reference, the work, and what is kept for the way back,
 * over tolerances. One code for all rows.
 *
 * @module
 */
import { toJsonNumber } from "../../models/training/json_number.ts";
import type { Evaluation } from "../definition.ts";
import type { Curve, Metric } from "../record/record.ts";
import type { SolvedGradient } from "./solvers.ts";

/** A row: how it solves, and to which tolerances. */
export interface GradientSolver {
  /** Digits that are asked for, ascending: tolerances are 10^−digits. */
  readonly digits: readonly number[];
  /** Digits at which the metrics are. */
  readonly scoredDigits: number;
  /** Solves to a tolerance. */
  readonly solve: (tolerance: number) => Promise<SolvedGradient>;
}

/** The gradient and the last state that all rows are compared with. */
export interface ReferenceSolution {
  readonly gradient: readonly number[];
  readonly last: readonly number[];
}

/** ‖a − b‖ / ‖b‖ */
export function relativeDifference(a: readonly number[], b: readonly number[]): number {
  return Math.hypot(...a.map((value, i) => value - b[i]!)) / Math.hypot(...b);
}

/** Metrics at the scored tolerance and curves over all of them. */
export async function evaluate(
  { digits, scoredDigits, solve }: GradientSolver,
  reference: ReferenceSolution,
): Promise<Evaluation> {
  const solved: SolvedGradient[] = [];
  for (const power of digits) solved.push(await solve(10 ** -power));
  const errors = solved.map(({ gradient }) => relativeDifference(gradient, reference.gradient));
  const at = digits.indexOf(scoredDigits);
  const scored = solved[at]!;
  const metric = (name: string, label: string, value: number, unit = ""): Metric => (
    { name, label, value: toJsonNumber(value), unit, direction: "lower" }
  );
  const growth = (name: "storedBytes" | "evaluations") => solved.at(-1)![name] / solved[0]![name];
  const curve = (
    name: string,
    label: string,
    unit: string,
    y: readonly number[],
    axis = { xLabel: "digits asked for", xUnit: "", x: digits },
  ): Curve => ({ name, label, unit, direction: "lower", ...axis, y: y.map(toJsonNumber) });
  const logarithm = (values: readonly number[]) => values.map(Math.log10);
  const stored = solved.map(({ storedBytes }) => storedBytes / 1000);
  return {
    metrics: [
      metric(
        "gradientError",
        "relative difference of the gradient from the reference",
        errors[at]!,
      ),
      metric("evaluations", "evaluations of the field forwards", scored.evaluations),
      metric("backwardEvaluations", "evaluations backwards", scored.backwardEvaluations),
      metric("storedBytes", "kept for the way back", scored.storedBytes, "bytes"),
      metric(
        "storedGrowth",
        "kept at the least tolerance, times what is kept at the greatest",
        growth("storedBytes"),
      ),
      metric(
        "evaluationGrowth",
        "evaluations at the least tolerance, times those at the greatest",
        growth("evaluations"),
      ),
    ],
    curves: [
      curve(
        "gradientError",
        "log₁₀ of the gradient's relative difference from the reference",
        "",
        logarithm(errors),
      ),
      curve(
        "stateError",
        "log₁₀ of the last state's relative difference from the reference",
        "",
        logarithm(solved.map(({ last }) => relativeDifference(last, reference.last))),
      ),
      curve(
        "evaluations",
        "evaluations of the field forwards",
        "",
        solved.map(({ evaluations }) => evaluations),
      ),
      curve("storedBytes", "kept for the way back", "kB", stored, {
        ...{ xLabel: "evaluations forwards", xUnit: "" },
        x: solved.map(({ evaluations }) => evaluations),
      }),
    ],
    exhibits: [],
  };
}
