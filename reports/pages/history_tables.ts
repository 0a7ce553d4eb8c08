/**
 * Tables of the history: what each version of the suite gave, and which changes were accepted.
 *
 * @module
 */
import type { Acceptance, AcceptedCell } from "../../benchmarks/check/accepted.ts";
import { fromJsonNumber } from "../../models/training/json_number.ts";
import type { GroupHistory, ModelVersion, VersionChange } from "../history/versions.ts";
import { type AboutBenchmark, modelTitle, type ReportGroup } from "../catalogue.ts";
import { html, type Markup, pageTable } from "../markup.ts";
import {
  counted,
  decimalsFor,
  decimalsOf,
  formatFixed,
  formatPlusMinus,
  formatSigned,
} from "../../benchmarks/statistics/numbers.ts";
import { mean } from "../../benchmarks/statistics/spread.ts";
import { groupLabel } from "../tables/comparison_table.ts";

/** The metric that a history follows. */
export interface FollowedMetric {
  /** Registry name. */
  readonly name: string;
  /** What a caption calls it. */
  readonly label: string;
}

/** A commit as people write it; the whole one is its title. */
export function commitMarkup(commit: string): Markup {
  if (commit === "") return html`unknown`;
  const [hash = "", dirty] = commit.split("+");
  return html`<code title="${commit}">${hash.slice(0, 8)}${dirty !== undefined && "+"}</code>`;
}

function changeText(change: VersionChange | undefined): string {
  if (change === undefined) return "first";
  const { from, shared, identical, difference } = change;
  if (shared === 0) return `other seeds than ${from}`;
  const seeds = counted(shared, "seed");
  if (identical === shared) return `as ${from}, bit for bit (${seeds})`;
  if (difference === undefined) return `${seeds} with ${from}, none to compare`;
  return `${formatSigned(difference, decimalsFor(difference, 2))} to ${from} (${seeds})`;
}

function stateText({ results }: ModelVersion): string {
  const current = results.filter((result) => result.current).length;
  if (current === results.length) return "shown";
  return current === 0 ? "replaced" : `${current} of ${results.length} shown`;
}

/** Every version of every model. */
export function versionsTable(
  group: ReportGroup,
  { versions }: GroupHistory,
  metric: FollowedMetric,
): Markup {
  const byNumber = versions.toSorted((a, b) => a.number - b.number || (a.model < b.model ? -1 : 1));
  return pageTable({
    label: `Results by version of the suite: ${groupLabel(group)}`,
    classes: "sortable versions",
    caption:
      `${metric.label}: mean ± sample standard deviation (ddof 1) over the seeds that a version ` +
      "of the suite computed. Change: mean difference over seeds that both versions computed.",
    heads: ["Version", "Method", "Value", "Change", "Seeds", "Commit", "Finished", "On the site"],
    rows: byNumber.map((version) => {
      const { number, model, spread, change, commit, results } = version;
      return [
        number,
        modelTitle(group.about, model),
        spread === undefined ? "–" : formatPlusMinus(spread, decimalsOf(spread)),
        changeText(change),
        results.map(({ cell }) => cell.seed).join(", "),
        commitMarkup(commit),
        results.map(({ finishedAt }) => finishedAt.slice(0, 10)).sort().at(-1),
        stateText(version),
      ];
    }),
  });
}

function meanOf(cells: readonly (AcceptedCell["former"])[], metric: string): number | undefined {
  const values = cells.flatMap((result) => {
    const found = result?.metrics.find(({ name }) => name === metric);
    const value = found === undefined ? NaN : fromJsonNumber(found.value);
    return Number.isFinite(value) ? [value] : [];
  });
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

/** Accepted changes of the reference with their reasons, newest first. */
export function acceptancesTable(
  group: ReportGroup,
  acceptances: readonly Acceptance[],
  metric: FollowedMetric,
): Markup {
  return pageTable({
    label: `Accepted changes: ${groupLabel(group)}`,
    classes: "sortable accepted",
    caption:
      `Accepted changes of the reference results. ${metric.label}: mean over the cells of a ` +
      "model before and after.",
    heads: ["Accepted", "Reason", "Change", "Commit"],
    rows: acceptances.toReversed().map(({ acceptedAt, reason, cells, commit }) => [
      acceptedAt.slice(0, 10),
      reason,
      [...new Set(cells.map(({ model }) => model))].map((model, i) =>
        html`${i > 0 && html`<br>`}${modelChange(group.about, model, cells, metric.name)}`
      ),
      commitMarkup(commit),
    ]),
  });
}
