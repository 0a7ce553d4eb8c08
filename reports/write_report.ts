/**
 * The report on disk: the site, results.csv, and the table for a terminal.
 *
 * @module
 */
import { basename, dirname, join } from "node:path";
import { type Acceptance, readAcceptances } from "../benchmarks/check/accepted.ts";
import { isDumbTerminal, terminalColumns } from "../benchmarks/commands/command_line.ts";
import { messageOf } from "../benchmarks/errors.ts";
import { loadAssets } from "./pages/assets.ts";
import { renderFiles, renderSite, type SiteOptions } from "./pages/site.ts";
import { readSpeedFolder } from "./speed/page.ts";
import { readRecordFolder, type StoredRecord } from "../benchmarks/record/read_records.ts";
import { type Catalogue, reportGroups, SUITE } from "./catalogue.ts";
import { withOwnPages } from "./pages/paths.ts";
import { checkResultsFile, RESULTS_FILE, writeInto, writeSite } from "./site_folder.ts";
import { resultsCsv } from "./tables/files.ts";
import { terminalGroup, type TerminalOptions } from "./tables/terminal.ts";

/** What {@link writeReport} did. */
export interface WrittenReport {
  /** Records that the report shows. */
  readonly records: readonly StoredRecord[];
  /** Paths of the files that were written. */
  readonly files: readonly string[];
  /** One line for each record or result on speed that could not be read or shown, and each exhibit that could not be drawn. */
  readonly problems: readonly string[];
}

/** The tables of all groups, for a terminal; without a final line break. */
export function terminalTable(
  records: readonly StoredRecord[],
  options: TerminalOptions = {},
  catalogue?: Catalogue,
): string {
  return reportGroups(records, catalogue).map((group) => terminalGroup(group, options))
    .join("\n\n");
}

/**
 * Options for standard output: colour only in a terminal that has it, and unless NO_COLOR is set (https://no-color.org).
 *
 * @param notes whether the tables have all their notes
 */
export function terminalOptions(notes: boolean): TerminalOptions {
  const isTerminal = Deno.stdout.isTerminal();
  const colour = isTerminal && !isDumbTerminal() && (Deno.env.get("NO_COLOR") ?? "") === "";
  return { colour, notes, width: isTerminal ? terminalColumns() : 120 };
}

/** The list of accepted changes beside records. A damaged list is a problem to report, not a reason to fail. */
function readAccepted(
  recordsDir: string,
): { readonly acceptances: readonly Acceptance[]; readonly problems: readonly string[] } {
  try {
    return { acceptances: readAcceptances(recordsDir), problems: [] };
  } catch (error) {
    return { acceptances: [], problems: [messageOf(error)] };
  }
}

/** What {@link writeReport} takes besides folders. */
export interface ReportOptions {
  /** Titles, published numbers and words; by default the suite's own. */
  readonly catalogue?: Catalogue;
  /** Folder of results on speed, for a page of them; absent for none. */
  readonly speedDir?: string;
  /** Path of the file of all results; results.csv in the folder of the site by default. */
  readonly resultsFile?: string;
  /** Where the site will be published, with a slash at its end; see `SiteOptions`. */
  readonly siteUrl?: string;
}

/**
 * Writes the site into `outDir`, with results.csv. Each file is written whole or not at all; a record that cannot be read,
 * or whose page would take another's place, is left out and reported.
 *
 * @param recordsDir Folder of records.
 * @param outDir Folder of the pages; made where it is absent.
 * @throws UsageError when a file that the suite has not made would be replaced; then nothing is written.
 * @throws RunError when the records' folder cannot be read or a file cannot be written.
 */
export async function writeReport(
  recordsDir: string,
  outDir: string,
  {
    catalogue = SUITE,
    speedDir,
    resultsFile,
    siteUrl,
  }: ReportOptions = {},
): Promise<WrittenReport> {
  const read = readRecordFolder(recordsDir);
  const { records, problems } = withOwnPages(read.records, Object.keys(catalogue.benchmarks));
  const speed = speedDir === undefined ? undefined : readSpeedFolder(speedDir);
  const accepted = readAccepted(recordsDir);
  const undrawn = new Set<string>(); // a page of a benchmark and of a record may say the same
  const options: SiteOptions = {
    assets: await loadAssets(),
    acceptances: accepted.acceptances,
    warn: (sentence) => undrawn.add(sentence),
    catalogue,
    ...(speed?.results === undefined ? {} : { speed: speed.results }),
    ...(siteUrl === undefined ? {} : { siteUrl }),
  };
  const site: [string, string | Uint8Array][] = [
    ...renderSite(records, options),
    ...renderFiles(records, options),
  ];
  const results = resultsCsv(records, catalogue);
  if (resultsFile === undefined) site.push([RESULTS_FILE, results]);
  else checkResultsFile(resultsFile);
  writeSite(outDir, new Map(site));
  if (resultsFile !== undefined) writeInto(dirname(resultsFile), basename(resultsFile), results);
  return {
    records,
    files: [
      ...site.map(([path]) => join(outDir, path)),
      ...(resultsFile === undefined ? [] : [resultsFile]),
    ],
    problems: [
      ...read.problems,
      ...problems,
      ...(speed?.problems ?? []),
      ...accepted.problems,
      ...undrawn,
    ],
  };
}
