/**
 * Validation of `measure.ts`'s results.
 *
 * @module
 */
import { asArray, asCount, asFinite, asObject, asString } from "../record/_validate.ts";
import type {
  Arithmetic,
  ContestantMeasurement,
  LeftOut,
  Measurement,
  PeakContestant,
  PeakMeasurement,
  SizeMeasurement,
} from "./measurement.ts";
import { asDate, asMachine, asPositive, asPositives, asSchema, asSome } from "./results_file.ts";

function asArithmetic(value: unknown, where: string): Arithmetic {
  const arithmetic = asObject(value, where);
  return {
    forward: asPositive(arithmetic.forward, `${where}.forward`),
    backward: asPositive(arithmetic.backward, `${where}.backward`),
    total: asPositive(arithmetic.total, `${where}.total`),
  };
}

/** A property only where there is a value for it. */
function optional<Name extends string, T>(
  name: Name,
  value: unknown,
  where: string,
  as: (value: unknown, where: string) => T,
): Partial<Record<Name, T>> {
  if (value === undefined) return {};
  return { [name]: as(value, `${where}.${name}`) } as Record<Name, T>;
}

function asContestant(value: unknown, where: string): ContestantMeasurement {
  const contestant = asObject(value, where);
  const { compileSeconds, nodeCount, peakMemoryBytes } = contestant;
  return {
    id: asString(contestant.id, `${where}.id`),
    label: asString(contestant.label, `${where}.label`),
    library: asString(contestant.library, `${where}.library`),
    threads: asCount(contestant.threads, `${where}.threads`),
    ...optional("compileSeconds", compileSeconds, where, asPositive),
    ...optional("nodeCount", nodeCount, where, asCount),
    firstLoss: asFinite(contestant.firstLoss, `${where}.firstLoss`),
    stepSeconds: asPositives(contestant.stepSeconds, `${where}.stepSeconds`),
    ...optional("peakMemoryBytes", peakMemoryBytes, where, asPositive),
  };
}

function asLeftOut(value: unknown, where: string): LeftOut {
  const leftOut = asObject(value, where);
  return {
    id: asString(leftOut.id, `${where}.id`),
    label: asString(leftOut.label, `${where}.label`),
    reason: asString(leftOut.reason, `${where}.reason`),
  };
}

function asSize(value: unknown, where: string): SizeMeasurement {
  const size = asObject(value, where);
  return {
    size: asString(size.size, `${where}.size`),
    title: asString(size.title, `${where}.title`),
    sequences: asCount(size.sequences, `${where}.sequences`),
    frames: asCount(size.frames, `${where}.frames`),
    grid: asCount(size.grid, `${where}.grid`),
    parameters: asCount(size.parameters, `${where}.parameters`),
    arithmetic: asArithmetic(size.arithmetic, `${where}.arithmetic`),
    contestants: asSome(size.contestants, `${where}.contestants`)
      .map((item, i) => asContestant(item, `${where}.contestants[${i}]`)),
    leftOut: asArray(size.leftOut, `${where}.leftOut`)
      .map((item, i) => asLeftOut(item, `${where}.leftOut[${i}]`)),
  };
}

function asPeakContestant(value: unknown, where: string): PeakContestant {
  const contestant = asObject(value, where);
  return {
    id: asString(contestant.id, `${where}.id`),
    label: asString(contestant.label, `${where}.label`),
    library: asString(contestant.library, `${where}.library`),
    threads: asCount(contestant.threads, `${where}.threads`),
    productSeconds: asPositives(contestant.productSeconds, `${where}.productSeconds`),
  };
}

function asPeak(value: unknown, where: string): PeakMeasurement {
  const peak = asObject(value, where);
  return {
    side: asPositive(peak.side, `${where}.side`),
    operations: asPositive(peak.operations, `${where}.operations`),
    contestants: asArray(peak.contestants, `${where}.contestants`)
      .map((item, i) => asPeakContestant(item, `${where}.contestants[${i}]`)),
  };
}

/**
 * Checks a parsed JSON value and gives it its type.
 *
 * @throws {SyntaxError} when it is not what `measure.ts` writes; the message says which field is wrong
 */
export function parseMeasurement(value: unknown): Measurement {
  const measurement = asObject(value, "results");
  return {
    schema: asSchema(measurement.schema, 2),
    date: asDate(measurement.date, "date"),
    machine: asMachine(measurement.machine, "machine"),
    peak: asPeak(measurement.peak, "peak"),
    sizes: asSome(measurement.sizes, "sizes").map((item, i) => asSize(item, `sizes[${i}]`)),
  };
}
