/**
 * What all command lines of the suite refuse in the same words.
 *
 * @module
 */
import { UsageError } from "../errors.ts";

/**
 * The `unknown` of `parseArgs`: lets names pass and refuses options that are not among the valid ones.
 *
 * @param valid Names without dashes, in the order in which the refusal lists them.
 */
export function refuseUnknown(valid: readonly string[]): (arg: string) => boolean {
  return (arg) => {
    if (!arg.startsWith("-")) return true;
    const list = valid.map((name) => `--${name}`).join(", ");
    throw new UsageError(`Cannot use option "${arg.split("=")[0]}": it must be one of ${list}`);
  };
}

/**
 * Refuses options that are there without their value.
 *
 * @throws {UsageError} naming the first of them
 */
export function requireValue(name: string, given: unknown): void {
  if (given === "") throw new UsageError(`Cannot use option --${name}: it must have a value`);
}
