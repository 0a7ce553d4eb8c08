/**
 * The report on disk: the site, results.csv, and the table for a terminal.
 *
 * @module
 */
import { dirname, join, resolve } from "node:path";
import { writeFileAtomic } from "../benchmarks/record/atomic_file.ts";
import { type Acceptance, readAcceptances } from "../benchmarks/check/accepted.ts";
import { fileErrorReason, messageOf, RunError } from "../benchmarks/errors.ts";
import { loadAssets } from "./pages/assets.ts";
import { renderFiles, renderSite, type SiteOptions } from "./pages/site.ts";
import { readSpeedFolder } from "./speed/page.ts";
import { readRecordFolder, type StoredRecord } from "../benchmarks/record/read_records.ts";
import { type Catalogue, reportGroups } from "./catalogue.ts";
import { resultsCsv } from "./tables/files.ts";
import { terminalGroup, type TerminalOptions } from "./tables/terminal.ts";

/** What {@link writeReport} did. */
export interface WrittenReport {
  /** Records that the report shows. */
  readonly records: readonly StoredRecord[];
  /** Paths of the files that were written. */
  readonly files: readonly string[];
  /** One line for each record or result on speed that could not be read, and each exhibit that could not be drawn. */
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

/** Options for standard output: colour only in a terminal, and unless NO_COLOR is set (https://no-color.org). */
export function terminalOptions(): TerminalOptions {
  const isTerminal = Deno.stdout.isTerminal();
  const colour = isTerminal && (Deno.env.get("NO_COLOR") ?? "") === "";
  return { colour, width: isTerminal ? Deno.consoleSize().columns : 120 };
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
  /** Where the site will be published, with a slash at its end; see `SiteOptions`. */
  readonly siteUrl?: string;
}

/**
 * Writes the site into `outDir` and results.csv beside that folder. Each file is written whole or not at all; a
 * record that cannot be read is left out and reported.
 *
 * @param recordsDir Folder of records.
 * @param outDir Folder of the pages; made where it is absent.
 * @throws RunError when the records' folder cannot be read or a file cannot be written.
 */
export async function writeReport(
  recordsDir: string,
  outDir: string,
  { catalogue, speedDir, siteUrl }: ReportOptions = {},
): Promise<WrittenReport> {
  const { records, problems } = readRecordFolder(recordsDir);
  const speed = speedDir === undefined ? undefined : readSpeedFolder(speedDir);
  const accepted = readAccepted(recordsDir);
  const undrawn = new Set<string>(); // a page of a benchmark and of a record may say the same
  const options: SiteOptions = {
    assets: await loadAssets(),
    acceptances: accepted.acceptances,
    warn: (sentence) => undrawn.add(sentence),
    ...(catalogue === undefined ? {} : { catalogue }),
    ...(speed?.results === undefined ? {} : { speed: speed.results }),
    ...(siteUrl === undefined ? {} : { siteUrl }),
  };
  const site = [...renderSite(records, options), ...renderFiles(records, options)];
  const contents = new Map<string, string | Uint8Array>(
    site.map(([path, content]) => [join(outDir, path), content]),
  );
  contents.set(join(dirname(resolve(outDir)), "results.csv"), resultsCsv(records, catalogue));
  for (const [path, content] of contents) {
    try {
      Deno.mkdirSync(dirname(path), { recursive: true });
      writeFileAtomic(path, content);
    } catch (error) {
      throw new RunError(`Cannot write ${path}: ${fileErrorReason(error)}`);
    }
  }
  const files = [...contents.keys()];
  return {
    records,
    files,
    problems: [...problems, ...(speed?.problems ?? []), ...accepted.problems, ...undrawn],
  };
}
