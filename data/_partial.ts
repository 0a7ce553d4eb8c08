import { DataError, firstLine, sha256Hex } from "./files.ts";
import { isFileAt } from "./data_dir.ts";

/**
 * A download in progress: `TARGET.XXXXXXXX.part`, one for each address, because mirrors may compress differently. A lock
 * makes a second process wait.
 */
export class PartialFile {
  readonly #file: Deno.FsFile;
  /** Path of the part. */
  readonly path: string;

  private constructor(file: Deno.FsFile, path: string) {
    this.#file = file;
    this.path = path;
  }

  /**
   * Opens and locks the part of `target` that comes from `url`.
   *
   * @returns the part, or undefined if another process has finished `target` meanwhile
   * @throws DataError (unwritable)
   */
  static async open(target: string, url: string): Promise<PartialFile | undefined> {
    const digest = await sha256Hex(new TextEncoder().encode(url));
    const path = `${target}.${digest.slice(0, 8)}.part`;
    const file = await orUnwritable(
      path,
      () => Deno.open(path, { create: true, read: true, write: true }),
    );
    await file.lock(true);
    if (isFileAt(target)) {
      file.close();
      await removeIfThere(path);
      return undefined;
    }
    return new PartialFile(file, path);
  }

  /** Bytes so far. */
  async size(): Promise<number> {
    return (await this.#file.stat()).size;
  }

  /** Discards what was downloaded. */
  async clear(): Promise<void> {
    await this.#file.truncate(0);
    await this.#file.seek(0, Deno.SeekMode.Start);
  }

  /**
   * Adds bytes at the end.
   *
   * @throws DataError (unwritable), e.g. if the disk is full
   */
  async append(bytes: Uint8Array): Promise<void> {
    await orUnwritable(this.path, async () => {
      await this.#file.seek(0, Deno.SeekMode.End);
      for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
    });
  }

  /** Flushes the part and makes it `target` in one step. */
  async finish(target: string): Promise<void> {
    await orUnwritable(target, async () => {
      await this.#file.sync();
      await Deno.rename(this.path, target);
    });
  }

  /** Releases the lock; the part stays for the next attempt. */
  close(): void {
    this.#file.close();
  }
}

/** Runs `action`; errors of the file system become a DataError (unwritable). */
export async function orUnwritable<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new DataError(
      "unwritable",
      `Cannot write ${path}: it must be writable, is not: ${firstLine(error)}`,
    );
  }
}

/** Removes a file that may be absent. */
export async function removeIfThere(path: string): Promise<void> {
  await Deno.remove(path).catch((error: unknown) => {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  });
}
