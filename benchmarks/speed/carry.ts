/**
 * Puts all that a machine without network and without Deno needs for the suite into one folder: the checkout's last commit
 * with its history of one, the Deno program, and the npm packages. For a machine of the same system:
 *
 *     deno run -A benchmarks/speed/carry.ts FOLDER
 *     tar -cJf carried.tar.xz FOLDER
 *
 * On the other machine, after `tar -xJf carried.tar.xz`, in FOLDER/suite:
 *
 *     export DENO_DIR=$PWD/../deno_dir
 *     ../deno run --cached-only -A benchmarks/speed/gpu.ts --out gpu.json
 *     ../deno run --cached-only -A benchmarks/commands/bench.ts rmnist --backend ort-cuda
 *
 * @module
 */
import { join, resolve } from "node:path";
import { suiteFolder } from "../../data/user_paths.ts";
import { processIo } from "../commands/command_line.ts";
import { messageOf, RunError, UsageError } from "../errors.ts";
import { CARRY, runSpeedCommand } from "./options.ts";

/** Scripts that run there, from the suite's folder. */
const SCRIPTS: readonly string[] = [
  ...["gpu.ts", "gpu_agreement.ts", "profile.ts", "child.ts"].map((name) =>
    `benchmarks/speed/${name}`
  ),
  ...["benchmarks/commands/bench.ts", "benchmarks/runner/cell_worker.ts"],
];

/** Files of packages that nothing there reads, by path in the registry's folder: three quarters of all bytes. */
const UNREAD: readonly RegExp[] = [
  new RegExp(`^onnxruntime-node/.*/(?!${Deno.build.os}/)(darwin|linux|win32)/`),
  Deno.build.arch === "x86_64" ? /^onnxruntime-node\/.*\/arm64\// : /^onnxruntime-node\/.*\/x64\//,
  // Packages of tests and of job files: the lock file wants them to be there.
  /^(playwright-core|core-js|axe-core|@?kubernetes-models|ajv-i18n)\/.*\/(?!package\.json$|registry\.json$)[^/]+$/,
  /\.map$/,
  /^@tensorflow\/.*(\.d\.ts|_test\.js|\.min\.js|\.fesm\.js|\.es2017\.js)$/,
  /^@tensorflow\/.*miniprogram/,
];

async function runProgram(program: string, args: string[], env: Record<string, string> = {}) {
  const command = new Deno.Command(program, { args, env, cwd: suiteFolder, stdout: "null" });
  const { success, stderr } = await command.output();
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
  throw new RunError(`Cannot carry the suite: ${program} ${args[0]} must succeed, said: ${said}`);
}

/** All files below a folder, by path from it. */
function* filesBelow(folder: string, path = ""): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(join(folder, path))) {
    const inner = path === "" ? name : `${path}/${name}`;
    if (isDirectory) yield* filesBelow(folder, inner);
    else yield inner;
  }
}

/**
 * Fills a folder that does not exist yet.
 *
 * @returns bytes of all files in it
 * @throws UsageError when it exists
 * @throws RunError when git or Deno fails
 */
export async function carry(folder: string): Promise<number> {
  try {
    Deno.mkdirSync(folder);
  } catch (error) {
    throw new UsageError(
      `Cannot carry the suite in ${folder}: it must be a new folder, ${messageOf(error)}`,
    );
  }
  const suite = join(folder, "suite");
  await runProgram("git", ["clone", "--quiet", "--depth", "1", `file://${suiteFolder}`, suite]);
  // Nothing there reads committed results; git does not miss them.
  const sparse = ["sparse-checkout", "set", "--no-cone", "/*", "!/reports/reference/"];
  await runProgram("git", ["-C", suite, ...sparse]);
  Deno.copyFileSync(Deno.execPath(), join(folder, "deno"));
  Deno.chmodSync(join(folder, "deno"), 0o755);
  const cache = join(folder, "deno_dir");
  const scripts = SCRIPTS.map((script) => join(suite, script));
  const config = ["--config", join(suite, "deno.json")];
  await runProgram(Deno.execPath(), ["cache", ...config, ...scripts], { DENO_DIR: cache });
  const packages = join(cache, "npm", "registry.npmjs.org");
  for (const file of [...filesBelow(packages)]) {
    if (UNREAD.some((pattern) => pattern.test(file))) Deno.removeSync(join(packages, file));
  }
  return [...filesBelow(folder)]
    .reduce((bytes, file) => bytes + Deno.lstatSync(join(folder, file)).size, 0);
}

if (import.meta.main) {
  await runSpeedCommand(CARRY, async (_, [folder]) => {
    const bytes = await carry(resolve(folder!));
    processIo.print(`${folder}: ${Math.round(bytes / 1e6)} MB`);
  }, 1);
}
