/**
 * `deno task check`.
 *
 * @module
 */
import { type DisplayOutput, plainDisplay, terminalDisplay } from "../runner/display.ts";
import { exitCodes, messageOf, UsageError } from "../errors.ts";
import { loadRegistry } from "../registry.ts";
import type { RunIo } from "../runner/run_benchmark.ts";
import { failureLine } from "../check/annotations.ts";
import { checkBenchmark, type GithubJob } from "./check_benchmark.ts";
import { parseCheckArgs, usage } from "./check_options.ts";

/**
 * Does what the arguments ask.
 *
 * @returns the exit code
 */
export async function main(args: readonly string[], io: RunIo): Promise<number> {
  try {
    const command = parseCheckArgs(args);
    if (command.kind === "help") {
      io.print(usage);
      return exitCodes.ok;
    }
    return await checkBenchmark(await loadRegistry(), command.options, io, githubJob());
  } catch (error) {
    io.display.close();
    io.display.line(messageOf(error));
    if (githubJob() !== undefined) io.print(failureLine(messageOf(error)));
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

/** GitHub Actions, by the variables that it documents; undefined elsewhere. */
function githubJob(): GithubJob | undefined {
  if (Deno.env.get("GITHUB_ACTIONS") !== "true") return undefined;
  const summaryFile = Deno.env.get("GITHUB_STEP_SUMMARY") ?? "";
  return summaryFile === "" ? {} : { summaryFile };
}

/** Verdicts go to standard output, all else to standard error. */
function checkIo(): RunIo {
  const encoder = new TextEncoder();
  const output: DisplayOutput = {
    write: (text) => void Deno.stderr.writeSync(encoder.encode(text)),
    now: () => performance.now(),
  };
  const signals: readonly Deno.Signal[] = Deno.build.os === "windows"
    ? ["SIGINT"]
    : ["SIGINT", "SIGTERM"];
  return {
    print: (text) => console.log(text),
    display: Deno.stderr.isTerminal()
      ? terminalDisplay(output, () => Deno.consoleSize().columns)
      : plainDisplay(output),
    onInterrupt(callback) {
      for (const signal of signals) Deno.addSignalListener(signal, callback);
      return () => signals.forEach((signal) => Deno.removeSignalListener(signal, callback));
    },
  };
}

if (import.meta.main) Deno.exit(await main(Deno.args, checkIo()));
