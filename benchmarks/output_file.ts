/**
 * Files that the user names for results: looked at before any work is done, written at its end.
 *
 * @module
 */
import { dirname } from "node:path";
import { lstat } from "../data/plain_file.ts";
import { fileErrorReason, RunError, UsageError } from "./errors.ts";
import { writeFileAtomic } from "./record/atomic_file.ts";

/**
 * Makes sure that {@link writeOutputFile} can write a file, without changing it. A device or a pipe is not opened: that
 * could wait for ever.
 *
 * @param name What the user calls it, e.g. "--json".
 * @throws {UsageError} when it cannot
 */
export function checkOutputFile(path: string, name: string): void {
  try {
    const there = lstat(path);
    if (there === undefined || there.isFile) {
      const folder = dirname(path);
      Deno.statSync(`${folder}/.`);
      Deno.removeSync(Deno.makeTempFileSync({ dir: folder, prefix: ".ode2vae-" }));
      if (there !== undefined) Deno.openSync(path, { write: true }).close();
    } else if (Deno.statSync(path).isDirectory) throw new Error("a folder is there");
  } catch (error) {
    throw new UsageError(
      `Cannot use ${name}: it must be a file that can be written, is "${path}": ${
        fileErrorReason(error)
      }`,
    );
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
    else if (lstat(path)?.isFile ?? true) writeFileAtomic(path, text);
    else Deno.writeTextFileSync(path, text, { create: false });
  } catch (error) {
    throw new RunError(`Cannot write ${path}: ${fileErrorReason(error)}`);
  }
}
