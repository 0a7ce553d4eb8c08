/**
 * The protocol between the command line and a cell's process.
 *
 * To the process: the request is its argument; `stop` on its standard input asks it to save and end; the end of that
 * input means that the command line died. From the process: one JSON message per line on standard output, each after a
 * record separator (U+001E, as in RFC 7464), so that the output of libraries is not mistaken for a message.
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

/** The progress of a cell. */
export interface CellProgress {
  /** Epochs done. */
  readonly epoch: number;
  /** Epochs of the whole training. */
  readonly epochs: number;
  /** Steps done in the current epoch; 0 between epochs. */
  readonly step: number;
  /** Steps of an epoch; 0 between epochs. */
  readonly steps: number;
  /** Live loss terms. */
  readonly live: EpochReport;
}

/** A message of a cell's process. */
export type CellMessage =
  /** Training begins, at `epoch` when it resumes. */
  | { readonly kind: "started"; readonly epoch: number; readonly epochs: number }
  | { readonly kind: "progress"; readonly progress: CellProgress }
  | { readonly kind: "notice"; readonly text: string }
  /** The record is on disk. */
  | { readonly kind: "finished"; readonly status: "completed" | "diverged"; readonly note: string }
  /** The process stopped as asked; `epoch` epochs are saved. */
  | { readonly kind: "interrupted"; readonly epoch: number }
  | { readonly kind: "failed"; readonly message: string; readonly stack: string };

const separator = "\u001e";

/** The line of a message, with its newline. JSON turns live values that are not finite into null. */
export function encodeMessage(message: CellMessage): string {
  return `${separator}${JSON.stringify(message)}\n`;
}

/** The message in a line (without its newline); undefined for other output. */
export function decodeMessage(line: string): CellMessage | undefined {
  if (!line.startsWith(separator)) return undefined;
  try {
    // Only encodeMessage writes the separator, so what parses after it has this type.
    return JSON.parse(line.slice(separator.length)) as CellMessage;
  } catch {
    // A killed process may leave half a line.
    return undefined;
  }
}
