/**
 * The list of accepted changes: why the reference results are what they are.
 *
 * `accepted.jsonl` is beside the reference records and only grows: one line of JSON for each time that
 * `deno task accept` replaced or added records, oldest first. A line says when, why, on which commit of the suite, and
 * for each cell the former and the accepted result.
 *
 * @module
 */
import { join } from "node:path";
import { asArray, asCount, asObject, asOneOf, asSha256, asString } from "../record/_validate.ts";
import { canonicalJson } from "../record/canonical_json.ts";
import { fileErrorReason, messageOf, RunError } from "../errors.ts";
import { parseMetric, tiers } from "../record/parse_record.ts";
import { readJsonText } from "../record/read_json.ts";
import type { CellIdentity, CellRecord, Metric } from "../record/record.ts";

/** Version of a line's layout; other versions are refused. */
export const ACCEPTANCE_SCHEMA = 1;
/** Name of the file in the folder of the reference records. Not `.json`, because every such file there is a record. */
export const ACCEPTED_FILE = "accepted.jsonl";

/** The contents of a reference record, without its curves. */
export interface AcceptedResult {
  /** How the cell ended. */
  readonly status: "completed" | "diverged";
  /** The record's trace hash. */
  readonly traceSha256: string;
  /** Scalar results; none when it diverged. */
  readonly metrics: readonly Metric[];
  /** Git commit of the suite that computed it, "" when unknown, with "+dirty" when files differed. */
  readonly commit: string;
  /** ISO 8601 time at which it was computed. */
  readonly finishedAt: string;
}

/** One cell whose reference changed. */
export interface AcceptedCell {
  /** Registry name of the model. */
  readonly model: string;
  /** Seed of the cell. */
  readonly seed: number;
  /** The former reference; null for a cell that it did not have. */
  readonly former: AcceptedResult | null;
  /** The new reference. */
  readonly accepted: AcceptedResult;
}

/** One line of the list. Its cells share the parts of their identity that are here. */
export interface Acceptance extends Omit<CellIdentity, "model" | "seed"> {
  /** Version of this layout. */
  readonly schema: typeof ACCEPTANCE_SCHEMA;
  /** The reason given by whoever accepted it; one line, not empty. */
  readonly reason: string;
  /** ISO 8601 time (UTC). */
  readonly acceptedAt: string;
  /** Git commit of the suite that accepted, "" outside a checkout, with "+dirty" when files differed. */
  readonly commit: string;
  /** At least one, by model and seed. */
  readonly cells: readonly AcceptedCell[];
}

/** The part of a finished record that the list keeps. */
export function acceptedResult(record: CellRecord): AcceptedResult {
  const { status, traceSha256, metrics, fingerprint, finishedAt } = record;
  if (status !== "completed" && status !== "diverged") {
    throw new RangeError(
      `Cannot accept a result: it must be completed or diverged, is ${status}`,
    );
  }
  return { status, traceSha256, metrics, commit: fingerprint.commit, finishedAt };
}

/**
 * Reads the list.
 *
 * @param folder Folder of the reference records.
 * @returns oldest first; none when there is no file
 * @throws {RunError} when the file cannot be read, or a line is not an acceptance; says which line
 */
export function readAcceptances(folder: string): readonly Acceptance[] {
  const path = join(folder, ACCEPTED_FILE);
  let text: string;
  try {
    text = readJsonText(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw new RunError(`Cannot read accepted changes ${path}: ${fileErrorReason(error)}`);
  }
  return text.split("\n").flatMap((line, i) => {
    if (line.trim() === "") return [];
    try {
      return [parseAcceptance(JSON.parse(line))];
    } catch (error) {
      throw new RunError(
        `Cannot read accepted changes ${path}, line ${i + 1}: ${messageOf(error)}`,
      );
    }
  });
}

/**
 * The file of the list with more lines; former lines stay byte for byte.
 *
 * @param folder Folder of the reference records.
 * @param added Oldest first.
 * @throws {RunError} when the file cannot be read or is damaged
 */
export function extendedList(
  folder: string,
  added: readonly Acceptance[],
): readonly [path: string, text: string] {
  const path = join(folder, ACCEPTED_FILE);
  const former = readAcceptances(folder).length === 0
    ? ""
    : Deno.readTextFileSync(path).replace(/\n*$/, "\n");
  return [path, former + added.map((acceptance) => `${canonicalJson(acceptance)}\n`).join("")];
}

/**
 * Checks parsed JSON.
 *
 * @throws SyntaxError that says where it is wrong
 */
export function parseAcceptance(value: unknown): Acceptance {
  const line = asObject(value, "an acceptance");
  if (line.schema !== ACCEPTANCE_SCHEMA) {
    throw new SyntaxError(
      `schema must be ${ACCEPTANCE_SCHEMA}, is ${JSON.stringify(line.schema)}`,
    );
  }
  const cells = asArray(line.cells, "cells").map((cell, i) => parseCell(cell, `cells[${i}]`));
  if (cells.length === 0) {
    throw new SyntaxError("cells must hold at least one, is []");
  }
  return {
    schema: ACCEPTANCE_SCHEMA,
    benchmark: asText(line.benchmark, "benchmark"),
    version: asCount(line.version, "version"),
    tier: asOneOf(line.tier, tiers, "tier"),
    backend: asText(line.backend, "backend"),
    dataSha256: asSha256(line.dataSha256, "dataSha256"),
    reason: asText(line.reason, "reason"),
    acceptedAt: asTime(line.acceptedAt, "acceptedAt"),
    commit: asString(line.commit, "commit"),
    cells,
  };
}

function parseCell(value: unknown, where: string): AcceptedCell {
  const cell = asObject(value, where);
  return {
    model: asText(cell.model, `${where}.model`),
    seed: asCount(cell.seed, `${where}.seed`),
    former: cell.former === null ? null : parseResult(cell.former, `${where}.former`),
    accepted: parseResult(cell.accepted, `${where}.accepted`),
  };
}

function parseResult(value: unknown, where: string): AcceptedResult {
  const result = asObject(value, where);
  return {
    status: asOneOf(result.status, ["completed", "diverged"] as const, `${where}.status`),
    traceSha256: asSha256(result.traceSha256, `${where}.traceSha256`),
    metrics: asArray(result.metrics, `${where}.metrics`).map((metric, i) =>
      parseMetric(metric, `${where}.metrics[${i}]`)
    ),
    commit: asString(result.commit, `${where}.commit`),
    finishedAt: asTime(result.finishedAt, `${where}.finishedAt`),
  };
}

/** One line of text, not blank. */
function asText(value: unknown, where: string): string {
  const text = asString(value, where);
  if (text.trim() !== "" && !text.includes("\n")) return text;
  throw new SyntaxError(`${where} must be a line of text, is ${JSON.stringify(text)}`);
}

/** A time as `Date.toISOString` writes it. */
function asTime(value: unknown, where: string): string {
  const text = asString(value, where);
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(text) && !Number.isNaN(Date.parse(text))) {
    return text;
  }
  throw new SyntaxError(`${where} must be an ISO 8601 time in UTC, is "${text}"`);
}
