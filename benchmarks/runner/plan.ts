/**
 * The cells of a run, and which of them are done.
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Checkpoint, decodeCheckpoint } from "./checkpoint_file.ts";
import { firstSeeds } from "./bench_command.ts";
import { unknownName } from "../errors.ts";
import { checkpointName, freshMarkerName, outputFolders } from "./output_folders.ts";
import { codeName, isSameCode } from "../record/fingerprint.ts";
import type { CellIdentity, CellRecord, Fingerprint, Tier } from "../record/record.ts";
import { findRecord, isFinished, sameCell } from "../record/record_file.ts";
import { canonicalJson } from "../record/canonical_json.ts";
import type { AnyBenchmark } from "../registry.ts";
import { resolveSettings, tierOf } from "../settings.ts";
import { type Shard, shardCells } from "../sweep/shard.ts";

/** A cell and what a run will do with it. */
export interface PlannedCell {
  /** The cell. */
  readonly cell: CellIdentity;
  /** `done`: its record is a result; `resumes`: after `epoch` saved epochs; `new`: from the first epoch. */
  readonly state: "done" | "resumes" | "new";
  /** Epochs saved in its checkpoint. */
  readonly epoch: number;
  /** Epochs in all, where the settings have `epochs`. */
  readonly epochs?: number;
  /** One line for the user, e.g. why an earlier run of it failed; "" for none. */
  readonly note: string;
  /** Whether a former result and checkpoint must not count. */
  readonly renew: boolean;
}

/** What to plan. */
export interface PlanOptions {
  /** The benchmark. */
  readonly definition: AnyBenchmark;
  /** Length of the run. */
  readonly tier: Tier;
  /** Registry names; undefined for all. */
  readonly models?: readonly string[];
  /** Seeds, in the order in which they run; undefined for the tier's, as many as each model has. */
  readonly seeds?: readonly number[] | undefined;
  /** Name of the backend that runs, never `auto`. */
  readonly backend: string;
  /** SHA-256 (hex) of the data set. */
  readonly dataSha256: string;
  /** Folder of the results. */
  readonly outDir: string;
  /** Run finished cells again, from the first epoch. */
  readonly fresh: boolean;
  /** The same of cells whose result or checkpoint other code made. */
  readonly freshCode: boolean;
  /** The code that would run. */
  readonly host: Pick<Fingerprint, "commit" | "codeSha256">;
  /** The shard of the cells to plan; absent: all. */
  readonly shard?: Shard;
}

/** The parts of a cell's identity that differ within a run. */
export type CellChoice = Pick<CellIdentity, "model" | "seed">;

/**
 * The models and seeds of a run, seed by seed, so that a partial run already compares all models.
 *
 * @param seeds Undefined for the tier's, as many as each model has.
 * @param models Registry names; undefined for all.
 * @throws {UsageError} when a model or the tier does not exist; lists the valid names
 */
export function chooseCells(
  definition: AnyBenchmark,
  tier: Tier,
  seeds?: readonly number[],
  models?: readonly string[],
): CellChoice[] {
  const names = checkModels(definition, models);
  const countOf = (model: string) => {
    const { deterministic, seeds: own } = definition.models[model]!;
    if (deterministic === true) return 1;
    return seeds === undefined && own !== undefined ? own : Infinity;
  };
  return (seeds ?? firstSeeds(tierOf(definition, tier).seeds)).flatMap((seed, i) =>
    names.filter((model) => i < countOf(model)).map((model) => ({ model, seed }))
  );
}

/**
 * The cells in the order of {@link chooseCells}, without those of other shards.
 *
 * @throws {UsageError} when a model does not exist; lists the valid names
 * @throws {RunError} when a record in the output folder cannot be read
 */
export function planCells(options: PlanOptions): PlannedCell[] {
  const { definition, seeds, shard, tier } = options;
  const all = chooseCells(definition, tier, seeds, options.models);
  // Choose the shard before reading records: those of other shards do not concern this run.
  const chosen = shard === undefined
    ? all
    : shardCells(definition, tier, all, shard.count)[shard.index - 1]!;
  return chosen.map(({ model, seed }) =>
    planCell(options, {
      benchmark: definition.name,
      version: definition.version,
      model,
      seed,
      tier,
      backend: options.backend,
      dataSha256: options.dataSha256,
    })
  );
}

/**
 * The models to run, in the order of the definition; all of them when none is named.
 *
 * @throws {UsageError} when one does not exist; lists the valid names
 */
export function checkModels(definition: AnyBenchmark, names?: readonly string[]): string[] {
  const all = Object.keys(definition.models);
  const wrong = names?.find((name) => !all.includes(name));
  if (wrong !== undefined) throw unknownName(`run ${definition.name} model`, wrong, all);
  return names === undefined ? all : all.filter((name) => names.includes(name));
}

function planCell(
  { definition, outDir, fresh, freshCode, host }: PlanOptions,
  cell: CellIdentity,
): PlannedCell {
  const settings = resolveSettings(definition, cell.tier, cell.model);
  const epochs = typeof settings.epochs === "number" ? { epochs: settings.epochs } : {};
  const common = { cell, ...epochs, epoch: 0, note: "", renew: false };
  if (fresh) return { ...common, state: "new", renew: true };
  const folders = outputFolders(outDir);
  const record = findRecord(folders.records, cell);
  const renewed = existsSync(join(folders.checkpoints, freshMarkerName(cell)));
  if (record !== undefined && isFinished(record) && !renewed) {
    const { fingerprint } = record;
    const other = fingerprint.codeSha256 !== host.codeSha256;
    if (other && freshCode) return { ...common, state: "new", renew: true };
    const same = Object.entries(settings).every(([key, value]) => record.settings[key] === value);
    const notes = [
      record.note,
      same ? "" : "its settings differ from the definition's: rerun with --fresh",
      other ? `made by other code, ${codeName(fingerprint)}: rerun with --fresh-code` : "",
    ];
    return { ...common, state: "done", note: notes.filter((note) => note !== "").join("; ") };
  }
  const saved = savedState(join(folders.checkpoints, checkpointName(cell)), cell);
  if (freshCode && saved.codes.some((code) => !isSameCode(code, codeName(host)))) {
    return { ...common, state: "new", renew: true };
  }
  const { epoch } = saved;
  const note = record?.status === "failed" ? `failed before: ${record.note}` : "";
  return { ...common, state: epoch > 0 ? "resumes" : "new", epoch, note };
}

/** What a checkpoint holds; no epoch when it cannot be resumed, for a reason that the cell's process reports. */
function savedState(path: string, cell: CellIdentity): Pick<Checkpoint, "epoch" | "codes"> {
  try {
    const checkpoint = decodeCheckpoint(Deno.readFileSync(path));
    if (sameCell(checkpoint.cell, cell)) return checkpoint;
  } catch { /* There is none, or its cell's process says what is wrong with it. */ }
  return { epoch: 0, codes: [] };
}

/** Records of the same definition, tier and backend as a run, from which its duration is estimated. */
export function comparableRecords(
  records: readonly CellRecord[],
  { definition, tier, backend }: Pick<PlanOptions, "definition" | "tier" | "backend">,
): CellRecord[] {
  const key = canonicalJson([definition.name, definition.version, tier, backend]);
  return records.filter(({ cell }) =>
    canonicalJson([cell.benchmark, cell.version, cell.tier, cell.backend]) === key
  );
}
