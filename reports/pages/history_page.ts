/**
 * The page on history: the headline metric over versions of the suite, with the changes that were accepted.
 *
 * @module
 */
import type { Acceptance } from "../../benchmarks/check/accepted.ts";
import { groupAnchor } from "../../benchmarks/record/read_records.ts";
import { counted } from "../../benchmarks/statistics/numbers.ts";
import { isTrivial, modelTitle, type ReportGroup, tablesOf } from "../catalogue.ts";
import {
  distinctResults,
  type GroupHistory,
  groupHistory,
  hasChanges,
  type HistoryResult,
  metricValue,
  resultsOfAcceptances,
  resultsOfRecords,
  sameGroup,
} from "../history/versions.ts";
import { html, type Markup } from "../markup.ts";
import { summariseGroup } from "../summary.ts";
import { groupTitle } from "./benchmark_page.ts";
import type { BandSeries, ChartData } from "./chart_data.ts";
import { stillFigure } from "./chart_figure.ts";
import { htmlDocument, type SiteFrame } from "./document.ts";
import { acceptancesTable, type FollowedMetric, versionsTable } from "./history_tables.ts";
import { pageName, urlPath } from "./paths.ts";
import { linearTicks } from "./ticks.ts";

/** File name of the page. */
export const HISTORY_PAGE = "history.html";

/** A summary of the versions of a group; also where there is only one. */
function verdict(history: GroupHistory): string {
  const { commits, versions } = history;
  if (commits.length === 0) return "No cell of this group has finished.";
  if (commits.length === 1) {
    return "One version of the suite computed all of these results, so that there is no history to " +
      "show yet: it begins when another version computes one of these cells.";
  }
  const known = `${counted(commits.length, "version")} of the suite computed results of this group`;
  if (!hasChanges(history)) {
    return `${known}, but no cell was computed by two of them: there is no change to show yet.`;
  }
  const changed = versions.filter(({ change }) => (change?.shared ?? 0) > 0);
  const identical = changed.filter(({ change }) => change!.identical === change!.shared);
  return `${known}. Of ${
    counted(changed.length, "comparison")
  } between a version and the one before ` +
    `it, ${identical.length} gave the same numbers bit for bit.`;
}

/** One line for each model that learns something; marks where a change was accepted. */
function historyChart(
  group: ReportGroup,
  history: GroupHistory,
  metric: FollowedMetric,
  acceptances: readonly Acceptance[],
): ChartData | undefined {
  if (!hasChanges(history)) return undefined;
  const { versions, commits } = history;
  const models = [...new Set(versions.map(({ model }) => model))]
    .filter((model) => !isTrivial(group.about, model));
  const series = models.flatMap((model, colour): BandSeries[] => {
    const own = versions.filter((version) => version.model === model);
    const values = own.map(({ results }) =>
      results.flatMap((result) => metricValue(result, metric.name) ?? [])
    );
    const kept = own.map((_, i) => i).filter((i) => values[i]!.length > 0);
    if (kept.length === 0) return [];
    return [{
      model,
      label: modelTitle(group.about, model),
      colour,
      x: kept.map((i) => own[i]!.number),
      mean: kept.map((i) => own[i]!.spread!.mean),
      low: kept.map((i) => Math.min(...values[i]!)),
      high: kept.map((i) => Math.max(...values[i]!)),
      seeds: Math.max(...kept.map((i) => values[i]!.length)),
    }];
  });
  if (series.length === 0) return undefined;
  const all = series.flatMap(({ low, high }) => [...low, ...high]);
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const margin = 0.08 * (high - low || Math.abs(high) || 1);
  const yRange: readonly [number, number] = [low - margin, high + margin];
  const marks = acceptances.flatMap(({ acceptedAt, cells }) => {
    const numbers = cells.map(({ accepted }) => commits.indexOf(accepted.commit) + 1)
      .filter((number) => number > 0);
    return numbers.length === 0
      ? []
      : [{ label: `accepted ${acceptedAt.slice(0, 10)}`, x: Math.max(...numbers) }];
  });
  return {
    name: "history",
    title: "Test results by version of the suite",
    xLabel: "version (its number in the table)",
    yLabel: metric.label,
    note: "",
    logarithmic: false,
    yTicks: linearTicks(...yRange),
    yRange,
    series,
    lines: [],
    marks,
    caption:
      `Vertical axis: ${metric.label}; the axis does not begin at zero. Line: mean over the ` +
      `seeds that a version computed; band: lowest to highest. ` +
      (marks.length > 0 ? `${counted(marks.length, "accepted change")} marked.` : ""),
    valuesCaption: `${metric.label} by version: mean (lowest to highest) over its seeds.`,
  };
}

function groupSection(
  group: ReportGroup,
  results: readonly HistoryResult[],
  allAcceptances: readonly Acceptance[],
): Markup {
  const name = tablesOf(group)[0].metric;
  const found = summariseGroup(group).flatMap(({ metrics }) => metrics)
    .find((candidate) => candidate.name === name);
  const metric = { name, label: found?.label ?? "No metric" };
  const history = groupHistory(group, results, metric.name);
  const acceptances = allAcceptances.filter((acceptance) => sameGroup(acceptance, group));
  const chart = historyChart(group, history, metric, acceptances);
  const page = urlPath(pageName(group.benchmark));
  const anchor = `${group.benchmark}-${groupAnchor(group)}`;
  return html`
    <section id="${anchor}"
      class="group"><h2><a href="${page}#${groupAnchor(group)}">${group.about.title}, ${groupTitle(
        group,
      )}</a></h2>
    <p>${verdict(history)}</p>
    ${chart !== undefined && stillFigure(chart)}
    ${history.versions.length > 0 && versionsTable(group, history, metric)}
    <h3>Accepted changes</h3>
    ${acceptances.length === 0
      ? html`<p>None is recorded: no reference result of this group has been replaced by <code>deno task
 accept</code>, which asks for a reason.</p>`
      : acceptancesTable(group, acceptances, metric)}</section>
  `;
}

/**
 * The whole page.
 *
 * @param groups All groups, in the order in which they are shown.
 * @param acceptances Accepted changes, oldest first.
 */
export function historyPage(
  groups: readonly ReportGroup[],
  acceptances: readonly Acceptance[],
  frame: SiteFrame,
): string {
  const present = groups.flatMap(({ records }) => records.map(({ record }) => record));
  const results = distinctResults([
    ...resultsOfRecords(present),
    ...resultsOfAcceptances(acceptances),
  ]);
  const replaced = results.filter(({ current }) => !current).length;
  const body = html`
    <header>
      <h1>History</h1>
      <p
        class="lead">The headline metric of each group of results over versions of the suite. A version is the
    commit that computed a result, as its fingerprint says; ${counted(replaced, "replaced result")}
    ${replaced === 1 ? "is" : "are"} known beside the ${results.length -
      replaced} on the site, from the list of accepted changes.</p>
    </header>
    <main id="main">${groups.map((group) => groupSection(group, results, acceptances))}</main>
    <footer>
      <p>Made from the records by <code>deno task report</code>. Numbers of different tiers, data or
    backends never share a table.</p>
    </footer>
  `;
  return htmlDocument({
    path: HISTORY_PAGE,
    title: "History",
    description:
      "The headline metric of every benchmark over versions of the suite, and each change " +
      "of the reference results that was accepted, with its reason.",
    body,
  }, frame);
}
