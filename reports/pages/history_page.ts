/**
 * The page on history: results of the reference that were replaced, with the reason.
 *
 * @module
 */
import type { Acceptance, AcceptedCell } from "../../benchmarks/check/accepted.ts";
import { groupAnchor, groupKey } from "../../benchmarks/record/read_records.ts";
import { counted, decimalsFor, formatFixed } from "../../benchmarks/statistics/numbers.ts";
import { mean } from "../../benchmarks/statistics/spread.ts";
import {
  type AboutBenchmark,
  modelTitle,
  recordsInOrder,
  type ReportGroup,
  tablesOf,
} from "../catalogue.ts";
import { html, type Markup } from "../markup.ts";
import { finiteMetric } from "../summary.ts";
import { groupTitle } from "./benchmark_page.ts";
import { htmlDocument, type SiteFrame } from "./document.ts";
import { urlPath } from "./paths.ts";

/** File name of the page. */
export const HISTORY_PAGE = "history.html";

/** A commit as people write it; the whole one is its title. */
function commitMarkup(commit: string): Markup {
  if (commit === "") return html`unknown`;
  const [hash = "", dirty] = commit.split("+");
  return html`<code title="${commit}">${hash.slice(0, 8)}${dirty !== undefined && "+"}</code>`;
}

function meanOf(cells: readonly (AcceptedCell["former"])[], metric: string): number | undefined {
  const values = cells.flatMap((result) =>
    finiteMetric(result?.metrics ?? [], metric)?.value ?? []
  );
  return values.length === 0 ? undefined : mean(values);
}

/** "Method: 0.0181 → 0.0172 (3 cells)". */
function modelChange(
  about: AboutBenchmark,
  model: string,
  cells: readonly AcceptedCell[],
  metric: string,
): string {
  const own = cells.filter((cell) => cell.model === model);
  const [from, to] = [own.map(({ former }) => former), own.map(({ accepted }) => accepted)]
    .map((results) => meanOf(results, metric));
  const text = (value: number | undefined) =>
    value === undefined ? "none" : formatFixed(value, decimalsFor(value, 4));
  return `${modelTitle(about, model)}: ${text(from)} → ${text(to)} (${
    counted(own.length, "cell")
  })`;
}

/** An accepted change: when, why, and the mean of each model's cells before and after. */
function acceptanceSection(
  { about }: ReportGroup,
  { acceptedAt, reason, cells, commit }: Acceptance,
  metric: string,
): Markup {
  const models = [...new Set(cells.map(({ model }) => model))];
  return html`
    <h3>${acceptedAt.slice(0, 10)}</h3>
    <p>${reason}</p>
    <ul class="points">${models.map((model) =>
      html`<li>${modelChange(about, model, cells, metric)}</li>`
    )}</ul>
    <p class="facts">Accepted at commit ${commitMarkup(commit)}</p>
  `;
}

function groupSection(group: ReportGroup, acceptances: readonly Acceptance[]): Markup {
  const name = tablesOf(group)[0].metric;
  const found = recordsInOrder(group).flatMap(({ record }) => record.metrics)
    .find((metric) => metric.name === name);
  const page = urlPath(group.page);
  return html`
    <section id="${group.benchmark}-${groupAnchor(group)}"
      class="group"><h2><a href="${page}#${groupAnchor(group)}">${group.about.title}, ${groupTitle(
        group,
      )}</a></h2>
    <p class="explain">Changes, newest first. ${found?.label ??
      "No metric"}: mean over the cells of a model before and after.</p>
    ${acceptances.toReversed().map((one) => acceptanceSection(group, one, name))}</section>
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
  const changed = groups.flatMap((group) => {
    const own = acceptances.filter((one) => groupKey(one) === groupKey(group));
    return own.length === 0 ? [] : [groupSection(group, own)];
  });
  const body = html`
    <header>
      <h1>History</h1>
      <p
        class="lead">Results of the reference that another version of the suite replaced. <code>deno task
    accept</code> does that, and asks for a reason; its list is beside the records.</p>
    </header>
    <main id="main">${changed.length > 0
      ? changed
      : html`<p>None is recorded: every result here is the first of its cell.</p>`}</main>
    <footer>
      <p>Made from the records by <code>deno task report</code>.</p>
    </footer>
  `;
  return htmlDocument({
    path: HISTORY_PAGE,
    title: "History",
    description: "Each change of the reference results that was accepted, with its reason.",
    body,
  }, frame);
}
