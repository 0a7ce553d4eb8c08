/**
 * The name of the processor.
 *
 * @module
 */
import { cpus } from "node:os";

/** Name of the CPU, e.g. "AMD EPYC"; "unknown CPU" where the system does not tell. */
export function cpuName(): string {
  return cpus()[0]?.model.trim() || "unknown CPU";
}
