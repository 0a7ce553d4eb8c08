/**
 * Where and with what a run computes.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cpus } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { isFileAt } from "../../data/data_dir.ts";
import { suiteFolder } from "../../data/user_paths.ts";
import settings from "../../deno.json" with { type: "json" };
import type { BackendChoice } from "../runner/backend_choice.ts";
import { messageOf } from "../errors.ts";
import { childEnvironment } from "../process_status.ts";
import type { Fingerprint } from "./record.ts";

/**
 * The fingerprint of cells that run on this machine.
 *
 * @param threads Compute threads of one cell.
 * @param log Takes one line when the commit is unknown.
 */
export function fingerprint(
  backend: BackendChoice,
  threads: number,
  log?: (line: string) => void,
): Fingerprint {
  return {
    suite: `${settings.name} ${settings.version}`,
    commit: suiteCommit(suiteFolder, log),
    codeSha256: codeSha256(suiteFolder),
    deno: Deno.version.deno,
    v8: Deno.version.v8,
    typescript: Deno.version.typescript,
    backendVersion: backend.version,
    device: backend.device || cpuName(),
    os: Deno.build.os,
    arch: Deno.build.arch,
    threads,
    mathsProbe: mathsProbe(),
  };
}

/** The module of definitions from outside the suite, as ODE2VAE_DEFINITIONS names it; undefined where there is none. */
export function definitionsPath(): string | undefined {
  return Deno.env.get("ODE2VAE_DEFINITIONS") || undefined;
}

/** Paths without influence on a result: what starts, compares, times and moves. */
export const WITHOUT_RESULTS: RegExp = /^benchmarks\/(?:check|commands|speed|statistics|sweep)\//;

/** Files of a folder and the folders in it, relative to the root, sorted. */
function sourcesIn(root: string, folder: string): string[] {
  return [...Deno.readDirSync(join(root, folder))].flatMap(({ name, isDirectory }) => {
    const path = `${folder}/${name}`;
    if (isDirectory) return sourcesIn(root, path);
    return name.endsWith(".ts") && !WITHOUT_RESULTS.test(path) ? [path] : [];
  }).sort();
}

/** A module's file and those that it imports by relative paths, but for files in the suite's own folders. */
function modulesFrom(root: string, path: string, found = new Set<string>()): Set<string> {
  const isOwn = /^(?:data|models|benchmarks|reports)[\\/]/.test(relative(root, path));
  if (isOwn || found.has(path) || !isFileAt(path)) return found;
  found.add(path);
  const imports = Deno.readTextFileSync(path).matchAll(/\b(?:from|import)[\s(]*["'](\.[^"']+)/g);
  for (const [, to] of imports) modulesFrom(root, resolve(dirname(path), to!), found);
  return found;
}

/**
 * SHA-256 (hex) of all that can change a result: the sources of data, models and benchmarks, the lock file, and the
 * module that ODE2VAE_DEFINITIONS names with what it imports by relative paths.
 *
 * @param root the suite's folder
 */
export function codeSha256(
  root: string,
  definitions: string | undefined = definitionsPath(),
): string {
  const hash = createHash("sha256");
  const paths = ["data", "models", "benchmarks"].flatMap((folder) => sourcesIn(root, folder));
  for (const path of [...paths, "deno.lock"]) {
    hash.update(`${path}\0`).update(Deno.readFileSync(join(root, path))).update("\0");
  }
  if (definitions !== undefined) {
    // Without the paths: another machine has the same files elsewhere.
    for (const path of modulesFrom(root, resolve(definitions))) {
      hash.update(Deno.readFileSync(path));
    }
  }
  return hash.digest("hex");
}

/** A name of the code that computes: equal names, equal code, even with uncommitted changes. */
export function codeName(
  { commit, codeSha256 }: Pick<Fingerprint, "commit" | "codeSha256">,
): string {
  const code = codeSha256 === "" ? "unknown" : codeSha256.slice(0, 8);
  return `${commit === "" ? "an unknown commit" : `commit ${commit}`} (code ${code})`;
}

/** True when two names are of one code: a commit may change nothing that computes, so that only the hash decides. */
export function isSameCode(a: string, b: string): boolean {
  const code = (name: string) => name.slice(name.lastIndexOf("("));
  return code(a) === code(b);
}

/** Name of the first CPU; "" when the system does not say. */
export function cpuName(): string {
  return cpus()[0]?.model.trim() ?? "";
}

/**
 * Git commit of a checkout, with "+dirty" when tracked files differ from it; "" when it cannot be told.
 *
 * @param folder Top of the checkout, which may be a linked worktree.
 * @param onUnknown Takes one line on why there is none.
 */
export function suiteCommit(folder: string, onUnknown?: (line: string) => void): string {
  const gitFolder = join(folder, ".git");
  // Hooks and aliases of git leave variables that name another repository or index.
  const environment = Object.entries(childEnvironment()).filter(([name]) => !/^GIT_/i.test(name));
  const git = (...args: string[]): string => {
    const { success, stdout, stderr } = new Deno.Command("git", {
      args: [
        // Without this, `status` may rewrite the index while the user works with it.
        "--no-optional-locks",
        // A named repository is neither searched for in outer folders nor refused because another user owns it.
        `--git-dir=${gitFolder}`,
        `--work-tree=${folder}`,
        ...["-C", folder],
        ...args,
      ],
      clearEnv: true,
      env: Object.fromEntries(environment),
      stdin: "null",
    }).outputSync();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    if (success) return text(stdout);
    throw new Error(text(stderr).split("\n")[0]);
  };
  try {
    if (!existsSync(gitFolder)) throw new Error(`no git in ${folder}`);
    const commit = git("rev-parse", "--verify", "HEAD");
    const isClean = git("status", "--porcelain", "--untracked-files=no") === "";
    return isClean ? commit : `${commit}+dirty`;
  } catch (error) {
    onUnknown?.(`notice: the suite's commit is unknown: ${messageOf(error)}`);
    return "";
  }
}

/**
 * SHA-256 (hex, first 16 digits) of exp, tanh, log1p, sin and pow over a grid of 401 points in [-10, 10], as
 * little-endian Float64. `Math.*` differs by V8 version and platform; equal probes compute alike.
 */
export function mathsProbe(): string {
  const values: number[] = [];
  for (let i = -200; i <= 200; i++) {
    const x = i / 20;
    const positive = Math.abs(x) + 0.01;
    values.push(
      Math.exp(x),
      Math.tanh(x),
      Math.log1p(positive),
      Math.sin(x),
      Math.pow(positive, x / 3),
    );
  }
  const view = new DataView(new ArrayBuffer(values.length * 8));
  values.forEach((value, i) => view.setFloat64(i * 8, value, true));
  return createHash("sha256").update(new Uint8Array(view.buffer)).digest("hex").slice(0, 16);
}
