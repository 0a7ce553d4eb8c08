/**
 * `deno task bench`.
 *
 * @module
 */
import { plainDisplay, terminalDisplay } from "../runner/display.ts";
import { exitCodes, messageOf, RunError, UsageError } from "../errors.ts";
import { parseBenchArgs, usage } from "./bench_options.ts";
import { loadRegistry, type Registry } from "../registry.ts";
import { runBenchmark, type RunIo } from "../runner/run_benchmark.ts";

/**
 * Does what the arguments ask.
 *
 * @returns the exit code
 */
export async function main(args: readonly string[], io: RunIo): Promise<number> {
  try {
    const command = parseBenchArgs(args);
    if (command.kind === "help") {
      io.print(usage);
      return exitCodes.ok;
    }
    const registry = await loadRegistry();
    if (command.kind === "list") {
      for (const line of listLines(registry)) io.print(line);
      return exitCodes.ok;
    }
    return await runBenchmark(registry, command.options, args, io);
  } catch (error) {
    io.display.close();
    io.display.line(messageOf(error));
    if (error instanceof UsageError) return exitCodes.usage;
    if (!(error instanceof RunError) && Deno.env.get("ODE2VAE_DEBUG")) console.error(error);
    return exitCodes.failed;
  }
}

/** The benchmarks with their models and tiers. */
export function listLines({ benchmarks }: Registry): string[] {
  return Object.values(benchmarks).flatMap((definition) => [
    `${definition.name}  ${definition.title} (version ${definition.version})`,
    `  models: ${Object.keys(definition.models).join(", ")}`,
    `  seeds: ${
      Object.entries(definition.tiers).map(([tier, { seeds }]) => `${tier} ${seeds}`).join(", ")
    }`,
  ]);
}

function writeAll(stream: typeof Deno.stdout | typeof Deno.stderr, text: string): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length;) {
    written += stream.writeSync(bytes.subarray(written));
  }
}

function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns;
  } catch {
    return 80;
  }
}

/** Results go to standard output, all else to standard error. */
function processIo(): RunIo {
  const output = {
    write: (text: string) => writeAll(Deno.stderr, text),
    now: () => performance.now(),
  };
  // Before and after the cells run there is nothing to save.
  let onSignal: (() => void) | undefined;
  const listen = () => onSignal === undefined ? Deno.exit(exitCodes.interrupted) : onSignal();
  Deno.addSignalListener("SIGINT", listen);
  if (Deno.build.os !== "windows") Deno.addSignalListener("SIGTERM", listen);
  return {
    print: (text) => writeAll(Deno.stdout, `${text}\n`),
    display: Deno.stderr.isTerminal()
      ? terminalDisplay(output, terminalColumns)
      : plainDisplay(output),
    onInterrupt(callback) {
      onSignal = callback;
      return () => onSignal = undefined;
    },
  };
}

if (import.meta.main) Deno.exit(await main(Deno.args, processIo()));
