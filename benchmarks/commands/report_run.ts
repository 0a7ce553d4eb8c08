/**
 * The end of a run: results.csv, the pages and the table.
 *
 * @module
 */
import { join } from "node:path";
import { catalogueOf } from "../../reports/catalogue.ts";
import { terminalOptions, terminalTable, writeReport } from "../../reports/write_report.ts";
import { messageOf } from "../errors.ts";
import { outputFolders } from "../runner/output_folders.ts";
import type { Tier } from "../record/record.ts";
import type { AnyBenchmark, Registry } from "../registry.ts";

/**
 * Writes OUT/results.csv and OUT/site from all records there, and prints the tables of this benchmark and tier.
 *
 * @returns false when it could not, after one line to the log
 */
export async function reportRun(
  registry: Registry,
  outDir: string,
  definition: AnyBenchmark,
  tier: Tier,
  print: (text: string) => void,
  log: (line: string) => void,
): Promise<boolean> {
  const site = join(outDir, "site");
  try {
    const catalogue = catalogueOf(registry);
    const folder = outputFolders(outDir).records;
    const { records, problems } = await writeReport(folder, site, { catalogue });
    for (const problem of problems) log(problem);
    const shown = records.filter(({ record: { cell } }) =>
      cell.benchmark === definition.name && cell.tier === tier
    );
    if (shown.length > 0) print(terminalTable(shown, terminalOptions(), catalogue));
    log(`page: ${join(site, "index.html")}`);
    return true;
  } catch (error) {
    log(messageOf(error));
    return false;
  }
}
