/**
 * The page of one record: what ran, how it ended, what it gave, and the command that gives it again.
 *
 * @module
 */
import { fromJsonNumber } from "../../models/training/json_number.ts";
import type { CellRecord } from "../../benchmarks/record/record.ts";
import { exhibitFigures } from "../exhibits/exhibits.ts";
import { commandWords, definitions, html, type Markup, pageTable } from "../markup.ts";
import { modelTitle, type ReportGroup } from "../catalogue.ts";
import {
  capitalise,
  formatCount,
  formatDuration,
  formatShort,
} from "../../benchmarks/statistics/numbers.ts";
import { groupAnchor, type StoredRecord } from "../../benchmarks/record/read_records.ts";
import { dataBanner, groupTitle } from "./benchmark_page.ts";
import { groupCharts } from "./chart_data.ts";
import { chartGrid } from "./chart_figure.ts";
import { cellsAnchor, fingerprintEntries, settingEntries } from "./details_section.ts";
import { htmlDocument, type SiteFrame } from "./document.ts";
import { RECORD_STYLE_PATH, recordDataPath, recordPagePath, relativeHref } from "./paths.ts";

const STATUS: Readonly<Record<CellRecord["status"], string>> = Object.freeze({
  completed: "The cell ran to the end of its protocol.",
  diverged: "The cell diverged, which is a result: it is counted and has no metric.",
  failed: "The cell failed: this is no result.",
  interrupted: "The cell was interrupted: this is no result yet.",
});

function metricsTable({ metrics }: CellRecord): Markup {
  if (metrics.length === 0) return html`<p>This record has no metric.</p>`;
  return pageTable({
    label: "Metrics",
    classes: "metrics",
    caption: "Values of this cell alone, with the digits that were recorded (up to 8).",
    heads: ["Metric", "Value", "Unit", "Better"],
    rows: metrics.map(({ label, value, unit, direction }) => [
      capitalise(label),
      formatShort(fromJsonNumber(value), 8), // all digits that single precision holds
      unit === "" ? "–" : unit,
      direction,
    ]),
  });
}

/** Most seeds that a page links to on either side: with all of them, thousands of pages would have thousands of links. */
const MOST_NEIGHBOURS = 50;

/** Links to the neighbouring seeds of the same model in the same group. */
function otherSeeds(path: string, stored: StoredRecord, group: ReportGroup): Markup | undefined {
  const seeds = group.records.filter(({ record }) =>
    record.cell.model === stored.record.cell.model
  );
  if (seeds.length < 2) return undefined;
  const own = seeds.findIndex(({ file }) => file === stored.file);
  const shown = seeds.slice(Math.max(0, own - MOST_NEIGHBOURS), own + MOST_NEIGHBOURS + 1);
  return html`
    <nav aria-label="Seeds" class="groups">
      <ul>${shown.map(({ file, record }) =>
        html`<li>${
          file === stored.file
            ? html`<span aria-current="page">seed ${record.cell.seed}</span>`
            : html`<a href="${
              relativeHref(path, recordPagePath(file))
            }">seed ${record.cell.seed}</a>`
        }</li>`
      )}</ul>
    </nav>
  `;
}

function identity({ cell, dataOrigin, finishedAt, parameters, steps, traceSha256 }: CellRecord) {
  return definitions([
    ["benchmark", `${cell.benchmark}, version ${cell.version}`],
    ["model", cell.model],
    ["seed", String(cell.seed)],
    ["tier", cell.tier],
    ["backend", cell.backend],
    ["data", dataOrigin],
    ["data SHA-256", cell.dataSha256],
    ["parameters", formatCount(parameters)],
    ["optimiser steps", formatCount(steps)],
    ["finished", finishedAt],
    ["trace SHA-256", traceSha256],
  ], "wide");
}

function times({ time }: CellRecord): Markup {
  return definitions(
    (["data", "compilation", "training", "evaluation"] as const)
      .map((purpose) => [purpose, formatDuration(time[purpose])]),
  );
}

/**
 * The whole page.
 *
 * @param stored The record.
 * @param group The group that it belongs to.
 */
export function recordPage(stored: StoredRecord, group: ReportGroup, frame: SiteFrame): string {
  const { file, record } = stored;
  const path = recordPagePath(file);
  const benchmark = group.about;
  const method = modelTitle(group.about, record.cell.model);
  const title = `${method}, seed ${record.cell.seed}`;
  const page = relativeHref(path, group.page);
  // A group of one: its charts are this record's curves.
  const alone: ReportGroup = { ...group, records: [stored] };
  const charts = groupCharts(alone);
  const exhibits = exhibitFigures(alone, { heading: "h3", withValues: false, warn: frame.warn });
  const settings = settingEntries(record.settings);
  const body = html`
    <header><p class="trail"><a href="${page}">${benchmark.title}</a> · <a
    href="${page}#${groupAnchor(group)}">${groupTitle(group)}</a> · <a href="${page}#${cellsAnchor(
      group,
      record.cell.model,
    )}">every cell of ${method}</a></p>
    <h1>${title}</h1>
    <p class="lead">One record of ${benchmark.title}: ${groupTitle(group).toLowerCase()}.</p>
    ${otherSeeds(path, stored, group)}</header>
    <main id="main">${dataBanner(group)}
    <section><h2>Status</h2><p><strong>${capitalise(
      record.status,
    )}.</strong> ${STATUS[record.status]}</p>${record.note !== "" &&
      html`<p>${capitalise(record.note)}.</p>`}
    <p><a href="${relativeHref(
      path,
      recordDataPath(file),
    )}" download>The record as JSON</a> (gzip): everything on this page, and every value of its curves.</p></section>
    <section><h2>Metrics</h2>${metricsTable(record)}</section>
    <section><h2>Command</h2><p>This reproduces the cell.</p>
    <p class="command"><code>${commandWords(record.command)}</code></p></section>
    ${charts.length > 0 && html`
      <section>
        <h2>Curves</h2>
        ${chartGrid(charts, "h3", true)}
      </section>
    `}
    ${exhibits !== undefined && html`<section><h2>Exhibits</h2>${exhibits}</section>`}
    <section><h2>Identity</h2>${identity(record)}</section>
    <section><h2>Settings</h2>${settings.length > 0
      ? definitions(settings)
      : html`<p>This model has nothing to set.</p>`}</section>
    <section><h2>Time</h2>${times(record)}</section>
    <section><h2>Fingerprint</h2>${definitions(fingerprintEntries(record.fingerprint))}</section>
    </main>
    <footer>
      <p>Made from the record by <code>deno task report</code>.</p>
    </footer>
  `;
  return htmlDocument({
    path,
    title: `${title} (${benchmark.title}, ${group.tier} tier)`,
    description:
      `Metrics, curves, settings and command of ${method}, seed ${record.cell.seed}, on ` +
      `${benchmark.title} (${group.tier} tier, ${group.backend}): ${record.status}.`,
    body,
    stylePath: RECORD_STYLE_PATH,
  }, frame);
}
