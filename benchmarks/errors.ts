/**
 * Errors whose message is meant for the user, and the exit codes.
 *
 * @module
 */
import { didYouMean } from "../models/training/names.ts";

/** Exit codes of the command line. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, interrupted: 130 } as const;

/** Wrong usage: shown as one line, exit code 2. */
export class UsageError extends Error {
  /** Name. */
  override name = "UsageError";
}

/** Something in the run or in a file went wrong: shown as one line, exit code 1. */
export class RunError extends Error {
  /** Name. */
  override name = "RunError";
}

/**
 * The error for a name that is not among the valid ones: lists them, and suggests the nearest.
 *
 * @param what What was to be done with it, e.g. "run benchmark".
 */
export function unknownName(what: string, name: string, valid: readonly string[]): UsageError {
  return new UsageError(
    `Cannot ${what} "${name}": it must be one of ${valid.join(", ")}${didYouMean(name, valid)}`,
  );
}

/** The message of anything thrown, in one line. */
export function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message || error.name : String(error);
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "").join(" ");
}

/** Why a file operation failed, as the operating system says it: "no space left on device (os error 28)". */
export function fileErrorReason(error: unknown): string {
  const text = messageOf(error).replace(/: [a-z]+ '.*$/, "");
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** True when the disk or the quota is full. */
export function isDiskFull(error: unknown): boolean {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : "";
  return code === "ENOSPC" || code === "EDQUOT" || /os error (28|122)\b/.test(messageOf(error));
}
