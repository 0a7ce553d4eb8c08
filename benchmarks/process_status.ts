/**
 * What Linux says of a process.
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
