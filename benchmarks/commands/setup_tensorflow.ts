/**
 * `deno task setup:tensorflow`: makes the native addon of `@tensorflow/tfjs-node-gpu`, which its npm package does not
 * have.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { asPath, enterUserFolder } from "../../data/user_paths.ts";
import {
  addonPath,
  loadTensorflow,
  packageFile,
  tensorflowFolder,
} from "../../models/backend/tensorflow.ts";
import { exitCodes, fileErrorReason, RunError, UsageError } from "../errors.ts";
import { childEnvironment } from "../process_status.ts";
import {
  type Command,
  type CommandIo,
  optional,
  parseCommand,
  processIo,
  runCommand,
} from "./command_line.ts";

const options = {
  library: optional(
    "DIR",
    "folder of TensorFlow's library and headers, as pip installs them (Linux): its folder tensorflow",
    asPath,
  ),
};

/** The command. */
export const setupCommand: Command<typeof options> = {
  purpose: "Makes the native addon that backend tensorflow loads.",
  usage: ["deno task setup:tensorflow [--library DIR]"],
  options,
  notes: [
    "With --library, a C++ compiler (c++) builds the addon from its npm package; the library stays in DIR. Without it, npm " +
    "runs the package's own install, which downloads an addon and TensorFlow 2.9.1 from storage.googleapis.com.",
    "Exit codes: 0 the addon loads, 1 it could not be made or does not load, 2 wrong usage.",
  ],
};

/** What the addon needs of TensorFlow, in the folder that pip makes. */
const libraries = ["libtensorflow_cc.so.2", "libtensorflow_framework.so.2"];
const needed = [...libraries, "include/tensorflow/c/eager/c_api.h"];

/** Runs a program. @throws {RunError} when it cannot start or fails, with its first error */
async function run(program: string, args: readonly string[]): Promise<void> {
  let end: Deno.CommandOutput;
  try {
    const options = { clearEnv: true, env: childEnvironment(), stdin: "null" } as const;
    end = await new Deno.Command(program, { args: [...args], ...options }).output();
  } catch (error) {
    throw new RunError(
      `Cannot make TensorFlow's addon: ${program} must start: ${fileErrorReason(error)}`,
    );
  }
  if (end.success) return;
  const lines = new TextDecoder().decode(end.stderr).split("\n");
  const reason = lines.find((line) => /error: /i.test(line)) ?? `exit code ${end.code}`;
  throw new RunError(`Cannot make TensorFlow's addon: ${program} must succeed: ${reason.trim()}`);
}

/** Builds the addon from the npm package's source, linked to the library that is in a folder. */
async function build(folder: string): Promise<void> {
  const missing = needed.find((name) => !existsSync(join(folder, name)));
  if (missing !== undefined) {
    throw new UsageError(
      `Cannot use --library: it must be a folder with ${
        needed.join(", ")
      }; ${missing} is not in ${folder}`,
    );
  }
  const headers = dirname(createRequire(import.meta.url).resolve("node-api-headers/package.json"));
  const made = `${addonPath}.new`;
  Deno.mkdirSync(dirname(addonPath), { recursive: true });
  await run("c++", [
    ...["-std=c++17", "-O2", "-shared", "-fPIC", "-DNAPI_VERSION=8", "-o", made],
    ...["-I", join(headers, "include"), "-I", join(folder, "include")],
    ...["tfjs_backend.cc", "tfjs_binding.cc"].map((name) => packageFile(`binding/${name}`)),
    ...["-L", folder, `-Wl,-rpath,${folder}`, ...libraries.map((name) => `-l:${name}`)],
  ]);
  Deno.renameSync(made, addonPath);
}

/** Has npm run the package's own install, and keeps the addon and the library that it brings. */
async function install(): Promise<void> {
  const { name, version } = JSON.parse(Deno.readTextFileSync(packageFile("package.json")));
  const prefix = join(tensorflowFolder, "npm");
  Deno.mkdirSync(prefix, { recursive: true });
  try {
    await run("npm", [
      ...["install", "--no-audit", "--no-fund", "--prefix", prefix],
      `${name}@${version}`,
    ]);
    for (const folder of ["lib", "deps"]) {
      const target = join(tensorflowFolder, folder);
      if (existsSync(target)) Deno.removeSync(target, { recursive: true });
      Deno.renameSync(join(prefix, "node_modules", name, folder), target);
    }
  } finally {
    Deno.removeSync(prefix, { recursive: true });
  }
}

/**
 * Makes the addon as asked, and loads it.
 *
 * @returns the exit code
 */
export function main(args: readonly string[], io: CommandIo): Promise<number> {
  return runCommand(setupCommand, io, async () => {
    const given = parseCommand(setupCommand, args);
    if (given === "help") return "help";
    const { words, options: { library } } = given;
    if (words.length > 0) {
      throw new UsageError(
        `Cannot set TensorFlow up: it takes options only, got "${words.join(" ")}"`,
      );
    }
    await (library === undefined ? install() : build(resolve(library)));
    const { version, device } = await loadTensorflow(1);
    io.print(`Made ${addonPath}\nIt loads: ${version}, ${device}`);
    return exitCodes.ok;
  });
}

if (import.meta.main) {
  enterUserFolder();
  Deno.exit(await main(Deno.args, processIo));
}
