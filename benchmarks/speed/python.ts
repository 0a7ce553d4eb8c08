/**
 * The peers of the training step in Python, and which Python runs them: the one that `ODE2VAE_PYTHON` names, else the
 * first of `python3` on the PATH and `/usr/bin/python3` that imports their modules. Debian's packages belong to the latter;
 * elsewhere PyTorch and JAX are in an environment that the PATH leads to.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import type { SizeName } from "./sizes.ts";

/** Name of the environment variable that chooses the interpreter. */
const PYTHON_VARIABLE = "ODE2VAE_PYTHON";

/** Interpreters to try, best first: only the chosen one where there is one. */
export function pythonCandidates(chosen = Deno.env.get(PYTHON_VARIABLE)): readonly string[] {
  return chosen ? [chosen] : ["python3", "/usr/bin/python3"];
}

/** Whether an interpreter is there and imports all modules; it does import them, as a broken one may be installed. */
function importsAll(interpreter: string, modules: readonly string[]): boolean {
  try {
    const args = ["-c", `import ${modules.join(", ")}`];
    return new Deno.Command(interpreter, { args }).outputSync().success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * The first candidate that imports all modules; undefined where none does. Needs the permissions to run it and to read
 * the environment.
 *
 * @param chosen the environment variable's value by default
 * @param imports whether an interpreter imports all modules; a stand-in for tests
 */
export function findPython(
  modules: readonly string[],
  chosen?: string,
  imports: (interpreter: string, modules: readonly string[]) => boolean = importsAll,
): string | undefined {
  return pythonCandidates(chosen).find((interpreter) => imports(interpreter, modules));
}

/** A library with a training step of its own; PyTorch 2 is PyTorch with `torch.compile`. */
export type Peer = "PyTorch" | "PyTorch 2" | "JAX";

const PEERS: Readonly<Record<Peer, { readonly script: string; readonly modules: string[] }>> = {
  PyTorch: { script: "./pytorch_step.py", modules: ["numpy", "torch"] },
  "PyTorch 2": { script: "./pytorch_step.py", modules: ["numpy", "torch._dynamo"] },
  JAX: { script: "./jax_step.py", modules: ["numpy", "jax"] },
};

const found = new Map<Peer, string | undefined>();

/** The interpreter that runs a peer; looked for once in a process, as an import of PyTorch takes a second. */
export function peerPython(peer: Peer): string | undefined {
  if (!found.has(peer)) found.set(peer, findPython(PEERS[peer].modules));
  return found.get(peer);
}

/** Why a peer cannot run here, as a clause; undefined where it can. */
export function missingPeer(peer: Peer): string | undefined {
  if (peerPython(peer) !== undefined) return undefined;
  const [candidates, modules] = [pythonCandidates(), PEERS[peer].modules];
  return `none of ${candidates.join(", ")} imports ${modules.join(" and ")} ` +
    `(${PYTHON_VARIABLE} names another)`;
}

/** Options of a peer's script; one left out is the first of its choices, for `threads` 2. */
export interface PeerOptions {
  /** The model: encoders, decoder, likelihood, activation of the field, γ, learning rate. */
  readonly size?: SizeName;
  /** With the encoder penalty γ (`ode2vae-kl`) or without. */
  readonly model?: "ode2vae-kl" | "ode2vae";
  /** Where log q starts: the encoder's density of z₀, or the density of the noise alone. */
  readonly initialLogDensity?: "paper" | "released-code";
  /** PyTorch's exact trace: one product, or q backward passes as in the released code. */
  readonly trace?: "closed-form" | "autograd";
  /** Whether PyTorch 2 compiles what it can. */
  readonly compile?: boolean;
  /** Threads of PyTorch; on a GPU they have no effect. */
  readonly threads?: number;
  /** Double precision, to judge rounding. */
  readonly float64?: boolean;
  /** Where it computes. */
  readonly device?: "cpu" | "cuda";
  /** Rows and columns of PyTorch's `matmul`. */
  readonly side?: number;
  /** Products of PyTorch's `matmul`. */
  readonly runs?: number;
}

/**
 * Command of a peer's script: `serve INPUTS` makes training steps on request (see `StepProcess`), `evaluate INPUTS
 * OUTPUTS` computes loss and gradients, PyTorch's `matmul` times matrix products. Files are those of `exchange.ts`.
 *
 * @throws Error where no Python runs it
 */
export function peerCommand(
  peer: Peer,
  args: readonly string[],
  options: PeerOptions = {},
): readonly string[] {
  const missing = missingPeer(peer);
  if (missing !== undefined) throw new Error(`Cannot run the ${peer} step: ${missing}`);
  const flags = Object.entries(options).flatMap(([name, value]) => {
    const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
    return value === false ? [] : value === true ? [flag] : [flag, String(value)];
  });
  const script = fileURLToPath(new URL(PEERS[peer].script, import.meta.url));
  return [peerPython(peer)!, script, ...args, ...flags];
}
