/**
 * An output folder: what is where in it, and the lock that lets one run at a time use it.
 *
 * The lock is an advisory lock of the operating system on OUT/.lock. The system drops it when its holder dies, so there
 * is no stale lock. The file's content only says who holds it.
 *
 * @module
 */
import { hostname } from "node:os";
import { join } from "node:path";
import { openPlainFile } from "../../data/plain_file.ts";
import { asCount, asObject, asString } from "../record/_validate.ts";
import { removeTemporaryFiles } from "../record/atomic_file.ts";
import { fileErrorReason, isDiskFull, RunError, UsageError } from "../errors.ts";
import type { CellIdentity } from "../record/record.ts";
import { recordFileName } from "../record/record_file.ts";

/** Folders of a run. */
export interface OutputFolders {
  /** One JSON file for each finished or failed cell. */
  readonly records: string;
  /** One file for each cell in progress. */
  readonly checkpoints: string;
  /** The output of failed cells. */
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
 * File name of the marker that `--fresh` leaves for a cell. Until the cell has a new record, the former one does not
 * count as done, even if the run is interrupted and resumed without `--fresh`.
 */
export function freshMarkerName(cell: CellIdentity): string {
  return recordFileName(cell).replace(/json$/, "fresh");
}

/**
 * Makes the folders, takes the lock and removes the temporary files of a killed run.
 *
 * @throws {UsageError} when the folder cannot be used or another run is in it
 * @throws {RunError} when the disk is full
 */
export function openOutputFolder(outDir: string): Disposable {
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

/**
 * Takes the lock of an output folder.
 *
 * @throws {UsageError} when another run holds it; names its process and host
 * @throws the operating system's error when the file cannot be made, and an error when a link is there
 */
export function acquireRunLock(outDir: string): Disposable {
  const path = join(outDir, ".lock");
  const file = openPlainFile(path);
  try {
    if (!file.tryLockSync(true)) {
      throw new UsageError(`Cannot run in ${outDir}: ${holder(path)} is running there`);
    }
    file.truncateSync(0);
    const content = JSON.stringify({ pid: Deno.pid, host: hostname() });
    file.writeSync(new TextEncoder().encode(`${content}\n`));
  } catch (error) {
    file.close();
    throw error;
  }
  return {
    [Symbol.dispose]() {
      // Keep the file: if it were removed, a third run could lock a new one while a second still waits for this one.
      file.truncateSync(0);
      file.unlockSync();
      file.close();
    },
  };
}

function holder(path: string): string {
  try {
    const { pid, host } = asObject(JSON.parse(Deno.readTextFileSync(path)), "lock");
    return `process ${asCount(pid, "pid")} on ${asString(host, "host")}`;
  } catch {
    // The holder has locked the file but not written its name yet.
    return "another run";
  }
}
