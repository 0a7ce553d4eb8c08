/**
 * Where the steps that one cell's backend has recorded wait for the next cell.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { suiteFolder } from "./fingerprint.ts";

function* sources(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (isDirectory) yield* sources(path);
    else if (name.endsWith(".ts")) yield path;
  }
}

/**
 * A hash of everything that makes a recorded step what it is, besides its own settings: the code of models and backends
 * and the versions of their libraries. Undefined where that code is not in files.
 *
 * @param root folder of the suite
 */
export function codeVersion(root: string = suiteFolder): string | undefined {
  const hash = createHash("sha256");
  try {
    for (const path of [...sources(join(root, "models"))].sort()) {
      hash.update(path.slice(root.length)).update("\0").update(Deno.readFileSync(path)).update(
        "\0",
      );
    }
    return hash.update(Deno.readFileSync(join(root, "deno.lock"))).digest("hex").slice(0, 16);
  } catch {
    return undefined;
  }
}

/**
 * The folder of this version of the code, as an option for trainers; folders of others are removed.
 *
 * @param folder of all versions; need not exist
 */
export function recordedSteps(
  folder: string,
  version: string | undefined = codeVersion(),
): { readonly cacheFolder?: string } {
  if (version === undefined) return {};
  try {
    for (const { name } of Deno.readDirSync(folder)) {
      if (name !== version) Deno.removeSync(join(folder, name), { recursive: true });
    }
  } catch {
    // Not there yet, or not to be removed: either way no cell fails for it.
  }
  return { cacheFolder: join(folder, version) };
}
