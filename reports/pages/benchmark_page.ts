/**
 * The page of one benchmark: a section for each group of comparable records.
 *
 * @module
 */
import { exhibitFigures } from "../exhibits/exhibits.ts";
import { html, type Markup } from "../markup.ts";
import { counted } from "../../benchmarks/statistics/numbers.ts";
import { hasPublishedNumbers, publishedTable } from "../published/registry.ts";
import { groupAnchor, type RecordGroup } from "../../benchmarks/record/read_records.ts";
import { summariseGroup } from "../summary.ts";
import { comparisonTable } from "../tables/comparison_table.ts";
import { htmlComparison } from "../tables/html.ts";
import { baseSection } from "./base_section.ts";
import { groupCharts } from "./chart_data.ts";
import { chartFigure } from "./chart_figure.ts";
import {
  cellsAnchor,
  cellsSection,
  fingerprintSection,
  metricsSection,
  settingsSection,
  timeSection,
} from "./details_section.ts";
import { htmlDocument, type SiteFrame } from "./document.ts";
import { downloadsSection } from "./downloads_section.ts";
import { METHODS_PAGE } from "./methods_page.ts";
import { orderSection } from "./order_section.ts";
import { pageName } from "./paths.ts";
import { presentation } from "./presentation.ts";

/** "Paper tier, ort-cpu": what tells a group from its neighbours. */
export function groupTitle(group: RecordGroup): string {
  const tier = group.tier[0]!.toUpperCase() + group.tier.slice(1);
  return `${tier} tier, ${group.backend}${group.standIn === "" ? "" : ", stand-in data"}`;
}

/** A loud notice where the data are not the paper's. */
export function dataBanner(group: RecordGroup): Markup | undefined {
  if (group.standIn === "") return undefined;
  return html`
    <p class="banner"
      role="note"><strong>Stand-in data.</strong> ${group
        .standIn}${hasPublishedNumbers(group.benchmark) &&
        " These results do not compare with published numbers."} Data: ${group.dataOrigin}.</p>
  `;
}

/** "paper tier · version 1 · …" with the data's checksum. */
export function groupFacts(group: RecordGroup): Markup {
  const latest = group.records.map(({ record }) => record.finishedAt).sort().at(-1)!;
  return html`<p class="facts">Version ${group.version} of the benchmark · ${group.dataOrigin} ·
 SHA-256 <code title="${group.dataSha256}">${group.dataSha256.slice(0, 8)}</code> ·
 ${counted(group.records.length, "cell")}, the last of
 ${latest.slice(0, 10)}</p>`;
}

function groupSection(group: RecordGroup): Markup {
  const anchor = groupAnchor(group);
  const summaries = summariseGroup(group);
  const table = comparisonTable(group);
  const charts = groupCharts(group, presentation(group.benchmark));
  const exhibits = exhibitFigures(group, { heading: "h4" });
  return html`<section id="${anchor}" class="group">
<h2>${groupTitle(group)}</h2>
${dataBanner(group)}${groupFacts(group)}
${
    htmlComparison(table, {
      prefix: anchor,
      ours: (row) => `#${cellsAnchor(group, row.model)}`,
    })
  }
${orderSection(group)}
${baseSection(group)}
${
    charts.length > 0 &&
    html`
      <h3>Curves</h3>
      <div class="charts">${charts.map((chart) => chartFigure(chart))}</div>
    `
  }
${
    exhibits !== undefined && html`<h3>Exhibits</h3>
<p class="explain">Each from the first seed of a model that converged.</p>${exhibits}`
  }
${metricsSection(group, summaries)}
${cellsSection(group, summaries, { name: table.metric, title: table.title })}
${timeSection(group, summaries)}
${settingsSection(group, summaries)}
${fingerprintSection(group)}
</section>`;
}

function sources(benchmark: string): Markup | undefined {
  const rows = publishedTable(benchmark)?.rows ?? [];
  const papers = [...new Set(rows.map((row) => row.source))];
  if (papers.length === 0) return undefined;
  return html`
    <h2>Sources of the published numbers</h2>
    <ul class="sources">${papers.map((paper) =>
      html`<li>${paper.reference} <a href="${paper.url}">${
        paper.url.replace("https://", "")
      }</a></li>`
    )}</ul>
    <p><a href="${METHODS_PAGE}#bibtex">BibTeX of these papers and of the methods'</a></p>
  `;
}

/**
 * The whole page.
 *
 * @param benchmark Registry name.
 * @param groups Groups of this benchmark, in the order in which they are shown.
 */
export function benchmarkPage(
  benchmark: string,
  groups: readonly RecordGroup[],
  frame: SiteFrame,
): string {
  const { title, lead } = presentation(benchmark);
  const body = html`<header><h1>${title}</h1>${lead !== "" && html`<p class="lead">${lead}</p>`}${
    groups.length > 1 &&
    html`
      <nav aria-label="Groups of results" class="groups">
        <ul>${groups.map((group) =>
          html`<li><a href="#${groupAnchor(group)}">${groupTitle(group)}</a></li>`
        )}</ul>
      </nav>
    `
  }</header>
<main id="main">${groups.map((group) => groupSection(group))}${downloadsSection(benchmark)}</main>
<footer>${sources(benchmark)}<p>Made from the records by <code>deno task report</code>. Numbers of
 different tiers, data or backends never share a table.</p></footer>`;
  return htmlDocument({
    path: pageName(benchmark),
    title,
    description: `${title}: results of every method, seed by seed${
      hasPublishedNumbers(benchmark) ? ", beside the published ones" : ""
    }.${lead === "" ? "" : ` ${lead}`}`,
    body,
    charts: true,
  }, frame);
}
