/**
 * Does the drift check find real mistakes? For each defect a copy of the suite is made, the defect put into it, and its
 * results checked against the committed reference; a copy without a defect must pass. Outside the default tests: some
 * 20 cells of the smoke tier a copy, two minutes each on an idle core.
 *
 *     deno run -A tests/benchmarks/check/injected_defects.ts [--only a,b] [--work DIR] [-- OPTIONS OF deno task check]
 *
 * Without options of its own it runs the gate of `.github/workflows/drift.yml`. Exits 1 unless each defect fails the check
 * by drift, and the sound copy passes.
 */
import { parseArgs } from "@std/cli/parse-args";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { exitCodes } from "../../../benchmarks/errors.ts";
import { type Defect, defects, inject } from "./defects.ts";
import { smokeGate } from "./smoke_gate.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Copies the tracked files as they are, with the defect in its file. */
function copySuite(to: string, defect: Defect | undefined): void {
  const { stdout } = new Deno.Command("git", { args: ["-C", root, "ls-files", "-z"] }).outputSync();
  for (const name of new TextDecoder().decode(stdout).split("\0").filter((name) => name !== "")) {
    Deno.mkdirSync(join(to, dirname(name)), { recursive: true });
    Deno.copyFileSync(join(root, name), join(to, name));
  }
  if (defect === undefined) return;
  const path = join(to, defect.file);
  Deno.writeTextFileSync(path, inject(Deno.readTextFileSync(path), defect));
}

/** Checks a copy; its verdicts and all else go to the terminal. */
async function check(folder: string, options: readonly string[]): Promise<number> {
  const { code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "benchmarks/commands/check.ts", ...options],
    cwd: folder,
    stdin: "null",
    env: { GITHUB_ACTIONS: "" },
  }).spawn().status;
  return code;
}

/** Number of drifted metrics; none where the check came to no verdict. */
function driftedIn(json: string): number {
  try {
    // An array for all benchmarks, an object for one.
    const checks = [JSON.parse(Deno.readTextFileSync(json))].flat();
    return checks.flatMap(({ comparisons = [] }) => comparisons)
      .filter(({ verdict }: { verdict: string }) => verdict.startsWith("drift")).length;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

if (import.meta.main) {
  const given = parseArgs(Deno.args, { string: ["only", "work"], "--": true });
  const only = given.only?.split(",");
  const options = given["--"]!.length > 0 ? given["--"]! : smokeGate;
  const work = given.work ?? Deno.makeTempDirSync({ prefix: "ode2vae-defects-" });
  let isSound = true;
  for (const defect of [undefined, ...defects]) {
    const name = defect?.name ?? "sound";
    if (only !== undefined && !only.includes(name)) continue;
    console.log(`\n${name}: ${defect?.description ?? "no defect"}`);
    const folder = join(work, name);
    copySuite(folder, defect);
    const json = join(folder, "check.json");
    const code = await check(folder, [...options, "--json", json]);
    const drifted = driftedIn(json);
    const isRight = defect === undefined
      ? code === exitCodes.ok
      : code === exitCodes.failed && drifted > 0;
    console.log(`${name}: exit code ${code}, ${drifted} drifted: ${isRight ? "right" : "WRONG"}`);
    isSound &&= isRight;
  }
  Deno.exit(isSound ? exitCodes.ok : exitCodes.failed);
}
