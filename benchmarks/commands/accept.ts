/**
 * `deno task accept`: takes results into the reference, with the reason.
 *
 * @module
 */
import { join } from "node:path";
import { openPlainFile } from "../../data/plain_file.ts";
import { enterUserFolder, suiteFolder } from "../../data/user_paths.ts";
import { counted, decimalsFor, formatFixed } from "../statistics/numbers.ts";
import {
  type Acceptance,
  type AcceptedCell,
  acceptedResult,
  extendedList,
} from "../check/accepted.ts";
import { exitCodes, fileErrorReason, RunError, UsageError } from "../errors.ts";
import {
  type FileOperations,
  removeTemporaryFiles,
  writeFilesAtomic,
} from "../record/atomic_file.ts";
import { canonicalJson } from "../record/canonical_json.ts";
import { suiteCommit } from "../record/fingerprint.ts";
import { fromJsonNumber } from "../../models/training/json_number.ts";
import type { CellIdentity, CellRecord } from "../record/record.ts";
import { readRecords } from "../record/read_records.ts";
import { findRecord, isFinished, recordFile } from "../record/record_file.ts";
import { findBenchmark, loadRegistry, type Registry } from "../registry.ts";
import type { BenchOptions } from "../runner/bench_command.ts";
import { outputFolders } from "../runner/output_folders.ts";
import { checkModels } from "../runner/plan.ts";
import {
  benchmarkName,
  type Command,
  type CommandIo,
  optional,
  parseCommand,
  processIo,
  runCommand,
} from "./command_line.ts";
import { referenceRecord } from "./keep_reference.ts";
import { runOptions, withSeeds } from "./run_options.ts";

const { tier, models, seeds, seed, backend, outDir, against } = runOptions;
const options = {
  reason: optional("TEXT", "why the new results are right, one line; required", readReason),
  tier,
  models: { ...models, help: "only these models; the default is all that have results" },
  seeds: {
    ...seeds,
    help: "only the seeds 0 to N-1, or these seeds; the default is all that have results",
  },
  seed,
  backend: optional("B", "only results of this backend; the default is all", backend.read),
  outDir,
  against,
};

/** The command. */
export const acceptCommand: Command<typeof options> = {
  purpose: "Takes results into the reference after an intended change, and keeps the reason.",
  usage: ['deno task accept NAME --reason "…" [options]'],
  options,
  notes: [
    "Finished results that differ from the reference replace its records; cells that it does not have are added. Images " +
    "of the data set and the name of your data folder are left out. Each time one line is added to accepted.jsonl in the " +
    "reference's folder: reason, date, commit, and for each cell the former result. Commit both. Either all is written or " +
    "nothing; of several commands at once each waits for the one before it.",
    "Exit codes: 0 accepted, or nothing differs; 1 no results, or a file is damaged; 2 wrong usage.",
  ],
};

/** Options of an acceptance. */
export interface AcceptOptions
  extends Pick<BenchOptions, "benchmark" | "tier" | "models" | "seeds" | "outDir"> {
  /** `--backend`; absent: results of all backends. */
  readonly backend?: string;
  /** Folder with the reference records. */
  readonly against: string;
  /** Why, one line. */
  readonly reason: string;
}

/**
 * Reads the arguments.
 *
 * @throws {UsageError} when one is unknown, without its value or malformed, or the reason is absent
 */
export function parseAcceptArgs(args: readonly string[]): AcceptOptions | "help" {
  const given = parseCommand(acceptCommand, args);
  if (given === "help") return "help";
  const benchmark = benchmarkName(given.words);
  const { reason = readReason(""), ...rest } = given.options;
  return { benchmark, reason, ...withSeeds(rest) };
}

function readReason(text: string): string {
  const reason = text.trim();
  if (reason !== "" && !reason.includes("\n")) return reason;
  throw new UsageError(
    `Cannot accept results: --reason must be a line of text, got ${
      reason === "" ? "none" : "several lines"
    }`,
  );
}

/**
 * Does what the arguments ask.
 *
 * @returns the exit code
 */
export function main(args: readonly string[], io: CommandIo): Promise<number> {
  return runCommand(acceptCommand, io, async () => {
    const options = parseAcceptArgs(args);
    if (options === "help") return "help";
    const lines = acceptResults(await loadRegistry(), options, acceptContext(io.log));
    for (const line of lines) io.print(line);
    return exitCodes.ok;
  });
}

/** When and on which commit results are accepted; tests give their own. */
export interface AcceptContext {
  /** ISO 8601 time in UTC. */
  readonly now: string;
  /** Git commit of the suite. */
  readonly commit: string;
}

/** The current time and commit; `log` takes one line when the commit is unknown. */
export function acceptContext(log?: (line: string) => void): AcceptContext {
  return { now: new Date().toISOString(), commit: suiteCommit(suiteFolder, log) };
}

/**
 * Replaces reference records by the results that differ from them, adds those that are missing, and records why: all of
 * it or nothing. Waits while another process accepts into the same folder.
 *
 * @param operations Write the files; tests inject failing ones.
 * @returns lines on what changed
 * @throws {UsageError} for an unknown benchmark or model
 * @throws {RunError} when there is no result, a record or the list is damaged, or a file cannot be written
 */
export function acceptResults(
  registry: Registry,
  { benchmark, tier, models, seeds, backend, outDir, against, reason }: AcceptOptions,
  context: AcceptContext,
  operations?: FileOperations,
): string[] {
  const definition = findBenchmark(registry, benchmark);
  checkModels(definition, models);
  const folder = outputFolders(outDir).records;
  const results = readRecords(folder).filter((record) => {
    const { cell } = record;
    return isFinished(record) && cell.benchmark === benchmark &&
      cell.version === definition.version && cell.tier === tier &&
      (models?.includes(cell.model) ?? true) && (seeds?.includes(cell.seed) ?? true) &&
      (backend === undefined || cell.backend === backend);
  });
  if (results.length === 0) {
    throw new RunError(
      `Cannot accept results of ${benchmark}: ${outDir} must hold a finished one of version ` +
        `${definition.version} and tier ${tier}, holds none`,
    );
  }
  using _lock = lockReference(against);
  const changed = results.flatMap((record) => {
    const former = findRecord(against, record.cell);
    return former !== undefined && isSameResult(former, record) ? [] : [{ record, former }];
  }).sort((a, b) => compareCells(a.record.cell, b.record.cell));
  const acceptances = sameIdentity(changed).map((group): Acceptance => {
    const { version, backend, dataSha256 } = group[0]!.record.cell;
    return {
      schema: 1,
      ...{ benchmark, version, tier, backend, dataSha256, reason },
      acceptedAt: context.now,
      commit: context.commit,
      cells: group.map(({ record, former }): AcceptedCell => ({
        model: record.cell.model,
        seed: record.cell.seed,
        former: former === undefined ? null : acceptedResult(former),
        accepted: acceptedResult(record),
      })),
    };
  });
  // A damaged list is refused also where nothing would be added to it.
  const list = extendedList(against, acceptances);
  if (changed.length === 0) {
    return [`nothing to accept: ${counted(results.length, "result")} as in the reference`];
  }
  const records = changed.map(({ record }) => recordFile(against, referenceRecord(record)));
  try {
    // The reason comes first: after a crash in between, accepting again completes the records.
    writeFilesAtomic(new Map([list, ...records]), operations);
  } catch (error) {
    throw new RunError(`Cannot write results into ${against}: ${fileErrorReason(error)}`);
  }
  const dirty = changed.some(({ record }) => record.fingerprint.commit.endsWith("+dirty"));
  return [
    ...changed.map(changeLine),
    ...(dirty ? ["note: results were computed with uncommitted changes"] : []),
  ];
}

/**
 * Makes the folder of the reference, waits until no other process accepts into it, and removes what a killed one left.
 *
 * @throws {RunError} when it cannot be made or written
 */
function lockReference(against: string): Disposable {
  try {
    Deno.mkdirSync(against, { recursive: true });
    // The system drops the lock when the file is closed or its holder dies.
    const lock = openPlainFile(join(against, ".lock"));
    lock.lockSync(true);
    removeTemporaryFiles(against);
    return lock;
  } catch (error) {
    throw new RunError(
      `Cannot accept results: ${against} must be a folder that can be written: ${
        fileErrorReason(error)
      }`,
    );
  }
}

/** True when a check finds no difference: equal numbers, of which the same way is better. */
function isSameResult(a: CellRecord, b: CellRecord): boolean {
  const [left, right] = [a, b].map(({ status, traceSha256, metrics, curves }) =>
    canonicalJson([status, traceSha256, [...metrics, ...curves].map((of) => of.direction ?? null)])
  );
  return left === right;
}

interface Change {
  readonly record: CellRecord;
  readonly former: CellRecord | undefined;
}

/** By backend, data set, model and seed. */
function compareCells(a: CellIdentity, b: CellIdentity): number {
  const name = ({ backend, dataSha256, model }: CellIdentity) =>
    JSON.stringify([backend, dataSha256, model]);
  const [left, right] = [name(a), name(b)];
  return left < right ? -1 : left > right ? 1 : a.seed - b.seed;
}

/** Changes by backend and data set: each line of the list has one of each. */
function sameIdentity(changes: readonly Change[]): Change[][] {
  return [
    ...Map.groupBy(changes, ({ record: { cell } }) => `${cell.backend} ${cell.dataSha256}`)
      .values(),
  ];
}

function changeLine({ record, former }: Change): string {
  const name = `${record.cell.model} seed ${record.cell.seed}`;
  const after = headlineText(record);
  return former === undefined
    ? `added ${name}: ${after}`
    : `accepted ${name}: ${headlineText(former)} -> ${after}`;
}

/** The first metric, or how the cell ended. */
function headlineText({ status, metrics }: CellRecord): string {
  const [metric] = metrics;
  if (status !== "completed" || metric === undefined) return status;
  const value = fromJsonNumber(metric.value);
  return `${metric.name} ${formatFixed(value, decimalsFor(value, 5))}`;
}

if (import.meta.main) {
  enterUserFolder();
  Deno.exit(await main(Deno.args, processIo));
}
