/**
 * Which Python runs a script that needs modules: the one that `ODE2VAE_PYTHON` names, else the first of `python3` on the
 * PATH and `/usr/bin/python3` that imports them. Debian's packages belong to the latter; elsewhere PyTorch and JAX are
 * in an environment that the PATH leads to.
 *
 * @module
 */

/** Name of the environment variable that chooses the interpreter. */
export const PYTHON_VARIABLE = "ODE2VAE_PYTHON";

/** How an interpreter is looked for. */
export interface FindPythonOptions {
  /** The environment variable's value; a stand-in for tests. */
  readonly chosen?: string | undefined;
  /** Whether an interpreter imports all modules; a stand-in for tests. */
  readonly imports?: (interpreter: string, modules: readonly string[]) => boolean;
}

/** Interpreters that may serve, best first. */
export function pythonCandidates(
  chosen: string | undefined = Deno.env.get(PYTHON_VARIABLE),
): readonly string[] {
  return chosen ? [chosen] : ["python3", "/usr/bin/python3"];
}

/** Whether an interpreter is there and imports all modules; it does import them, as a broken one may be installed. */
function importsAll(interpreter: string, modules: readonly string[]): boolean {
  try {
    const { success } = new Deno.Command(interpreter, {
      args: ["-c", `import ${modules.join(", ")}`],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).outputSync();
    return success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/**
 * The first candidate that imports all modules; undefined where none does. Needs the permissions to run it and to read
 * the environment.
 */
export function findPython(
  modules: readonly string[],
  { chosen, imports = importsAll }: FindPythonOptions = {},
): string | undefined {
  return pythonCandidates(chosen).find((interpreter) => imports(interpreter, modules));
}

const found = new Map<string, string | undefined>();

/** {@link findPython}, which looks but once in a process: an import of PyTorch takes a second. */
export function pythonWith(...modules: readonly string[]): string | undefined {
  const key = modules.join();
  if (!found.has(key)) found.set(key, findPython(modules));
  return found.get(key);
}

/** Why no interpreter serves, as a clause: "none of python3, /usr/bin/python3 imports jax". */
export function noPythonWith(...modules: readonly string[]): string {
  return `none of ${pythonCandidates().join(", ")} imports ${
    modules.join(" and ")
  } (${PYTHON_VARIABLE} names another)`;
}
