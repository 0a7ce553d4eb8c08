/**
 * `deno task merge`.
 *
 * @module
 */
import { join } from "node:path";
import { counted } from "../statistics/numbers.ts";
import { catalogueOf } from "../../reports/catalogue.ts";
import { loadRegistry } from "../registry.ts";
import { terminalOptions, terminalTable, writeReport } from "../../reports/write_report.ts";
import { writeFilesAtomic } from "../record/atomic_file.ts";
import { exitCodes, fileErrorReason, messageOf, RunError, UsageError } from "../errors.ts";
import { openOutputFolder, outputFolders } from "../runner/output_folders.ts";
import { mergeRecords, readSource, type SourceRecord } from "../sweep/merge.ts";
import { type MergeArguments, parseMergeArgs, usage } from "./merge_options.ts";
import { summaryLines } from "../sweep/merge_summary.ts";

/** Where results and notices go, a line at a time. */
export interface MergeIo {
  /** Takes results. */
  readonly print: (text: string) => void;
  /** Takes notices and errors. */
  readonly log: (line: string) => void;
}

/**
 * Merges as asked.
 *
 * @returns the exit code
 */
export async function main(args: readonly string[], io: MergeIo): Promise<number> {
  try {
    const options = parseMergeArgs(args);
    if (options.help) {
      io.print(usage);
      return exitCodes.ok;
    }
    return await mergeFolders(options, io);
  } catch (error) {
    io.log(messageOf(error));
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

async function mergeFolders({ sources, out }: MergeArguments, io: MergeIo): Promise<number> {
  const folders = outputFolders(out);
  const target = realPath(folders.records);
  const paths = new Set(sources.map((source) => recordsOf(source)));
  paths.delete(target ?? "");
  // Before the output folder is made: what cannot be merged leaves nothing behind.
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
  const site = join(out, "site");
  const catalogue = catalogueOf(await loadRegistry());
  const { records, problems } = await writeReport(folders.records, site, { catalogue });
  for (const problem of problems) io.log(problem);
  if (records.length > 0) io.print(terminalTable(records, terminalOptions(), catalogue));
  io.log(`page: ${join(site, "index.html")}`);
  return problems.length > 0 ? exitCodes.failed : exitCodes.ok;
}

/** The folder of a source's records, by its one true path, so that a folder that is named twice is read once. */
function recordsOf(source: string): string {
  const path = realPath(outputFolders(source).records);
  if (path !== undefined) return path;
  throw new UsageError(
    `Cannot merge ${source}: it must be an output folder of deno task bench: it has no folder "records"`,
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
    `Cannot merge: every record must be readable: ${counted(invalid, "file")} could not be read`,
  );
}

/** @throws {RunError} when there is nothing to merge, or a conflict, after a line for each */
function merge(sources: readonly SourceRecord[], log: (line: string) => void) {
  if (sources.length === 0) {
    throw new RunError("Cannot merge: there must be a record: none is there");
  }
  const merged = mergeRecords(sources);
  const { conflicts } = merged;
  if (conflicts.length === 0) return merged;
  conflicts.forEach(log);
  throw new RunError(
    `Cannot merge: results of one cell must be equal but for time and machine: ${
      counted(conflicts.length, "conflict")
    } (move one file of each away)`,
  );
}

if (import.meta.main) {
  const io: MergeIo = { print: (text) => console.log(text), log: (line) => console.error(line) };
  Deno.exit(await main(Deno.args, io));
}
