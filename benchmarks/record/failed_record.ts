/**
 * The record of a cell that failed: no result, and why.
 *
 * @module
 */
import type { Settings } from "../definition.ts";
import { MOST_TEXT } from "./limits.ts";
import {
  type CellIdentity,
  type CellRecord,
  type Fingerprint,
  RECORD_SCHEMA,
  traceSha256,
} from "./record.ts";

/** What is known of a cell without its process. */
export interface FailedCellContext {
  /** Settings after all overrides. */
  readonly settings: Settings;
  /** Where the data came from, one line. */
  readonly dataOrigin: string;
  /** One sentence on stand-in data; "" for the real ones. */
  readonly standIn: string;
  /** Where and with what the cell runs. */
  readonly fingerprint: Fingerprint;
  /** Command that reproduces the cell. */
  readonly command: string;
}

/**
 * A record without results.
 *
 * @param note What failed, one line; cut to the length that a record may hold.
 */
export function failedRecord(
  cell: CellIdentity,
  note: string,
  context: FailedCellContext,
): CellRecord {
  return {
    schema: RECORD_SCHEMA,
    cell,
    status: "failed",
    note: note.slice(0, MOST_TEXT),
    ...context,
    metrics: [],
    curves: [],
    exhibits: [],
    parameters: 0,
    steps: 0,
    traceSha256: traceSha256([], []),
    time: { data: 0, compilation: 0, training: 0, evaluation: 0 },
    finishedAt: new Date().toISOString(),
  };
}
