/**
 * What the runner needs to know of a backend.
 *
 * @module
 */

/** A backend that has been chosen and made ready in this process. */
export interface BackendChoice {
  /** Its name, never `auto`. */
  readonly name: string;
  /** Version of the computing library, e.g. "onnxruntime-node 1.30.0". */
  readonly version: string;
  /** CPU or GPU name; "" when unknown. */
  readonly device: string;
  /** Compute threads that it uses by itself. */
  readonly threads: number;
}

/** Chooses a backend by name (or `auto`) and makes it ready; `log` takes one line for the user. */
export type SelectBackend = (name: string, log: (line: string) => void) => Promise<BackendChoice>;

/** Compute threads of one cell: one, so that results do not depend on how many cells run beside it. */
export const cellThreads = 1;

/** True for a backend that computes on a GPU, which the cells share. */
export function usesGpu(name: string): boolean {
  return ["tensorflow", "ort-cuda", "ort-webgpu", "webgpu"].includes(name);
}
