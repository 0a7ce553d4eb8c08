/**
 * The details behind a table: every metric, every cell with its record and command, times, settings, fingerprints.
 *
 * @module
 */
import { fromJsonNumber } from "../../models/training/json_number.ts";
import type { CellRecord, Fingerprint } from "../../benchmarks/record/record.ts";
import { totalParts, totalSeconds } from "../../benchmarks/runner/time_split.ts";
import {
  commandWords,
  definitions,
  folded,
  html,
  type Markup,
  pageTable,
  scrolling,
} from "../markup.ts";
import { type GroupTable, modelTitle, type ReportGroup } from "../catalogue.ts";
import {
  capitalise,
  counted,
  decimalsFor,
  formatCount,
  formatDuration,
  formatFixed,
} from "../../benchmarks/statistics/numbers.ts";
import { groupAnchor, type StoredRecord } from "../../benchmarks/record/read_records.ts";
import { mean } from "../../benchmarks/statistics/spread.ts";
import { formatMetric, formatSeeds, type ModelSummary } from "../summary.ts";
import { groupLabel } from "../tables/comparison_table.ts";
import { recordPagePath, urlPath } from "./paths.ts";

/** Anchor of a model's list of cells. */
export function cellsAnchor(group: ReportGroup, model: string): string {
  return `${groupAnchor(group)}-cells-${model}`;
}

/** Every metric of every model: mean ± std over seeds. */
export function metricsSection(group: ReportGroup, summaries: readonly ModelSummary[]): Markup {
  const metrics = new Map(summaries.flatMap((summary) => summary.metrics.map((m) => [m.name, m])));
  if (metrics.size < 2) return html``;
  return folded(
    "All metrics",
    pageTable({
      label: `All metrics: ${groupLabel(group)}`,
      caption: "Mean ± sample standard deviation (ddof 1) over seeds.",
      heads: [
        "Method",
        "Seeds",
        ...[...metrics.values()].map(({ label, unit, direction }) =>
          html`${capitalise(label)}<small>${unit}${
            unit !== "" && "; "
          }${direction} is better</small>`
        ),
      ],
      rows: summaries.map((summary) => [
        modelTitle(group.about, summary.model),
        formatSeeds(summary),
        ...[...metrics.keys()].map((name) => {
          const metric = summary.metrics.find((metric) => metric.name === name);
          if (metric === undefined) return "–";
          // A metric that only newer records hold, or that is not a number for some seeds.
          const { n = 0 } = metric.spread ?? {};
          const fewer = n > 0 && n < summary.converged &&
            html`<small>${counted(n, "seed")}</small>`;
          return html`${formatMetric(metric)}${fewer}`;
        }),
      ]),
    }),
  );
}

/** Four significant digits, zeros kept, so that a column of them lines up. */
function cellValue(value: number): string {
  return formatFixed(value, decimalsFor(value, 4));
}

/** The command of a cell; in short where it is that of the first seed with another number. */
function commandOf(record: CellRecord, first: CellRecord): Markup {
  const seed = (of: CellRecord) => `--seed ${of.cell.seed} `;
  return record !== first && record.command === first.command.replace(seed(first), seed(record))
    ? html`the same with <code><span>${seed(record).trim()}</span></code>`
    : html`<code>${commandWords(record.command)}</code>`;
}

function cellRow({ record, file }: StoredRecord, metric: string, first: CellRecord): Markup {
  const href = urlPath(recordPagePath(file));
  const found = record.metrics.find((candidate) => candidate.name === metric);
  const value = found === undefined ? record.status : cellValue(fromJsonNumber(found.value));
  const total = totalSeconds(record.time);
  return html`
    <tr>
      <th scope="row">seed ${record.cell.seed}</th>
      <td><a href="${href}">${value}</a></td>
      <td>${record.status}${record.note !== "" && html`<small>${record.note}</small>`}</td>
      <td>${formatCount(record.steps)}</td>
      <td data-value="${Number(total.toPrecision(4))}">${formatDuration(total)}</td>
      <td class="command">${commandOf(record, first)}</td>
    </tr>
  `;
}

/** Every cell with a link to its record and its command. @param table whose metric is shown */
export function cellsSection(
  group: ReportGroup,
  summaries: readonly ModelSummary[],
  table: Pick<GroupTable, "metric" | "title">,
): Markup {
  return folded(
    "Every cell: its record and command",
    scrolling(
      `Every cell: ${groupLabel(group)}`,
      html`<table class="cells sortable">
<caption>${table.title}, seed by seed. Each number links to its record; the command reproduces
 it.</caption>
<thead><tr><th scope="col">Cell</th><th scope="col">Value</th><th scope="col">Status</th><th
 scope="col">Steps</th><th scope="col">Time</th><th scope="col">Command</th></tr></thead>
${
        summaries.map((summary) =>
          html`<tbody id="${cellsAnchor(group, summary.model)}"><tr class="kind"><th
 scope="rowgroup" colspan="6">${modelTitle(group.about, summary.model)}</th></tr>${
            summary.records.map((stored) =>
              cellRow(stored, table.metric, summary.records[0]!.record)
            )
          }</tbody>`
        )
      }</table>`,
    ),
  );
}

/** Parts of the models' times, as far as records have them: "A: joint epochs 8.1 s each, …". */
function partsSentences(group: ReportGroup, summaries: readonly ModelSummary[]): string[] {
  return summaries.flatMap(({ model, records }) => {
    const parts = totalParts(records.map(({ record }) => record.time));
    const texts = parts.map(({ name, label, seconds, count }) => {
      // The name of a part begins with that of its whole.
      const whole = parts.filter((other) => other.name !== name && name.startsWith(other.name))
        .toSorted((a, b) => b.name.length - a.name.length)[0];
      const share = whole === undefined || !(whole.seconds > 0)
        ? ""
        : ` (${formatFixed(100 * seconds / whole.seconds, 0)} % of ${whole.label})`;
      return `${label} ${formatDuration(seconds / count)} each${share}`;
    });
    return texts.length === 0 ? [] : [`${modelTitle(group.about, model)}: ${texts.join("; ")}.`];
  });
}

/** Mean seconds of each model by purpose. */
export function timeSection(group: ReportGroup, summaries: readonly ModelSummary[]): Markup {
  const purposes = ["data", "compilation", "training", "evaluation"] as const;
  const parts = partsSentences(group, summaries);
  return folded(
    "Time",
    html`${
      pageTable({
        label: `Time: ${groupLabel(group)}`,
        caption: "Mean wall-clock time of a cell by purpose.",
        heads: ["Method", ...purposes.map(capitalise), "Parameters"],
        rows: summaries.map(({ model, records }) => [
          modelTitle(group.about, model),
          ...purposes.map((purpose) => {
            const seconds = mean(records.map(({ record }) => record.time[purpose]));
            return { show: formatDuration(seconds), sortBy: seconds };
          }),
          formatCount(records[0]!.record.parameters),
        ]),
      })
    }${parts.map((sentence) => html`<p class="explain">${sentence}</p>`)}`,
  );
}

/** Equal values of several records are shown once, with the seeds that share them. */
function distinct<T>(
  records: readonly StoredRecord[],
  select: (record: CellRecord) => T,
): readonly { readonly value: T; readonly records: readonly StoredRecord[] }[] {
  const byKey = new Map<string, { value: T; records: StoredRecord[] }>();
  for (const stored of records) {
    const value = select(stored.record);
    const key = JSON.stringify(value);
    const known = byKey.get(key);
    if (known === undefined) byKey.set(key, { value, records: [stored] });
    else known.records.push(stored);
  }
  return [...byKey.values()];
}

/** Settings by name, as names and values. */
export function settingEntries(
  settings: CellRecord["settings"],
): readonly (readonly [string, string])[] {
  return Object.entries(settings).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, value]) => [name, String(value)]);
}

/** Models that differ in more settings than this have each a list of their own. */
const FEW_SETTINGS = 4;

type Entries = ReturnType<typeof settingEntries>;

/** The settings that another list of the same names has with other values; undefined where names or many values differ. */
function fewDifferences(entries: Entries, others: Entries): Entries | undefined {
  const isSame = entries.length === others.length &&
    entries.every(([name], i) => name === others[i]![0]);
  const different = entries.filter(([, value], i) => value !== others[i]?.[1]);
  return isSame && different.length <= FEW_SETTINGS ? different : undefined;
}

/** Settings of each model that has any; of one that is nearly as another what differs. */
export function settingsSection(group: ReportGroup, summaries: readonly ModelSummary[]): Markup {
  const whole: { readonly title: string; readonly entries: Entries }[] = [];
  const content = (title: string, entries: Entries): Markup => {
    for (const other of whole) {
      const different = fewDifferences(entries, other.entries);
      if (different === undefined) continue;
      return html`<p>As ${other.title}${different.length > 0 && ", except for:"}</p>${
        definitions(different)
      }`;
    }
    whole.push({ title, entries });
    return definitions(entries);
  };
  const parts = summaries.flatMap(({ model, records }) =>
    distinct(records, (record) => record.settings)
      .filter(({ value }) => Object.keys(value).length > 0)
      .map(({ value, records: sharing }) => {
        const title = modelTitle(group.about, model);
        const seeds = sharing.map(({ record }) => record.cell.seed).join(", ");
        return folded(
          html`${title} <small>${sharing.length === 1 ? "seed" : "seeds"} ${seeds}</small>`,
          content(title, settingEntries(value)),
        );
      })
  );
  return parts.length === 0 ? html`` : folded("Settings", parts);
}

/** A fingerprint as names and values. */
export function fingerprintEntries(value: Fingerprint): readonly (readonly [string, string])[] {
  return [
    ["suite", value.suite],
    ["commit", value.commit === "" ? "outside a checkout" : value.commit],
    ["Deno", value.deno],
    ["V8", value.v8],
    ["TypeScript", value.typescript],
    ["backend", value.backendVersion],
    ["device", value.device],
    ["system", `${value.os} ${value.arch}`],
    ["threads", String(value.threads)],
    ["maths probe", value.mathsProbe],
  ];
}

/** Where and with what the cells ran, and the data's checksum. */
export function fingerprintSection(group: ReportGroup): Markup {
  const data = definitions(
    [["data", group.dataOrigin], ["data SHA-256", group.dataSha256]],
    "wide",
  );
  return folded(
    "Fingerprint",
    html`${data}${
      distinct(group.records, (record) => record.fingerprint).map(({ value, records }) =>
        folded(
          html`${value.device}, ${value.backendVersion} <small>· ${
            counted(records.length, "cell")
          }</small>`,
          definitions([
            ...fingerprintEntries(value),
            [
              "cells",
              [...Map.groupBy(records, ({ record }) => record.cell.model)].map(([model, own]) =>
                `${model} ${own.map(({ record }) => record.cell.seed).join(" ")}`
              ).join("; "),
            ],
          ]),
        )
      )
    }`,
  );
}
