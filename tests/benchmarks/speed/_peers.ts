/** The training step's peers in Python as oracles: loss, terms and gradients for given weights, data and noise. */
import { assertEquals } from "@std/assert";
import { decodeArrays, encodeArrays } from "../../../benchmarks/speed/exchange.ts";
import {
  missingPeer,
  type Peer,
  peerCommand,
  type PeerOptions,
} from "../../../benchmarks/speed/python.ts";
import type { Size } from "../../../benchmarks/speed/sizes.ts";
import { BATCH_INPUTS } from "../../../benchmarks/speed/workload.ts";
import { fold, type Key, normal } from "../../../data/random/mod.ts";
import type { HostArray, HostArrays } from "../../../models/backend/tensors.ts";
import { leaveOut } from "../../optional_tools.ts";
import { run } from "./_examples.ts";

/** Whether to leave out the tests that need PyTorch. */
export const withoutPyTorch: boolean = leaveOut(
  "PyTorch",
  missingPeer("PyTorch") === undefined,
  "apt-get install python3-torch",
);

/** Whether to leave out the tests that need JAX. */
export const withoutJax: boolean = leaveOut(
  "JAX",
  missingPeer("JAX") === undefined,
  "pip install jax, in the environment of python3 or of ODE2VAE_PYTHON",
);

type Arrays = Readonly<Record<string, HostArray & { data: Float32Array }>>;

/** An oracle's answer. */
export interface Evaluation {
  /** Exit code. */
  readonly code: number;
  /** What it wrote to standard error. */
  readonly stderr: string;
  /** The loss and its terms: `loss`, `reconstruction`, `latentPrior`, `logDensity`, `fieldKl`, `encoderKl`. */
  readonly terms: Readonly<Record<string, number>>;
  /** Gradient of the loss by parameter name, in the parameter's own layout. */
  readonly gradients: Arrays;
  /** `states` (B, G, 2q), `logDensity` (B, G) and `decoded` (B, L, …): probabilities or means. */
  readonly inside: Arrays;
}

/**
 * Loss, terms and gradients by an oracle, whether it succeeds or not.
 *
 * @param inputs every parameter by name and the minibatch, as `workload()` gives them
 */
export async function tryEvaluate(
  oracle: Peer,
  inputs: HostArrays,
  options: PeerOptions = {},
): Promise<Evaluation> {
  const folder = await Deno.makeTempDir({ prefix: "ode2vae_oracle_" });
  try {
    const [input, output] = [`${folder}/inputs.bin`, `${folder}/outputs.bin`];
    await Deno.writeFile(input, encodeArrays(inputs));
    const args = ["evaluate", input, output];
    const { code, stdout, stderr } = await run(peerCommand(oracle, args, options));
    if (code !== 0) return { code, stderr, terms: {}, gradients: {}, inside: {} };
    const arrays = Object.entries(decodeArrays(await Deno.readFile(output)));
    const under = (prefix: string): Arrays =>
      Object.fromEntries(
        arrays.filter(([name]) => name.startsWith(prefix))
          .map(([name, array]) => [name.slice(prefix.length), array]),
      );
    const terms = JSON.parse(stdout);
    return { code, stderr, terms, gradients: under("gradient/"), inside: under("inside/") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** {@link tryEvaluate}, which must succeed. */
export async function evaluate(...args: Parameters<typeof tryEvaluate>): Promise<Evaluation> {
  const evaluation = await tryEvaluate(...args);
  assertEquals(evaluation.code, 0, evaluation.stderr);
  return evaluation;
}

/** A model with few sequences and frames, so that the decimals of the loss are those of every term. */
export function small(size: Size, frames: number, grid: number): Size {
  return { ...size, sequences: 2, frames, grid };
}

/** Inputs with parameters away from their zero biases and unit scales. */
export function perturbed(inputs: HostArrays, key: Key): Record<string, HostArray> {
  const entries = Object.entries(inputs).map(([name, { shape, data }]) => {
    if (BATCH_INPUTS.includes(name)) return [name, { shape, data }] as const;
    const noise = normal(fold(key, name), data.length);
    return [name, {
      shape,
      data: Float32Array.from(data, (x, i) => x + 0.05 * noise[i]!),
    }] as const;
  });
  return Object.fromEntries(entries);
}

/** Largest difference over the largest expected number. */
export function relativeDifference(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!));
    norm = Math.max(norm, Math.abs(expected[i]!));
  }
  return norm === 0 ? difference : difference / norm;
}
