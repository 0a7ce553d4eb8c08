/**
 * Arithmetic on the seconds of a record.
 *
 * @module
 */
import type { TimeSplit } from "./record.ts";

/** Seconds of all purposes together; the parts are in them already. */
export function totalSeconds({ data, compilation, training, evaluation }: TimeSplit): number {
  return data + compilation + training + evaluation;
}
