/**
 * Child processes: scripts of this folder that print one result, and processes that make training steps on request,
 * whatever they are written in. What a GPU's library breaks, it breaks in its own process only.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { processStatus } from "../process_status.ts";
import { readLines } from "../runner/cell_process.ts";
import type { StepFacts } from "./results.ts";

const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const lastLine = (text: string) => text.trim().split("\n").at(-1)!.trim();

/** Command that runs a script of this folder, all permissions granted. */
export function scriptCommand(script: string, ...args: readonly string[]): readonly string[] {
  const path = fileURLToPath(new URL(script, import.meta.url));
  return [Deno.execPath(), "run", "--quiet", "--allow-all", path, ...args];
}

/** How a child ended. */
export interface ChildEnd {
  /** Its last line of JSON, read; undefined where it printed none or failed. */
  readonly value: unknown;
  /** The last line that it wrote to standard error, or what ended it. */
  readonly reason: string;
}

/**
 * Runs a program that prints JSON as its last line; native libraries may print before.
 *
 * @param mostSeconds after which it is ended
 */
export async function runForJson(
  [program, ...args]: readonly string[],
  mostSeconds = 600,
  env: Readonly<Record<string, string>> = {},
): Promise<ChildEnd> {
  const timeout = AbortSignal.timeout(1000 * mostSeconds);
  const command = new Deno.Command(program!, {
    args,
    signal: timeout,
    env: { NO_COLOR: "1", ...env },
  });
  const { code, stdout, stderr, signal } = await command.output();
  const json = decode(stdout).split("\n").findLast((line) => line.startsWith("{"));
  const reason = timeout.aborted
    ? `it took more than ${mostSeconds} s`
    : signal === null
    ? lastLine(decode(stderr)) || `it ended with exit code ${code}`
    : `it was ended by ${signal}`;
  try {
    return { value: json === undefined ? undefined : JSON.parse(json), reason };
  } catch {
    return { value: undefined, reason };
  }
}

/** What a process reports of one step: loss, gradients and Adam update. */
export interface StepReport {
  /** Seconds, as the process itself measured them. */
  readonly seconds: number;
  /** The loss before the update. */
  readonly loss: number;
}

/** Peak resident memory in the text of Linux's /proc/PID/status, bytes; undefined when it is not there. */
export function parsePeakMemory(status: string): number | undefined {
  const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : 1024 * Number(kibibytes);
}

/** A line of JSON that holds these numbers. */
function parseLine<T extends object>(line: string, ...numbers: readonly (keyof T & string)[]): T {
  let value: Partial<Record<string, unknown>> | null = null;
  try {
    value = JSON.parse(line);
  } catch { /* Reported below, with the line. */ }
  if (numbers.every((name) => typeof value?.[name] === "number")) return value as T;
  throw new SyntaxError(
    `Cannot read a step process's line: it must be JSON with ${numbers.join(" and ")}, ` +
      `is "${line}"`,
  );
}

/**
 * A running process that makes training steps, at most one at a time: once ready it prints a line of {@link StepFacts},
 * then a {@link StepReport} for each line that it gets. All lines are JSON. It ends when its input does.
 */
export class StepProcess {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #errors: Promise<string>;
  #facts: StepFacts | undefined;

  private constructor([program, ...args]: readonly string[]) {
    const pipes = { stdin: "piped", stdout: "piped", stderr: "piped" } as const;
    this.#child = new Deno.Command(program!, { args, ...pipes }).spawn();
    this.#lines = readLines(this.#child.stdout);
    this.#input = this.#child.stdin.getWriter();
    // Read all along: a full pipe would stop the process.
    this.#errors = new Response(this.#child.stderr).text();
  }

  /**
   * Starts a process and waits until it is ready.
   *
   * @param command The program and its arguments.
   * @throws Error, in one line, when it ends instead; SyntaxError when it prints anything else
   */
  static async start(command: readonly string[]): Promise<StepProcess> {
    const process = new StepProcess(command);
    try {
      process.#facts = parseLine<StepFacts>(await process.#nextLine(), "threads");
      return process;
    } catch (error) {
      await process.close();
      throw error;
    }
  }

  /** What it printed when it was ready. */
  get facts(): StepFacts {
    return this.#facts!;
  }

  /** Has one step made. @throws Error, in one line, when the process has ended */
  async step(): Promise<StepReport> {
    // Where the process has ended, writing fails; #nextLine() says why it ended.
    await this.#input.write(new TextEncoder().encode("step\n")).catch(() => {});
    return parseLine<StepReport>(await this.#nextLine(), "seconds", "loss");
  }

  /** Largest resident set so far, bytes; undefined where the system does not report it. */
  peakMemoryBytes(): number | undefined {
    return parsePeakMemory(processStatus(this.#child.pid));
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#input.close().catch(() => {});
    for await (const _ of this.#lines) {
      /* Nothing more is expected; an unread pipe would leak. */
    }
    await Promise.all([this.#child.status, this.#errors]);
  }

  async #nextLine(): Promise<string> {
    const { value, done } = await this.#lines.next();
    if (!done) return value;
    const { code } = await this.#child.status;
    throw new Error(
      "Cannot make a training step: its process must answer, it ended with exit code " +
        `${code}: ${lastLine(await this.#errors)}`,
    );
  }
}
