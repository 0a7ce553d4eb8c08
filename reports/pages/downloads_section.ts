/**
 * A benchmark's results as files of the site.
 *
 * @module
 */
import { html, type Markup } from "../markup.ts";
import { hasPublishedNumbers } from "../published/registry.ts";
import { resultsPaths, urlPath } from "./paths.ts";

/** Links to the results in two formats. */
export function downloadsSection(benchmark: string): Markup {
  const { csv, json } = resultsPaths(benchmark);
  return html`
    <section id="data" class="group">
      <h2>Data</h2>
      <ul class="points">
        <li><a href="${urlPath(
          csv,
        )}" download>All results as CSV</a>: one row a cell and metric.</li>
        <li><a href="${urlPath(json)}" download>All results as JSON</a>: means, sample standard
          deviations and intervals over seeds, each seed's value${hasPublishedNumbers(benchmark) &&
            ", published numbers"}.</li>
        <li>Each cell's page (the numbers under “Every cell” lead there) has its record as JSON, with
          settings, curves and fingerprint.</li>
      </ul>
    </section>
  `;
}
