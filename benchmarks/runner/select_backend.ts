/**
 * The choice of backend as the runner makes it.
 *
 * @module
 */
import { type BackendChoice, cellThreads, type SelectBackend } from "./backend_choice.ts";
import { backendNames } from "../../models/backend/backend.ts";
import { messageOf, UsageError } from "../errors.ts";
import type { Registry } from "../registry.ts";

/** The suite's own choice; loaded here, since the libraries behind it are heavy. */
const selectOwn: SelectBackend = async (name, log) => {
  const { selectBackend } = await import("../../models/backend/select.ts");
  return await selectBackend(name, { threads: cellThreads, log });
};

/**
 * Checks a name that the user gave.
 *
 * @throws {UsageError} when it is not a backend's; lists the valid names
 */
export function checkBackendName(name: string): void {
  if (backendNames.some((valid) => valid === name)) return;
  throw new UsageError(
    `Cannot use backend "${name}": it must be one of ${backendNames.join(", ")}`,
  );
}

/**
 * Chooses a backend and makes it ready in this process.
 *
 * @throws {UsageError} when it is unknown or cannot run here
 */
export async function selectBackendFor(
  registry: Registry,
  name: string,
  log: (line: string) => void,
): Promise<BackendChoice> {
  checkBackendName(name);
  const select = registry.selectBackend ?? selectOwn;
  try {
    return await select(name, log);
  } catch (error) {
    const message = messageOf(error);
    throw new UsageError(
      message.startsWith("Cannot") ? message : `Cannot use backend "${name}": ${message}`,
    );
  }
}
