/**
 * Takes finished records into the committed reference results.
 *
 *     deno run --allow-read --allow-write benchmarks/commands/keep_reference.ts out/records [reports/reference]
 *
 * Exhibits are kept for seed 0 alone, which a benchmark's page shows, and those of the data only where its report names their
 * licence; of tier smoke, which no page shows, none are kept. The command's data folder becomes DIR: it is another one on
 * every machine. Metrics and curves, and with them the trace hash, stay as they are.
 *
 * @module
 */
import { exitCodes, messageOf, RunError } from "../errors.ts";
import { processIo } from "./command_line.ts";
import type { CellRecord } from "../record/record.ts";
import { isFinished, writeRecord } from "../record/record_file.ts";
import { REPORTS } from "../../reports/benchmarks/registry.ts";
import { readRecordFolder } from "../record/read_records.ts";

/** Exhibits of the data that are kept of a record: pages show no more, and all would be most of its bytes. */
const MOST_OF_DATA = 2;

/** A record as it is published: of the data only what may be shown and is, and without a path of this machine. */
export function referenceRecord(record: CellRecord): CellRecord {
  const command = record.command.replace(/--data-dir (?:'(?:[^']|'\\'')*'|\S+)/, "--data-dir DIR");
  const { benchmark, seed, tier } = record.cell;
  if (tier === "smoke" || seed !== 0) return { ...record, command, exhibits: [] };
  const ofData = record.exhibits.filter((exhibit) => exhibit.ofData === true);
  const kept = REPORTS[benchmark]?.credit === undefined ? [] : ofData.slice(0, MOST_OF_DATA);
  const exhibits = record.exhibits.filter((one) => one.ofData !== true || kept.includes(one));
  return { ...record, command, exhibits };
}

/**
 * Copies the finished records of one folder into another.
 *
 * @returns names of the files written
 * @throws RunError when a record is bad, when none is finished, or when a file cannot be written
 */
export function keepReference(recordsDir: string, referenceDir: string): readonly string[] {
  const { records, problems } = readRecordFolder(recordsDir);
  if (problems.length > 0) throw new RunError(problems[0]!);
  const finished = records.filter(({ record }) => isFinished(record));
  if (finished.length === 0) {
    throw new RunError(
      `Cannot keep reference results: ${recordsDir} must hold finished records, holds none`,
    );
  }
  Deno.mkdirSync(referenceDir, { recursive: true });
  for (const { record } of finished) writeRecord(referenceDir, referenceRecord(record));
  return finished.map(({ file }) => file);
}

if (import.meta.main) {
  const [recordsDir = "out/records", referenceDir = "reports/reference"] = Deno.args;
  try {
    for (const file of keepReference(recordsDir, referenceDir)) processIo.print(`kept ${file}`);
  } catch (error) {
    processIo.log(messageOf(error));
    Deno.exit(exitCodes.failed);
  }
}
