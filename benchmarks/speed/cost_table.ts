/**
 * Costs as tables for a terminal.
 *
 * @module
 */
import { type CostPlace, QUANTITY_LABELS } from "./cost_axes.ts";
import type { PowerLaw, PowerLawWithConstant } from "./cost_fit.ts";
import {
  type AxisMeasurement,
  type CostMeasurement,
  medianSeconds,
  operationsExponent,
} from "./cost_measurement.ts";
import { quantile } from "./measurement.ts";
import { formatBillions, formatSeconds } from "./measurement_table.ts";

const SYMBOLS: Readonly<Record<keyof CostPlace, string>> = Object.freeze({
  sequences: "B",
  frames: "L",
  grid: "G",
  latentDimensions: "q",
  fieldHidden: "Hf",
});

/** "B = 20, q = 3, Hf = 30": what an axis holds fixed. */
export function formatFixedSizes(fixed: AxisMeasurement["fixed"]): string {
  return (Object.keys(SYMBOLS) as (keyof CostPlace)[])
    .filter((name) => fixed[name] !== undefined)
    .map((name) => `${SYMBOLS[name]} = ${fixed[name]}`).join(", ");
}

/** "0.98 ± 0.02"; an error too small to show as "< 0.01". */
export function formatExponent({ exponent, exponentError }: PowerLaw): string {
  const error = exponentError < 0.005 ? "< 0.01" : exponentError.toFixed(2);
  return `${exponent.toFixed(2)} ± ${error}`;
}

/** "24 ms ± 6 %": the constant with its error. */
export function formatConstant({ constant, constantError }: PowerLawWithConstant): string {
  const percent = Math.round(100 * constantError / constant);
  return `${formatSeconds(constant)} ± ${percent < 1 ? "< 1" : percent} %`;
}

/** Columns as wide as their widest cell; the first to the left, the others to the right. */
function columns(rows: readonly (readonly string[])[]): string {
  const widths = rows[0]!.map((_, i) => Math.max(...rows.map((row) => row[i]!.length)));
  return rows.map((row) =>
    row.map((cell, i) => i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("  ")
  ).join("\n");
}

function axisTable({ title, quantity, fixed, points, fit }: AxisMeasurement): string {
  const label = QUANTITY_LABELS[quantity];
  const rows = points.map((point) => [
    String(point.value),
    formatSeconds(medianSeconds(point)),
    `${formatSeconds(quantile(point.stepSeconds, 0.25))} … ${
      formatSeconds(quantile(point.stepSeconds, 0.75))
    }`,
    formatBillions(point.operations),
    formatBillions(point.operations / medianSeconds(point)),
    formatSeconds(point.compileSeconds),
    String(point.nodeCount),
  ]);
  const { powerLaw, withConstant, lastExponent, reported } = fit;
  const mark = (law: "powerLaw" | "withConstant") => law === reported ? "  (reported)" : "";
  return [
    `${title}: ${label}; ${formatFixedSizes(fixed)}`,
    columns([
      [label, "median", "quartiles", "GFLOP", "GFLOP/s", "compilation", "nodes"],
      ...rows,
    ]),
    `power law                exponent ${formatExponent(powerLaw)}${mark("powerLaw")}`,
    withConstant === undefined
      ? "with a constant term     not determined by the points"
      : `with a constant term     exponent ${formatExponent(withConstant)}, constant ${
        formatConstant(withConstant)
      }${mark("withConstant")}`,
    `between the two largest  exponent ${lastExponent.toFixed(2)}; of the arithmetic ${
      operationsExponent(points).toFixed(2)
    }`,
  ].join("\n");
}

/** A table for each axis, and lines about what is reported and the machine. */
export function costTables({ axes, library, threads, machine, date }: CostMeasurement): string {
  return [
    ...axes.map(axisTable),
    "Reported is the law with a constant term where its constant is more than two standard errors and\n" +
    "1 % of the fastest point above 0 (a fixed cost of every operation hides the growth), else the\n" +
    "straight line of log(seconds) over log(size).",
    `${library}, ${threads} ${threads === 1 ? "thread" : "threads"}; ${machine.cpu}, ` +
    `${machine.cores} cores, ${machine.system}, Deno ${machine.deno}; ` +
    `load ${machine.loadBefore.toFixed(2)} before; ${date.slice(0, 10)}.`,
  ].join("\n\n");
}
