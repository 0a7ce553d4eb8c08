/**
 * A process that makes training steps on request, whatever it is written in: once ready it prints a line of facts, then
 * for each line that it gets a line about the step it made; it ends when its input does. All lines are JSON.
 *
 * @module
 */

/** The first line: what computes. */
export interface StepFacts {
  /** Library and version. */
  readonly library: string;
  /** Compute threads. */
  readonly threads: number;
  /** Seconds of compilation, where there is one. */
  readonly compileSeconds?: number;
  /** Operations of the compiled graph, loop bodies counted once. */
  readonly nodeCount?: number;
}

/** The line of one step: loss, gradients and Adam update. */
export interface StepReport {
  /** Seconds, as the process itself measured them. */
  readonly seconds: number;
  /** The loss before the update. */
  readonly loss: number;
}

/** Lines of a stream of UTF-8 bytes, without their ends. */
export async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
  if (rest !== "") yield rest;
}

/** Peak resident memory in the text of Linux's /proc/PID/status, bytes; undefined when it is not there. */
export function parsePeakMemory(status: string): number | undefined {
  const kibibytes = /^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1];
  return kibibytes === undefined ? undefined : 1024 * Number(kibibytes);
}

function parse<Key extends string>(line: string, numbers: readonly Key[]): Record<Key, number> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch { /* Reported below, with the line. */ }
  const fields = value as Record<Key, unknown> | null | undefined;
  if (!numbers.every((name) => typeof fields?.[name] === "number")) {
    throw new SyntaxError(
      `Cannot read a step process's line: it must be JSON with ${numbers.join(" and ")}: ` +
        `current value is "${line}"`,
    );
  }
  return fields as Record<Key, number>;
}

/** A running process; at most one step at a time. */
export class StepProcess {
  /** What it said when it was ready. */
  readonly facts: StepFacts;
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncGenerator<string>;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #errors: Promise<string>;

  private constructor(
    child: Deno.ChildProcess,
    lines: AsyncGenerator<string>,
    errors: Promise<string>,
    facts: StepFacts,
  ) {
    this.#child = child;
    this.#lines = lines;
    this.#input = child.stdin.getWriter();
    this.#errors = errors;
    this.facts = facts;
  }

  /**
   * Starts a process and waits until it is ready.
   *
   * @param command The program and its arguments.
   * @throws Error, in one line, when it ends instead; SyntaxError when it prints anything else
   */
  static async start([program, ...args]: readonly string[]): Promise<StepProcess> {
    const child = new Deno.Command(program!, {
      args,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const lines = readLines(child.stdout);
    // Read all along: a full pipe would stop the process.
    const errors = new Response(child.stderr).text();
    const line = await nextLine(child, lines, errors);
    const facts = parse(line, ["threads"]) as unknown as StepFacts;
    return new StepProcess(child, lines, errors, facts);
  }

  /** Has one step made. @throws Error, in one line, when the process has ended */
  async step(): Promise<StepReport> {
    // Where the process has ended, writing fails; why it ended is said below.
    await this.#input.write(new TextEncoder().encode("step\n")).catch(() => {});
    return parse(await nextLine(this.#child, this.#lines, this.#errors), ["seconds", "loss"]);
  }

  /** Largest resident set so far, bytes; undefined where the system does not tell. */
  async peakMemoryBytes(): Promise<number | undefined> {
    try {
      return parsePeakMemory(await Deno.readTextFile(`/proc/${this.#child.pid}/status`));
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return undefined;
      throw error;
    }
  }

  /** Ends the process. */
  async close(): Promise<void> {
    await this.#input.close().catch(() => {});
    for await (const _ of this.#lines) {
      /* Nothing more is expected; an unread pipe would leak. */
    }
    await Promise.all([this.#child.status, this.#errors]);
  }
}

async function nextLine(
  child: Deno.ChildProcess,
  lines: AsyncGenerator<string>,
  errors: Promise<string>,
): Promise<string> {
  const { value, done } = await lines.next();
  if (!done) return value;
  const { code } = await child.status;
  const reason = (await errors).trim().split("\n").at(-1) ?? "";
  throw new Error(
    `Cannot make a training step: its process must answer, it ended with exit code ${code}: ${reason}`,
  );
}
