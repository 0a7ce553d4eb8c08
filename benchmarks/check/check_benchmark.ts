/**
 * A whole check, of one benchmark or of all that have references: read the reference, run what is missing, compare, report.
 *
 * @module
 */
import type { LoadDataOptions, LoadedData } from "../definition.ts";
import { exitCodes, messageOf, RunError, UsageError } from "../errors.ts";
import { writeOutputFile } from "../output_file.ts";
import { suiteFolder } from "../../data/user_paths.ts";
import { codeSha256 } from "../record/fingerprint.ts";
import type { CellRecord } from "../record/record.ts";
import { readRecords } from "../record/read_records.ts";
import { type AnyBenchmark, findBenchmark, type Registry } from "../registry.ts";
import { chooseBackend } from "../runner/backend_choice.ts";
import { benchArgs, type BenchOptions, CHECKPOINT_SECONDS } from "../runner/bench_command.ts";
import { outputFolders } from "../runner/output_folders.ts";
import { checkModels } from "../runner/plan.ts";
import { runBenchmark, type RunIo } from "../runner/run_benchmark.ts";
import { gatherEvidence, type MarginOption } from "./evidence.ts";
import { annotationLines, checkJson, checkMarkdown } from "./formats.ts";
import { machineChanges, matchCells, otherCode, type Pair, settingChanges } from "./match.ts";
import { byBackend, chooseReference, onData, readFinished, type Reference } from "./reference.ts";
import {
  adviceLine,
  type CheckOutcome,
  type CheckResult,
  comparisonLine,
  isFailed,
  summaryLine,
} from "./result.ts";
import { checkValueNames, hasValue } from "./values.ts";
import { judge } from "./verdict.ts";

/** Options of a check. */
export interface CheckOptions
  extends Pick<BenchOptions, "tier" | "models" | "seeds" | "jobs" | "dataDir" | "outDir"> {
  /** Registry name; absent: every benchmark that has references at the tier. */
  readonly benchmark?: string;
  /** `--backend`; absent: that of the reference. */
  readonly backend?: string;
  /** Folder with the reference records. */
  readonly against: string;
  /** Whether cells without a result are run; otherwise records are only read. */
  readonly run: boolean;
  /** Names of metrics and curves; absent, or where a model has none of them: the benchmark's headline metric. */
  readonly metrics?: readonly string[];
  /** Level that all tests of a benchmark's check share. */
  readonly alpha: number;
  /** Largest difference that counts as none; absent: one standard deviation over the reference's seeds. */
  readonly margin?: MarginOption;
  /** Largest difference of every single seed, as a share of its reference; absent: the mean over seeds is judged. */
  readonly tolerance?: number;
  /** Whether anything but identical results fails. */
  readonly strict: boolean;
  /** File for the check as JSON. */
  readonly json?: string;
  /** File for the check as Markdown. */
  readonly markdown?: string;
}

/** What GitHub Actions offers. */
export interface GithubJob {
  /** Prints the line of an annotation. */
  readonly annotate: (line: string) => void;
  /** File that the job's summary is added to. */
  readonly summaryFile?: string;
}

/**
 * Checks as asked: verdicts go to `io.print`, everything else to `io.display`. The error of one benchmark of several is
 * reported and counts as a failure; that of a single one is thrown.
 *
 * @param github Where the check runs in GitHub Actions.
 * @returns the exit code
 * @throws {UsageError} when the reference does not fit, before any cell has run
 * @throws {RunError} when there is nothing to compare, or a file cannot be written
 */
export async function checkBenchmarks(
  registry: Registry,
  options: CheckOptions,
  io: RunIo,
  github?: GithubJob,
): Promise<number> {
  const { benchmark, tier } = options;
  const references = readFinished(options.against);
  const selections = benchmark === undefined
    ? selectAll(registry, options, references, (line) => io.display.line(line))
    : [{ ...options, benchmark }];
  const outcomes: CheckOutcome[] = [];
  let code: number = exitCodes.ok;
  for (const selection of selections) {
    let outcome: CheckOutcome;
    try {
      const check = await checkBenchmark(registry, selection, references, io);
      if (check.result === undefined) return check.code;
      outcome = check.result;
      if (check.code !== exitCodes.ok) code = exitCodes.failed;
    } catch (error) {
      if (benchmark !== undefined) throw error;
      outcome = { benchmark: selection.benchmark, tier, error: messageOf(error) };
      code = exitCodes.failed;
    }
    outcomes.push(outcome);
    for (const line of outcomeLines(outcome)) io.print(line);
    if (github !== undefined) annotationLines(outcome).forEach(github.annotate);
  }
  const json = checkJson(benchmark === undefined ? outcomes : outcomes[0]!);
  const markdown = outcomes.map(checkMarkdown).join("\n");
  if (options.json !== undefined) writeOutputFile(options.json, json);
  if (options.markdown !== undefined) writeOutputFile(options.markdown, markdown);
  if (github?.summaryFile !== undefined) {
    writeOutputFile(github.summaryFile, `${markdown}\n`, { append: true });
  }
  return code;
}

/** Options of the check of one benchmark. */
type Selection = CheckOptions & { readonly benchmark: string };

/**
 * The checks of all benchmarks of the registry that have references at the tier, whatever their version. Metrics that a
 * benchmark's references do not have are left out of its check.
 *
 * @throws {UsageError} when there is none, when models are named, or when no benchmark's references have one of the metrics
 */
function selectAll(
  { benchmarks }: Registry,
  options: CheckOptions,
  references: readonly CellRecord[],
  log: (line: string) => void,
): Selection[] {
  const { against, tier, models, metrics } = options;
  if (models !== undefined) {
    throw new UsageError(
      "Cannot use --models with all benchmarks: there must be one benchmark name, got none",
    );
  }
  const records = references.filter(({ cell }) =>
    cell.tier === tier && Object.hasOwn(benchmarks, cell.benchmark)
  );
  if (records.length === 0) {
    throw new UsageError(
      `Cannot check against ${against}: it must hold results of tier ${tier} of a benchmark, holds none`,
    );
  }
  if (metrics !== undefined) checkValueNames(metrics, records);
  return Object.keys(benchmarks).flatMap((benchmark) => {
    const own = records.filter(({ cell }) => cell.benchmark === benchmark);
    if (own.length === 0) return [];
    if (metrics === undefined) return [{ ...options, benchmark }];
    const known = metrics.filter((name) => own.some((record) => hasValue(record, name)));
    for (const name of metrics.filter((name) => !known.includes(name))) {
      log(`${benchmark} ${tier}: skips metric ${name}: its references do not have it`);
    }
    return [{ ...options, benchmark, metrics: known }];
  });
}

/** The lines of one benchmark's check. */
function outcomeLines(outcome: CheckOutcome): string[] {
  const { benchmark, tier } = outcome;
  if ("error" in outcome) return [`${benchmark} ${tier}: not checked: ${outcome.error}`];
  return [
    ...outcome.notCompared.map((line) => `not compared: ${line}`),
    ...outcome.settingChanges.map((line) => `setting differs: ${line}`),
    ...outcome.machineChanges.map((line) => `machine differs: ${line}`),
    ...outcome.otherCode.map((line) => `made by other code: ${line}`),
    ...outcome.comparisons.map(comparisonLine),
    `${benchmark} ${tier}: ${summaryLine(outcome.comparisons)}`,
    ...(isFailed(outcome) ? [adviceLine(outcome)] : []),
  ];
}

/** Checks one benchmark; without a result when it was interrupted. */
async function checkBenchmark(
  registry: Registry,
  options: Selection,
  references: readonly CellRecord[],
  io: RunIo,
): Promise<{ readonly code: number; readonly result?: CheckResult }> {
  const { benchmark, tier, outDir, against, seeds } = options;
  const log = (line: string) => io.display.line(line);
  const definition = findBenchmark(registry, benchmark);
  checkModels(definition, options.models);
  const { version } = definition;
  const all = chooseReference(against, references, { benchmark, version, tier });
  const asked = options.backend === "auto"
    ? (await chooseBackend(definition, "auto", log, registry.selectBackend)).name
    : options.backend;
  let reference = byBackend(all, asked);
  const backend = asked ?? reference.records[0]!.cell.backend;
  const models = options.models ?? modelsOf(definition, reference);
  if (options.metrics !== undefined) checkValueNames(options.metrics, reference.records);

  let code: number = exitCodes.ok;
  if (options.run) {
    const selection = { ...options, models, seeds: seeds ?? seedsOf(reference), backend };
    const run = await runOnReferenceData(registry, definition, reference, selection, io);
    if (run.code === exitCodes.interrupted) return { code: run.code };
    code = run.code;
    reference = onData(reference, run.dataSha256);
  }
  const current = readRecords(outputFolders(outDir).records).filter(({ cell }) =>
    cell.benchmark === benchmark && cell.version === version && cell.tier === tier &&
    cell.backend === backend
  );
  if (!options.run) reference = onDataOf(reference, current);
  const { dataSha256 } = reference.records[0]!.cell;

  const deterministic = Object.keys(definition.models)
    .filter((model) => definition.models[model]?.deterministic === true);
  const { pairs, notCompared, missing } = matchCells(
    reference.records,
    current.filter(({ cell }) => cell.dataSha256 === dataSha256),
    { models, deterministic, ...(seeds === undefined ? {} : { seeds }) },
  );
  if (pairs.length === 0) {
    for (const line of notCompared) io.print(`not compared: ${line}`);
    throw new RunError(
      `Cannot check ${benchmark}: ${outDir} must hold a result of a cell of the reference, holds none`,
    );
  }
  const evidence = [...Map.groupBy(pairs, (pair) => pair.reference.cell.model)]
    .flatMap(([model, pairs]) =>
      metricsOf(definition, options.metrics, pairs).map((metric) =>
        gatherEvidence({
          metric,
          pairs,
          reference: reference.records.filter(({ cell }) => cell.model === model),
          deterministic: deterministic.includes(model),
          margin: options.margin,
          tolerance: options.tolerance,
        })
      )
    );
  const result: CheckResult = {
    ...{ benchmark, version, tier, backend, dataSha256, against },
    alpha: options.alpha,
    strict: options.strict,
    comparisons: judge(evidence, options.alpha),
    notCompared,
    machineChanges: machineChanges(
      pairs.filter(({ reference, current }) => reference.traceSha256 !== current.traceSha256),
    ),
    settingChanges: settingChanges(pairs),
    missing,
    otherCode: otherCode(pairs, codeSha256(suiteFolder)),
  };
  return { code: isFailed(result) ? exitCodes.failed : code, result };
}

/** The metrics to compare of a model: those that were asked for and that it has, or without any the headline. */
function metricsOf(
  { headline }: AnyBenchmark,
  asked: readonly string[] | undefined,
  pairs: readonly Pair[],
): readonly string[] {
  const known = asked?.filter((name) => pairs.some(({ reference }) => hasValue(reference, name)));
  if (known !== undefined && known.length > 0) return known;
  const names = pairs.flatMap(({ reference, current }) => [
    ...reference.metrics,
    ...current.metrics,
  ]).map(({ name }) => name);
  // A model without the headline metric is judged by its first one.
  return [names.find((name) => name === headline.metric) ?? names[0] ?? headline.metric];
}

/** Models of the reference that the definition still has, in its order. */
function modelsOf(definition: AnyBenchmark, { records }: Reference): string[] {
  const known = new Set(records.map(({ cell }) => cell.model));
  return Object.keys(definition.models).filter((model) => known.has(model));
}

function seedsOf({ records }: Reference): number[] {
  return [...new Set(records.map(({ cell }) => cell.seed))].sort((a, b) => a - b);
}

/** Runs the benchmark, and refuses data other than the reference's as soon as they are loaded. */
async function runOnReferenceData(
  registry: Registry,
  definition: AnyBenchmark,
  reference: Reference,
  selection: CheckOptions & Pick<BenchOptions, "benchmark" | "backend">,
  io: RunIo,
): Promise<{ readonly code: number; readonly dataSha256: string }> {
  let dataSha256 = "";
  let refusal: unknown;
  const loadData = async (load: LoadDataOptions): Promise<LoadedData<unknown>> => {
    const data = await definition.loadData(load);
    dataSha256 = data.sha256;
    try {
      onData(reference, dataSha256);
    } catch (error) {
      throw refusal = error;
    }
    return data;
  };
  const benchmarks = { ...registry.benchmarks, [definition.name]: { ...definition, loadData } };
  const options = {
    ...selection,
    plan: false,
    notes: false,
    fresh: false,
    // What other code made says nothing of this code.
    freshCode: true,
    checkpointSeconds: CHECKPOINT_SECONDS,
  };
  // The run's table is not a verdict: keep it off standard output.
  const quiet: RunIo = { ...io, print: (text) => io.display.line(text) };
  try {
    const code = await runBenchmark(
      { ...registry, benchmarks },
      options,
      benchArgs(options),
      quiet,
    );
    return { code, dataSha256 };
  } catch (error) {
    throw refusal ?? error;
  }
}

/** The part of the reference on the data of the results, which must agree on them. */
function onDataOf(reference: Reference, current: readonly CellRecord[]): Reference {
  const hashes = [...new Set(current.map(({ cell }) => cell.dataSha256))];
  const shared = hashes.filter((hash) =>
    reference.records.some(({ cell }) => cell.dataSha256 === hash)
  );
  if (shared.length > 1) {
    throw new UsageError(
      `Cannot check ${reference.benchmark}: results must be of one data set, are of ${
        shared.join(", ")
      }`,
    );
  }
  const hash = shared[0] ?? hashes[0];
  return hash === undefined ? reference : onData(reference, hash);
}
