/**
 * What a run writes to: the terminal, and at its end results.csv, the pages and the table.
 *
 * @module
 */
import { join } from "node:path";
import { catalogueOf } from "../../reports/catalogue.ts";
import { pageName } from "../../reports/pages/paths.ts";
import { checkResultsFile, checkSiteFolder, RESULTS_FILE } from "../../reports/site_folder.ts";
import { terminalOptions, terminalTable, writeReport } from "../../reports/write_report.ts";
import { exitCodes, messageOf } from "../errors.ts";
import type { CellIdentity } from "../record/record.ts";
import { loadRegistry, PAGE_NAMES } from "../registry.ts";
import { ignoresHangUp } from "../process_status.ts";
import { plainDisplay, terminalDisplay } from "../runner/display.ts";
import { outputFolders } from "../runner/output_folders.ts";
import type { RunIo } from "../runner/run_benchmark.ts";
import {
  type CommandIo,
  isDumbTerminal,
  processIo,
  terminalColumns,
  terminalRows,
  writeAll,
} from "./command_line.ts";

const siteOf = (outDir: string) => join(outDir, "site");
const resultsFileOf = (outDir: string) => join(outDir, RESULTS_FILE);

/**
 * Makes sure, before anything runs, that {@link reportFolder} will replace no file of others.
 *
 * @param benchmarks Names of those that run.
 * @throws {UsageError} naming such a file
 */
export function checkReportFolder(outDir: string, benchmarks: readonly string[] = []): void {
  checkSiteFolder(siteOf(outDir), [...PAGE_NAMES, ...benchmarks].map(pageName));
  checkResultsFile(resultsFileOf(outDir));
}

/**
 * Writes OUT/results.csv and OUT/site from all records of an output folder, and prints the tables of the chosen ones.
 *
 * @returns problems with single records, one line each; they are also logged
 */
export async function reportFolder(
  outDir: string,
  { print, log }: CommandIo,
  notes: boolean,
  isShown: (cell: CellIdentity) => boolean = () => true,
): Promise<readonly string[]> {
  const site = siteOf(outDir);
  const catalogue = catalogueOf(await loadRegistry());
  const folder = outputFolders(outDir).records;
  const { records, problems } = await writeReport(folder, site, {
    catalogue,
    resultsFile: resultsFileOf(outDir),
  });
  problems.forEach(log);
  const shown = records.filter(({ record }) => isShown(record.cell));
  log(`page: ${join(site, "index.html")}`);
  if (shown.length > 0) print(terminalTable(shown, terminalOptions(notes), catalogue));
  return problems;
}

/** The terminal of this process: results go to standard output, everything else to standard error. */
export function processRunIo(): RunIo {
  const output = {
    write: (text: string) => writeAll(Deno.stderr, text),
    now: () => performance.now(),
  };
  const display = Deno.stderr.isTerminal() && !isDumbTerminal()
    ? terminalDisplay(output, terminalColumns, terminalRows)
    : plainDisplay(output);
  const log = (line: string) => display.line(line);
  // Before and after the cells run there is nothing to save.
  let onSignal: () => void = () => Deno.exit(exitCodes.interrupted);
  const listen = () => onSignal();
  // Asked first: Deno's listeners change what the system does with signals.
  const onHangUp = ignoresHangUp() ? () => {} : listen;
  Deno.addSignalListener("SIGINT", listen);
  if (Deno.build.os !== "windows") {
    Deno.addSignalListener("SIGTERM", listen);
    Deno.addSignalListener("SIGHUP", onHangUp);
  }
  return {
    print: processIo.print,
    display,
    onInterrupt(callback) {
      const before = onSignal;
      onSignal = callback;
      return () => onSignal = before;
    },
    async report({ outDir, tier, notes }, { name }, print) {
      try {
        const isShown = (cell: CellIdentity) => cell.benchmark === name && cell.tier === tier;
        await reportFolder(outDir, { print, log }, notes, isShown);
        return true;
      } catch (error) {
        log(messageOf(error));
        return false;
      }
    },
  };
}
