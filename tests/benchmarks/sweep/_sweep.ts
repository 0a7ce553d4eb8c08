/** Sweeps to make job files of, and a machine that only pretends to run them. */
import { join } from "node:path";
import { main } from "../../../benchmarks/commands/sweep.ts";

/** Runs `deno task sweep`. */
export async function sweep(...args: string[]) {
  const lines: { out: string; err: string[] } = { out: "", err: [] };
  const code = await main(args, {
    print: (text) => lines.out += `${text}\n`,
    log: (line) => lines.err.push(line),
  });
  return { code, out: lines.out, err: lines.err.join("\n") };
}

/** The job file of a sweep that must succeed. */
export async function jobFile(...args: string[]): Promise<string> {
  const { code, out, err } = await sweep(...args);
  if (code !== 0) throw new Error(err);
  return out;
}

/**
 * Runs a shell with stand-ins for commands, each of which notes its definitions, its own name and its arguments.
 *
 * @param folder where the stand-ins are put
 * @param codes exit code of each stand-in by name
 * @returns the exit code, and the words of each command that was run
 */
export function rehearse(
  folder: string,
  shell: readonly [string, ...string[]],
  codes: Readonly<Record<string, number>>,
  env: Readonly<Record<string, string>>,
): { readonly code: number; readonly calls: string[][] } {
  const notes = join(folder, "calls");
  Deno.writeTextFileSync(notes, "");
  for (const [name, code] of Object.entries(codes)) {
    // One word a line, first the definitions where they are given, and an empty line at the end of each call.
    const given = '${ODE2VAE_DEFINITIONS:+"ODE2VAE_DEFINITIONS=$ODE2VAE_DEFINITIONS"}';
    const script =
      `#!/bin/sh\nprintf '%s\\n' ${given} ${name} "$@" '' >>'${notes}'\nexit ${code}\n`;
    Deno.writeTextFileSync(join(folder, name), script, { mode: 0o755 });
  }
  const [command, ...args] = shell;
  const { code } = new Deno.Command(command, {
    args,
    env: { ...env, PATH: `${folder}:${Deno.env.get("PATH")}` },
    stderr: "null",
    stdout: "null",
  }).outputSync();
  const calls = Deno.readTextFileSync(notes).split("\n\n").filter((call) => call !== "");
  return { code, calls: calls.map((call) => call.split("\n")) };
}

/** Whether a program is there. */
export function isInstalled(program: string): boolean {
  try {
    return new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" })
      .outputSync().success;
  } catch {
    return false;
  }
}
