/**
 * Settings of a model family: one table says how each is called, what it is by default, what it may be and what it
 * means. Parsing, error messages, `--settings`, records and the methods page all read that table.
 *
 * @module
 */
import { didYouMean } from "./names.ts";

/** Settings as definitions and records write them. */
export type Settings = Readonly<Record<string, number | string | boolean>>;

/** One setting: its default, the values that it takes, and its meaning. */
export interface Setting<V extends number | string | boolean = number | string | boolean> {
  /** Value where a definition gives none. */
  readonly default: V;
  /** What a value must be, e.g. "a positive integer": completes "setting epochs must be …". */
  readonly rule: string;
  /** What it does, one line. */
  readonly meaning: string;
  /** Whether a value of the default's type follows the rule. */
  readonly accepts: (value: number | string | boolean) => boolean;
}

/** The settings of a family by name, in the order in which they are printed. */
export type SettingsTable = Readonly<Record<string, Setting>>;

/** A table of these settings: what an exported table declares, so that its type is written and not inferred. */
export type TableOf<Values> = {
  readonly [Name in keyof Values]: Setting<Values[Name] & (number | string | boolean)>;
};

/** Typed settings of a table. */
export type SettingsOf<Table extends SettingsTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Setting<infer V> ? V : never;
};

const numeric = (
  value: number,
  rule: string,
  meaning: string,
  accepts: (value: number) => boolean,
): Setting<number> => ({
  default: value,
  rule,
  meaning,
  accepts: (other) => accepts(other as number),
});

/** A positive integer. */
export const count = (value: number, meaning: string): Setting<number> =>
  numeric(value, "a positive integer", meaning, (v) => Number.isInteger(v) && v >= 1);

/** An integer that may be 0. */
export const natural = (value: number, meaning: string): Setting<number> =>
  numeric(value, "0 or a positive integer", meaning, (v) => Number.isInteger(v) && v >= 0);

/** A finite number above 0. */
export const positive = (value: number, meaning: string): Setting<number> =>
  numeric(value, "a positive number", meaning, (v) => Number.isFinite(v) && v > 0);

/** A number above 0 and below 1. */
export const fraction = (value: number, meaning: string): Setting<number> =>
  numeric(value, "above 0 and below 1", meaning, (v) => v > 0 && v < 1);

/** A number above 0 and at most 1. */
export const share = (value: number, meaning: string): Setting<number> =>
  numeric(value, "above 0 and at most 1", meaning, (v) => v > 0 && v <= 1);

/** Any number. For learning rates and weights: one that is out of range is a divergence, which training reports. */
export const number = (value: number, meaning: string): Setting<number> =>
  numeric(value, "a number", meaning, () => true);

/** True or false. */
export const flag = (value: boolean, meaning: string): Setting<boolean> => ({
  default: value,
  rule: "true or false",
  meaning,
  accepts: () => true,
});

/** One of several words. */
export const choice = <const V extends string>(
  values: readonly V[],
  value: NoInfer<V>,
  meaning: string,
): Setting<V> => ({
  default: value,
  rule: `one of ${values.join(", ")}`,
  meaning,
  accepts: (other) => (values as readonly unknown[]).includes(other),
});

/** Every setting at its default. */
export function defaultSettings(table: SettingsTable): Settings {
  return Object.fromEntries(
    Object.entries(table).map(([name, setting]) => [name, setting.default]),
  );
}

/**
 * Flat settings as those of a table.
 *
 * @param family Names the model in errors, e.g. "ODE²VAE".
 * @throws RangeError when one is missing, unknown, of another type, or breaks its rule
 */
export function parseSettings<Table extends SettingsTable>(
  family: string,
  table: Table,
  settings: Settings,
): SettingsOf<Table> {
  const names = Object.keys(table);
  const unknown = Object.keys(settings).find((name) => !names.includes(name));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot train ${family}: its settings are ${names.join(", ") || "none"}, ` +
        `"${unknown}" is not one of them${didYouMean(unknown, names)}`,
    );
  }
  for (const [name, setting] of Object.entries(table)) {
    const value = settings[name];
    if (typeof value !== typeof setting.default || !setting.accepts(value!)) {
      throw new RangeError(
        `Cannot train ${family}: setting ${name} must be ${setting.rule}, is ${value}`,
      );
    }
  }
  return settings as SettingsOf<Table>;
}
