/**
 * Validation of what all speed results share: numbers > 0, lists of them, the machine.
 *
 * @module
 */
import { asArray, asCount, asFinite, asObject, asString } from "../record/_validate.ts";
import { messageOf, RunError } from "../errors.ts";
import type { Machine } from "./machine.ts";

/** A number > 0. */
export function asPositive(value: unknown, where: string): number {
  const number = asFinite(value, where);
  if (number > 0) return number;
  throw new SyntaxError(`${where} must be > 0: current value is ${number}`);
}

/** A list of at least one number > 0. */
export function asPositives(value: unknown, where: string): readonly number[] {
  return asSome(value, where).map((item, i) => asPositive(item, `${where}[${i}]`));
}

/** A list that is not empty. */
export function asSome(value: unknown, where: string): readonly unknown[] {
  const items = asArray(value, where);
  if (items.length > 0) return items;
  throw new SyntaxError(`${where} must have one entry at least: current count is 0`);
}

/** A number that must be this one. */
export function asSchema<Schema extends number>(value: unknown, schema: Schema): Schema {
  if (value === schema) return schema;
  throw new SyntaxError(
    `schema must be ${schema}: current value is ${JSON.stringify(value) ?? "absent"}`,
  );
}

/** A date and time, ISO 8601. */
export function asDate(value: unknown, where: string): string {
  const date = asString(value, where);
  if (/^\d{4}-\d\d-\d\dT/.test(date) && Number.isFinite(Date.parse(date))) return date;
  throw new SyntaxError(`${where} must be an ISO 8601 time: current value is "${date}"`);
}

/** Facts of a machine. */
export function asMachine(value: unknown, where: string): Machine {
  const machine = asObject(value, where);
  return {
    cpu: asString(machine.cpu, `${where}.cpu`),
    cores: asCount(machine.cores, `${where}.cores`),
    memoryBytes: asPositive(machine.memoryBytes, `${where}.memoryBytes`),
    system: asString(machine.system, `${where}.system`),
    deno: asString(machine.deno, `${where}.deno`),
    commit: asString(machine.commit, `${where}.commit`),
    loadBefore: asFinite(machine.loadBefore, `${where}.loadBefore`),
  };
}

/**
 * Reads a file of results.
 *
 * @param parse checks the parsed JSON; throws SyntaxError
 * @returns undefined when there is no such file
 * @throws {RunError} in one line when it cannot be read or is not what `parse` expects
 */
export function readResults<T>(path: string, parse: (value: unknown) => T): T | undefined {
  try {
    return parse(JSON.parse(Deno.readTextFileSync(path)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new RunError(`Cannot read speed results ${path}: ${messageOf(error)}`);
  }
}
