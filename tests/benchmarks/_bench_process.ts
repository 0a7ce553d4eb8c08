/** Runs the command line on the toy definitions, as a user's shell would. */
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { canonicalJson } from "../../benchmarks/record/canonical_json.ts";
import { readRecords } from "../../benchmarks/record/read_records.ts";
import { taskArgs } from "../tasks.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/**
 * The command `deno task bench` with the toy definitions in its environment.
 *
 * @param wrapper a command that starts it, such as nohup
 * @param cwd the folder that it is started in; this process's own by default
 */
export function benchCommand(
  args: readonly string[],
  env: Record<string, string> = {},
  { wrapper = [], cwd = "." }: { wrapper?: readonly string[]; cwd?: string } = {},
) {
  const [program, ...words] = [...wrapper, Deno.execPath(), ...taskArgs("bench", args)];
  return new Deno.Command(program!, {
    ...{ args: words, cwd },
    // A process group of its own, as a shell gives it, to which a test can send signals.
    detached: true,
    env: { ODE2VAE_DEFINITIONS: path("./toy_definition.ts"), NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  });
}

/** What a run left behind. */
export interface BenchResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs to the end. */
export async function bench(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<BenchResult> {
  return decode(await benchCommand(args, env).output());
}

/** The texts of a command's output. */
export function decode(output: Deno.CommandOutput): BenchResult {
  return {
    code: output.code,
    stdout: new TextDecoder().decode(output.stdout),
    stderr: new TextDecoder().decode(output.stderr),
  };
}

/** Metrics and curves of each record of a run, as bytes to compare: file name → canonical JSON. */
export function traces(outDir: string): Record<string, string> {
  return Object.fromEntries(
    readRecords(join(outDir, "records")).map((record) => [
      `${record.cell.benchmark} ${record.cell.model} ${record.cell.seed} ${record.cell.tier}`,
      canonicalJson([
        record.status,
        record.metrics,
        record.curves,
        record.steps,
        record.traceSha256,
      ]),
    ]),
  );
}

/** Content of each file of a folder. */
export function contents(folder: string): Record<string, string> {
  return Object.fromEntries(
    [...Deno.readDirSync(folder)]
      .map(({ name }) => name)
      .sort()
      .map((name) => [name, Deno.readTextFileSync(join(folder, name))]),
  );
}

/** A new folder that is removed at the end of the scope. */
export function temporaryFolder(): Disposable & { readonly path: string } {
  const folder = Deno.makeTempDirSync({ prefix: "ode2vae-test-" });
  return { path: folder, [Symbol.dispose]: () => Deno.removeSync(folder, { recursive: true }) };
}

/** Waits until a condition holds; throws after 60 s, naming it. */
export async function waitUntil(what: string, condition: () => boolean): Promise<void> {
  for (const end = performance.now() + 60_000; performance.now() < end;) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error(`Waited 60 s in vain until ${what}`);
}
