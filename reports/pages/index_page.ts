/**
 * The first page: a row for each benchmark, with what its main results say and a link to its pages.
 *
 * @module
 */
import type { ReportGroup } from "../catalogue.ts";
import { html, type Markup } from "../markup.ts";
import { YILDIZ_2019 } from "../sources.ts";
import { SITE_DESCRIPTION, SITE_LEAD, SITE_NAME, SITE_PAPER } from "../site_identity.ts";
import { comparisonTable } from "../tables/comparison_table.ts";
import { verdict } from "../tables/verdict.ts";
import { dataBanner, groupFacts, groupTitle } from "./benchmark_page.ts";
import { htmlDocument, type SiteFrame } from "./document.ts";
import { intervalCaption, intervalPlot } from "./interval_plot.ts";
import { urlPath } from "./paths.ts";
import { SPEED_LEAD, SPEED_PAGE, SPEED_TITLE } from "../speed/page.ts";

/** The row of a benchmark: verdict and intervals of its first group, links to all. */
function benchmarkRow(groups: readonly ReportGroup[]): Markup {
  const [main, ...others] = groups as readonly [ReportGroup, ...ReportGroup[]];
  const comparison = comparisonTable(main);
  const link = (group: ReportGroup, text: string) =>
    html`<a href="${urlPath(group.page)}">${text}</a>`;
  return html`
    <section class="group overview">
      <div>
    <h2>${link(main, main.about.title)}</h2>
    ${dataBanner(main)}
    <p class="facts">${groupTitle(main)}. ${comparison.heading}.</p>
    <p class="verdict">${verdict(comparison) || comparison.caption}</p>
    ${others.length > 0 &&
      html`<p class="facts">Also: ${
        others.map((group, i) => html`${i > 0 && "; "}${link(group, groupTitle(group))}`)
      }</p>`}${groupFacts(main)}</div>
      <figure class="intervals">${intervalPlot(comparison)}</figure>
    </section>
  `;
}

/** A link to the page on speed. */
function speedSection(): Markup {
  return html`
    <section class="group">
      <h2><a href="${SPEED_PAGE}">${SPEED_TITLE}</a></h2>
      <p class="lead">${SPEED_LEAD}</p>
    </section>
  `;
}

/**
 * The index of all benchmarks that have records.
 *
 * @param withSpeed Whether there is a page on speed.
 */
export function indexPage(
  byBenchmark: ReadonlyMap<string, readonly ReportGroup[]>,
  frame: SiteFrame,
  withSpeed: boolean,
): string {
  const all = [...byBenchmark.values()];
  const first = all.flatMap(([group]) => group === undefined ? [] : [comparisonTable(group)]);
  const isOfPaper = all.flat().some(({ about: { report: { tables = [] } } }) =>
    tables.some(({ rows = [] }) => rows.some(({ source }) => source === YILDIZ_2019))
  );
  const body = html`
    <header>
      <h1>${SITE_NAME}</h1>
      <p class="lead">${isOfPaper && `${SITE_PAPER} `}${SITE_LEAD}</p>
    </header>
    <main id="main">${all.length > 0
      ? html`<p class="explain">${
        intervalCaption({ hasPublished: first.some(({ hasPublished }) => hasPublished) })
      }</p>${all.map(benchmarkRow)}`
      : html`<p>There are no records yet: <code>deno task bench NAME</code> makes some.</p>`}${withSpeed &&
      speedSection()}</main>
    <footer>
      <p>Made from the records by <code>deno task report</code>.</p>
    </footer>
  `;
  return htmlDocument({
    path: "index.html",
    title: SITE_NAME,
    description: SITE_DESCRIPTION,
    body,
  }, frame);
}
