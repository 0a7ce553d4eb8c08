/** The part of minimist that `parseArgs` is built on. */
export default function minimist(args: readonly string[], options: {
  readonly string: readonly string[];
  readonly boolean: readonly string[];
  readonly alias: Readonly<Record<string, string>>;
  readonly default: Readonly<Record<string, unknown>>;
  readonly "--": boolean;
  readonly unknown: (arg: string) => boolean;
}): Record<string, unknown> & { _: (string | number)[]; "--"?: string[] };
