/**
 * What lies where in an output folder.
 *
 * @module
 */
import { join } from "node:path";
import { removeTemporaryFiles } from "../record/atomic_file.ts";
import { fileErrorReason, isDiskFull, RunError, UsageError } from "../errors.ts";
import type { CellIdentity } from "../record/record.ts";
import { recordFileName } from "../record/record_file.ts";
import { acquireRunLock, type RunLock } from "./run_lock.ts";

/** Folders of a run. */
export interface OutputFolders {
  /** One JSON file a finished or failed cell. */
  readonly records: string;
  /** One file a cell that is under way. */
  readonly checkpoints: string;
  /** What failed cells printed. */
  readonly logs: string;
}

/** The folders below OUT. */
export function outputFolders(outDir: string): OutputFolders {
  return {
    records: join(outDir, "records"),
    checkpoints: join(outDir, "checkpoints"),
    logs: join(outDir, "logs"),
  };
}

/** File name of a cell's checkpoint. */
export function checkpointName(cell: CellIdentity): string {
  return recordFileName(cell).replace(/json$/, "ckpt");
}

/**
 * File name of the mark that `--fresh` asked for a cell: until the cell has a new record, its former one does not count
 * as done, even when the run is interrupted and goes on without `--fresh`.
 */
export function freshMarkerName(cell: CellIdentity): string {
  return recordFileName(cell).replace(/json$/, "fresh");
}

/**
 * Makes the folders, takes the run lock and clears what a killed run left half-written.
 *
 * @throws {UsageError} when the folder cannot be used or another run is in it
 * @throws {RunError} when the disk is full
 */
export function openOutputFolder(outDir: string): RunLock {
  const folders = outputFolders(outDir);
  try {
    Deno.mkdirSync(folders.records, { recursive: true });
    Deno.mkdirSync(folders.checkpoints, { recursive: true });
    const lock = acquireRunLock(outDir);
    removeTemporaryFiles(folders.records);
    removeTemporaryFiles(folders.checkpoints);
    return lock;
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const message = `Cannot use output folder ${outDir}: it must be writable: ${
      fileErrorReason(error)
    }`;
    throw isDiskFull(error) ? new RunError(message) : new UsageError(message);
  }
}
