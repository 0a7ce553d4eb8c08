/**
 * Validation of `memory.ts`'s results.
 *
 * @module
 */
import { asCount, asFinite, asObject, asOneOf, asString } from "../record/_validate.ts";
import type { MemoryMeasurement } from "./memory_measurement.ts";
import type { MemorySample, MemoryTrend } from "./memory_trend.ts";
import { asDate, asMachine, asPositive, asSchema, asSome } from "./results_file.ts";

function asSeries(value: unknown, where: string): readonly MemorySample[] {
  const series = asSome(value, where).map((item, i) => {
    const sample = asObject(item, `${where}[${i}]`);
    return {
      step: asCount(sample.step, `${where}[${i}].step`),
      residentBytes: asPositive(sample.residentBytes, `${where}[${i}].residentBytes`),
    };
  });
  series.forEach(({ step }, i) => {
    if (i === 0 || step > series[i - 1]!.step) return;
    throw new SyntaxError(
      `${where}[${i}].step must be above the one before it: current value is ${step}`,
    );
  });
  return series;
}

function asTrend(value: unknown, where: string): MemoryTrend {
  const trend = asObject(value, where);
  return {
    fromStep: asCount(trend.fromStep, `${where}.fromStep`),
    bytesPerStep: asFinite(trend.bytesPerStep, `${where}.bytesPerStep`),
    bytesPerStepError: asFinite(trend.bytesPerStepError, `${where}.bytesPerStepError`),
    residentBytes: asPositive(trend.residentBytes, `${where}.residentBytes`),
    growthShare: asFinite(trend.growthShare, `${where}.growthShare`),
    verdict: asOneOf(trend.verdict, ["flat", "growing"], `${where}.verdict`),
  };
}

/**
 * Checks a parsed JSON value and gives it its type.
 *
 * @throws {SyntaxError} when it is not what `memory.ts` writes; the message says which field is wrong
 */
export function parseMemory(value: unknown): MemoryMeasurement {
  const memory = asObject(value, "results");
  return {
    schema: asSchema(memory.schema, 1),
    date: asDate(memory.date, "date"),
    machine: asMachine(memory.machine, "machine"),
    library: asString(memory.library, "library"),
    threads: asCount(memory.threads, "threads"),
    size: asString(memory.size, "size"),
    title: asString(memory.title, "title"),
    sequences: asCount(memory.sequences, "sequences"),
    frames: asCount(memory.frames, "frames"),
    steps: asCount(memory.steps, "steps"),
    seconds: asPositive(memory.seconds, "seconds"),
    firstLoss: asFinite(memory.firstLoss, "firstLoss"),
    lastLoss: asFinite(memory.lastLoss, "lastLoss"),
    series: asSeries(memory.series, "series"),
    trend: asTrend(memory.trend, "trend"),
  };
}
