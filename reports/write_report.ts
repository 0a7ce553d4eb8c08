/**
 * The report on disk: pages, results.csv, and the table for a terminal.
 *
 * @module
 */
import { dirname, join, relative, resolve } from "node:path";
import { writeFileAtomic } from "../benchmarks/atomic_file.ts";
import { fileErrorReason, RunError } from "../benchmarks/errors.ts";
import { loadAssets } from "./pages/assets.ts";
import { renderSite } from "./pages/site.ts";
import { readSpeedFolder } from "./pages/speed_results.ts";
import { groupRecords, readRecordFolder, type StoredRecord } from "./records.ts";
import { comparisonTable } from "./tables/comparison_table.ts";
import { resultsCsv } from "./tables/csv.ts";
import { terminalComparison, type TerminalOptions } from "./tables/terminal.ts";

/** What {@link writeReport} did. */
export interface WrittenReport {
  /** Records that the report shows. */
  readonly records: readonly StoredRecord[];
  /** Paths of the files that were written. */
  readonly files: readonly string[];
  /** One line for each record or result on speed that could not be read. */
  readonly problems: readonly string[];
}

/** The tables of all groups, for a terminal; without a final line break. */
export function terminalTable(
  records: readonly StoredRecord[],
  options: TerminalOptions = {},
): string {
  return groupRecords(records)
    .map((group) => terminalComparison(comparisonTable(group), options))
    .join("\n\n");
}

/** Colour only where a person looks and has not declined it (https://no-color.org). */
export function terminalOptions(): TerminalOptions {
  const isTerminal = Deno.stdout.isTerminal();
  const colour = isTerminal && (Deno.env.get("NO_COLOR") ?? "") === "";
  return { colour, width: isTerminal ? Deno.consoleSize().columns : 100 };
}

/** A folder as a link from another: URL-encoded, with a slash at its end. */
function hrefBetween(from: string, to: string): string {
  const path = relative(resolve(from), resolve(to)).replaceAll("\\", "/");
  const encoded = path.split("/").map(encodeURIComponent).join("/");
  return path === "" ? "./" : `${encoded}/`;
}

/**
 * Writes the pages into `outDir` and results.csv beside that folder. Each file is written whole or not at all; a
 * record that cannot be read costs itself, and is told.
 *
 * @param recordsDir Folder of records.
 * @param outDir Folder of the pages; made where it is absent.
 * @param speedDir Folder of results on speed, for a page of them; absent for none.
 * @throws RunError when the records' folder cannot be read or a file cannot be written.
 */
export async function writeReport(
  recordsDir: string,
  outDir: string,
  speedDir?: string,
): Promise<WrittenReport> {
  const { records, problems } = readRecordFolder(recordsDir);
  const speed = speedDir === undefined ? undefined : readSpeedFolder(speedDir);
  const site = renderSite(records, {
    assets: await loadAssets(),
    recordsHref: hrefBetween(outDir, recordsDir),
    ...(speed?.results === undefined ? {} : { speed: speed.results }),
  });
  const contents = new Map([...site].map(([name, text]) => [join(outDir, name), text]));
  contents.set(join(dirname(resolve(outDir)), "results.csv"), resultsCsv(records));
  for (const [path, text] of contents) {
    try {
      Deno.mkdirSync(dirname(path), { recursive: true });
      writeFileAtomic(path, text);
    } catch (error) {
      throw new RunError(`Cannot write ${path}: ${fileErrorReason(error)}`);
    }
  }
  const files = [...contents.keys()];
  return { records, files, problems: [...problems, ...(speed?.problems ?? [])] };
}
