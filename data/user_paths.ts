/**
 * Paths as the user means them: relative to the folder that the command was called from, with `~` for the home folder.
 *
 * @module
 */
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The suite's folder. */
export const suiteFolder: string = fileURLToPath(new URL("..", import.meta.url));

/**
 * The folder that the command was called from. `deno task --config SUITE/deno.json …` starts in the suite's folder, and
 * names the caller's in INIT_CWD.
 */
export function userFolder(): string {
  const cwd = Deno.cwd();
  const called = Deno.env.get("INIT_CWD");
  return called !== undefined && resolve(cwd) === resolve(suiteFolder) ? resolve(called) : cwd;
}

/** Makes relative paths mean what they meant where the command was called. To be called once, when a process starts. */
export function enterUserFolder(): void {
  Deno.chdir(userFolder());
}

/** Path of a folder of the suite, as the user would write it. */
export function suitePath(path: string): string {
  return relative(userFolder(), join(suiteFolder, path)) || ".";
}

/** Reads a path. Shells leave the `~` of `--out=~/x` as it is. */
export function asPath(text: string): string {
  const home = Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE");
  return home === undefined ? text : text.replace(/^~(?=$|[/\\])/, () => home);
}
