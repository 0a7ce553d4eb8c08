/**
 * The chart of a metric over versions of the suite.
 *
 * @module
 */
import type { Acceptance } from "../../benchmarks/check/accepted.ts";
import { type GroupHistory, hasChanges, sameGroup } from "../history/versions.ts";
import { isTrivialReference, methodName } from "../method_names.ts";
import { metricValue } from "../history/history_result.ts";
import { counted } from "../../benchmarks/statistics/numbers.ts";
import type { BandSeries, ChartData } from "./chart_data.ts";
import { linearTicks } from "./ticks.ts";

/** One line for each model that learns something; marks where a change was accepted. */
export function historyChart(
  history: GroupHistory,
  metric: { readonly name: string; readonly label: string },
  acceptances: readonly Acceptance[],
): ChartData | undefined {
  if (!hasChanges(history)) return undefined;
  const { group, versions, commits } = history;
  const models = [...new Set(versions.map(({ model }) => model))]
    .filter((model) => !isTrivialReference(group.benchmark, model));
  const series = models.flatMap((model, colour): BandSeries[] => {
    const own = versions.filter((version) => version.model === model);
    const values = own.map(({ results }) =>
      results.flatMap((result) => metricValue(result, metric.name) ?? [])
    );
    const kept = own.map((_, i) => i).filter((i) => values[i]!.length > 0);
    if (kept.length === 0) return [];
    return [{
      model,
      label: methodName(group.benchmark, model),
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
  const marks = acceptances.filter((acceptance) => sameGroup(acceptance, group))
    .flatMap(({ acceptedAt, cells }) => {
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
    xStep: Math.max(1, Math.ceil(commits.length / 12)),
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
