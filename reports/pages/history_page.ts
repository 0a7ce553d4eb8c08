/**
 * The page on history: the headline metric over versions of the suite, with the changes that were accepted.
 *
 * @module
 */
import type { Acceptance } from "../../benchmarks/check/accepted.ts";
import type { CellRecord } from "../../benchmarks/record/record.ts";
import {
  distinctResults,
  type HistoryResult,
  resultsOfAcceptances,
  resultsOfRecords,
} from "../history/history_result.ts";
import { groupHistory, hasChanges, sameGroup } from "../history/versions.ts";
import { html, type Markup } from "../markup.ts";
import { counted } from "../../benchmarks/statistics/numbers.ts";
import { groupAnchor, type RecordGroup } from "../../benchmarks/record/read_records.ts";
import { summariseGroup } from "../summary.ts";
import { groupLabel, headlineMetric } from "../tables/comparison_table.ts";
import { groupTitle } from "./benchmark_page.ts";
import { stillFigure } from "./chart_figure.ts";
import { htmlDocument, type SiteFrame } from "./document.ts";
import { historyChart } from "./history_chart.ts";
import { acceptancesTable, versionsTable } from "./history_tables.ts";
import { pageName, urlPath } from "./paths.ts";
import { presentation } from "./presentation.ts";

/** File name of the page. */
export const HISTORY_PAGE = "history.html";

/** What is known beside the records themselves. */
export interface SiteHistory {
  /** Records that git kept from before; the present ones may be among them. */
  readonly former: readonly CellRecord[];
  /** Versions in git that are no records of a schema that this suite reads. */
  readonly unreadable: number;
  /** Accepted changes, oldest first. */
  readonly acceptances: readonly Acceptance[];
}

/** No history beside the records. */
export const NO_HISTORY: SiteHistory = Object.freeze({
  former: [],
  unreadable: 0,
  acceptances: [],
});

/** What the versions of a group amount to, in words; also where there is only one. */
function verdict(history: ReturnType<typeof groupHistory>): string {
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

function groupSection(
  group: RecordGroup,
  results: readonly HistoryResult[],
  allAcceptances: readonly Acceptance[],
): Markup {
  const found = headlineMetric(group, summariseGroup(group));
  const metric = { name: found?.name ?? "", label: found?.label ?? "No metric" };
  const history = groupHistory(group, results, metric.name);
  const acceptances = allAcceptances.filter((acceptance) => sameGroup(acceptance, group));
  const chart = historyChart(history, metric, acceptances);
  const page = urlPath(pageName(group.benchmark));
  const anchor = `${group.benchmark}-${groupAnchor(group)}`;
  return html`
    <section id="${anchor}"
      class="group"><h2><a href="${page}#${groupAnchor(group)}">${presentation(group.benchmark)
        .title}, ${groupTitle(group)}</a></h2>
    <p>${verdict(history)}</p>
    ${chart !== undefined && stillFigure(chart)}
    ${history.versions.length > 0 && versionsTable(history, metric, groupLabel(group))}
    <h3>Accepted changes</h3>
    ${acceptances.length === 0
      ? html`<p>None is recorded: nobody has replaced a reference result of this group with <code>deno
 task accept</code>, which asks for a reason.</p>`
      : acceptancesTable(acceptances, metric, groupLabel(group))}</section>
  `;
}

/**
 * The whole page.
 *
 * @param groups All groups, in the order in which they are shown.
 */
export function historyPage(
  groups: readonly RecordGroup[],
  { former, unreadable, acceptances }: SiteHistory,
  frame: SiteFrame,
): string {
  const present = groups.flatMap(({ records }) => records.map(({ record }) => record));
  const results = distinctResults([
    ...resultsOfRecords(present, true),
    ...resultsOfRecords(former, false),
    ...resultsOfAcceptances(acceptances),
  ]);
  const replaced = results.filter(({ current }) => !current).length;
  const body = html`
    <header><h1>History</h1>
    <p class="lead">The headline metric of each group of results over versions of the suite. A version is the
    commit that computed a result, as its fingerprint says; ${counted(replaced, "replaced result")}
    ${replaced === 1 ? "is" : "are"} known beside the ${results.length -
      replaced} on the site${former.length > 0 &&
      ", from the history of the records' folder in git"}.</p>${unreadable > 0 &&
      html`<p>${
        counted(unreadable, "older file")
      } in git could not be read as a record.</p>`}</header>
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
