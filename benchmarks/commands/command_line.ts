/**
 * Command lines as tables: one entry for each option, from which parsing, error messages and `--help` are made.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { printable } from "../../data/printable.ts";
import { asPath } from "../../data/user_paths.ts";
import { exitCodes, messageOf, RunError, unknownName, UsageError } from "../errors.ts";
import { checkOutputFile } from "../output_file.ts";

/** One option. `Always` is true when it has a value even if it is not given. */
export interface Option<T, Always extends boolean = boolean> {
  /** Name without dashes, where it is not the name of the option's property in kebab case. */
  readonly name?: string;
  /** Stands for the value in the help, e.g. "DIR"; absent for a switch. */
  readonly value?: string;
  /** What it means, for the help, which adds the default. */
  readonly help: string;
  /** Reads its value. @throws {UsageError} when that breaks the option's rule */
  readonly read: (text: string, name: string) => T;
  /** True when there is a `fallback`. */
  readonly always: Always;
  /** The text that is read when it is not given. */
  readonly fallback?: string;
}

/** Options by the name of the property that gets their value, in the order of the help. */
export type OptionTable = Readonly<Record<string, Option<unknown>>>;

/** The values of a table's options; those without a default may be absent. */
export type OptionValues<Table extends OptionTable> =
  & {
    readonly [Name in keyof Table as Table[Name]["always"] extends true ? Name : never]:
      Table[Name] extends Option<infer T> ? T : never;
  }
  & {
    readonly [Name in keyof Table as Table[Name]["always"] extends true ? never : Name]?:
      Table[Name] extends Option<infer T> ? T : never;
  };

/** A command of the suite. */
export interface Command<Table extends OptionTable = OptionTable> {
  /** What it does, one sentence. */
  readonly purpose: string;
  /** Its forms, e.g. "deno task bench NAME [options]". */
  readonly usage: readonly string[];
  /** Its options, without --help, which every command has. */
  readonly options: Table;
  /** What else the help says: paragraphs, and lists of terms with their meanings. */
  readonly notes: readonly (string | HelpList)[];
}

/** A list of terms in a help text. */
export interface HelpList {
  /** Its heading. */
  readonly title: string;
  /** Terms and their meanings. */
  readonly rows: readonly (readonly [string, string])[];
}

/** What {@link parseCommand} read. */
export interface Given<Table extends OptionTable> {
  /** The words that are not options. */
  readonly words: readonly string[];
  /** The values of the options. */
  readonly options: OptionValues<Table>;
}

/** An option without a default. */
export function optional<T>(
  value: string,
  help: string,
  read: Option<T>["read"],
): Option<T, false> {
  return { value, help, read, always: false };
}

/** An option with a default. */
export function withDefault<T>(
  value: string,
  help: string,
  read: Option<T>["read"],
  fallback: string,
): Option<T, true> {
  return { value, help, read, always: true, fallback };
}

/** A switch. One that is on by default is shown and switched off as `--no-NAME`. */
export function toggle(help: string, fallback = false): Option<boolean, true> {
  return { help, read: (text) => text === "true", always: true, fallback: String(fallback) };
}

/** Whether tables in the terminal have their notes. */
export const notesOption: Option<boolean, true> = toggle(
  "show all notes below the tables, and rows of later work that were not run",
);

/** Reads the path of a file to write; one that cannot be written is refused before any work is done. */
export function asOutputFile(text: string, name: string): string {
  const path = asPath(text);
  checkOutputFile(path, `--${name}`);
  return path;
}

/** Reads a whole number of a range. */
export function asWhole(least: number, most: number): (text: string, name: string) => number {
  return (text, name) => {
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= least && value <= most) return value;
    throw new UsageError(
      `Cannot read --${name}: it must be a whole number from ${least} to ${most}, is "${text}"`,
    );
  };
}

/** Reads one of several words; `what` says what is done with it, e.g. "run tier". */
export function asOneOf<const Word extends string>(
  words: readonly Word[],
  what: string,
): (text: string) => Word {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word === undefined) throw unknownName(what, text, words);
    return word;
  };
}

/** Reads names separated by commas, each once; `what` says what they name, e.g. "a model". */
export function asNames(what: string): (text: string, name: string) => readonly string[] {
  return (text, option) => {
    const names = text.split(",").map((name) => name.trim()).filter((name) => name !== "");
    if (names.length > 0) return [...new Set(names)];
    throw new UsageError(`Cannot read --${option}: it must name ${what}, is "${text}"`);
  };
}

/** Name of an option on the command line, without dashes. */
function nameOf(property: string, option: Option<unknown>): string {
  return option.name ?? property.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const isSwitch = (option: Option<unknown>) => option.value === undefined;
const isOnByDefault = (option: Option<unknown>) => isSwitch(option) && option.fallback === "true";

/**
 * Reads the arguments of a command.
 *
 * @returns "help" when that was asked for
 * @throws {UsageError} when an option is unknown, lacks its value or has one that breaks its rule
 */
export function parseCommand<Table extends OptionTable>(
  { options }: Command<Table>,
  args: readonly string[],
): Given<Table> | "help" {
  const entries = Object.entries(options).map(([property, option]) =>
    [property, nameOf(property, option), option] as const
  );
  const named = (wanted: (option: Option<unknown>) => boolean) =>
    entries.filter(([, , option]) => wanted(option)).map(([, name]) => name);
  const shown = [
    ...entries.map(([, name, option]) => isOnByDefault(option) ? `--no-${name}` : `--${name}`),
    "--help",
  ];
  const given: Readonly<Record<string, unknown>> = parseArgs([...args], {
    string: [...named((option) => !isSwitch(option)), "_"],
    boolean: [...named(isSwitch), "help"],
    negatable: named(isOnByDefault),
    default: Object.fromEntries(named(isOnByDefault).map((name) => [name, true])),
    alias: { help: "h" },
    unknown: (arg) => arg.startsWith("-") ? refuse(arg.split("=")[0]!, shown) : true,
  });
  if (given.help) return "help";
  for (const [, name] of entries) requireValue(name, given[name]);
  const values = entries.flatMap(([property, name, option]) => {
    const text = given[name] ?? option.fallback;
    return text === undefined ? [] : [[property, option.read(String(text), name)]];
  });
  // OptionValues describes exactly this object, which TypeScript cannot derive from the table.
  const typed = Object.fromEntries(values) as OptionValues<Table>;
  return { words: (given._ as unknown[]).map(String), options: typed };
}

function refuse(option: string, valid: readonly string[]): never {
  throw unknownName("use option", option, valid);
}

/**
 * Refuses an option that is given without its value.
 *
 * @throws {UsageError} naming it
 */
export function requireValue(name: string, given: unknown): void {
  if (given === "") throw new UsageError(`Cannot use option --${name}: it must have a value`);
}

/**
 * The one benchmark that a command is given.
 *
 * @throws {UsageError} when it is given none or several
 */
export function benchmarkName(words: readonly string[]): string {
  const [name] = words;
  if (name !== undefined && words.length === 1) return name;
  const given = words.length === 0 ? "none" : `"${words.join(" ")}"`;
  throw new UsageError(`Cannot run: there must be one benchmark name (see --help), got ${given}`);
}

/** Widest help text: longer lines are hard to read. */
const WIDEST = 100;
/** Below this width a term stands on a line of its own, above its meaning. */
const NARROW = 60;

/** The text of `--help` for a terminal of so many columns, without the last newline. */
export function helpText(
  { purpose, usage, options, notes }: Command,
  columns: number = terminalColumns(),
): string {
  const width = Math.min(WIDEST, Math.max(20, columns));
  const rows = Object.entries(options).map(([property, option]) => {
    const name = nameOf(property, option);
    const term = isOnByDefault(option) ? `--no-${name}` : `--${name}`;
    if (isSwitch(option)) return [term, option.help] as const;
    const fallback = option.fallback === undefined ? "" : `; the default is ${option.fallback}`;
    return [`${term} ${option.value}`, option.help + fallback] as const;
  });
  return [
    wrap(purpose, width),
    usage.flatMap((form, i) => wrap(form, width, i === 0 ? "Usage: " : "       ", 9)),
    ["Options:", ...list([...rows, ["--help", "show this text"]], width)],
    ...notes.map((note) =>
      typeof note === "string" ? wrap(note, width) : [note.title, ...list(note.rows, width)]
    ),
  ].map((lines) => lines.join("\n")).join("\n\n");
}

/** Terms and their meanings for a terminal of so many columns, one below the other. */
export function termLines(
  rows: HelpList["rows"],
  columns: number = terminalColumns(),
): string[] {
  return list(rows, Math.min(WIDEST, Math.max(20, columns)));
}

function list(rows: readonly (readonly [string, string])[], width: number): string[] {
  if (width < NARROW) {
    return rows.flatMap((
      [term, text],
    ) => [...wrap(term, width, "  "), ...wrap(text, width, "      ")]);
  }
  const indent = Math.max(...rows.map(([term]) => term.length)) + 4;
  return rows.flatMap(([term, text]) => wrap(text, width, `  ${term}`.padEnd(indent), indent));
}

/** Text in lines of at most `width` columns: the first begins with `start`, the others with `indent` spaces. */
function wrap(text: string, width: number, start = "", indent = start.length): string[] {
  const [first = "", ...words] = text.split(" ");
  const lines = [start + first];
  for (const word of words) {
    const longer = `${lines.at(-1)} ${word}`;
    if (longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(" ".repeat(indent) + word);
  }
  return lines;
}

/** Columns of the terminal; 80 where there is none, or where it does not say. */
export function terminalColumns(): number {
  return terminalSize().columns || 80;
}

/** Rows of the terminal; 24 where there is none, or where it does not say. */
export function terminalRows(): number {
  return terminalSize().rows || 24;
}

function terminalSize(): { readonly columns: number; readonly rows: number } {
  try {
    return Deno.consoleSize();
  } catch {
    return { columns: 0, rows: 0 };
  }
}

/** Whether the terminal understands no escape sequences. */
export function isDumbTerminal(): boolean {
  return Deno.env.get("TERM") === "dumb";
}

/** Where a command writes. */
export interface CommandIo {
  /** Takes lines of results, for standard output. */
  readonly print: (text: string) => void;
  /** Takes a line of notices and errors, for standard error. */
  readonly log: (line: string) => void;
}

/** Writes results to standard output and the rest to standard error, both as {@link printable} has them. */
export const processIo: CommandIo = {
  print: (text) => writeAll(Deno.stdout, `${printable(text)}\n`),
  log: (line) => writeAll(Deno.stderr, `${printable(line)}\n`),
};

/**
 * Writes a whole text: one call may write only a part of it into a pipe. What nobody can read any more is dropped: a
 * reader that ends, such as `head`, or a closed terminal does not end the work.
 *
 * @throws the operating system's error (full disk, …)
 */
export function writeAll(stream: typeof Deno.stdout | typeof Deno.stderr, text: string): void {
  const bytes = new TextEncoder().encode(text);
  try {
    for (let written = 0; written < bytes.length;) {
      written += stream.writeSync(bytes.subarray(written));
    }
  } catch (error) {
    // A closed terminal gives an input/output error.
    if (!(error instanceof Deno.errors.BrokenPipe) && !/os error 5\b/.test(messageOf(error))) {
      throw error;
    }
  }
}

/**
 * Runs a command: shows its help, or does its work and turns an error into one line and an exit code.
 *
 * @param work Reads the arguments and does what they ask; "help" stands for the help text.
 * @returns the exit code
 */
export async function runCommand(
  command: Command,
  io: CommandIo,
  work: () => "help" | number | Promise<"help" | number>,
): Promise<number> {
  try {
    const code = await work();
    if (code !== "help") return code;
    io.print(helpText(command));
    return exitCodes.ok;
  } catch (error) {
    io.log(messageOf(error));
    if (error instanceof UsageError) return exitCodes.usage;
    if (!(error instanceof RunError) && Deno.env.get("ODE2VAE_DEBUG")) {
      io.log(Deno.inspect(error));
    }
    return exitCodes.failed;
  }
}
