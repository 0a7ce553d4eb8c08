/**
 * The PyTorch peer of the training step, run as a child process: see `pytorch_step.py`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { HostArray, HostArrays } from "../../models/backend/tensors.ts";
import { decodeArrays, encodeArrays } from "./exchange.ts";
import { noPythonWith, pythonWith } from "./python.ts";
import type { SizeName } from "./sizes.ts";

const SCRIPT = fileURLToPath(new URL("./pytorch_step.py", import.meta.url));
const MODULES = ["numpy", "torch"];

/** @throws Error where no interpreter sees PyTorch */
function python(): string {
  const interpreter = pythonWith(...MODULES);
  if (interpreter !== undefined) return interpreter;
  throw new Error(`Cannot run the PyTorch step: ${noPythonWith(...MODULES)}`);
}

/** Which of the script's variants runs; a missing value is the first of its choices. */
export interface PyTorchOptions {
  /** The model: encoders, decoder, likelihood, activation of the field, γ, learning rate. */
  readonly size?: SizeName;
  /** With the encoder penalty γ (`ode2vae-kl`) or without. */
  readonly model?: "ode2vae-kl" | "ode2vae";
  /** Where log q starts: the encoder's density of z₀, or the density of the noise alone. */
  readonly initialLogDensity?: "paper" | "released-code";
  /** The exact trace: one product, or q backward passes as in the released code. */
  readonly trace?: "closed-form" | "autograd";
  /** Threads of PyTorch; 2 unless told. */
  readonly threads?: number;
  /** Double precision, to judge rounding. */
  readonly float64?: boolean;
  /** Where it computes; on a GPU threads have no effect. */
  readonly device?: "cpu" | "cuda";
}

/** The oracle's answer. */
export interface PyTorchEvaluation {
  /** The loss and its terms: `loss`, `reconstruction`, `latentPrior`, `logDensity`, `fieldKl`, `encoderKl`. */
  readonly terms: Readonly<Record<string, number>>;
  /** Gradient of the loss by parameter name, in the parameter's own layout. */
  readonly gradients: Readonly<Record<string, HostArray & { data: Float32Array }>>;
  /** `states` (B, G, 2q), `logDensity` (B, G) and `decoded` (B, L, …): probabilities or means. */
  readonly inside: Readonly<Record<string, HostArray & { data: Float32Array }>>;
}

function flags(options: PyTorchOptions): string[] {
  return [
    ...(options.size === undefined ? [] : ["--size", options.size]),
    ...(options.model === undefined ? [] : ["--model", options.model]),
    ...(options.initialLogDensity === undefined
      ? []
      : ["--initial-log-density", options.initialLogDensity]),
    ...(options.trace === undefined ? [] : ["--trace", options.trace]),
    ...(options.threads === undefined ? [] : ["--threads", String(options.threads)]),
    ...(options.float64 ? ["--float64"] : []),
    ...(options.device === undefined ? [] : ["--device", options.device]),
  ];
}

async function run(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const command = new Deno.Command(python(), { args: [SCRIPT, ...args], env });
  const { success, stdout, stderr } = await command.output();
  if (!success) {
    const reason = new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "";
    throw new Error(`Cannot run the PyTorch step: ${reason}`);
  }
  return new TextDecoder().decode(stdout);
}

/** Whether a Python sees PyTorch and NumPy: see `python.ts`. Needs the permission to run it. */
export function hasPyTorch(): Promise<boolean> {
  return Promise.resolve(pythonWith(...MODULES) !== undefined);
}

/**
 * Command of a process that makes training steps on request: see `step_process.ts`.
 *
 * @param inputsFile File of the inputs of {@link evaluateWithPyTorch}, written with `encodeArrays`.
 * @throws Error where no Python sees PyTorch
 */
export function pyTorchServer(inputsFile: string, options: PyTorchOptions = {}): readonly string[] {
  return [python(), SCRIPT, "serve", inputsFile, ...flags(options)];
}

/**
 * Loss, terms and gradients by PyTorch.
 *
 * @param inputs Every parameter by name, and `frames` (B, L, height, width) or (B, L, D), `selection` (B, L, G),
 * `noise/initial` (B, 2q), `noise/weights` (n): what `pytorch_step.py` lists.
 * @throws Error when Python or PyTorch fails, or an input is missing
 */
export async function evaluateWithPyTorch(
  inputs: HostArrays,
  options: PyTorchOptions = {},
): Promise<PyTorchEvaluation> {
  const folder = await Deno.makeTempDir({ prefix: "ode2vae_pytorch_" });
  try {
    const [input, output] = [`${folder}/inputs.bin`, `${folder}/outputs.bin`];
    await Deno.writeFile(input, encodeArrays(inputs));
    const terms = JSON.parse(await run(["evaluate", input, output, ...flags(options)]));
    const arrays = Object.entries(decodeArrays(await Deno.readFile(output)));
    const under = (prefix: string) =>
      Object.fromEntries(
        arrays.filter(([name]) => name.startsWith(prefix))
          .map(([name, array]) => [name.slice(prefix.length), array]),
      );
    return { terms, gradients: under("gradient/"), inside: under("inside/") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What PyTorch's `matmul` command tells. */
export interface PyTorchProducts {
  /** PyTorch and its version. */
  readonly library: string;
  /** Compute threads. */
  readonly threads: number;
  /** Seconds of one product, of every warm run. */
  readonly productSeconds: readonly number[];
}

/**
 * Times products of square float32 matrices in PyTorch.
 *
 * @throws Error when Python or PyTorch fails
 */
export async function pyTorchProducts(
  { side, runs, threads, device = "cpu" }: {
    readonly side: number;
    readonly runs: number;
    readonly threads: number;
    /** Where it multiplies; on a GPU threads have no effect. */
    readonly device?: "cpu" | "cuda";
  },
): Promise<PyTorchProducts> {
  const flags = Object.entries({ side, runs, threads, device }).flatMap((
    [name, value],
  ) => [`--${name}`, String(value)]);
  // Debian's PyTorch multiplies with OpenBLAS, which the script else keeps to one thread.
  const line = await run(["matmul", ...flags], { OPENBLAS_NUM_THREADS: String(threads) });
  return JSON.parse(line) as PyTorchProducts;
}
