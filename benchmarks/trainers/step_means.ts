/**
 * From the reports of steps to that of their epoch.
 *
 * @module
 */
import type { EpochReport } from "../trainer.ts";

/** Mean of each value over reports that all have the same ones; nothing of no reports. */
export function stepMeans(reports: readonly EpochReport[]): Record<string, number> {
  return Object.fromEntries(
    Object.keys(reports[0] ?? {}).map((name) => [
      name,
      reports.reduce((sum, report) => sum + report[name]!, 0) / reports.length,
    ]),
  );
}
