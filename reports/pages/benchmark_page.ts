/**
 * The page of one group of comparable records of a benchmark: a tier, as a rule.
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
import { comparisonTable, groupLabel } from "../tables/comparison_table.ts";
import { groupCharts, undrawnFigures } from "./chart_data.ts";
import { chartGrid } from "./chart_figure.ts";
import {
  cellsAnchor,
  cellsSection,
  fingerprintSection,
  metricsSection,
  settingsSection,
  timeSection,
} from "./details_section.ts";
import { htmlDocument, type SiteFrame } from "./document.ts";
import { intervalCaption, intervalPlot } from "./interval_plot.ts";
import { METHODS_PAGE } from "./methods_page.ts";
import { resultsPaths, urlPath } from "./paths.ts";

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

/** Links to the pages of all groups of a benchmark, the present one marked. */
function groupLinks(groups: readonly ReportGroup[], present: ReportGroup): Markup | undefined {
  if (groups.length < 2) return undefined;
  return html`
    <nav aria-label="Groups of results" class="groups">
      <ul>${groups.map((group) =>
        // The anchors of groups that once were on one page lead here.
        html`<li${
          group !== present && html`
            id="${groupAnchor(group)}"
          `
        }>${
          group === present
            ? html`<span aria-current="page">${groupTitle(group)}</span>`
            : html`<a href="${urlPath(group.page)}">${groupTitle(group)}</a>`
        }</li>`
      )}</ul>
    </nav>
  `;
}

/** The drawing of our intervals; undefined where there is no result. */
function intervalFigure(group: ReportGroup): Markup | undefined {
  const comparison = comparisonTable(group);
  const plot = intervalPlot(comparison);
  return plot &&
    html`<figure class="intervals">${plot}<figcaption><p>${
      intervalCaption(comparison)
    }</p></figcaption></figure>`;
}

function curvesSection(group: ReportGroup): Markup | undefined {
  const charts = groupCharts(group);
  const undrawn = undrawnFigures(group, charts);
  if (charts.length + undrawn.length === 0) return undefined;
  return html`<h3>Curves</h3>${
    undrawn.map((sentence) => html`<p class="explain">${sentence}</p>`)
  }${chartGrid(charts, "h4")}`;
}

function groupSection(group: ReportGroup, { warn }: SiteFrame): Markup {
  const anchor = groupAnchor(group);
  const summaries = summariseGroup(group);
  const exhibits = exhibitFigures(group, { heading: "h4", warn, brief: true });
  const links = {
    prefix: anchor,
    ours: ({ model }: { readonly model: string }) => `#${cellsAnchor(group, model)}`,
  };
  return html`<section id="${anchor}" class="group">
<h2>${groupTitle(group)}</h2>
${dataBanner(group)}${groupFacts(group)}
${htmlGroup(group, links, intervalFigure(group))}
${curvesSection(group)}
${
    exhibits !== undefined && html`
      <h3>Exhibits</h3>
      <p
        class="explain">Each from a model's first completed seed.</p>${exhibits}
    `
  }
<h3>Details</h3>
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
 * The page of one group.
 *
 * @param group The group.
 * @param groups All groups of its benchmark, in the order in which they are linked.
 */
export function benchmarkPage(
  group: ReportGroup,
  groups: readonly ReportGroup[],
  frame: SiteFrame,
): string {
  const { about, benchmark, page } = group;
  const { title, report: { lead } } = about;
  const body = html`<header><h1>${title}</h1>${
    lead !== undefined && html`<p class="lead">${lead}</p>`
  }${groupLinks(groups, group)}</header>
<main id="main">${groupSection(group, frame)}${downloadsSection(benchmark, about)}</main>
<footer>${sources(about)}<p>Made from the records by <code>deno task report</code>. Numbers of
 different tiers, data or backends never share a table.</p></footer>`;
  const isFirst = group === groups[0];
  return htmlDocument({
    path: page,
    title: isFirst ? title : `${title}, ${groupLabel(group)}`,
    description: `${title}, ${group.tier} tier: results of every method, seed by seed${
      hasPublishedNumbers(about) ? ", beside the published ones" : ""
    }.${lead === undefined ? "" : ` ${lead}`}`,
    body,
    charts: true,
  }, frame);
}
