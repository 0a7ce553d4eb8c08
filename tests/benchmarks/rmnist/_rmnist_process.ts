/** Runs the real command line on the real definition, on drawn threes and without a network. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { benchCommand, type BenchResult, decode } from "../_bench_process.ts";

/** Where Deno keeps npm packages: the cache folder named below must not hide them. */
const DENO_DIR: string = JSON.parse(
  new TextDecoder().decode(
    new Deno.Command(Deno.execPath(), { args: ["info", "--json"] }).outputSync().stdout,
  ),
).denoDir;

/** The suite's own definitions. */
const OWN_DEFINITIONS = { ODE2VAE_DEFINITIONS: "" };

/**
 * The command `bench rmnist --tier smoke …`.
 *
 * @param empty a folder without data files, as both working and cache folder: drawn threes stand in for MNIST
 * @param env more of the environment; without it the suite's own definitions run
 * @param name another benchmark's name
 */
export function rmnistCommand(
  args: readonly string[],
  empty: string,
  env: Record<string, string> = OWN_DEFINITIONS,
  name = "rmnist",
): Deno.Command {
  return benchCommand([name, "--tier", "smoke", "--backend", "ort-cpu", ...args], {
    ODE2VAE_DATA_DIR: "",
    ...{ XDG_CACHE_HOME: empty, DENO_DIR },
    // No mirror answers there: what a test runs on must not depend on the network.
    HTTPS_PROXY: "http://127.0.0.1:9",
    ...env,
  }, { cwd: empty });
}

/** Runs it to its end. */
export async function runRmnist(
  args: readonly string[],
  empty: string,
  env?: Record<string, string>,
  name?: string,
): Promise<BenchResult> {
  return decode(await rmnistCommand(args, empty, env, name).output());
}

/** The environment that makes the smoke tier long enough to be interrupted in its middle. */
export const LONG_SMOKE = {
  ODE2VAE_DEFINITIONS: join(dirname(fileURLToPath(import.meta.url)), "long_smoke_definition.ts"),
};
