/**
 * Tools that some tests need and a user may not have.
 *
 * @module
 */

/**
 * Whether to leave out the tests that need a tool: said aloud, and never in continuous integration, where they run and
 * fail.
 *
 * @param install what installs the tool
 */
export function leaveOut(tool: string, present: boolean, install: string): boolean {
  if (present || Deno.env.get("CI")) return false;
  console.warn(`!! ${tool} is not installed: the tests that need it are ignored (${install})`);
  return true;
}
