/**
 * Kills runs at random moments, all their processes at once, resumes them until they are done, and counts what that cost.
 * Exits with 1 if it cost anything. By hand: 100 kills of smoke runs of rmnist take about 20 minutes on two cores.
 *
 *     ODE2VAE_DATA_DIR=DIR deno run -A tests/benchmarks/runner/kill_runs.ts [KILLS]
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../../benchmarks/errors.ts";
import { listRecordFiles } from "../../../benchmarks/record/read_records.ts";
import { readRecord } from "../../../benchmarks/record/record_file.ts";
import { recordDifferences } from "../../../benchmarks/sweep/merge.ts";
import { benchCommand, decode, temporaryFolder } from "../_bench_process.ts";

/** What kills cost: one line for each file. */
export interface Damage {
  /** Records that had been there, or that an uninterrupted run has, and are not there. */
  readonly lost: string[];
  /** Records whose bytes changed after they had been written. */
  readonly altered: string[];
  /** Records that are not those of an uninterrupted run, host and times aside. */
  readonly unequal: string[];
  /** Files that an uninterrupted run does not leave. */
  readonly leftover: string[];
}

/** What to kill. */
export interface KillOptions {
  /** Number of kills. */
  readonly kills: number;
  /** Registry name of the benchmark, of which all models run. */
  readonly benchmark: string;
  /** ODE2VAE_DEFINITIONS; "" for the suite's own. */
  readonly definitions: string;
  /** Takes a line on each run. */
  readonly log: (line: string) => void;
}

/** Texts of the records of an output folder, by the names of their files. */
export function recordTexts(out: string): Map<string, string> {
  const folder = join(out, "records");
  const names = existsSync(folder) ? listRecordFiles(folder) : [];
  return new Map(names.map((name) => [name, Deno.readTextFileSync(join(folder, name))]));
}

/** Files of a folder and of those in it, relative to it. */
function filesIn(folder: string, inner = ""): string[] {
  return [...Deno.readDirSync(join(folder, inner))].flatMap(({ name, isDirectory }) =>
    isDirectory ? filesIn(folder, join(inner, name)) : [join(inner, name)]
  );
}

/**
 * Compares a run that was killed and resumed until it was done with an uninterrupted one.
 *
 * @param seen Texts of the records that were there at the kills.
 */
export function damageOf(whole: string, torn: string, seen: ReadonlyMap<string, string>): Damage {
  const texts = recordTexts(torn);
  const expected = [...recordTexts(whole).keys()];
  const differences = (name: string): string[] => {
    try {
      const [a, b] = [whole, torn].map((out) => readRecord(join(out, "records", name)));
      return recordDifferences(a!, b!);
    } catch (error) {
      return [messageOf(error)];
    }
  };
  const usual = new Set(filesIn(whole));
  return {
    lost: [...new Set([...expected, ...seen.keys()])].filter((name) => !texts.has(name)),
    altered: [...seen].filter(([name, text]) => texts.has(name) && texts.get(name) !== text)
      .map(([name]) => name),
    unequal: expected.filter((name) => texts.has(name)).flatMap((name) => {
      const fields = differences(name);
      return fields.length === 0 ? [] : [`${name}: ${fields.join(", ")}`];
    }),
    leftover: filesIn(torn).filter((file) => !usual.has(file)),
  };
}

/** True for a run that came to its end. @throws Error with what it said when it failed */
function isFinished(output: Deno.CommandOutput): boolean {
  const { code, stderr } = decode(output);
  if (code === 0) return true;
  throw new Error(`A run that was not killed exited with ${code}: ${stderr}`);
}

function killGroup(pid: number): void {
  try {
    Deno.kill(-pid, "SIGKILL");
  } catch (error) {
    // It ended at this very moment.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

/** Runs seed after seed, each until it is done, and kills at random moments, until there were so many kills. */
export async function killRuns(options: KillOptions): Promise<Damage> {
  const { kills, benchmark, definitions, log } = options;
  const total: Damage = { lost: [], altered: [], unequal: [], leftover: [] };
  const run = (seed: number, out: string) =>
    benchCommand(
      [
        ...[benchmark, "--tier", "smoke", "--seeds", `${seed},`, "--jobs", "2", "--out", out],
        ...["--checkpoint-seconds", "0"],
      ],
      { ODE2VAE_DEFINITIONS: definitions },
    );
  let killed = 0;
  for (let seed = 0; killed < kills; seed++) {
    using folder = temporaryFolder();
    const [whole, torn] = [join(folder.path, "whole"), join(folder.path, "torn")];
    const start = performance.now();
    isFinished(await run(seed, whole).output());
    const duration = performance.now() - start;
    const seen = new Map<string, string>();
    const killedBefore = killed;
    let isDone = false;
    while (!isDone && killed < kills) {
      const child = run(seed, torn).spawn();
      // Short enough to kill a run several times, and long enough for it to get on in between.
      const timer = setTimeout(() => killGroup(child.pid), Math.random() * duration / 3);
      const output = await child.output();
      clearTimeout(timer);
      if (output.signal === "SIGKILL") killed++;
      else isDone = isFinished(output);
      const texts = recordTexts(torn);
      for (const [name, text] of seen) {
        if (!texts.has(name)) total.lost.push(`${name} at kill ${killed}`);
        else if (texts.get(name) !== text) total.altered.push(`${name} at kill ${killed}`);
      }
      texts.forEach((text, name) => seen.set(name, text));
    }
    if (!isDone) isFinished(await run(seed, torn).output());
    const damage = damageOf(whole, torn, seen);
    for (const kind of ["lost", "altered", "unequal", "leftover"] as const) {
      total[kind].push(...damage[kind].map((line) => `seed ${seed}: ${line}`));
    }
    log(
      `seed ${seed}: ${recordTexts(torn).size} records, ${
        killed - killedBefore
      } kills, ${killed} in all`,
    );
  }
  return total;
}

if (import.meta.main) {
  const kills = Number(Deno.args[0] ?? 100);
  const damage = await killRuns({ kills, benchmark: "rmnist", definitions: "", log: console.log });
  console.log(`${kills} kills:`);
  for (const [kind, lines] of Object.entries(damage)) {
    console.log(`  ${lines.length} ${kind}`);
    for (const line of lines) console.log(`    ${line}`);
  }
  Deno.exit(Object.values(damage).every((lines) => lines.length === 0) ? 0 : 1);
}
