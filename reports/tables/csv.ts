/**
 * All results in long format: one row a cell and metric.
 *
 * @module
 */
import { stringify } from "@std/csv";
import type { StoredRecord } from "../../benchmarks/record/read_records.ts";

/** Columns of the file, in order. */
export const CSV_COLUMNS: readonly string[] = Object.freeze([
  "benchmark",
  "version",
  "tier",
  "backend",
  "dataSha256",
  "dataOrigin",
  "model",
  "seed",
  "status",
  "metric",
  "value",
  "unit",
  "direction",
  "record",
]);

/**
 * Every metric of every record. A cell without metrics (it failed or diverged) keeps one row, its metric empty, so
 * that no cell is missing from the file.
 *
 * @returns Comma-separated values with a header and CRLF line ends (RFC 4180).
 */
export function resultsCsv(records: readonly StoredRecord[]): string {
  const rows = records.flatMap(({ file, record }): Record<string, string | number>[] => {
    const cell = {
      ...record.cell,
      dataOrigin: record.dataOrigin,
      status: record.status,
      record: file,
    };
    const metrics = record.metrics.map(({ name, value, unit, direction }) => ({
      ...cell,
      metric: name,
      value,
      unit,
      direction,
    }));
    return metrics.length > 0
      ? metrics
      : [{ ...cell, metric: "", value: "", unit: "", direction: "" }];
  });
  return stringify(rows, { columns: [...CSV_COLUMNS] });
}
