/**
 * The choice of backend as the runner makes it.
 *
 * @module
 */
import { backendNames } from "../../models/backend/backend.ts";
import { messageOf, unknownName, UsageError } from "../errors.ts";

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

/** The suite's own choice. The import is dynamic because its libraries are heavy. */
const selectOwn: SelectBackend = async (name, log) => {
  const { selectBackend } = await import("../../models/backend/select.ts");
  return await selectBackend(name, { threads: cellThreads, log });
};

/**
 * Chooses a backend for a benchmark and makes it ready in this process.
 *
 * @param name a backend, or `auto`: a GPU where there is one, unless the benchmark is faster on a CPU
 * @param select Replaces the suite's own choice, as a registry may.
 * @throws {UsageError} when it is unknown or cannot run here
 */
export async function chooseBackend(
  { fasterOnCpu = false }: { readonly fasterOnCpu?: boolean },
  name: string,
  log: (line: string) => void,
  select: SelectBackend = selectOwn,
): Promise<BackendChoice> {
  if (!backendNames.some((valid) => valid === name)) {
    throw unknownName("use backend", name, backendNames);
  }
  try {
    return await select(name === "auto" && fasterOnCpu ? "ort-cpu" : name, log);
  } catch (error) {
    const message = messageOf(error);
    throw new UsageError(
      message.startsWith("Cannot") ? message : `Cannot use backend "${name}": ${message}`,
    );
  }
}
