/**
 * Files that stay open, with names that anyone can guess, in folders that others may have filled.
 *
 * @module
 */
import { basename } from "node:path";

/**
 * Opens a plain file to read and write, and makes it where it is absent.
 *
 * @throws Error when a link or a folder is there: a link may lead to any file
 */
export function openPlainFile(path: string): Deno.FsFile {
  while (true) {
    const there = lstat(path);
    if (there !== undefined && !(there.isFile && (there.nlink ?? 1) === 1)) {
      throw new Error(`${basename(path)} is a link or a folder`);
    }
    try {
      const options = { read: true, write: true, createNew: there === undefined };
      const file = Deno.openSync(path, options);
      if (isAt(file, path)) return file;
      file.close();
    } catch (error) {
      const overtaken = there ? Deno.errors.NotFound : Deno.errors.AlreadyExists;
      if (!(error instanceof overtaken)) throw error;
    }
  }
}

/** Whether a path still leads to an open file, and not through a link. */
export function isAt(file: Deno.FsFile, path: string): boolean {
  const [mine, there] = [file.statSync(), lstat(path)];
  return there !== undefined && there.ino === mine.ino && there.dev === mine.dev;
}

/** What is at a path, links not followed; undefined where nothing is, or where Deno lets no one look. */
export function lstat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.lstatSync(path);
  } catch (error) {
    const { NotFound, NotADirectory, NotCapable } = Deno.errors;
    if ([NotFound, NotADirectory, NotCapable].some((kind) => error instanceof kind)) {
      return undefined;
    }
    throw error;
  }
}
