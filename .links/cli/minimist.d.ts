/** The part of minimist that `parseArgs` is built on. */
export default function minimist(args: readonly string[], options: {
  readonly string: readonly string[];
  readonly boolean: boolean | readonly string[];
  readonly alias: Readonly<Record<string, string | readonly string[]>>;
  readonly default: Readonly<Record<string, unknown>>;
  readonly stopEarly: boolean;
  readonly "--": boolean;
  readonly unknown: (arg: string) => boolean;
}): Record<string, unknown> & { _: (string | number)[]; "--"?: string[] };
