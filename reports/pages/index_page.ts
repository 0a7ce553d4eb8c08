/**
 * The first page: each benchmark's tables, with a link to its page.
 *
 * @module
 */
import { groupAnchor } from "../../benchmarks/record/read_records.ts";
import type { ReportGroup } from "../catalogue.ts";
import { html, type Markup } from "../markup.ts";
import { SITE_DESCRIPTION, SITE_LEAD, SITE_NAME } from "../site_identity.ts";
import { htmlGroup } from "../tables/html.ts";
import { dataBanner, groupFacts, groupTitle } from "./benchmark_page.ts";
import { cellsAnchor } from "./details_section.ts";
import { htmlDocument, type SiteFrame } from "./document.ts";
import { pageName } from "./paths.ts";
import { SPEED_LEAD, SPEED_PAGE, SPEED_TITLE } from "../speed/page.ts";

function benchmarkSection(benchmark: string, groups: readonly ReportGroup[]): Markup {
  const { title, report: { lead } } = groups[0]!.about;
  const page = pageName(benchmark);
  return html`<section class="group"><h2><a href="${page}">${title}</a></h2>
${lead !== undefined && html`<p class="lead">${lead}</p>`}
${
    groups.map((group) => {
      const anchor = groupAnchor(group);
      return html`<h3><a href="${page}#${anchor}">${groupTitle(group)}</a></h3>${
        dataBanner(group)
      }${groupFacts(group)}${
        htmlGroup(group, {
          prefix: `${page}-${anchor}`,
          ours: (row) => `${page}#${cellsAnchor(group, row.model)}`,
        }, false)
      }`;
    })
  }
<p><a href="${page}">Curves, reconstructions and every cell of ${title}</a></p></section>`;
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
  const sections = [...byBenchmark].map(([benchmark, groups]) =>
    benchmarkSection(benchmark, groups)
  );
  const body = html`
    <header>
      <h1>${SITE_NAME}</h1>
      <p class="lead">${SITE_LEAD}</p>
    </header>
    <main id="main">${sections.length > 0
      ? sections
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
