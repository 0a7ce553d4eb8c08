/**
 * `deno task accept`.
 *
 * @module
 */
import { exitCodes, messageOf, UsageError } from "../errors.ts";
import { loadRegistry } from "../registry.ts";
import { acceptResults } from "../check/accept.ts";
import { parseAcceptArgs, usage } from "./accept_options.ts";

/**
 * Does what the arguments ask.
 *
 * @param print Takes lines for standard output.
 * @param printError Takes lines for standard error.
 * @returns the exit code
 */
export async function main(
  args: readonly string[],
  print: (text: string) => void,
  printError: (text: string) => void,
): Promise<number> {
  try {
    const command = parseAcceptArgs(args);
    const lines = command.kind === "help"
      ? [usage]
      : acceptResults(await loadRegistry(), command.options);
    for (const line of lines) print(line);
    return exitCodes.ok;
  } catch (error) {
    printError(messageOf(error));
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

if (import.meta.main) {
  Deno.exit(await main(Deno.args, (text) => console.log(text), (text) => console.error(text)));
}
