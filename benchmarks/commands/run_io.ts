/**
 * What a run writes to: the terminal, and at its end results.csv, the pages and the table.
 *
 * @module
 */
import { join } from "node:path";
import { catalogueOf } from "../../reports/catalogue.ts";
import { terminalOptions, terminalTable, writeReport } from "../../reports/write_report.ts";
import { exitCodes, messageOf } from "../errors.ts";
import type { CellIdentity } from "../record/record.ts";
import { loadRegistry } from "../registry.ts";
import { plainDisplay, terminalDisplay } from "../runner/display.ts";
import { outputFolders } from "../runner/output_folders.ts";
import type { RunIo } from "../runner/run_benchmark.ts";
import { type CommandIo, processIo, terminalColumns, writeAll } from "./command_line.ts";

/**
 * Writes OUT/results.csv and OUT/site from all records of an output folder, and prints the tables of the chosen ones.
 *
 * @returns problems with single records, one line each; they are also logged
 */
export async function reportFolder(
  outDir: string,
  { print, log }: CommandIo,
  isShown: (cell: CellIdentity) => boolean = () => true,
): Promise<readonly string[]> {
  const site = join(outDir, "site");
  const catalogue = catalogueOf(await loadRegistry());
  const folder = outputFolders(outDir).records;
  const { records, problems } = await writeReport(folder, site, { catalogue });
  problems.forEach(log);
  const shown = records.filter(({ record }) => isShown(record.cell));
  if (shown.length > 0) print(terminalTable(shown, terminalOptions(), catalogue));
  log(`page: ${join(site, "index.html")}`);
  return problems;
}

/** True when `nohup` started this process, which then goes on without its terminal. */
function ignoresHangUp(): boolean {
  try {
    // A mask in hexadecimal digits; SIGHUP is its lowest bit. Only Linux has this file.
    return /^SigIgn:.*[13579bdf]$/m.test(Deno.readTextFileSync("/proc/self/status"));
  } catch {
    return false;
  }
}

/** The terminal of this process: results go to standard output, everything else to standard error. */
export function processRunIo(): RunIo {
  const output = {
    write: (text: string) => writeAll(Deno.stderr, text),
    now: () => performance.now(),
  };
  const display = Deno.stderr.isTerminal()
    ? terminalDisplay(output, terminalColumns)
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
    async report(outDir, { name }, tier, print) {
      try {
        const isShown = (cell: CellIdentity) => cell.benchmark === name && cell.tier === tier;
        await reportFolder(outDir, { print, log }, isShown);
        return true;
      } catch (error) {
        log(messageOf(error));
        return false;
      }
    },
  };
}
