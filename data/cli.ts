/**
 * `deno task data`: lists, downloads and verifies the files that the benchmarks read.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { AUTHORS_FILE, findAuthorsFile } from "./authors_sequences.ts";
import { type DataDir, findSource, requireNamedDir, resolveDataDir } from "./data_dir.ts";
import { faultOf, fetchSource, megabytes, progressLine } from "./fetch.ts";
import { DataError } from "./files.ts";
import { findMocap43, MOCAP43_FILE } from "./mocap/single.ts";
import { printable, printableLine } from "./printable.ts";
import { type Source, SOURCES } from "./sources.ts";
import { asPath, enterUserFolder } from "./user_paths.ts";

const HELP = `Usage: deno task data COMMAND [--data-dir DIR]

Commands:
  list            the files, their licences, and which are there
  fetch [NAME …]  download all files or the named ones; a good file stays as it is
  verify          check the files that are there against their SHA-256

Options:
  --data-dir DIR  data folder (default: $ODE2VAE_DATA_DIR, ./.data, or a cache folder)
  --help          this text`;

/** The output of the command. */
export interface Terminal {
  /** Receives a line of output. */
  readonly out: (line: string) => void;
  /** Receives a notice or an error, one line each. */
  readonly err: (line: string) => void;
  /** Receives a progress line that replaces the previous one; absent if the output is no terminal. */
  readonly redraw?: (line: string) => void;
}

/**
 * Runs the command.
 *
 * @param args arguments without the program's name
 * @returns the exit code: 0, 1 for a failure, 2 for wrong usage
 */
export async function main(
  args: string[],
  { out, err, redraw }: Terminal,
  sources: readonly Source[] = SOURCES,
): Promise<number> {
  const terminal: Terminal = {
    out: (line) => out(printable(line)),
    err: (line) => err(printable(line)),
    ...(redraw === undefined ? {} : { redraw: (line) => redraw(printableLine(line)) }),
  };
  const wrong: string[] = [];
  const options = parseArgs(args, {
    string: ["data-dir"],
    boolean: ["help"],
    alias: { help: "h" },
    unknown: (arg) => {
      if (arg.startsWith("-")) wrong.push(arg);
      return true;
    },
  });
  const [command, ...names] = options._.map(String);
  if (options.help) {
    terminal.out(HELP);
    return 0;
  }
  const misuse = findMisuse(command, names, wrong, options["data-dir"], sources);
  if (misuse !== undefined) {
    terminal.err(misuse);
    return 2;
  }
  try {
    const dir = resolveDataDir(options["data-dir"] && asPath(options["data-dir"]));
    return await COMMANDS[command!]!({ dir, names, terminal, sources });
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    terminal.err(error.message);
    return 1;
  }
}

function findMisuse(
  command: string | undefined,
  names: readonly string[],
  wrong: readonly string[],
  dataDir: string | undefined,
  sources: readonly Source[],
): string | undefined {
  const [option] = wrong;
  if (option !== undefined) {
    return `Cannot use option ${option}: it must be one of --data-dir, --help`;
  }
  if (dataDir === "") return "Cannot use --data-dir: it must name a folder, is empty";
  if (command === undefined || !Object.hasOwn(COMMANDS, command)) {
    const rule = `it must be one of ${Object.keys(COMMANDS).join(", ")}`;
    return `Cannot run a data command: ${rule}, is ${command ?? "nothing"}`;
  }
  const valid = sources.map((source) => source.name);
  const unknown = names.find((name) => command !== "fetch" || !valid.includes(name));
  if (unknown === undefined) return undefined;
  return command === "fetch"
    ? `Cannot fetch ${unknown}: its name must be one of ${valid.join(", ")}`
    : `Cannot run ${command} with ${unknown}: it takes no names`;
}

interface Request {
  readonly dir: DataDir;
  readonly names: readonly string[];
  readonly terminal: Terminal;
  readonly sources: readonly Source[];
}

const COMMANDS: Readonly<Record<string, (request: Request) => number | Promise<number>>> = {
  list,
  fetch: fetchAll,
  verify,
};

function list({ dir: { path: dir }, terminal, sources }: Request): number {
  terminal.out(`Data folder: ${dir}`);
  for (const source of sources) {
    const path = findSource(dir, source);
    terminal.out("");
    terminal.out(`${source.name}  ${megabytes(source.bytes)}  ${path ?? "not there"}`);
    terminal.out(`  ${source.description}; ${source.licence}`);
    terminal.out(`  sha256 of the uncompressed content ${source.sha256}`);
    for (const url of source.urls) terminal.out(`  ${url}`);
  }
  terminal.out("");
  terminal.out(`${AUTHORS_FILE}  ${findAuthorsFile(dir) ?? "not there"}`);
  terminal.out(
    "  the authors' rotated digits, used instead of MNIST's if present; not downloaded:",
  );
  terminal.out("  part of a 1.9 GB folder that github.com/cagatayyildiz/ODE2VAE links to");
  terminal.out(`${MOCAP43_FILE}  ${findMocap43(dir) ?? "not there"}`);
  terminal.out("  the authors' walks for Mocap-1; not downloaded: in the same folder");
  return 0;
}

async function fetchAll({ dir, names, terminal, sources }: Request): Promise<number> {
  let failures = 0;
  for (const source of sources) {
    if (names.length > 0 && !names.includes(source.name)) continue;
    const notes: string[] = [];
    try {
      const { path, downloaded } = await fetchSource(source, dir.path, {
        log: (note) => notes.push(note),
        onProgress: (progress) => terminal.redraw?.(progressLine(progress)),
      });
      for (const note of notes) terminal.err(note);
      terminal.out(`${path}  ${downloaded ? "downloaded and verified" : "was there, verified"}`);
    } catch (error) {
      if (!(error instanceof DataError)) throw error;
      // The error repeats the answers of all mirrors.
      const answers = error.message;
      const other = notes.filter((note) => !answers.includes(note.replace(`${source.name}: `, "")));
      for (const note of [...other, answers]) terminal.err(note);
      failures++;
    }
  }
  return failures > 0 ? 1 : 0;
}

async function verify({ dir, terminal, sources }: Request): Promise<number> {
  requireNamedDir(dir);
  let good = 0, bad = 0;
  for (const source of sources) {
    const path = findSource(dir.path, source);
    if (path === undefined) {
      terminal.out(`${source.name}  not there`);
      continue;
    }
    const fault = await faultOf(path, source);
    if (fault === undefined) {
      terminal.out(`${path}  good`);
      good++;
    } else {
      terminal.err(fault);
      bad++;
    }
  }
  if (good + bad === 0) {
    throw new DataError("missing", `Cannot verify anything: no file is in ${dir.path}`);
  }
  return bad > 0 ? 1 : 0;
}

if (import.meta.main) {
  enterUserFolder();
  // Nothing to clean up: the next fetch resumes the part.
  Deno.addSignalListener("SIGINT", () => Deno.exit(130));
  const write = (text: string) => Deno.stderr.writeSync(new TextEncoder().encode(text));
  const clearLine = Deno.stderr.isTerminal() ? "\r\x1b[K" : "";
  Deno.exit(
    await main(Deno.args, {
      out: (line) => {
        write(clearLine);
        console.log(line);
      },
      err: (line) => void write(`${clearLine}${line}\n`),
      ...(Deno.stderr.isTerminal()
        ? { redraw: (line: string) => void write(clearLine + line) }
        : {}),
    }),
  );
}
