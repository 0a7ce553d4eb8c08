/**
 * The folder of data files.
 *
 * @module
 */
import { DataError, firstLine } from "./files.ts";
import type { Source } from "./sources.ts";

/** Environment variable that names the data folder. */
export const DATA_DIR_VARIABLE = "ODE2VAE_DATA_DIR";

/** A data folder and how it was chosen. */
export interface DataDir {
  /** Its path. */
  readonly path: string;
  /** `default` folders may be absent; a folder that a user named must exist to be read. */
  readonly chosenBy: "option" | "environment" | "default";
}

/**
 * The data folder: `--data-dir`, else `ODE2VAE_DATA_DIR`, else `./.data` if it exists, else `ode2vae` in the user's cache
 * folder.
 *
 * @param option value of `--data-dir`
 * @param env reads an environment variable; the process's own by default
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

/** Checks that a folder that a user named exists. @throws DataError (missing) if it does not */
export function requireNamedDir(dir: DataDir): void {
  if (dir.chosenBy === "default" || isDirectory(dir.path)) return;
  const name = whoNamed(dir);
  throw new DataError("missing", `Cannot read data: ${name} must name a folder, is ${dir.path}`);
}

/** What a user named the folder with, for messages. */
export function whoNamed({ chosenBy }: DataDir): string {
  return chosenBy === "option" ? "--data-dir" : DATA_DIR_VARIABLE;
}

/** Where {@link findSource} looks: names with a dash or a dot, gzipped or not; folders also as torchvision has them. */
export function placesOf(
  dir: string,
  { name, folder }: Source,
): Record<"names" | "folders", string[]> {
  const plain = name.replace(/\.gz$/, "");
  const dotted = plain.replace("-idx", ".idx");
  return {
    names: [...new Set([name, plain, `${dotted}.gz`, dotted])],
    folders: [dir, `${dir}/${folder}`, `${dir}/${folder.toUpperCase()}/raw`, `${dir}/raw`],
  };
}

/**
 * Looks for a file of `source`, by any of its common names, in DIR/, its folder there, e.g. DIR/mnist/, DIR/MNIST/raw/ and
 * DIR/raw/.
 *
 * @returns its path, or undefined if there is none
 * @throws DataError (missing) if the folder must not be read
 */
export function findSource(dir: string, source: Source): string | undefined {
  const { names, folders } = placesOf(dir, source);
  return names.flatMap((name) => folders.map((folder) => `${folder}/${name}`)).find(isFileAt);
}

/** Path of the file NAME in the first of some folders of DIR that has it, or undefined; "" is DIR itself. */
export function findFile(
  dir: string,
  name: string,
  folders: readonly string[],
): string | undefined {
  return folders.map((folder) => `${dir}/${folder === "" ? "" : `${folder}/`}${name}`).find(
    isFileAt,
  );
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
    // A folder without read permission is not an empty one: drawn threes must not replace it.
    throw new DataError(
      "missing",
      `Cannot look for ${path}: it must be readable, is not: ${firstLine(error)}`,
    );
  }
}

function readEnv(name: string): string | undefined {
  try {
    return Deno.env.get(name);
  } catch {
    // Without the permission, treat the variable as unset.
    return undefined;
  }
}
