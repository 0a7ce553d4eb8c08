/**
 * Where data files are kept and found.
 *
 * @module
 */
import { DataError } from "./files.ts";
import type { Source } from "./sources.ts";

/** Environment variable that names the data folder. */
export const DATA_DIR_VARIABLE = "ODE2VAE_DATA_DIR";

/** A data folder and who chose it. */
export interface DataDir {
  /** Its path. */
  readonly path: string;
  /** `default` folders may be absent; one that a user named must exist to be read. */
  readonly chosenBy: "option" | "environment" | "default";
}

/**
 * The data folder: `--data-dir`, else `ODE2VAE_DATA_DIR`, else `./.data` where it exists, else `ode2vae` in the user's
 * cache folder.
 *
 * @param option Value of `--data-dir`.
 * @param env Reads an environment variable; the process's own by default.
 */
export function resolveDataDir(
  option?: string,
  env: (name: string) => string | undefined = readEnv,
): DataDir {
  if (option) return { path: option, chosenBy: "option" };
  const named = env(DATA_DIR_VARIABLE);
  if (named) return { path: named, chosenBy: "environment" };
  if (isDirectory(".data")) return { path: ".data", chosenBy: "default" };
  const home = env("HOME") ?? env("USERPROFILE") ?? ".";
  const cache = env("XDG_CACHE_HOME") || env("LOCALAPPDATA") || `${home}/.cache`;
  return { path: `${cache}/ode2vae`, chosenBy: "default" };
}

/**
 * Checks that a folder a user named is there.
 *
 * @throws DataError (missing) where it is not
 */
export function requireNamedDir(dir: DataDir): void {
  if (dir.chosenBy === "default" || isDirectory(dir.path)) return;
  const name = dir.chosenBy === "option" ? "--data-dir" : DATA_DIR_VARIABLE;
  throw new DataError(
    "missing",
    `Cannot read data as ${name} must name a folder, is ${dir.path}`,
  );
}

/**
 * Looks for a file of `source` in DIR/ and in its folder there, gzipped or not.
 *
 * @returns its path, or undefined where there is none
 * @throws DataError (missing) where the folder may not be read
 */
export function findSource(dir: string, source: Source): string | undefined {
  const plain = source.name.replace(/\.gz$/, "");
  return [source.name, plain]
    .flatMap((name) => [`${dir}/${name}`, `${dir}/${source.folder}/${name}`])
    .find(isFileAt);
}

/** Whether there is a folder at `path`. */
export function isDirectory(path: string): boolean {
  return stat(path)?.isDirectory ?? false;
}

/** Whether there is a file at `path`. */
export function isFileAt(path: string): boolean {
  return stat(path)?.isFile ?? false;
}

function stat(path: string): Deno.FileInfo | undefined {
  try {
    return Deno.statSync(path);
  } catch (error) {
    const isAbsent = error instanceof Deno.errors.NotFound ||
      error instanceof Deno.errors.NotADirectory;
    if (isAbsent) return undefined;
    // A folder that may not be read is no empty folder: drawn threes must not stand in for it.
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new DataError("missing", `Cannot look for ${path}: it must be readable: ${reason}`);
  }
}

function readEnv(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    // Without the permission the variable counts as unset.
    return undefined;
  }
}
