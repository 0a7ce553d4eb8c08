/**
 * What happens where a data set's files are absent: one try to download them, else a notice that something stands in.
 *
 * @module
 */
import { type DataDir, findSource, placesOf, whoNamed } from "./data_dir.ts";
import { fetchSource, megabytes } from "./fetch.ts";
import { DataError } from "./files.ts";
import type { Source } from "./sources.ts";

/** Options of loaders that may make up data. */
export interface StandInOptions {
  /** Whether made-up data may stand in for what the data folder lacks; by default only where nobody named the folder. */
  readonly standIn?: boolean;
  /** Receives notices, one line each. */
  readonly log?: (line: string) => void;
}

/** Options of loaders that may download. */
export interface DownloadOptions extends StandInOptions {
  /** Whether to try the network once if no file is found; true by default. */
  readonly download?: boolean;
  /** Milliseconds that a mirror may stay silent; 8,000 by default. */
  readonly timeoutMs?: number;
}

/** Downloads files into a data folder, with one try at each mirror. @returns why not, or undefined if they are there now */
export async function fetchMissing(
  missing: readonly Source[],
  dir: string,
  { download = true, log = () => {}, timeoutMs = 8000 }: DownloadOptions,
): Promise<string | undefined> {
  if (!download) return "downloading is off";
  const size = megabytes(missing.reduce((sum, { bytes }) => sum + bytes, 0));
  log(`downloading ${missing.map(({ name }) => name).join(" and ")} (${size}): not in ${dir}`);
  try {
    for (const source of missing) await fetchSource(source, dir, { timeoutMs, tries: 1 });
    return undefined;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return error.message;
  }
}

/**
 * Downloads the files that a data folder lacks and reads them all.
 *
 * @param read gives undefined while a file is missing
 * @returns what was read, or the reason why there is nothing
 * @throws DataError (missing) where a folder that was named has some of the files and the others cannot be had
 */
export async function readFetched<T>(
  dir: DataDir,
  what: string,
  sources: readonly Source[],
  read: () => Promise<T | undefined>,
  options: DownloadOptions,
): Promise<{ readonly value: T } | { readonly reason: string }> {
  const missing = sources.filter((source) => findSource(dir.path, source) === undefined);
  const { names, folders } = placesOf(dir.path, missing[0]!);
  const failure = await fetchMissing(missing, dir.path, options);
  // Only failed downloads lead to made-up data; a corrupt file in the folder is an error of `read`.
  const value = failure === undefined ? await read() : undefined;
  if (value !== undefined) return { value };
  const reason = `no ${names.join(" or ")} in ${folders.join(" or ")}; ${failure}`;
  if (missing.length < sources.length && dir.chosenBy !== "default") {
    const rule = "images and labels must be there";
    throw new DataError("missing", `Cannot use ${what} in ${dir.path}: ${rule}, is ${reason}`);
  }
  return { reason };
}

/**
 * Says in lines that nobody overlooks that something stands in for the data. A folder that a user named is taken at its word
 * instead: nothing stands in for what it lacks.
 *
 * @param remedy how to get the real data
 * @throws DataError (missing) where `--data-dir` or `ODE2VAE_DATA_DIR` named the folder
 */
export function announceStandIn(
  dir: DataDir,
  what: string,
  reason: string,
  remedy: string,
  { standIn = dir.chosenBy === "default", log = () => {} }: StandInOptions,
): void {
  if (!standIn) {
    const rule = "it must name a folder with the data (without it, made-up data stand in)";
    throw new DataError("missing", `Cannot use ${whoNamed(dir)}: ${rule}, has ${reason}`);
  }
  const bar = "!".repeat(88);
  log(bar);
  log(`!! ${what} Numbers do not compare with the paper's.`);
  log(`!! Reason: ${reason}`);
  log(`!! ${remedy}`);
  log(bar);
}
