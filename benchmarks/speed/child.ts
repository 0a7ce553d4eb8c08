/**
 * What needs a process of its own, for its threads or because a GPU's libraries may end the one that loads them. Every
 * command prints lines of JSON:
 *
 *     deno run -A benchmarks/speed/child.ts serve BACKEND THREADS SIZE INPUTS_FILE
 *     deno run -A benchmarks/speed/child.ts products SIDE RUNS THREADS
 *     deno run -A benchmarks/speed/child.ts probe BACKEND
 *
 * `serve` makes a training step for each line on standard input (see `StepProcess`), `products` times products of square
 * float32 matrices; `pytorch_step.py` has the same two. `probe` loads a backend and prints a {@link GpuProbe}.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { fold, normal, rootKey } from "../../data/random/mod.ts";
import { selectBackend } from "../../models/backend/select.ts";
import { exitCodes, messageOf, unknownName, UsageError } from "../errors.ts";
import { readLines } from "../runner/cell_process.ts";
import { decodeArrays } from "./exchange.ts";
import type { GpuProbe } from "./gpu_results.ts";
import { isSizeName, SIZE_NAMES, SIZES } from "./sizes.ts";
import { ownStep } from "./workload.ts";

const WARM_UP = 2;

const isWhole = (text: string | undefined) => /^[1-9]\d*$/.test(text ?? "");

function print(line: object): void {
  console.log(JSON.stringify(line));
}

async function serve(args: readonly string[]): Promise<void> {
  const [backendName, threads, size = "", inputsFile] = args;
  if (!backendName || !isWhole(threads) || !isSizeName(size) || inputsFile === undefined) {
    throw new UsageError(
      "Cannot serve training steps: the arguments must be BACKEND THREADS SIZE INPUTS_FILE, " +
        `with a size of ${SIZE_NAMES.join(", ")}, is "${args.join(" ")}"`,
    );
  }
  const inputs = decodeArrays(await Deno.readFile(inputsFile));
  const backend = await selectBackend(backendName, { threads: Number(threads) });
  const own = await ownStep(backend, SIZES[size], inputs);
  const { compileSeconds, nodeCount } = own;
  const facts = { library: backend.version, threads: backend.threads };
  print(nodeCount === 0 ? facts : { ...facts, compileSeconds, nodeCount });
  for await (const _ of readLines(Deno.stdin.readable)) print(await own.step());
  await own.dispose();
}

async function products(args: readonly string[]): Promise<void> {
  if (args.length !== 3 || !args.every(isWhole)) {
    throw new UsageError(
      "Cannot time products: the arguments must be SIDE RUNS THREADS, whole numbers, " +
        `is "${args.join(" ")}"`,
    );
  }
  const [side, runs, threads] = args.map(Number) as [number, number, number];
  const backend = await selectBackend("ort-cpu", { threads });
  const shape = [side, side];
  const matrix = (name: string) => ({
    shape,
    data: normal(fold(rootKey(0), "products", name), side * side),
  });
  const inputs = { a: matrix("a"), b: matrix("b") };
  const step = await backend.compile(
    ({ a, b }) => ({ product: tf.matMul(a!, b!) }),
    { a: { shape }, b: { shape } },
  );
  const productSeconds: number[] = [];
  for (let run = 0; run < WARM_UP + runs; run++) {
    const start = performance.now();
    await step.run(inputs);
    productSeconds.push((performance.now() - start) / 1000);
  }
  await step.dispose();
  const facts = { library: backend.version, threads: backend.threads };
  print({ ...facts, productSeconds: productSeconds.slice(WARM_UP) });
}

/** Whether WebGPU's adapter is known to compute on the CPU. */
async function hasSoftwareAdapter(): Promise<boolean> {
  const adapter = await (navigator as { gpu?: GPU }).gpu?.requestAdapter().catch(() => null);
  return adapter?.info.isFallbackAdapter ?? false;
}

async function probeBackend(backend: string): Promise<GpuProbe> {
  const notices: string[] = [];
  try {
    const { device, version } = await selectBackend(backend, { log: (line) => notices.push(line) });
    // TensorFlow computes without a GPU, too, and its device's name says so.
    const software = backend.includes("webgpu")
      ? await hasSoftwareAdapter()
      : /^CPU\b/.test(device);
    return { backend, device, version, software, notices };
  } catch (error) {
    return { backend, reason: messageOf(error).replace(/^Cannot use backend "[^"]*": /, "") };
  }
}

async function probe([backend = ""]: readonly string[]): Promise<void> {
  print(await probeBackend(backend));
  // A GPU's libraries may keep the process alive.
  Deno.exit();
}

const COMMANDS = new Map(Object.entries({ serve, products, probe }));

try {
  const [name = "", ...args] = Deno.args;
  const run = COMMANDS.get(name);
  if (run === undefined) throw unknownName("run child", name, [...COMMANDS.keys()]);
  await run(args);
} catch (error) {
  console.error(messageOf(error));
  Deno.exit(error instanceof UsageError ? exitCodes.usage : exitCodes.failed);
}
