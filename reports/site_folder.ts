/**
 * A site on disk. Its folder may hold other files too: a list in it says which ones are the site's, and only those are
 * replaced, or removed when the site has them no more.
 *
 * @module
 */
import { dirname, isAbsolute, join } from "node:path";
import { lstat } from "../data/plain_file.ts";
import { fileErrorReason, RunError, UsageError } from "../benchmarks/errors.ts";
import { removeIfThere, writeFileAtomic } from "../benchmarks/record/atomic_file.ts";
import { CSV_COLUMNS } from "./tables/files.ts";

/** File name of all results. */
export const RESULTS_FILE = "results.csv";

/** The list: a path a line, from the folder. */
const LIST = ".ode2vae-site";

/** On the first page of every version that kept no list: then all pages are taken for the site's. */
const FORMER_FOOTER = "<p>Made from the records by <code>deno task report</code>.</p>";

/** Folders of a site. */
const FOLDERS = ["record", "data"];

/**
 * Text of a file, "" for a link, a pipe and whatever else the suite does not make; undefined where there is nothing.
 *
 * @throws {RunError} when it cannot be read
 */
export function readIfThere(path: string): string | undefined {
  const there = lstat(path);
  if (there?.isFile !== true) return there === undefined ? undefined : "";
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    throw new RunError(`Cannot read ${path}: ${fileErrorReason(error)}`);
  }
}

/** Paths that the list names; undefined without a list. A path that leads out of the site is none. */
function listedPaths(folder: string): readonly string[] | undefined {
  return readIfThere(join(folder, LIST))?.split("\n").filter((path) => {
    const parent = dirname(path);
    return path !== "" && !isAbsolute(path) && !path.split(/[\\/]/).includes("..") &&
      (parent === "." || FOLDERS.includes(parent));
  });
}

/**
 * Makes sure that nothing but files that the suite has made would be replaced.
 *
 * @param folder Folder of the site; need not exist.
 * @param paths Files to write, from the folder.
 * @throws {UsageError} naming a file that the suite has not made
 * @throws {RunError} when a file cannot be read
 */
export function checkSiteFolder(folder: string, paths: readonly string[]): void {
  const refuse = (rule: string, path: string): never => {
    throw new UsageError(`Cannot write the site into ${folder}: ${rule}, is ${join(folder, path)}`);
  };
  const there = lstat(folder);
  if (there === undefined) return;
  if (!there.isDirectory && !there.isSymlink) refuse("it must be a folder", "");
  for (const name of FOLDERS) {
    if (lstat(join(folder, name))?.isDirectory === false) {
      refuse(`its ${name} must be a folder`, name);
    }
  }
  const listed = listedPaths(folder);
  const former = listed === undefined &&
    readIfThere(join(folder, "index.html"))?.includes(FORMER_FOOTER) === true;
  const made = new Set(listed);
  for (const path of paths) {
    if (path === RESULTS_FILE) checkResultsFile(join(folder, path));
    else if (!former && !made.has(path) && lstat(join(folder, path)) !== undefined) {
      refuse("a file that it has not made must not be in its way", path);
    }
  }
}

/**
 * Makes sure that results.csv may be replaced: the suite's own is told by its columns.
 *
 * @throws {UsageError} when it is there and has other columns
 * @throws {RunError} when it cannot be read
 */
export function checkResultsFile(path: string): void {
  const start = CSV_COLUMNS.slice(0, 4).join(",");
  if (readIfThere(path)?.startsWith(start) ?? true) return;
  throw new UsageError(
    `Cannot write the results: a file with other columns must not be in the way, is ${path}`,
  );
}

/**
 * Writes a site, each file whole or not at all, and removes files of the former one that this one does not have.
 *
 * @param contents Content by path from the folder.
 * @throws {UsageError} as {@link checkSiteFolder}, before anything is written
 * @throws {RunError} when a file cannot be read, written or removed
 */
export function writeSite(
  folder: string,
  contents: ReadonlyMap<string, string | Uint8Array>,
): void {
  const paths = [...contents.keys()];
  checkSiteFolder(folder, paths);
  const former = listedPaths(folder) ?? [];
  const writeList = (listed: Iterable<string>) =>
    writeInto(folder, LIST, [...new Set(listed)].sort().map((path) => `${path}\n`).join(""));
  // What an interrupted run wrote is in the list too.
  writeList([...former, ...paths]);
  for (const [path, content] of contents) writeInto(folder, path, content);
  for (const path of former.filter((path) => !contents.has(path))) {
    try {
      removeIfThere(join(folder, path));
    } catch (error) {
      throw new RunError(`Cannot remove ${join(folder, path)}: ${fileErrorReason(error)}`);
    }
  }
  writeList(paths);
}

/** Writes a file and makes its folder. @throws {RunError} when it cannot be written */
export function writeInto(folder: string, path: string, content: string | Uint8Array): void {
  const target = join(folder, path);
  try {
    Deno.mkdirSync(dirname(target), { recursive: true });
    writeFileAtomic(target, content);
  } catch (error) {
    throw new RunError(`Cannot write ${target}: ${fileErrorReason(error)}`);
  }
}
