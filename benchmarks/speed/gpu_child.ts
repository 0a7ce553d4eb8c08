/**
 * Scripts of this folder as child processes: what a GPU's library breaks, it breaks there only.
 *
 * @module
 */
import { fileURLToPath } from "node:url";

/** How a child ended. */
export interface ChildEnd {
  /** Exit code. */
  readonly code: number;
  /** Its last line of JSON, read; undefined where it printed none. */
  readonly value: unknown;
  /** The last line that it wrote to standard error, or what ended it. */
  readonly reason: string;
}

/** Command that runs a script of this folder, all permissions granted. */
export function scriptCommand(script: string, ...args: readonly string[]): readonly string[] {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return [Deno.execPath(), "run", "--quiet", "--allow-all", path, ...args];
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

/** Runs a script that prints JSON as its last line; native libraries may print before. */
export async function runScript(
  script: string,
  args: readonly string[],
  mostSeconds: number,
): Promise<ChildEnd> {
  const [program, ...rest] = scriptCommand(script, ...args);
  const signal = AbortSignal.timeout(1000 * mostSeconds);
  const command = new Deno.Command(program!, { args: rest, signal, env: { NO_COLOR: "1" } });
  const { code, stdout, stderr, signal: endedBy } = await command.output();
  const lines = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim().split("\n");
  const json = lines(stdout).findLast((line) => line.startsWith("{"));
  const written = lines(stderr).findLast((line) => line.trim() !== "")?.trim();
  const reason = signal.aborted
    ? `it took more than ${mostSeconds} s`
    : endedBy === null
    ? written ?? `it ended with exit code ${code}`
    : `it was ended by ${endedBy}`;
  return { code, value: json === undefined ? undefined : parse(json), reason };
}
