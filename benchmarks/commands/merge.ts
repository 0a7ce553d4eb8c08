/**
 * `deno task merge`.
 *
 * @module
 */
import { asPath, enterUserFolder } from "../../data/user_paths.ts";
import { join } from "node:path";
import { counted } from "../statistics/numbers.ts";
import { writeFilesAtomic } from "../record/atomic_file.ts";
import { exitCodes, fileErrorReason, RunError, UsageError } from "../errors.ts";
import { openOutputFolder, outputFolders } from "../runner/output_folders.ts";
import { mergeRecords, readSource, type SourceRecord, summaryLines } from "../sweep/merge.ts";
import {
  type Command,
  type CommandIo,
  notesOption,
  optional,
  parseCommand,
  processIo,
  runCommand,
} from "./command_line.ts";
import { checkReportFolder, reportFolder } from "./run_io.ts";

const options = {
  out: optional(
    "OUT",
    "folder of the merged records, required; records that are already there take part",
    asPath,
  ),
  notes: notesOption,
};

/** The command. */
export const mergeCommand: Command<typeof options> = {
  purpose:
    "Merges the records of several output folders into one, and writes its tables and pages.",
  usage: ["deno task merge DIR… --out OUT"],
  options,
  notes: [
    "DIR… are output folders of deno task bench, such as those of the shards of a sweep.",
    "A cell that has several records keeps one: a result before a failure, the first of equal results. Records are equal " +
    "when nothing differs but the time, the machine and the folder of the data files. Results of one cell that differ in " +
    "anything else are a conflict: all conflicts are reported, and nothing is merged. Checkpoints stay where they are.",
    "Records of benchmarks from outside the suite merge without ODE2VAE_DEFINITIONS; with it their pages have their words.",
    "Exit codes: 0 merged, 1 a conflict, an unreadable record or a file that could not be written, 2 wrong usage.",
  ],
};

/**
 * Merges as asked.
 *
 * @returns the exit code
 */
export function main(args: readonly string[], io: CommandIo): Promise<number> {
  return runCommand(mergeCommand, io, async () => {
    const given = parseCommand(mergeCommand, args);
    if (given === "help") return "help";
    const { words: sources, options: { out, notes } } = given;
    if (out === undefined) {
      throw new UsageError("Cannot merge: --out must name one folder, got none");
    }
    if (sources.length === 0) {
      throw new UsageError("Cannot merge: there must be a folder to read (see --help), got none");
    }
    return await mergeFolders(sources, out, notes, io);
  });
}

async function mergeFolders(
  sources: readonly string[],
  out: string,
  notes: boolean,
  io: CommandIo,
): Promise<number> {
  const folders = outputFolders(out);
  const target = realPath(folders.records);
  const paths = new Set(sources.map((source) => recordsOf(source)));
  paths.delete(target ?? "");
  checkReportFolder(out);
  // Try to merge before making the output folder, so that a failure leaves nothing behind.
  const incoming = read([...paths], io.log);
  if (incoming.length > 0 || target === undefined) merge(incoming, io.log);
  using _lock = openOutputFolder(out);
  const { kept } = merge([...incoming, ...read([folders.records], io.log)], io.log);
  const changed = new Map(
    [...kept].map(([name, { path, text }]) =>
      [join(folders.records, name), { path, text }] as const
    )
      .filter(([path, source]) => path !== source.path)
      .map(([path, { text }]) => [path, text] as const),
  );
  try {
    writeFilesAtomic(changed);
  } catch (error) {
    throw new RunError(`Cannot write records into ${folders.records}: ${fileErrorReason(error)}`);
  }
  for (const line of summaryLines([...kept.values()].map(({ record }) => record), sources, out)) {
    io.log(line);
  }
  const problems = await reportFolder(out, io, notes);
  return problems.length > 0 ? exitCodes.failed : exitCodes.ok;
}

/** The real path of a source's records, so that a folder that is named twice is read once. */
function recordsOf(source: string): string {
  const path = realPath(outputFolders(source).records);
  if (path !== undefined) return path;
  throw new UsageError(
    `Cannot merge ${source}: it must be an output folder of deno task bench, has no folder "records"`,
  );
}

function realPath(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}

/** All records of folders. @throws {RunError} when one cannot be read, after a line for each */
function read(folders: readonly string[], log: (line: string) => void): SourceRecord[] {
  let invalid = 0;
  const records = folders.flatMap((folder) =>
    readSource(folder, (line) => {
      log(line);
      invalid++;
    })
  );
  if (invalid === 0) return records;
  throw new RunError(
    `Cannot merge: every record must be readable, ${counted(invalid, "file")} could not be read`,
  );
}

/** @throws {RunError} when there is nothing to merge, or a conflict, after a line for each */
function merge(sources: readonly SourceRecord[], log: (line: string) => void) {
  if (sources.length === 0) {
    throw new RunError("Cannot merge: there must be a record, got none");
  }
  const merged = mergeRecords(sources);
  const { conflicts } = merged;
  if (conflicts.length === 0) return merged;
  conflicts.forEach(log);
  throw new RunError(
    `Cannot merge: results of one cell must be equal except for time and machine, differ in ${
      counted(conflicts.length, "case")
    } (move one file of each away)`,
  );
}

if (import.meta.main) {
  enterUserFolder();
  Deno.exit(await main(Deno.args, processIo));
}
