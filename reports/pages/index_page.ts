/**
 * The first page: each benchmark's tables, and the way to its page.
 *
 * @module
 */
import { html, type Markup } from "../markup.ts";
import { groupAnchor, type RecordGroup } from "../../benchmarks/record/read_records.ts";
import { comparisonTable } from "../tables/comparison_table.ts";
import { htmlComparison } from "../tables/html.ts";
import { dataBanner, groupFacts, groupTitle } from "./benchmark_page.ts";
import { cellsAnchor } from "./details_section.ts";
import { htmlDocument, SITE_NAME, type SiteFrame } from "./document.ts";
import { pageName } from "./paths.ts";
import { presentation } from "./presentation.ts";
import { SPEED_LEAD, SPEED_PAGE, SPEED_TITLE } from "./speed_page.ts";

function benchmarkSection(benchmark: string, groups: readonly RecordGroup[]): Markup {
  const { title, lead } = presentation(benchmark);
  const page = pageName(benchmark);
  return html`<section class="group"><h2><a href="${page}">${title}</a></h2>
${lead !== "" && html`<p class="lead">${lead}</p>`}
${
    groups.map((group) => {
      const anchor = groupAnchor(group);
      return html`<h3><a href="${page}#${anchor}">${groupTitle(group)}</a></h3>${
        dataBanner(group)
      }${groupFacts(group)}${
        htmlComparison(comparisonTable(group), {
          prefix: `${pageName(benchmark)}-${anchor}`,
          ours: (row) => `${page}#${cellsAnchor(group, row.model)}`,
        })
      }`;
    })
  }
<p><a href="${page}">Curves, reconstructions and every cell of ${title}</a></p></section>`;
}

/** The way to the page on speed. */
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
  byBenchmark: ReadonlyMap<string, readonly RecordGroup[]>,
  frame: SiteFrame,
  withSpeed: boolean,
): string {
  const sections = [...byBenchmark].map(([benchmark, groups]) =>
    benchmarkSection(benchmark, groups)
  );
  const body = html`
    <header>
      <h1>${SITE_NAME}</h1>
      <p class="lead">Our numbers beside those of Yıldız, Heinonen and Lähdesmäki, “ODE2VAE: Deep
    generative second order ODEs with Bayesian neural networks” (NeurIPS 2019). Every number leads to
    its record and to the command that reproduces it.</p>
    </header>
    <main id="main">${sections.length > 0
      ? sections
      : html`<p>There are no records yet: <code>deno task bench rmnist</code> makes some.</p>`}${withSpeed &&
      speedSection()}</main>
    <footer>
      <p>Made from the records by <code>deno task report</code>.</p>
    </footer>
  `;
  return htmlDocument({
    path: "index.html",
    title: SITE_NAME,
    description:
      "The tables of ODE2VAE (NeurIPS 2019) trained anew: our numbers beside the published " +
      "ones, with the record and the command behind each.",
    body,
  }, frame);
}
