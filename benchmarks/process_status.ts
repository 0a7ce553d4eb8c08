/**
 * What Linux says of a process, and what a child process inherits.
 *
 * @module
 */

/**
 * The text of /proc/PID/status; "" on other systems, or where there is no such process. Deno lets only a program with all
 * rights read it, so that `cat` does.
 */
export function processStatus(pid: number): string {
  try {
    const { stdout } = new Deno.Command("cat", {
      args: [`/proc/${pid}/status`],
      stdin: "null",
      stderr: "null",
    }).outputSync();
    return new TextDecoder().decode(stdout);
  } catch {
    return "";
  }
}

let hangUpIgnored: boolean | undefined;

/**
 * True when `nohup` started this process, which then goes on without its terminal. To be asked before any listener is
 * added, which changes what the system does with signals; the answer is kept.
 */
export function ignoresHangUp(): boolean {
  // A mask in hexadecimal digits; SIGHUP is its lowest bit.
  return hangUpIgnored ??= /^SigIgn:.*[13579bdf]$/m.test(processStatus(Deno.pid));
}

/**
 * The environment for a child process. Deno lets no process with limited rights pass on the variables of the dynamic
 * linker.
 */
export function childEnvironment(): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(Deno.env.toObject()).filter(([name]) => !/^(?:LD|DYLD)_/i.test(name)),
  );
}
