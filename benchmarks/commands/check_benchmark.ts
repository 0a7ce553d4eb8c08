/**
 * A whole check: read the reference, run what is missing, compare, say.
 *
 * @module
 */
import type { LoadDataOptions, LoadedData } from "../definition.ts";
import { exitCodes, fileErrorReason, RunError, UsageError } from "../errors.ts";
import { outputFolders } from "../runner/output_folders.ts";
import { checkModels } from "../runner/plan.ts";
import type { CellRecord } from "../record/record.ts";
import { readRecords } from "../record/record_file.ts";
import { type AnyBenchmark, findBenchmark, type Registry } from "../registry.ts";
import { runBenchmark, type RunIo } from "../runner/run_benchmark.ts";
import { selectBackendFor } from "../runner/select_backend.ts";
import { annotationLines } from "../check/annotations.ts";
import { machineChanges, settingChanges } from "../check/changes.ts";
import { checkJson } from "../check/check_json.ts";
import { checkMarkdown } from "../check/check_markdown.ts";
import { type Evidence, gatherEvidence } from "../check/evidence.ts";
import { comparisonLine, summaryLine, unpairedLines } from "../check/lines.ts";
import { matchCells, type Pair } from "../check/match.ts";
import { benchArgs, type CheckOptions } from "./check_options.ts";
import { byBackend, onData, readReference, type Reference } from "../check/reference.ts";
import { adviceLine, type CheckResult, isFailed } from "../check/result.ts";
import { checkValueNames, hasValue } from "../check/values.ts";
import { judge } from "../check/verdict.ts";

/** What GitHub Actions offers. */
export interface GithubJob {
  /** File that the job's summary is added to. */
  readonly summaryFile?: string;
}

/**
 * Checks a benchmark as asked: verdicts to `io.print`, all else to `io.display`.
 *
 * @param github Where the check runs in GitHub Actions.
 * @returns the exit code
 * @throws {UsageError} when the reference does not fit, before any cell has run
 * @throws {RunError} when there is nothing to compare
 */
export async function checkBenchmark(
  registry: Registry,
  options: CheckOptions,
  io: RunIo,
  github?: GithubJob,
): Promise<number> {
  const { tier, outDir, benchmark } = options.bench;
  const definition = findBenchmark(registry, benchmark);
  checkModels(definition, options.bench.models);
  const log = (line: string) => io.display.line(line);
  const wanted = { benchmark, version: definition.version, tier };
  const all = readReference(options.against, wanted);
  const asked = options.backend === "auto"
    ? (await selectBackendFor(registry, "auto", log)).name
    : options.backend;
  let reference = byBackend(all, asked);
  const backend = asked ?? reference.records[0]!.cell.backend;
  const models = options.bench.models ?? modelsOf(definition, reference);
  if (options.metrics !== undefined) checkValueNames(options.metrics, reference.records);

  let code: number = exitCodes.ok;
  if (options.run) {
    const seeds = options.bench.seeds ?? seedsOf(reference);
    const run = await runOnReferenceData(registry, definition, reference, {
      ...options,
      bench: { ...options.bench, models, seeds, backend },
    }, io);
    if (run.code === exitCodes.interrupted) return run.code;
    code = run.code;
    reference = onData(reference, run.dataSha256);
  }
  const current = readRecords(outputFolders(outDir).records).filter(({ cell }) =>
    cell.benchmark === benchmark && cell.version === definition.version && cell.tier === tier &&
    cell.backend === backend
  );
  if (!options.run) reference = onDataOf(reference, current);

  const deterministic = Object.keys(definition.models)
    .filter((model) => definition.models[model]?.deterministic === true);
  const matching = matchCells(
    reference.records,
    current.filter(({ cell }) => cell.dataSha256 === reference.records[0]!.cell.dataSha256),
    {
      models,
      deterministic,
      ...(options.bench.seeds === undefined ? {} : { seeds: options.bench.seeds }),
    },
  );
  const notCompared = unpairedLines(matching);
  if (matching.pairs.length === 0) {
    for (const line of notCompared) io.print(`not compared: ${line}`);
    throw new RunError(
      `Cannot check ${benchmark}: ${outDir} must hold a result of a cell of the reference: it has none`,
    );
  }
  const evidence = models.flatMap((model): Evidence[] => {
    const pairs = matching.pairs.filter((pair) => pair.reference.cell.model === model);
    if (pairs.length === 0) return [];
    return metricsOf(definition, options.metrics, pairs).map((metric) =>
      gatherEvidence({
        metric,
        pairs,
        reference: reference.records.filter(({ cell }) => cell.model === model),
        deterministic: deterministic.includes(model),
        ...(options.margin === undefined ? {} : { margin: options.margin }),
        ...(options.tolerance === undefined ? {} : { tolerance: options.tolerance }),
      })
    );
  });
  if (evidence.length === 0) {
    throw new RunError(
      `Cannot check ${benchmark}: the models must have one of the metrics ${
        options.metrics?.join(", ")
      }: ${models.join(", ")} have none`,
    );
  }
  const differing = matching.pairs.filter((pair) =>
    pair.reference.traceSha256 !== pair.current.traceSha256
  );
  const result: CheckResult = {
    benchmark,
    version: definition.version,
    tier,
    backend,
    dataSha256: reference.records[0]!.cell.dataSha256,
    against: options.against,
    alpha: options.alpha,
    strict: options.strict,
    comparisons: judge(evidence, options.alpha),
    notCompared,
    machineChanges: machineChanges(differing),
    settingChanges: settingChanges(matching.pairs),
  };
  tell(result, options, io, github);
  return isFailed(result) ? exitCodes.failed : code;
}

/** Prints the check, and writes the files that were asked for. */
function tell(
  result: CheckResult,
  options: CheckOptions,
  io: RunIo,
  github: GithubJob | undefined,
): void {
  const { benchmark, tier, comparisons } = result;
  for (const line of result.notCompared) io.print(`not compared: ${line}`);
  for (const line of result.settingChanges) io.print(`setting differs: ${line}`);
  for (const line of result.machineChanges) io.print(`machine differs: ${line}`);
  for (const comparison of comparisons) io.print(comparisonLine(comparison));
  io.print(`${benchmark} ${tier}: ${summaryLine(comparisons)}`);
  if (isFailed(result)) io.print(adviceLine(result));
  if (github !== undefined) { for (const line of annotationLines(result)) io.print(line); }
  const markdown = checkMarkdown(result);
  if (options.json !== undefined) writeReport(options.json, checkJson(result));
  if (options.markdown !== undefined) writeReport(options.markdown, markdown);
  if (github?.summaryFile !== undefined) {
    writeReport(github.summaryFile, `${markdown}\n`, { append: true });
  }
}

function writeReport(path: string, text: string, options: { readonly append?: true } = {}): void {
  try {
    Deno.writeTextFileSync(path, text, options);
  } catch (error) {
    throw new RunError(
      `Cannot write the check: ${path} must be a writable file: ${fileErrorReason(error)}`,
    );
  }
}

/** What is compared of a model: what was asked for and it has, or the headline. */
function metricsOf(
  { headline }: AnyBenchmark,
  asked: readonly string[] | undefined,
  pairs: readonly Pair[],
): readonly string[] {
  if (asked === undefined) return [headline.metric];
  return asked.filter((name) => pairs.some(({ reference }) => hasValue(reference, name)));
}

/** Models of the reference, in the order of the definition, which may have lost some since. */
function modelsOf(definition: AnyBenchmark, { records }: Reference): string[] {
  const known = new Set(records.map(({ cell }) => cell.model));
  return Object.keys(definition.models).filter((model) => known.has(model));
}

function seedsOf({ records }: Reference): number[] {
  return [...new Set(records.map(({ cell }) => cell.seed))].sort((a, b) => a - b);
}

/** Runs `bench`, and refuses data that the reference was not made on as soon as they are loaded. */
async function runOnReferenceData(
  registry: Registry,
  definition: AnyBenchmark,
  reference: Reference,
  { bench }: CheckOptions,
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
  // The table of the run is no verdict.
  const quiet: RunIo = { ...io, print: (text) => io.display.line(text) };
  try {
    const code = await runBenchmark({ ...registry, benchmarks }, bench, benchArgs(bench), quiet);
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
      `Cannot check ${reference.benchmark}: results of one data set must be compared: current ones are ${
        shared.join(", ")
      }`,
    );
  }
  const hash = shared[0] ?? hashes[0];
  return hash === undefined ? reference : onData(reference, hash);
}
