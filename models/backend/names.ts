/**
 * Names of the backends, apart from the libraries behind them: what reads arguments need not load those.
 *
 * @module
 */

/** Names that `--backend` takes. */
export const backendNames = [
  "auto",
  "tensorflow",
  "ort-cuda",
  "ort-webgpu",
  "ort-cpu",
  "webgpu",
  "wasm",
] as const;

/** One of {@link backendNames}. */
export type BackendName = typeof backendNames[number];
