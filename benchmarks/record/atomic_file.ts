/**
 * Files that are either whole or absent: temporary file, fsync, rename.
 *
 * @module
 */
import { dirname, join } from "node:path";

/** The file operations of {@link writeFileAtomic}; a test injects failing ones. */
export interface FileOperations {
  /** Opens a file. */
  openSync(path: string, options: Deno.OpenOptions): Deno.FsFile;
  /** Writes some of the bytes and gives their number. */
  writeSync(file: Deno.FsFile, bytes: Uint8Array): number;
  /** Makes what was written durable. */
  syncSync(file: Deno.FsFile): void;
  /** Renames a file, replacing one of that name. */
  renameSync(from: string, to: string): void;
  /** Removes a file. */
  removeSync(path: string): void;
}

/** Those of the system. */
export const fileOperations: FileOperations = {
  openSync: (path, options) => Deno.openSync(path, options),
  writeSync: (file, bytes) => file.writeSync(bytes),
  syncSync: (file) => file.syncSync(),
  renameSync: (from, to) => Deno.renameSync(from, to),
  removeSync: (path) => Deno.removeSync(path),
};

/**
 * Writes a file so that a reader, or a crash at any moment, sees the former content or the new one and nothing between.
 * On failure the former file is untouched and the temporary one removed.
 *
 * @throws the operating system's error (full disk, read-only folder, …)
 */
export function writeFileAtomic(
  path: string,
  content: Uint8Array | string,
  operations: FileOperations = fileOperations,
): void {
  writeFilesAtomic(new Map([[path, content]]), operations);
}

/**
 * Writes files as {@link writeFileAtomic}, and renames none before all are written: a full disk changes nothing. They are
 * renamed in the given order. Where that fails, those already renamed get their former contents back.
 *
 * @param contents Path → content.
 * @throws the operating system's error (full disk, read-only folder, …)
 */
export function writeFilesAtomic(
  contents: ReadonlyMap<string, Uint8Array | string>,
  operations: FileOperations = fileOperations,
): void {
  const temporaries = new Map<string, string>();
  const replaced = new Map<string, Uint8Array | undefined>();
  try {
    for (const [path, content] of contents) {
      // Short, so that any name that a file can have can be written.
      const name = `.ode2vae-${Deno.pid}-${crypto.randomUUID().slice(0, 8)}.tmp`;
      const temporary = join(dirname(path), name);
      // Made new: a link in its place may lead to any file.
      const file = operations.openSync(temporary, { write: true, createNew: true });
      temporaries.set(temporary, path);
      writeDurably(file, content, operations);
    }
    for (const [temporary, path] of temporaries) {
      // After the only file nothing can fail: spare the reading of a large one.
      const former = contents.size === 1 ? undefined : readIfThere(path);
      operations.renameSync(temporary, path);
      temporaries.delete(temporary);
      replaced.set(path, former);
    }
  } catch (error) {
    for (const [path, former] of replaced) {
      try {
        if (former === undefined) operations.removeSync(path);
        else writeFileAtomic(path, former, operations);
      } catch {
        // The first error says why.
      }
    }
    for (const temporary of temporaries.keys()) {
      try {
        operations.removeSync(temporary);
      } catch {
        // The folder cannot be written any more: the first error says so.
      }
    }
    throw error;
  }
  for (const folder of new Set([...contents.keys()].map(dirname))) syncFolder(folder);
}

function writeDurably(
  file: Deno.FsFile,
  content: Uint8Array | string,
  operations: FileOperations,
): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    let written = 0;
    while (written < bytes.length) {
      written += operations.writeSync(file, bytes.subarray(written));
    }
    operations.syncSync(file);
  } finally {
    file.close();
  }
}

/** The bytes of a file; undefined when there is none. */
function readIfThere(path: string): Uint8Array | undefined {
  try {
    return Deno.readFileSync(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

/** Removes a file that may not exist. */
export function removeIfThere(path: string): void {
  try {
    Deno.removeSync(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Names of {@link writeFilesAtomic}'s temporary files, and of those of records and checkpoints of former versions. */
const TEMPORARY = /^\.(?:ode2vae-\d+-[0-9a-f]{8}|.+\.(?:json|ckpt)\.\d+)\.tmp$/;

/** Removes what a killed process may have left half-written in a folder. */
export function removeTemporaryFiles(folder: string): void {
  for (const entry of Deno.readDirSync(folder)) {
    if (entry.isFile && TEMPORARY.test(entry.name)) {
      Deno.removeSync(join(folder, entry.name));
    }
  }
}

/** Makes the rename itself durable, where the system lets a folder be synchronised. */
function syncFolder(folder: string): void {
  try {
    using handle = Deno.openSync(folder, { read: true });
    handle.syncSync();
  } catch {
    // Windows and some network file systems refuse; the content itself has been synchronised.
  }
}
