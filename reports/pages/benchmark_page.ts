/**
 * The page of one benchmark: a section for each group of comparable records.
 *
 * @module
 */
import { groupAnchor } from "../../benchmarks/record/read_records.ts";
import { exhibitFigures } from "../exhibits/exhibits.ts";
import { counted } from "../../benchmarks/statistics/numbers.ts";
import {
  type AboutBenchmark,
  hasPublishedNumbers,
  type ReportGroup,
  tablesOf,
} from "../catalogue.ts";
import { html, type Markup } from "../markup.ts";
import { summariseGroup } from "../summary.ts";
import { htmlGroup } from "../tables/html.ts";
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
import { METHODS_PAGE } from "./methods_page.ts";
import { pageName, resultsPaths, urlPath } from "./paths.ts";

/** "Paper tier, ort-cpu": what distinguishes a group from its neighbours. */
export function groupTitle(group: ReportGroup): string {
  const tier = group.tier[0]!.toUpperCase() + group.tier.slice(1);
  return `${tier} tier, ${group.backend}${group.standIn === "" ? "" : ", stand-in data"}`;
}

/** A prominent notice where the data are not the benchmark's own. */
export function dataBanner(group: ReportGroup): Markup | undefined {
  const standIn = group.standIn;
  if (standIn === "") return undefined;
  return html`
    <p class="banner"
      role="note"><strong>Stand-in data.</strong> ${standIn}${hasPublishedNumbers(group.about) &&
        " These results do not compare with published numbers."} Data: ${group.dataOrigin}.</p>
  `;
}

/** Version, data with their checksum, and the number of cells. */
export function groupFacts(group: ReportGroup): Markup {
  const latest = group.records.map(({ record }) => record.finishedAt).sort().at(-1)!;
  return html`<p class="facts">Version ${group.version} of the benchmark · ${group.dataOrigin} ·
 SHA-256 <code title="${group.dataSha256}">${group.dataSha256.slice(0, 8)}</code> ·
 ${counted(group.records.length, "cell")}, the last of
 ${latest.slice(0, 10)}</p>`;
}

function groupSection(group: ReportGroup, { warn }: SiteFrame): Markup {
  const anchor = groupAnchor(group);
  const summaries = summariseGroup(group);
  const charts = groupCharts(group);
  const exhibits = exhibitFigures(group, { heading: "h4", warn });
  const links = {
    prefix: anchor,
    ours: ({ model }: { readonly model: string }) => `#${cellsAnchor(group, model)}`,
  };
  return html`<section id="${anchor}" class="group">
<h2>${groupTitle(group)}</h2>
${dataBanner(group)}${groupFacts(group)}
${htmlGroup(group, links, true)}
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
${cellsSection(group, summaries, tablesOf(group)[0])}
${timeSection(group, summaries)}
${settingsSection(group, summaries)}
${fingerprintSection(group)}
</section>`;
}

/** Links to the results in two formats. */
function downloadsSection(benchmark: string, about: AboutBenchmark): Markup {
  const { csv, json } = resultsPaths(benchmark);
  return html`
    <section id="data" class="group">
      <h2>Data</h2>
      <ul class="points">
        <li><a href="${urlPath(
          csv,
        )}" download>All results as CSV</a>: one row for each cell and metric.</li>
        <li><a href="${urlPath(json)}" download>All results as JSON</a>: means, sample standard
          deviations and intervals over seeds, each seed's value${hasPublishedNumbers(about) &&
            ", published numbers"}.</li>
        <li>Each cell's page (the numbers under “Every cell” link to it) has its record as JSON, with
          settings, curves and fingerprint.</li>
      </ul>
    </section>
  `;
}

function sources({ report: { tables = [], figures = [] } }: AboutBenchmark): Markup | undefined {
  const rows = [...tables.flatMap((table) => table.rows ?? []), ...figures];
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
 * @param groups Groups of this benchmark, at least one, in the order in which they are shown.
 */
export function benchmarkPage(
  benchmark: string,
  groups: readonly ReportGroup[],
  frame: SiteFrame,
): string {
  const { about } = groups[0]!;
  const { title, report: { lead } } = about;
  const body = html`<header><h1>${title}</h1>${
    lead !== undefined && html`<p class="lead">${lead}</p>`
  }${
    groups.length > 1 &&
    html`
      <nav aria-label="Groups of results" class="groups">
        <ul>${groups.map((group) =>
          html`<li><a href="#${groupAnchor(group)}">${groupTitle(group)}</a></li>`
        )}</ul>
      </nav>
    `
  }</header>
<main id="main">${groups.map((group) => groupSection(group, frame))}${
    downloadsSection(benchmark, about)
  }</main>
<footer>${sources(about)}<p>Made from the records by <code>deno task report</code>. Numbers of
 different tiers, data or backends never share a table.</p></footer>`;
  return htmlDocument({
    path: pageName(benchmark),
    title,
    description: `${title}: results of every method, seed by seed${
      hasPublishedNumbers(about) ? ", beside the published ones" : ""
    }.${lead === undefined ? "" : ` ${lead}`}`,
    body,
    charts: true,
  }, frame);
}
