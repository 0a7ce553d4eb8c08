/**
 * Files that the user names for results: looked at before any work is done, written at its end.
 *
 * @module
 */
import { accessSync, constants } from "node:fs";
import { dirname } from "node:path";
import { lstat } from "../data/plain_file.ts";
import { fileErrorReason, RunError, UsageError } from "./errors.ts";
import { writeFileAtomic } from "./record/atomic_file.ts";

/** True where a file is absent or plain, and so can be replaced as a whole. */
function isReplaceable(path: string): boolean {
  return lstat(path)?.isFile ?? true;
}

/**
 * Makes sure that {@link writeOutputFile} can write a file, without touching it.
 *
 * @param name What the user calls it, e.g. "--json".
 * @throws {UsageError} when it cannot
 */
export function checkOutputFile(path: string, name: string): void {
  try {
    const folder = dirname(path);
    if (!Deno.statSync(folder).isDirectory) throw new Error(`${folder} is no folder`);
    if (isReplaceable(path)) requirePermission(folder);
    if (lstat(path) === undefined) return;
    if (Deno.statSync(path).isDirectory) throw new Error("a folder is there");
    requirePermission(path);
  } catch (error) {
    throw new UsageError(
      `Cannot use ${name}: it must be a file that can be written, is "${path}": ${
        fileErrorReason(error)
      }`,
    );
  }
}

function requirePermission(path: string): void {
  try {
    accessSync(path, constants.W_OK);
  } catch {
    throw new Error(`no permission to write ${path}`);
  }
}

/**
 * Writes a file that the user named. A plain one is replaced as a whole; a device, a pipe and what a link leads to take
 * the text, as they would from a shell.
 *
 * @param options `append`: the text is added at the file's end.
 * @throws {RunError} when it cannot be written
 */
export function writeOutputFile(
  path: string,
  text: string,
  { append = false }: { readonly append?: boolean } = {},
): void {
  try {
    if (append) Deno.writeTextFileSync(path, text, { append });
    else if (isReplaceable(path)) writeFileAtomic(path, text);
    else Deno.writeTextFileSync(path, text, { create: false });
  } catch (error) {
    throw new RunError(`Cannot write ${path}: ${fileErrorReason(error)}`);
  }
}
