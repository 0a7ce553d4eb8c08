/**
 * The JAX peer of the training step, run as a child process: see `jax_step.py`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { noPythonWith, pythonWith } from "./python.ts";
import type { SizeName } from "./sizes.ts";

const SCRIPT = fileURLToPath(new URL("./jax_step.py", import.meta.url));
const MODULES = ["numpy", "jax"];

/** What runs where. */
export interface JaxOptions {
  /** The model: encoders, decoder, likelihood, activation of the field, γ, learning rate. */
  readonly size: SizeName;
  /** Where it computes. */
  readonly device: "cpu" | "cuda";
}

/** Whether a Python sees JAX and NumPy: see `python.ts`. Needs the permission to run it. */
export function hasJax(): boolean {
  return pythonWith(...MODULES) !== undefined;
}

/** Why there is no JAX, as a clause. */
export function noJax(): string {
  return noPythonWith(...MODULES);
}

/**
 * Command of a process that makes training steps on request: see `step_process.ts`.
 *
 * @param inputsFile File of parameters and batch, written with `encodeArrays`.
 * @throws Error where no Python sees JAX
 */
export function jaxServer(inputsFile: string, { size, device }: JaxOptions): readonly string[] {
  const interpreter = pythonWith(...MODULES);
  if (interpreter === undefined) throw new Error(`Cannot run the JAX step: ${noJax()}`);
  return [interpreter, SCRIPT, "serve", inputsFile, "--size", size, "--device", device];
}
