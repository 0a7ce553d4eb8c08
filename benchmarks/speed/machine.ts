/**
 * What a speed was measured on.
 *
 * @module
 */
import { cpus } from "node:os";
import { cpuName, suiteCommit, suiteFolder } from "../record/fingerprint.ts";

/** Facts without which a time says little. */
export interface Machine {
  /** Processor. */
  readonly cpu: string;
  /** Logical cores that the system shows. */
  readonly cores: number;
  /** Main memory, bytes. */
  readonly memoryBytes: number;
  /** Operating system and architecture. */
  readonly system: string;
  /** Version of Deno. */
  readonly deno: string;
  /** Commit of the suite; "" outside a checkout. */
  readonly commit: string;
  /** Load average of the last minute before the measurement: near 0 on a quiet machine. */
  readonly loadBefore: number;
}

/** This machine, now. */
export function thisMachine(): Machine {
  return {
    cpu: cpuName(),
    cores: cpus().length,
    memoryBytes: Deno.systemMemoryInfo().total,
    system: `${Deno.build.os} ${Deno.build.arch}`,
    deno: Deno.version.deno,
    commit: suiteCommit(suiteFolder),
    loadBefore: Deno.loadavg()[0]!,
  };
}
