/**
 * The page on methods: equations, protocol, statistics, sources.
 *
 * @module
 */
import type { Catalogue } from "../catalogue.ts";
import type { SettingsTable } from "../../models/training/settings.ts";
import { html, type Markup, pageTable } from "../markup.ts";
import type { MethodSection } from "../methods/mathematics.ts";
import { METHODS } from "../methods/registry.ts";
import { COMPUTING_METHOD, STATISTICS_METHOD } from "../methods/suite.ts";
import { formatBibliography, type Source } from "../sources.ts";
import { htmlDocument, type SiteFrame } from "./document.ts";
import { BIBLIOGRAPHY_PATH } from "./paths.ts";

/** File name of the page. */
export const METHODS_PAGE = "methods.html";

/** Protocols of the benchmarks, then equations of the models, then what holds for all. */
function sections({ reports }: Catalogue): readonly MethodSection[] {
  const protocols = Object.values(reports).flatMap(({ protocol }) => protocol ?? []);
  return [...new Set(protocols), ...METHODS, STATISTICS_METHOD, COMPUTING_METHOD];
}

/** Every paper that the site cites, once, by citation key. */
export function citedSources(catalogue: Catalogue): readonly Source[] {
  const published = Object.values(catalogue.reports).flatMap(({ tables = [], figures = [] }) =>
    [...tables.flatMap(({ rows = [] }) => rows), ...figures].map(({ source }) => source)
  );
  const all = [...published, ...sections(catalogue).flatMap(({ sources }) => sources)];
  return [...new Map(all.map((source) => [source.bibtex.key, source])).values()]
    .toSorted((a, b) => a.bibtex.key < b.bibtex.key ? -1 : 1);
}

/** The same in BibTeX. */
export function bibliography(catalogue: Catalogue): string {
  return formatBibliography(citedSources(catalogue).map(({ bibtex }) => bibtex));
}

function sourceAnchor({ bibtex }: Source): string {
  return `source-${bibtex.key}`;
}

function settingsSection(title: string, settings: SettingsTable): Markup {
  return html`<details><summary>Settings</summary>${
    pageTable({
      label: `Settings of ${title}`,
      classes: "",
      caption:
        "Every setting with its default. A benchmark's page lists what its rows have instead.",
      heads: ["setting", "default", "must be", "meaning"],
      rows: Object.entries(settings).map((
        [name, { default: value, rule, meaning }],
      ) => [name, String(value), rule, meaning]),
    })
  }</details>`;
}

function methodSection({ anchor, title, body, settings, sources }: MethodSection): Markup {
  return html`
    <section id="${anchor}"
      class="group method"><h2>${title}</h2>${sources.length > 0 &&
        html`<p class="facts">After ${
          sources.map((source, i) =>
            html`${i > 0 && ", "}<a href="#${sourceAnchor(source)}">${source.short}</a>`
          )
        }.</p>`}${body}${settings && settingsSection(title, settings)}</section>
  `;
}

function sourcesSection(catalogue: Catalogue): Markup {
  return html`
    <section id="sources" class="group">
      <h2>Sources</h2>
      <ul class="sources">${citedSources(catalogue).map((source) =>
        html`<li id="${sourceAnchor(source)}">${source.reference} <a href="${source.url}">${
          source.url.replace("https://", "")
        }</a></li>`
      )}</ul>
      <h3 id="bibtex">BibTeX</h3>
      <p><a href="${BIBLIOGRAPHY_PATH}" download>All of them as a .bib file</a>, or to copy:</p>
      <pre class="copyable" tabindex="0" role="region"
        aria-label="BibTeX entries"><code>${bibliography(catalogue)}</code></pre>
    </section>
  `;
}

/** The whole page. */
export function methodsPage(catalogue: Catalogue, frame: SiteFrame): string {
  const parts = sections(catalogue);
  const places = [...parts, { anchor: "sources", title: "Sources" }];
  const body = html`
    <header>
      <h1>Methods</h1>
      <p
        class="lead">What the models compute, on which data, how results are measured and what the numbers
    in the tables mean. Each part names the files that do it.</p>
      <nav aria-label="Sections" class="groups">
        <ul>${places.map(({ anchor, title }) =>
          html`<li><a href="#${anchor}">${title}</a></li>`
        )}</ul>
      </nav>
    </header>
    <main id="main">${parts.map(methodSection)}${sourcesSection(catalogue)}</main>
    <footer>
      <p>Written by <code>deno task report</code>. Numbers in formulas are the settings of the
    paper tier, read from the code.</p>
    </footer>
  `;
  return htmlDocument({
    path: METHODS_PAGE,
    title: "Methods",
    description:
      "Equations of the models as they are computed, the protocol of each benchmark, metrics, " +
      " statistics over seeds, sources and BibTeX.",
    body,
  }, frame);
}
