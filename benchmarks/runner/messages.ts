/**
 * What the command line and a cell's process say to each other.
 *
 * Down: the request as the process's argument; `stop` on its standard input asks it to save and end; the end of that
 * input means that the command line died. Up: one JSON message a line on standard output, each after a record separator
 * (U+001E, as in RFC 7464), so that what a library prints is not mistaken for one.
 *
 * @module
 */
import type { CellIdentity, Fingerprint } from "../record/record.ts";
import type { EpochReport } from "../../models/training/method.ts";

/** What a cell's process is asked to do. */
export interface CellRequest {
  /** The cell. */
  readonly cell: CellIdentity;
  /** Folder of the results. */
  readonly outDir: string;
  /** Folder with the data files, as given by `--data-dir`. */
  readonly dataDir?: string;
  /** Where and with what the cell runs. */
  readonly fingerprint: Fingerprint;
  /** Command that reproduces the cell. */
  readonly command: string;
  /** Least seconds between two checkpoints. */
  readonly checkpointSeconds: number;
}

/** How far a cell is. */
export interface CellProgress {
  /** Epochs done. */
  readonly epoch: number;
  /** Epochs of the whole training. */
  readonly epochs: number;
  /** Steps done of the epoch that runs, and their number; 0 of 0 between epochs. */
  readonly step: number;
  /** Steps of an epoch. */
  readonly steps: number;
  /** Live loss terms. */
  readonly live: EpochReport;
}

/** What a cell's process says. */
export type CellMessage =
  /** Training begins, at `epoch` when it resumes. */
  | { readonly kind: "started"; readonly epoch: number; readonly epochs: number }
  | { readonly kind: "progress"; readonly progress: CellProgress }
  | { readonly kind: "notice"; readonly text: string }
  /** The record is on disk. */
  | { readonly kind: "finished"; readonly status: "completed" | "diverged"; readonly note: string }
  /** `stop` was obeyed; `epoch` epochs are saved. */
  | { readonly kind: "interrupted"; readonly epoch: number }
  | { readonly kind: "failed"; readonly message: string; readonly stack: string };

const separator = "\u001e";

/** The line, with its newline, that carries a message. Not-finite live values become null and are shown as "–". */
export function encodeMessage(message: CellMessage): string {
  return `${separator}${JSON.stringify(message)}\n`;
}

/** The message in a line (without its newline); undefined when a library printed it. */
export function decodeMessage(line: string): CellMessage | undefined {
  if (!line.startsWith(separator)) return undefined;
  try {
    // Both ends are this file: what follows the separator and parses was written by encodeMessage.
    return JSON.parse(line.slice(separator.length)) as CellMessage;
  } catch {
    // A process that is killed may leave half a line.
    return undefined;
  }
}
