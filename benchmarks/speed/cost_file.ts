/**
 * Validation of `cost.ts`'s results.
 *
 * @module
 */
import { asCount, asFinite, asObject, asOneOf, asString } from "../record/_validate.ts";
import { type CostPlace, type CostQuantity, QUANTITY_LABELS } from "./cost_axes.ts";
import type { CostFit, PowerLaw } from "./cost_fit.ts";
import type { AxisMeasurement, CostMeasurement, CostPoint } from "./cost_measurement.ts";
import { asDate, asMachine, asPositive, asPositives, asSchema, asSome } from "./results_file.ts";

const QUANTITIES = Object.keys(QUANTITY_LABELS) as CostQuantity[];
const SIZES: readonly (keyof CostPlace)[] = [...QUANTITIES, "grid"];

function asFixed(value: unknown, where: string): AxisMeasurement["fixed"] {
  return Object.fromEntries(
    Object.entries(asObject(value, where)).map(([name, size]) => [
      asOneOf(name, SIZES, where),
      asPositive(size, `${where}.${name}`),
    ]),
  );
}

function asPoint(value: unknown, where: string): CostPoint {
  const point = asObject(value, where);
  return {
    value: asPositive(point.value, `${where}.value`),
    operations: asPositive(point.operations, `${where}.operations`),
    compileSeconds: asPositive(point.compileSeconds, `${where}.compileSeconds`),
    nodeCount: asCount(point.nodeCount, `${where}.nodeCount`),
    stepSeconds: asPositives(point.stepSeconds, `${where}.stepSeconds`),
  };
}

function asPoints(value: unknown, where: string): readonly CostPoint[] {
  const points = asSome(value, where).map((item, i) => asPoint(item, `${where}[${i}]`));
  points.forEach((point, i) => {
    if (i === 0 || point.value > points[i - 1]!.value) return;
    throw new SyntaxError(
      `${where}[${i}].value must be above the one before it: current value is ${point.value}`,
    );
  });
  if (points.length >= 4) return points;
  throw new SyntaxError(`${where} must be 4 points at least: current count is ${points.length}`);
}

function asPowerLaw(value: unknown, where: string): PowerLaw {
  const law = asObject(value, where);
  return {
    coefficient: asPositive(law.coefficient, `${where}.coefficient`),
    exponent: asFinite(law.exponent, `${where}.exponent`),
    exponentError: asFinite(law.exponentError, `${where}.exponentError`),
  };
}

function asFit(value: unknown, where: string): CostFit {
  const fit = asObject(value, where);
  const reported = asOneOf(fit.reported, ["powerLaw", "withConstant"], `${where}.reported`);
  const common = {
    powerLaw: asPowerLaw(fit.powerLaw, `${where}.powerLaw`),
    lastExponent: asFinite(fit.lastExponent, `${where}.lastExponent`),
    reported,
  };
  if (fit.withConstant === undefined && reported === "powerLaw") return common;
  const law = asObject(fit.withConstant, `${where}.withConstant`);
  const withConstant = {
    ...asPowerLaw(law, `${where}.withConstant`),
    constant: asFinite(law.constant, `${where}.withConstant.constant`),
    constantError: asFinite(law.constantError, `${where}.withConstant.constantError`),
  };
  return { ...common, withConstant };
}

function asAxis(value: unknown, where: string): AxisMeasurement {
  const axis = asObject(value, where);
  return {
    id: asString(axis.id, `${where}.id`),
    title: asString(axis.title, `${where}.title`),
    quantity: asOneOf(axis.quantity, QUANTITIES, `${where}.quantity`),
    fixed: asFixed(axis.fixed, `${where}.fixed`),
    points: asPoints(axis.points, `${where}.points`),
    fit: asFit(axis.fit, `${where}.fit`),
  };
}

/**
 * Checks a parsed JSON value and gives it its type.
 *
 * @throws {SyntaxError} when it is not what `cost.ts` writes; the message says which field is wrong
 */
export function parseCost(value: unknown): CostMeasurement {
  const cost = asObject(value, "results");
  return {
    schema: asSchema(cost.schema, 1),
    date: asDate(cost.date, "date"),
    machine: asMachine(cost.machine, "machine"),
    library: asString(cost.library, "library"),
    threads: asCount(cost.threads, "threads"),
    axes: asSome(cost.axes, "axes").map((item, i) => asAxis(item, `axes[${i}]`)),
  };
}
