/**
 * What happens where a data set's files are absent: one try to download them, else a notice that something stands in.
 *
 * @module
 */
import { fetchSource, megabytes } from "./fetch.ts";
import { DataError } from "./files.ts";
import type { Source } from "./sources.ts";

/** Options of loaders that may download. */
export interface DownloadOptions {
  /** Whether to try the network once if no file is found; true by default. */
  readonly download?: boolean;
  /** Receives notices, one line each. */
  readonly log?: (line: string) => void;
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

/** Lines that nobody overlooks. @param remedy how to get the real data */
export function standInNotice(what: string, reason: string, remedy: string): readonly string[] {
  const bar = "!".repeat(88);
  return [
    bar,
    `!! ${what} Numbers do not compare with the paper's.`,
    `!! Reason: ${reason}`,
    `!! ${remedy}`,
    bar,
  ];
}
