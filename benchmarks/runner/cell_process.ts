/**
 * A cell's process, from the side of the command line.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";
import { suiteFolder } from "../../data/user_paths.ts";
import { type CellMessage, type CellRequest, decodeMessage } from "./messages.ts";

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

/** Starts a cell's process; `onMessage` takes its messages. */
export function startCell(
  request: CellRequest,
  onMessage: (message: CellMessage) => void,
): CellProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      // Fewer permissions than the command line has: it writes results only and has no network.
      "--allow-read",
      "--allow-env",
      "--allow-sys",
      "--allow-ffi",
      `--allow-write=${resolve(request.outDir)}`,
      `--config=${suiteFolder}deno.json`,
      fileURLToPath(new URL("./cell_worker.ts", import.meta.url)),
      JSON.stringify(request),
    ],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const stdin = child.stdin.getWriter();
  let output = "";
  const keep = (text: string) => output = (output + text).slice(-outputLimit);
  let last: CellMessage | undefined;
  let killed = false;

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
    if (killed) return { kind: "interrupted" };
    const message = status.signal === null
      ? `its process ended with exit code ${status.code} and without a result`
      : `its process was killed by ${status.signal}${
        status.signal === "SIGKILL" ? " (out of memory, or by hand)" : ""
      }`;
    return { kind: "failed", message, log: output };
  };
  return {
    end: wait(),
    stop: () => void stdin.write(new TextEncoder().encode("stop\n")).catch(() => {}),
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
