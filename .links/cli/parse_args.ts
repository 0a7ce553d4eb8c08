// @ts-types="./minimist.d.ts"
import minimist from "npm:minimist@1.2.8";
import type { Args, ParseOptions, Values } from "./types.ts";

export type * from "./types.ts";

/** Hides `no-` from minimist, which would negate every option and not only the negatable ones. */
const GUARD = "\u0000";

/**
 * Parses command-line arguments, with the options and the result of `@std/cli`'s function, over minimist.
 *
 * Differences: the `unknown` callback gets a value only for `--key=value`, and undeclared options are typed as absent
 * instead of `unknown`.
 *
 * @param args Arguments without the program's name, e.g. `Deno.args`.
 * @param options Which names are strings, switches, collected, negatable, and their defaults and aliases.
 * @returns the named values, and in `_` the rest
 */
export function parseArgs<
  TDoubleDash extends boolean | undefined = undefined,
  TBooleans extends string | boolean | undefined = undefined,
  TStrings extends string | undefined = undefined,
  TCollectable extends string | undefined = undefined,
  TNegatable extends string | undefined = undefined,
  const TDefaults extends Record<string, unknown> | undefined = undefined,
  const TAliases extends Record<string, string | ReadonlyArray<string>> | undefined = undefined,
>(
  args: string[],
  options: ParseOptions<
    TBooleans,
    TStrings,
    TCollectable,
    TNegatable,
    TDefaults,
    TAliases,
    TDoubleDash
  > = {},
): Args<
  Values<TBooleans, TStrings, TCollectable, TNegatable, Widen<TDefaults>, TAliases>,
  TDoubleDash
> {
  const alias: Readonly<Record<string, string | readonly string[]>> = options.alias ?? {};
  const names = (list: unknown) => withAliases(toList(list), alias);
  const negatable = names(options.negatable);
  const collected = names(options.collect);
  const given = minimist(guard(args, negatable), {
    string: toList(options.string).map(guardName(negatable)),
    boolean: options.boolean === true ? true : toList(options.boolean).map(guardName(negatable)),
    alias,
    default: options.default ?? {},
    stopEarly: options.stopEarly ?? false,
    "--": options["--"] ?? false,
    unknown: (arg) => {
      const plain = arg.replaceAll(GUARD, "no-");
      const [, key, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(plain) ?? [];
      const declared = key !== undefined && [...negatable, ...collected].includes(key);
      return declared || options.unknown?.(plain, key, value) !== false;
    },
  });
  const result: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const plain = name.startsWith(GUARD) ? `no-${name.slice(1)}` : name;
    const isRest = plain === "_" || plain === "--";
    result[plain] = isRest ? value : settle(plain, value, collected, options.default ?? {});
  }
  for (const name of collected) {
    // minimist leaves it out, or sets it to false where it is a switch.
    const group = withAliases([name], alias);
    const isSet = group.some((member) =>
      Object.hasOwn(options.default ?? {}, member) || args.some((arg) => isOption(arg, member))
    );
    if (!isSet) result[name] = [];
  }
  // The types above describe exactly what the loops built; TypeScript cannot follow it.
  return result as unknown as Args<
    Values<TBooleans, TStrings, TCollectable, TNegatable, Widen<TDefaults>, TAliases>,
    TDoubleDash
  >;
}

/** `{ a: 1 }` read as `{ a: number }`: a default is a value of the option, not its only one. */
export type Widen<D> = D extends undefined ? undefined : {
  -readonly [Key in keyof D]: D[Key] extends string ? string
    : D[Key] extends number ? number
    : D[Key] extends boolean ? boolean
    : D[Key];
};

function toList(list: unknown): string[] {
  if (typeof list === "string") return [list];
  return Array.isArray(list) ? list.filter((item) => typeof item === "string") : [];
}

function withAliases(
  names: readonly string[],
  alias: Readonly<Record<string, string | readonly string[]>>,
): string[] {
  const all = new Set(names);
  for (const [name, others] of Object.entries(alias)) {
    const group = [name, ...toList(typeof others === "string" ? others : [...others])];
    if (group.some((member) => all.has(member))) group.forEach((member) => all.add(member));
  }
  return [...all];
}

function isOption(arg: string, name: string): boolean {
  const dashed = name.length === 1 ? arg.startsWith("-") && !arg.startsWith("--") : false;
  return arg === `--${name}` || arg.startsWith(`--${name}=`) || arg === `--no-${name}` ||
    (dashed && arg.slice(1).split("=")[0]!.includes(name));
}

function guard(args: readonly string[], negatable: readonly string[]): string[] {
  const end = args.indexOf("--");
  return args.map((arg, i) => {
    if (!arg.startsWith("--no-") || (end >= 0 && i > end)) return arg;
    const name = arg.slice("--no-".length);
    return negatable.includes(name) ? arg : `--${GUARD}${name}`;
  });
}

function guardName(negatable: readonly string[]): (name: string) => string {
  return (name) =>
    name.startsWith("no-") && !negatable.includes(name.slice(3))
      ? `${GUARD}${name.slice(3)}`
      : name;
}

/** The last of repeated values unless the option is collected, then always an array. */
function settle(
  path: string,
  value: unknown,
  collected: readonly string[],
  defaults: Readonly<Record<string, unknown>>,
): unknown {
  if (collected.includes(path)) return Array.isArray(value) ? value : [value];
  if (Array.isArray(value)) return value === defaults[path] ? value : value.at(-1);
  if (typeof value !== "object" || value === null || value === defaults[path]) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      settle(`${path}.${key}`, inner, collected, defaults),
    ]),
  );
}
