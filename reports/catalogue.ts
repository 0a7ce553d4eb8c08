/**
 * What reports draw on besides records: definitions of benchmarks, with titles and the headline metric, and their
 * reports, with published numbers and words. A record of a benchmark or model that is not in there keeps its registry
 * names.
 *
 * @module
 */
import type { Headline, ModelEntry } from "../benchmarks/definition.ts";
import { unknownName } from "../benchmarks/errors.ts";
import {
  groupAnchor,
  groupRecords,
  type RecordGroup,
  type StoredRecord,
} from "../benchmarks/record/read_records.ts";
import { benchmarks, type Registry } from "../benchmarks/registry.ts";
import { capitalise } from "../benchmarks/statistics/numbers.ts";
import type { BenchmarkReport, CurveWords, MetricTable } from "./benchmarks/benchmark_report.ts";
import { REPORTS } from "./benchmarks/registry.ts";
import { groupPageName, pageName } from "./pages/paths.ts";

/** Definitions and reports by the registry name of their benchmark. */
export interface Catalogue {
  /** Definitions. */
  readonly benchmarks: Registry["benchmarks"];
  /** Reports; a benchmark need not have one. */
  readonly reports: Readonly<Record<string, BenchmarkReport>>;
}

/** A registry whose module may export reports of its benchmarks too. */
export interface ReportedRegistry extends Registry {
  /** Reports by registry name, which take precedence over the suite's own. */
  readonly reports?: Readonly<Record<string, BenchmarkReport>>;
}

/** The suite's own benchmarks and reports. */
export const SUITE: Catalogue = Object.freeze(catalogueOf({ benchmarks }));

/**
 * The catalogue of a registry.
 *
 * @throws {UsageError} when a table of a defined benchmark has a base, or a claim, of a model that is not defined
 */
export function catalogueOf({ benchmarks, reports }: ReportedRegistry): Catalogue {
  const all = { ...REPORTS, ...reports };
  for (const [benchmark, { tables = [] }] of Object.entries(all)) {
    const models = Object.keys(own(benchmarks, benchmark)?.models ?? {});
    if (models.length === 0) continue;
    for (const { metric, base, order = [] } of tables) {
      const unknown = [base ?? [], ...order.map(({ worse, better }) => [worse, better])].flat()
        .find((model) => !models.includes(model));
      if (unknown === undefined) continue;
      throw unknownName(
        `compare rows of the ${metric} table of ${benchmark} with`,
        unknown,
        models,
      );
    }
  }
  return { benchmarks, reports: all };
}

/** One benchmark as reports see it. */
export interface AboutBenchmark {
  /** Name in reports. */
  readonly title: string;
  /** The metric that tables are about; undefined where there is no definition. */
  readonly headline: Headline | undefined;
  /** Models by registry name; none where there is no definition. */
  readonly models: Readonly<Record<string, ModelEntry<unknown, unknown>>>;
  /** Published numbers and words; empty where there are none. */
  readonly report: BenchmarkReport;
}

/** What a catalogue has on a benchmark. @param name registry name */
export function aboutBenchmark({ benchmarks, reports }: Catalogue, name: string): AboutBenchmark {
  const definition = own(benchmarks, name);
  return {
    title: definition?.title ?? name,
    headline: definition?.headline,
    models: definition?.models ?? {},
    report: own(reports, name) ?? {},
  };
}

/** The value of an own key: a name such as "toString" finds nothing. */
export function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Records that may share a table, with what the catalogue has on their benchmark. */
export interface ReportGroup extends RecordGroup {
  /** Titles, headline and words. */
  readonly about: AboutBenchmark;
  /** Path of the page: that of the benchmark for its first group, one of its own for each other. */
  readonly page: string;
  /** Index of each model's colour, the same on all pages. */
  readonly colours: ReadonlyMap<string, number>;
}

/** Groups of records, one a cell, in the order in which a report shows them. */
export function reportGroups(
  records: readonly StoredRecord[],
  catalogue: Catalogue = SUITE,
): readonly ReportGroup[] {
  const names = Object.keys(catalogue.benchmarks);
  // Benchmarks in the order of the registry, others after them.
  const place = ({ benchmark }: RecordGroup) =>
    names.includes(benchmark) ? names.indexOf(benchmark) : names.length;
  const groups = groupRecords(records).toSorted((a, b) => place(a) - place(b)).map((group) => (
    { ...group, about: aboutBenchmark(catalogue, group.benchmark) }
  ));
  const colours = modelColours(groups, catalogue);
  return groups.map((group, i) => ({
    ...group,
    page: groups[i - 1]?.benchmark === group.benchmark
      ? groupPageName(group.benchmark, groupAnchor(group))
      : pageName(group.benchmark),
    colours,
  }));
}

/**
 * A colour for each model: the first that no model beside it in any benchmark has. The catalogue comes first, so that
 * records of other benchmarks change no colour.
 */
function modelColours(
  groups: readonly Pick<ReportGroup, "benchmark" | "about" | "records">[],
  catalogue: Catalogue,
): ReadonlyMap<string, number> {
  const all = Object.keys({ ...catalogue.benchmarks, ...catalogue.reports })
    .map((name) => aboutBenchmark(catalogue, name));
  const neighbours = [...all.map(definedOrder), ...groups.map(modelOrder)];
  const colours = new Map<string, number>();
  // Models that can run have the first colours, which differ most.
  const runnable = all.flatMap((about) =>
    definedOrder(about).filter((model) => Object.hasOwn(about.models, model))
  );
  for (const model of [...runnable, ...neighbours.flat()]) {
    if (colours.has(model)) continue;
    const taken = neighbours.filter((models) => models.includes(model)).flat()
      .map((other) => colours.get(other));
    colours.set(model, [...taken.keys(), taken.length].find((index) => !taken.includes(index))!);
  }
  return colours;
}

/** How every table and page calls a model: the definition's title, else the name in a published table, else its own. */
export function modelTitle({ models, report }: AboutBenchmark, model: string): string {
  return own(models, model)?.title ??
    publishedRows(report).find((row) => row.model === model)?.method ?? model;
}

/** True for a reference that learns nothing. */
export function isTrivial({ models }: AboutBenchmark, model: string): boolean {
  return own(models, model)?.trivial === true;
}

function publishedRows({ tables = [] }: BenchmarkReport) {
  return tables.flatMap(({ rows = [] }) => rows);
}

/** Models in the order of every table: those of the first published one, then others, then references. */
function definedOrder(about: AboutBenchmark): readonly string[] {
  const published = (about.report.tables?.[0]?.rows ?? []).map(({ model }) => model);
  const defined = Object.keys(about.models)
    .toSorted((a, b) => Number(isTrivial(about, a)) - Number(isTrivial(about, b)));
  return [...new Set([...published, ...defined])];
}

/** Models of a group's records, in the order of every table. */
export function modelOrder(
  { about, records }: Pick<ReportGroup, "about" | "records">,
): readonly string[] {
  const order = definedOrder(about);
  const rank = (model: string) => order.includes(model) ? order.indexOf(model) : Infinity;
  const present = [...new Set(records.map(({ record }) => record.cell.model))].toSorted();
  return present.toSorted((a, b) => rank(a) === rank(b) ? 0 : rank(a) - rank(b));
}

/** Records by model, in the order of the models, then by seed. */
export function recordsInOrder(group: ReportGroup): readonly StoredRecord[] {
  const order = modelOrder(group);
  const rank = ({ record }: StoredRecord) => order.indexOf(record.cell.model);
  return group.records.toSorted((a, b) => rank(a) - rank(b));
}

/** Whether a benchmark has any published number, in a table or a figure. */
export function hasPublishedNumbers({ report }: AboutBenchmark): boolean {
  return publishedRows(report).some(({ value }) => value !== undefined) ||
    (report.figures ?? []).length > 0;
}

/** A table with its defaults filled in from the definition and the records. */
export interface GroupTable
  extends
    Required<Pick<MetricTable, "direction" | "rows" | "differences">>,
    Omit<MetricTable, "caption" | "unit" | "direction" | "rows" | "differences"> {
  /** What the numbers are. */
  readonly title: string;
  /** Unit; "" where the title says it. */
  readonly unit: string;
}

/** The tables of a group, that of the headline metric first. */
export function tablesOf(group: ReportGroup): readonly [GroupTable, ...GroupTable[]] {
  const { headline, report: { tables = [] } } = group.about;
  const recorded = recordsInOrder(group).flatMap(({ record }) => record.metrics);
  const metric = headline?.metric ?? tables[0]?.metric ?? recorded[0]?.name ?? "";
  const resolve = (table: MetricTable): GroupTable => {
    const found = recorded.find(({ name }) => name === table.metric);
    const { caption, unit, rows = [], differences = [], ...others } = table;
    return {
      ...others,
      rows,
      differences,
      title: caption ?? capitalise(found?.label ?? table.metric),
      // A caption without a unit beside it says the unit itself.
      unit: unit ?? (caption === undefined ? found?.unit ?? "" : ""),
      direction: table.direction ??
        (headline?.metric === table.metric ? headline.direction : found?.direction) ?? "lower",
    };
  };
  const first = tables.find((table) => table.metric === metric) ?? { metric };
  return [resolve(first), ...tables.filter((table) => table !== first).map(resolve)];
}

/** Words and marks of a curve's chart. @param label the curve's label in the records */
export function curveWords(
  { about: { report: { curves = {} } } }: ReportGroup,
  name: string,
  label: string,
): CurveWords & { readonly title: string } {
  return { title: label, ...own(curves, name) };
}

/** Names of curves in the order of the page: those that the report names, then the others. */
export function curveOrder(
  { about: { report: { curves = {} } } }: ReportGroup,
  names: Iterable<string>,
): readonly string[] {
  const known = Object.keys(curves);
  const rank = (name: string) => known.includes(name) ? known.indexOf(name) : known.length;
  return [...new Set(names)].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}
