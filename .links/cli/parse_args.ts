/**
 * The part of `@std/cli`'s `parseArgs` that the suite uses, over minimist. It stands in where JSR cannot be reached; without
 * `links` in deno.json the original takes its place.
 *
 * @module
 */
// @ts-types="./minimist.d.ts"
import minimist from "npm:minimist@1.2.8";

/** Hides `no-` from minimist, which would negate every option and not only the negatable ones. */
const GUARD = "\u0000";

/** Options of {@link parseArgs}. */
export interface ParseOptions<S extends string, B extends string, D> {
  /** Options whose values stay strings. */
  string?: readonly S[];
  /** Options that are switches. */
  boolean?: readonly B[];
  /** Switches that `--no-NAME` sets to false. */
  negatable?: readonly string[];
  /** Values of options that are not given. */
  default?: D;
  /** Other names of options. */
  alias?: Readonly<Record<string, string>>;
  /** Whether what follows `--` goes to the result's `--` instead of `_`. */
  "--"?: boolean;
  /** Called for what the options do not name; a result of false drops it. */
  unknown?: (arg: string, key?: string, value?: unknown) => unknown;
}

/** What {@link parseArgs} returns. */
export type Args<S extends string, B extends string, D> =
  & { [Name in S]: string | (Name extends keyof D ? never : undefined) }
  & { [Name in B]: boolean }
  & {
    /** Arguments that belong to no option. */
    _: (string | number)[];
    /** Arguments after `--`, where they are asked for. */
    "--"?: string[];
  };

/**
 * Parses command-line arguments. Of an option that is given several times the last value counts.
 *
 * @param args Arguments without the program's name, e.g. `Deno.args`.
 */
export function parseArgs<S extends string = never, B extends string = never, const D = unknown>(
  args: string[],
  options: ParseOptions<S, B, D> = {},
): Args<S, B, D> {
  const negatable = options.negatable ?? [];
  const guarded = (name: string) =>
    name.startsWith("no-") && !negatable.includes(name.slice(3)) ? GUARD + name.slice(3) : name;
  const end = args.indexOf("--");
  const given = minimist(
    args.map((arg, i) =>
      arg.startsWith("--") && (end < 0 || i < end) ? `--${guarded(arg.slice(2))}` : arg
    ),
    {
      string: (options.string ?? []).map(guarded),
      boolean: (options.boolean ?? []).map(guarded),
      alias: options.alias ?? {},
      default: (options.default ?? {}) as Record<string, unknown>,
      "--": options["--"] ?? false,
      unknown: (arg) => {
        const plain = arg.replaceAll(GUARD, "no-");
        const [, key, value] = /^--?([^=]+)(?:=(.*))?$/s.exec(plain) ?? [];
        return negatable.includes(key ?? "") || options.unknown?.(plain, key, value) !== false;
      },
    },
  );
  const entries = Object.entries(given).map(([name, value]) => {
    const plain = name.startsWith(GUARD) ? `no-${name.slice(1)}` : name;
    const isRepeated = Array.isArray(value) && plain !== "_" && plain !== "--";
    return [plain, isRepeated ? value.at(-1) : value];
  });
  return Object.fromEntries(entries) as Args<S, B, D>;
}
