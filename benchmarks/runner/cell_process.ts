/**
 * A cell's process as the command line sees it.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { resolve } from "node:path";
import { suiteFolder } from "../record/fingerprint.ts";
import { type CellMessage, type CellRequest, decodeMessage } from "./messages.ts";

/** How a cell's process ended. */
export type CellEnd =
  | { readonly kind: "finished"; readonly status: "completed" | "diverged"; readonly note: string }
  /** `epoch` epochs are saved; absent when the process was ended at once. */
  | { readonly kind: "interrupted"; readonly epoch?: number }
  | {
    readonly kind: "failed";
    /** One line. */
    readonly message: string;
    /** What the process printed, and the stack: for the log file. */
    readonly log: string;
  };

/** A cell's process that runs. */
export interface CellProcess {
  /** How it ended; never rejects. */
  readonly end: Promise<CellEnd>;
  /** Asks it to save after the epoch that runs, and to end. */
  stop(): void;
  /** Ends it at once (SIGKILL). */
  kill(): void;
}

/** Characters of chatter that are kept for the log of a failure. */
const chatterLimit = 100_000;

/** Starts a cell's process; `onMessage` takes what it says while it runs. */
export function startCell(
  request: CellRequest,
  onMessage: (message: CellMessage) => void,
): CellProcess {
  const child = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--quiet",
      "--no-prompt",
      // Its own permissions: it writes results only and reaches no network.
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
  let chatter = "";
  const keep = (text: string) => chatter = (chatter + text).slice(-chatterLimit);
  let last: CellMessage | undefined;
  let killed = false;

  const listen = async () => {
    for await (const line of lines(child.stdout)) {
      const message = decodeMessage(line);
      if (message === undefined) keep(`${line}\n`);
      else {
        last = message;
        onMessage(message);
      }
    }
  };
  const overhear = async () => {
    for await (const line of lines(child.stderr)) keep(`${line}\n`);
  };
  const wait = async (): Promise<CellEnd> => {
    const [status] = await Promise.all([child.status, listen(), overhear()]);
    await stdin.abort().catch(() => {});
    if (last?.kind === "finished" || last?.kind === "interrupted") return last;
    if (last?.kind === "failed") {
      return { kind: "failed", message: last.message, log: `${chatter}${last.stack}\n` };
    }
    if (killed) return { kind: "interrupted" };
    const message = status.signal === null
      ? `its process ended with exit code ${status.code} and without a result`
      : `its process was killed by ${status.signal}${
        status.signal === "SIGKILL" ? " (out of memory, or by hand)" : ""
      }`;
    return { kind: "failed", message, log: chatter };
  };
  return {
    end: wait(),
    stop: () => void stdin.write(new TextEncoder().encode("stop\n")).catch(() => {}),
    kill() {
      killed = true;
      try {
        child.kill("SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    },
  };
}

async function* lines(stream: ReadableStream<Uint8Array<ArrayBuffer>>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const parts = (rest + text).split("\n");
    rest = parts.pop() ?? "";
    yield* parts;
  }
  if (rest !== "") yield rest;
}
