/** The tasks of deno.json, to be run as `deno task` runs them: with the same permissions. */
import { join } from "node:path";
import { suiteFolder } from "../data/user_paths.ts";

/** Name → command. */
export const tasks: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries<{ command: string }>(
    JSON.parse(Deno.readTextFileSync(join(suiteFolder, "deno.json"))).tasks,
  ).map(([name, { command }]) => [name, command]),
);

/** Deno's arguments for a task that runs one script. */
export function taskArgs(name: string, args: readonly string[]): string[] {
  const [deno, ...words] = tasks[name]!.split(" ");
  if (deno !== "deno") throw new Error(`Task ${name} must run deno, runs ${deno}`);
  const script = words.pop()!;
  return [words[0]!, "--quiet", ...words.slice(1), join(suiteFolder, script), ...args];
}
