/**
 * One run at a time in an output folder.
 *
 * The lock is an advisory lock of the operating system on OUT/.lock, which the system itself drops when its holder
 * dies: there is no stale lock. The file's content only says who holds it.
 *
 * @module
 */
import { hostname } from "node:os";
import { join } from "node:path";
import { asCount, asObject, asString } from "../record/_validate.ts";
import { UsageError } from "../errors.ts";

/** A held lock. */
export interface RunLock extends Disposable {
  /** Lets the next run in. */
  release(): void;
}

/**
 * Takes the lock of an output folder.
 *
 * @throws {UsageError} when another run holds it; names its process and host
 * @throws the operating system's error when the file cannot be made
 */
export function acquireRunLock(outDir: string): RunLock {
  const path = join(outDir, ".lock");
  const file = Deno.openSync(path, { read: true, write: true, create: true });
  try {
    if (!file.tryLockSync(true)) {
      throw new UsageError(`Cannot run in ${outDir}: ${holder(path)} is running there`);
    }
    file.truncateSync(0);
    const content = JSON.stringify({ pid: Deno.pid, host: hostname() });
    file.writeSync(new TextEncoder().encode(`${content}\n`));
  } catch (error) {
    file.close();
    throw error;
  }
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    // The file stays: removing it would let a third run lock a new file while a second still waits on this one.
    file.truncateSync(0);
    file.unlockSync();
    file.close();
  };
  return { release, [Symbol.dispose]: release };
}

function holder(path: string): string {
  try {
    const { pid, host } = asObject(JSON.parse(Deno.readTextFileSync(path)), "lock");
    return `process ${asCount(pid, "pid")} on ${asString(host, "host")}`;
  } catch {
    // The holder has locked the file and not yet written its name.
    return "another run";
  }
}
