/**
 * A cell's process, from the side of the command line.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";
import { suiteFolder } from "../../data/user_paths.ts";
import { fileErrorReason, isDiskFull, RunError, UsageError } from "../errors.ts";
import { ignoresHangUp } from "../process_status.ts";
import { type CellMessage, type CellRequest, decodeMessage } from "./messages.ts";
import { outputFolders } from "./output_folders.ts";

/** How a cell's process ended. */
export type CellEnd =
  | { readonly kind: "finished"; readonly status: "completed" | "diverged"; readonly note: string }
  /** `epoch` epochs are saved; absent when the process was killed. */
  | { readonly kind: "interrupted"; readonly epoch?: number }
  | {
    readonly kind: "failed";
    /** One line. */
    readonly message: string;
    /** The output of the process and the stack, for the log file. */
    readonly log: string;
  };

/** A running cell's process. */
export interface CellProcess {
  /** How it ended; never rejects. */
  readonly end: Promise<CellEnd>;
  /** Asks it to save after the current epoch and end. */
  stop(): void;
  /** Ends it at once (SIGKILL). */
  kill(): void;
}

/** Characters of other output that are kept for the log of a failure: the last ones. */
const outputLimit = 100_000;

/** `deno run` with the rights of a cell's process: fewer than the command line has, it only writes results. */
function cellArgs(outDir: string, script: string, ...args: string[]): string[] {
  return [
    "run",
    "--quiet",
    "--no-prompt",
    "--allow-read",
    "--allow-env",
    "--allow-sys",
    "--allow-ffi",
    `--allow-write=${resolve(outDir)}`,
    `--config=${suiteFolder}deno.json`,
    fileURLToPath(new URL(script, import.meta.url)),
    ...args,
  ];
}

/**
 * Tries whether a cell's process can write into an output folder, which is made.
 *
 * @throws {UsageError} when it cannot
 * @throws {RunError} when the disk is full, or no process can be started
 */
export async function checkCellOutput(
  outDir: string,
  deno: string = Deno.execPath(),
): Promise<void> {
  const cannot = `Cannot use output folder ${outDir}:`;
  if (resolve(outDir).includes(",")) {
    throw new UsageError(
      `${cannot} its path must have no comma, which separates paths in Deno's permissions, is ${
        resolve(outDir)
      }`,
    );
  }
  const { records, checkpoints } = outputFolders(resolve(outDir));
  let probe: Deno.CommandOutput;
  try {
    probe = await new Deno.Command(deno, {
      args: cellArgs(outDir, "./output_probe.ts", records, checkpoints),
      stdin: "null",
    }).output();
  } catch (error) {
    throw new RunError(`Cannot start a cell's process: ${fileErrorReason(error)}`);
  }
  if (probe.success) return;
  const [reason = ""] = new TextDecoder().decode(probe.stderr).split("\n");
  const message = `${cannot} it must be writable: ${reason}`;
  throw isDiskFull(reason) ? new RunError(message) : new UsageError(message);
}

/**
 * Starts a cell's process, which has failed at once when the system starts none.
 *
 * @param onMessage Takes its messages.
 * @param deno Program to run.
 */
export function startCell(
  request: CellRequest,
  onMessage: (message: CellMessage) => void,
  deno: string = Deno.execPath(),
): CellProcess {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command(deno, {
      args: cellArgs(request.outDir, "./cell_worker.ts", JSON.stringify(request)),
      // Out of the terminal's reach, which could hang up before the process listens.
      detached: ignoresHangUp(),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  } catch (error) {
    const message = `its process could not be started: ${fileErrorReason(error)}`;
    return {
      end: Promise.resolve({ kind: "failed", message, log: "" }),
      stop() {},
      kill() {},
    };
  }
  const stdin = child.stdin.getWriter();
  let output = "";
  const keep = (text: string) => output = (output + text).slice(-outputLimit);
  let last: CellMessage | undefined;
  let killed = false;
  let stopping = false;

  const readMessages = async () => {
    for await (const line of readLines(child.stdout)) {
      const message = decodeMessage(line);
      if (message === undefined) keep(`${line}\n`);
      else {
        last = message;
        onMessage(message);
      }
    }
  };
  const readErrors = async () => {
    for await (const line of readLines(child.stderr)) keep(`${line}\n`);
  };
  const wait = async (): Promise<CellEnd> => {
    const [status] = await Promise.all([child.status, readMessages(), readErrors()]);
    await stdin.abort().catch(() => {});
    if (last?.kind === "finished" || last?.kind === "interrupted") return last;
    if (last?.kind === "failed") {
      return { kind: "failed", message: last.message, log: `${output}${last.stack}\n` };
    }
    // A signal to the whole group can reach the process before it listens.
    if (killed || (stopping && status.signal !== null)) return { kind: "interrupted" };
    const message = status.signal === null
      ? `its process ended with exit code ${status.code} and without a result`
      : `its process was killed by ${status.signal}${
        status.signal === "SIGKILL" ? " (out of memory, or by hand)" : ""
      }`;
    return { kind: "failed", message, log: output };
  };
  return {
    end: wait(),
    stop() {
      stopping = true;
      stdin.write(new TextEncoder().encode("stop\n")).catch(() => {});
    },
    kill() {
      killed = true;
      try {
        child.kill("SIGKILL");
      } catch {
        // It has already ended.
      }
    },
  };
}

/** Lines of a stream of UTF-8 bytes, without their ends. */
export async function* readLines(
  stream: ReadableStream<Uint8Array<ArrayBuffer>>,
): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") yield rest;
}
