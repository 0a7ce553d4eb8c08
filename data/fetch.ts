/**
 * Downloads of published files: mirror after mirror, resumed after interruptions, checked before they are used.
 *
 * @module
 */
import { isFileAt } from "./data_dir.ts";
import { checkSha256, DataError, firstLine, gunzip, readFile, sha256Hex } from "./files.ts";
import { isAt, openPlainFile } from "./plain_file.ts";
import { sizeLimit, type Source } from "./sources.ts";

/** State of one download. */
export interface Progress {
  /** Name of the source. */
  readonly name: string;
  /** Bytes so far, including those of earlier attempts. */
  readonly received: number;
  /** Bytes of the whole file, if the server reported it. */
  readonly total?: number;
}

/**
 * One line about a download, e.g. `t10k-labels-idx1-ubyte.gz [=====>    ]  52 %  0.9 MB of 1.6 MB`.
 *
 * @param width characters inside the bar
 */
export function progressLine(progress: Progress, width = 24): string {
  const { name, received, total } = progress;
  if (total === undefined || total <= 0) return `${name} ${megabytes(received)}`;
  const share = Math.min(1, received / total);
  const filled = Math.round(share * width);
  const bar = filled === width ? "=".repeat(width) : `${"=".repeat(filled)}>`.padEnd(width);
  const percent = `${Math.floor(share * 100)}`.padStart(3);
  return `${name} [${bar}] ${percent} %  ${megabytes(received)} of ${megabytes(total)}`;
}

/** A size with one decimal, e.g. `1.6 MB`. */
export function megabytes(bytes: number): string {
  return bytes < 1e5 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** Options of {@link fetchSource}. */
export interface FetchOptions {
  /** Called while bytes arrive. */
  readonly onProgress?: (progress: Progress) => void;
  /** Receives notices, one line each: what failed and what is tried next. */
  readonly log?: (line: string) => void;
  /** Milliseconds that a server may stay silent; 20,000 by default. */
  readonly timeoutMs?: number;
  /** Milliseconds that the download may take in all, shared among the mirrors; 1,800,000 by default. */
  readonly deadlineMs?: number;
  /** Attempts at each mirror, each resuming the one before; 3 by default. */
  readonly tries?: number;
}

/** Result of a fetch. */
export interface Fetched {
  /** Path of the file. */
  readonly path: string;
  /** Whether it was downloaded; otherwise it was there already. */
  readonly downloaded: boolean;
}

/** The failure of one attempt; the next may succeed. */
class AttemptError extends Error {
  /** Whether to try the same mirror again. */
  readonly retry: boolean;
  constructor(message: string, retry: boolean) {
    super(message);
    this.retry = retry;
  }
}

/**
 * Makes sure that DIR/FOLDER/NAME has the published content: a good file stays, anything else is downloaded, checked
 * against its SHA-256 and renamed into place. The next download resumes an interrupted one.
 *
 * @param dir data folder; created if absent
 * @throws DataError (unreachable) if no mirror delivers, (unwritable) if the folder cannot be written
 */
export async function fetchSource(
  source: Source,
  dir: string,
  options: FetchOptions = {},
): Promise<Fetched> {
  const folder = `${dir}/${source.folder}`;
  const target = `${folder}/${source.name}`;
  const { log = () => {}, tries = 3, deadlineMs = 1_800_000 } = options;
  await orUnwritable(folder, () => Deno.mkdir(folder, { recursive: true }));
  if (isFileAt(target)) {
    const fault = await faultOf(target, source);
    if (fault === undefined) return { path: target, downloaded: false };
    log(`${fault}; downloading it again`);
  }
  const reasons: string[] = [];
  const deadline = performance.now() + deadlineMs;
  for (const [i, url] of source.urls.entries()) {
    // A slow mirror leaves the others their share of the time.
    const start = performance.now();
    const end = start + (deadline - start) / (source.urls.length - i);
    for (let attempt = 1; attempt <= tries; attempt++) {
      try {
        await fromMirror(source, url, target, end, options);
        return { path: target, downloaded: true };
      } catch (error) {
        if (!(error instanceof AttemptError)) throw error;
        const reason = `${new URL(url).host}: ${error.message}`;
        log(`${source.name}: ${reason}`);
        if (error.retry && attempt < tries && performance.now() < end) continue;
        reasons.push(reason);
        break;
      }
    }
  }
  const rule = `one of ${source.urls.length} mirrors must deliver it`;
  throw new DataError(
    "unreachable",
    `Cannot download ${source.name}: ${rule}: ${reasons.join("; ")}`,
  );
}

async function fromMirror(
  source: Source,
  url: string,
  target: string,
  end: number,
  options: FetchOptions,
): Promise<void> {
  const part = await PartialFile.open(target, url);
  try {
    // Another process may have finished it in the meantime.
    if (isFileAt(target) && await faultOf(target, source) === undefined) return await part.clear();
    const resumedAt = await part.size();
    await receive(source, url, part, end, options);
    const fault = await faultOf(part.path, source);
    if (fault !== undefined) {
      await part.clear();
      // A part of an older version of the file makes the whole invalid: then start afresh.
      throw new AttemptError(fault.replace(part.path, "the download"), resumedAt > 0);
    }
    await part.finish(target);
  } finally {
    await part.close();
  }
}

async function receive(
  source: Source,
  url: string,
  part: PartialFile,
  end: number,
  options: FetchOptions,
): Promise<void> {
  const milliseconds = options.timeoutMs ?? 20_000;
  const limit = sizeLimit(source);
  const controller = new AbortController();
  const abortAfter = (ms: number, why: string) => setTimeout(() => controller.abort(why), ms);
  const left = Math.max(0, end - performance.now());
  const deadline = abortAfter(left, `not done after ${(left / 1000).toFixed(1)} s`);
  let timer: ReturnType<typeof setTimeout> | undefined;
  const restartTimer = () => {
    clearTimeout(timer);
    timer = abortAfter(milliseconds, `no answer for ${milliseconds / 1000} s`);
  };
  let hasData = false;
  restartTimer();
  try {
    let received = await part.size();
    const headers = received > 0 ? { Range: `bytes=${received}-` } : {};
    const response = await fetch(url, { headers, signal: controller.signal });
    if (response.status === 416) {
      // The part is at least as long as the file; the checksum decides whether it is right.
      await response.body?.cancel();
      return;
    }
    if (!response.ok || response.body === null) {
      await response.body?.cancel();
      throw new AttemptError(`HTTP status ${response.status}`, response.status >= 500);
    }
    const range = response.headers.get("content-range") ?? "";
    if (response.status !== 206 || !range.startsWith(`bytes ${received}-`)) {
      // The server sends the whole file, not the rest.
      await part.clear();
      received = 0;
    }
    const rest = Number(response.headers.get("content-length") ?? NaN);
    const total = Number.isFinite(rest) ? { total: received + rest } : {};
    for await (const chunk of response.body) {
      restartTimer();
      if (received + chunk.length > limit) {
        await part.clear();
        throw new AttemptError(`it must have at most ${limit} bytes, is more`, false);
      }
      await part.append(chunk);
      received += chunk.length;
      hasData = true;
      options.onProgress?.({ name: source.name, received, ...total });
    }
    if (total.total !== undefined && received < total.total) {
      throw new AttemptError(`ended after ${received} of ${total.total} bytes`, true);
    }
  } catch (error) {
    if (error instanceof AttemptError || error instanceof DataError) throw error;
    // Retry only a mirror that has sent something.
    const { aborted, reason } = controller.signal;
    throw new AttemptError(aborted ? String(reason) : describe(error), hasData);
  } finally {
    clearTimeout(timer);
    clearTimeout(deadline);
  }
}

/** What is wrong with a file, in one line; undefined if it is right. */
export async function faultOf(path: string, source: Source): Promise<string | undefined> {
  try {
    const maxBytes = sizeLimit(source);
    const content = gunzip(await readFile(path, maxBytes), path, maxBytes);
    await checkSha256(content, source.sha256, path);
    return undefined;
  } catch (error) {
    if (error instanceof DataError) return error.message;
    throw error;
  }
}

/** The innermost message of a network error: the outer ones only say that fetching failed. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error) return describe(error.cause);
  return firstLine(error)
    .replace(/^error sending request for url \(.*?\):? ?/, "")
    .replace(/^client error \(Connect\):? ?/, "") || "connection failed";
}

/**
 * A download in progress: `TARGET.XXXXXXXX.part`, one for each address, because mirrors may compress differently. A lock
 * makes a second process wait; only the holder of the lock writes, renames or removes the part.
 */
class PartialFile {
  readonly #file: Deno.FsFile;
  readonly path: string;

  private constructor(file: Deno.FsFile, path: string) {
    this.#file = file;
    this.path = path;
  }

  /** Opens and locks the part of `target` that comes from `url`. @throws DataError (unwritable), also if a link is there */
  static async open(target: string, url: string): Promise<PartialFile> {
    const digest = await sha256Hex(new TextEncoder().encode(url));
    const path = `${target}.${digest.slice(0, 8)}.part`;
    return await orUnwritable(path, async () => {
      while (true) {
        const file = openPlainFile(path);
        await file.lock(true);
        // While this one waited, the part may have become the target, or gone.
        if (isAt(file, path)) return new PartialFile(file, path);
        file.close();
      }
    });
  }

  async size(): Promise<number> {
    return (await this.#file.stat()).size;
  }

  async clear(): Promise<void> {
    await this.#file.truncate(0);
    await this.#file.seek(0, Deno.SeekMode.Start);
  }

  /** Adds bytes at the end. @throws DataError (unwritable), e.g. if the disk is full */
  async append(bytes: Uint8Array): Promise<void> {
    await orUnwritable(this.path, async () => {
      await this.#file.seek(0, Deno.SeekMode.End);
      for (let at = 0; at < bytes.length;) at += await this.#file.write(bytes.subarray(at));
    });
  }

  /** Flushes the part and renames it to `target`. */
  async finish(target: string): Promise<void> {
    await orUnwritable(target, async () => {
      await this.#file.sync();
      await Deno.rename(this.path, target);
    });
  }

  /** Releases the lock; the part stays for the next attempt, which cannot resume from nothing. */
  async close(): Promise<void> {
    try {
      if (await this.size() === 0) await Deno.remove(this.path).catch(unless(Deno.errors.NotFound));
    } finally {
      this.#file.close();
    }
  }
}

/** Runs `action`; errors of the file system become a DataError (unwritable). */
async function orUnwritable<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    throw new DataError(
      "unwritable",
      `Cannot write ${path}: it must be writable, is not: ${firstLine(error)}`,
    );
  }
}

/** Ignores errors of a kind. */
function unless(kind: new (message?: string) => Error): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof kind)) throw error;
  };
}
