/**
 * A whole run: choose the backend, load the data, plan the cells, train them, report.
 *
 * @module
 */
import { join, resolve } from "node:path";
import { isDirectory } from "../../data/data_dir.ts";
import { fromJsonNumber } from "../../models/training/json_number.ts";
import { counted, formatShort } from "../statistics/numbers.ts";
import { removeIfThere, writeFileAtomic } from "../record/atomic_file.ts";
import { type BackendChoice, cellThreads, chooseBackend, usesGpu } from "./backend_choice.ts";
import { type BenchOptions, fullCommand, reproduceCommand } from "./bench_command.ts";
import { type CellEnd, checkCellOutput } from "./cell_process.ts";
import type { LoadedData } from "../definition.ts";
import type { Display } from "./display.ts";
import { exitCodes, messageOf, RunError, UsageError } from "../errors.ts";
import { failedRecord } from "../record/failed_record.ts";
import { definitionsPath, fingerprint } from "../record/fingerprint.ts";
import {
  checkpointName,
  freshMarkerName,
  openOutputFolder,
  outputFolders,
} from "./output_folders.ts";
import { checkModels, comparableRecords, planCells, type PlannedCell } from "./plan.ts";
import { estimateSeconds, formatDuration, secondsPerModel } from "./progress.ts";
import { asSha256 } from "../record/_validate.ts";
import type { CellIdentity, CellRecord, Fingerprint } from "../record/record.ts";
import { findRecord, isFinished, recordFileName, writeRecord } from "../record/record_file.ts";
import { readRecordFolder } from "../record/read_records.ts";
import { type AnyBenchmark, findBenchmark, type Registry } from "../registry.ts";
import { cellLabel, type CellsRun, runCells } from "./run_cells.ts";
import { resolveSettings } from "../settings.ts";
import { expectedTimes } from "../sweep/shard.ts";
import { totalSeconds } from "./time_split.ts";

/** What a run talks to. */
export interface RunIo {
  /** Takes a line of results: tables and plans. */
  readonly print: (text: string) => void;
  /** Where progress goes. */
  readonly display: Display;
  /**
   * Calls back at each signal to stop (SIGINT, SIGTERM, SIGHUP).
   *
   * @returns a function that removes the callback
   */
  readonly onInterrupt: (callback: () => void) => () => void;
  /**
   * Writes tables and pages from all records of the output folder, and prints the tables of the run's benchmark and tier.
   *
   * @returns false when it could not, after one line to the display
   */
  readonly report: (
    options: BenchOptions,
    definition: AnyBenchmark,
    print: (text: string) => void,
  ) => Promise<boolean>;
}

/**
 * Runs a benchmark as asked.
 *
 * @param args The arguments as the user gave them, for the advice on how to resume.
 * @returns the exit code
 * @throws {UsageError} and {@link RunError} before any cell has run
 */
export async function runBenchmark(
  registry: Registry,
  options: BenchOptions,
  args: readonly string[],
  io: RunIo,
): Promise<number> {
  const definition = findBenchmark(registry, options.benchmark);
  checkModels(definition, options.models);
  const log = (line: string) => io.display.line(line);
  const backend = await chooseBackend(definition, options.backend, log, registry.selectBackend);
  const data = await loadData(definition, options, log);
  const host = fingerprint(backend, cellThreads, log);
  const planOptions = {
    ...options,
    host,
    definition,
    backend: backend.name,
    dataSha256: data.sha256,
  };
  const folders = outputFolders(options.outDir);
  if (!options.plan) await checkCellOutput(options.outDir);
  // The lock comes before the plan: another run could finish a planned cell in between.
  using lock = options.plan ? undefined : openOutputFolder(options.outDir);
  const cells = planCells(planOptions);
  const pending = cells.filter(({ state }) => state !== "done");
  const jobs = options.jobs ??
    Math.max(
      1,
      Math.min(usesGpu(backend.name) ? 1 : navigator.hardwareConcurrency, pending.length),
    );
  // Timing is optional: skip unreadable records, which the report lists.
  const readable = isDirectory(folders.records) ? readRecordFolder(folders.records).records : [];
  const known = new Map([
    ...expectedTimes(definition, options.tier),
    ...secondsPerModel(comparableRecords(readable.map(({ record }) => record), planOptions)),
  ]);
  for (const line of header(definition, options, backend, data, cells, jobs)) log(line);
  if (lock === undefined) {
    for (const line of planLines(cells, known, jobs)) io.print(line);
    return exitCodes.ok;
  }
  const context = { definition, options, data, host, io, folders };
  const run = startCells(context, pending, cells.length - pending.length, jobs, known);
  let interruptedAt: number | undefined;
  const stopListening = io.onInterrupt(() => {
    if (interruptedAt === undefined) {
      interruptedAt = performance.now();
      log("Interrupted: each cell saves after its epoch (again to stop at once).");
      run.stop();
    } else if (performance.now() - interruptedAt >= interruptMs) run.kill();
  });
  const ends = await run.ends.finally(stopListening);
  io.display.close();
  if (ends.some((end) => end === undefined || end.kind === "interrupted")) {
    const resume = fullCommand(
      "bench",
      args.filter((arg) => arg !== "--fresh" && arg !== "--fresh-code"),
    );
    log(`Interrupted. To go on where it stopped: ${resume}`);
    return exitCodes.interrupted;
  }
  // All results are on disk now: a failure below loses none of them.
  const reported = await io.report(options, definition, io.print);
  const failed = pending.filter((_, i) => ends[i]?.kind === "failed");
  const diverged = pending.filter((_, i) => {
    const end = ends[i];
    return end?.kind === "finished" && end.status === "diverged";
  });
  if (diverged.length > 0) {
    log(`${diverged.length} of ${counted(cells.length, "cell")} diverged: ${labels(diverged)}`);
  }
  if (failed.length > 0) {
    log(`${failed.length} of ${counted(cells.length, "cell")} failed: ${labels(failed)}`);
  }
  return failed.length > 0 || !reported ? exitCodes.failed : exitCodes.ok;
}

/**
 * Signals within so many milliseconds count as one: a terminal sends Ctrl-C to this process and to `deno task`, which
 * forwards it.
 */
const interruptMs = 500;

const labels = (cells: readonly PlannedCell[]) =>
  cells.map(({ cell }) => cellLabel(cell)).join(", ");

async function loadData(
  definition: AnyBenchmark,
  { dataDir, tier }: BenchOptions,
  log: (line: string) => void,
): Promise<LoadedData<unknown>> {
  if (dataDir !== undefined && !isDirectory(dataDir)) {
    throw new UsageError(
      `Cannot use --data-dir: it must be a folder, is "${dataDir}"`,
    );
  }
  try {
    const loaded = await definition.loadData({
      ...(dataDir === undefined ? {} : { dataDir }),
      tier,
      log,
    });
    asSha256(loaded.sha256, "their sha256");
    return loaded;
  } catch (error) {
    // Readers of files name the file themselves.
    const message = messageOf(error);
    throw new RunError(
      message.startsWith("Cannot")
        ? message
        : `Cannot load the data of ${definition.name}: ${message}`,
    );
  }
}

function header(
  definition: AnyBenchmark,
  options: BenchOptions,
  backend: BackendChoice,
  data: LoadedData<unknown>,
  cells: readonly PlannedCell[],
  jobs: number,
): string[] {
  const definitions = definitionsPath();
  const count = (state: PlannedCell["state"]) =>
    cells.filter((cell) => cell.state === state).length;
  return [
    `${definition.title} (${definition.name} v${definition.version}), tier ${options.tier}`,
    ...(definitions === undefined
      ? []
      : [`definitions: from outside the suite, ${definitions} (ODE2VAE_DEFINITIONS)`]),
    `backend: ${backend.name} (${backend.version}${backend.device && `, ${backend.device}`}), ` +
    `${cellThreads} thread a cell, ${counted(jobs, "cell")} at a time`,
    `data: ${data.origin} (SHA-256 ${data.sha256.slice(0, 16)}…)`,
    `cells: ${cells.length} (${count("done")} done, ${count("resumes")} to resume, ${
      count("new")
    } to start)`,
    ...[...Map.groupBy(cells.filter(({ state }) => state === "done"), ({ note }) => note)]
      .filter(([note]) => note !== "")
      .map(([note, { length }]) => `${counted(length, "finished cell")}: ${note}`),
    ...(options.shard === undefined
      ? []
      : [`shard ${options.shard.index} of ${options.shard.count}: these cells and no others`]),
  ];
}

function planLines(
  cells: readonly PlannedCell[],
  known: ReadonlyMap<string, number>,
  jobs: number,
): string[] {
  const width = Math.max(0, ...cells.map(({ cell }) => cellLabel(cell).length));
  const lines = cells.map(({ cell, state, epoch, epochs, note }) => {
    const what = state === "resumes" ? `resumes after epoch ${epoch} of ${epochs ?? "?"}` : state;
    return `${cellLabel(cell).padEnd(width)}  ${what}${note === "" ? "" : ` (${note})`}`;
  });
  const remaining = cells.filter(({ state }) => state !== "done").map((cell) => ({
    model: cell.cell.model,
    share: cell.epochs === undefined || cell.epochs === 0 ? 1 : 1 - cell.epoch / cell.epochs,
  }));
  const seconds = estimateSeconds(remaining, known, jobs);
  const time = seconds === undefined
    ? "time unknown until each model has been timed"
    : `about ${formatDuration(seconds)} with ${counted(jobs, "cell")} at a time`;
  const last = cells.length === 0
    ? "nothing to run: there are fewer cells than shards, and this one has none"
    : remaining.length === 0
    ? "nothing to run (--fresh runs finished cells again)"
    : `${remaining.length} of ${counted(cells.length, "cell")} to run, ${time}`;
  return [...lines, last];
}

/** The headline value of a record and its time, ", error 0.01706, 42 min 10 s"; "" for what there is not. */
function resultText({ headline }: AnyBenchmark, record: CellRecord | undefined): string {
  if (record === undefined) return "";
  const value = record.metrics.find(({ name }) => name === headline.metric)?.value;
  const shown = value === undefined
    ? ""
    : `, ${headline.metric} ${formatShort(fromJsonNumber(value))}`;
  return `${shown}, ${formatDuration(totalSeconds(record.time))}`;
}

interface RunContext {
  readonly definition: AnyBenchmark;
  readonly options: BenchOptions;
  readonly data: LoadedData<unknown>;
  readonly host: Fingerprint;
  readonly io: RunIo;
  readonly folders: ReturnType<typeof outputFolders>;
}

function startCells(
  { definition, options, data, host, io, folders }: RunContext,
  pending: readonly PlannedCell[],
  finishedBefore: number,
  jobs: number,
  known: ReadonlyMap<string, number>,
): CellsRun {
  for (const { cell } of pending.filter(({ renew }) => renew)) {
    writeFileAtomic(join(folders.checkpoints, freshMarkerName(cell)), "");
    removeIfThere(join(folders.checkpoints, checkpointName(cell)));
  }
  const command = (cell: CellIdentity) => reproduceCommand(cell, options.dataDir);
  const fail = (cell: CellIdentity, { message, log }: CellEnd & { kind: "failed" }) => {
    const former = findRecord(folders.records, cell);
    // Keep the former result when --fresh fails.
    if (former === undefined || !isFinished(former)) {
      writeRecord(
        folders.records,
        failedRecord(cell, message, {
          settings: resolveSettings(definition, cell.tier, cell.model),
          dataOrigin: data.origin,
          standIn: data.standIn ?? "",
          fingerprint: host,
          command: command(cell),
        }),
      );
    }
    if (log.trim() === "") return "";
    const path = join(folders.logs, recordFileName(cell).replace(/json$/, "log"));
    Deno.mkdirSync(folders.logs, { recursive: true });
    writeFileAtomic(path, log);
    return ` (more in ${path})`;
  };
  return runCells({
    cells: pending.map(({ cell }) => cell),
    jobs,
    request: (cell) => ({
      cell,
      outDir: resolve(options.outDir),
      ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
      fingerprint: host,
      command: command(cell),
      checkpointSeconds: options.checkpointSeconds,
    }),
    display: io.display,
    finishedBefore,
    secondsPerModel: known,
    onEnd: (cell, end) => {
      if (end.kind === "finished") {
        const result = resultText(definition, findRecord(folders.records, cell));
        const note = end.note && ` (${end.note})`;
        io.display.line(`${cellLabel(cell)}: ${end.status}${result}${note}`);
      } else if (end.kind === "interrupted") {
        const saved = end.epoch === undefined ? "stopped" : `saved after epoch ${end.epoch}`;
        io.display.line(`${cellLabel(cell)}: ${saved}`);
      } else {
        let more = "";
        try {
          more = fail(cell, end);
        } catch (error) {
          more = ` (and it could not be noted: ${messageOf(error)})`;
        }
        io.display.line(`${cellLabel(cell)}: failed: ${end.message}${more}`);
      }
    },
  });
}
