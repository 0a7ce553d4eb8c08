/**
 * Arithmetic on the seconds of a record.
 *
 * @module
 */
import type { TimePart, TimeSplit } from "../record/record.ts";

/** Seconds of all purposes together; the parts are in them already. */
export function totalSeconds({ data, compilation, training, evaluation }: TimeSplit): number {
  return data + compilation + training + evaluation;
}

/** Parts of several times, those of the same name as one, in the order in which they are first told. */
export function totalParts(times: readonly Pick<TimeSplit, "parts">[]): TimePart[] {
  const sums = new Map<string, TimePart>();
  for (const part of times.flatMap(({ parts }) => parts ?? [])) {
    const { seconds, count } = sums.get(part.name) ?? { seconds: 0, count: 0 };
    sums.set(part.name, { ...part, seconds: seconds + part.seconds, count: count + part.count });
  }
  return [...sums.values()];
}
