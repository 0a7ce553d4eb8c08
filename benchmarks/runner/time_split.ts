/**
 * Arithmetic on the seconds of a record.
 *
 * @module
 */
import type { TimePart, TimeSplit } from "../record/record.ts";

/** Seconds of all purposes together. They already include the parts. */
export function totalSeconds({ data, compilation, training, evaluation }: TimeSplit): number {
  return data + compilation + training + evaluation;
}

/** The parts of several times, summed by name, in the order of first appearance. */
export function totalParts(times: readonly Pick<TimeSplit, "parts">[]): TimePart[] {
  const sums = new Map<string, TimePart>();
  for (const part of times.flatMap(({ parts }) => parts ?? [])) {
    const { seconds, count } = sums.get(part.name) ?? { seconds: 0, count: 0 };
    sums.set(part.name, { ...part, seconds: seconds + part.seconds, count: count + part.count });
  }
  return [...sums.values()];
}
