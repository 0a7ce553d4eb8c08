/**
 * The page on methods: equations, protocol, statistics, sources.
 *
 * @module
 */
import { html, type Markup } from "../markup.ts";
import { COMPUTING_METHOD } from "../methods/computing.ts";
import { GPPVAE_METHOD } from "../methods/gppvae.ts";
import type { MethodSection } from "../methods/method_section.ts";
import { ODE2VAE_METHOD } from "../methods/ode2vae.ts";
import { ROTATING_MNIST_METHOD } from "../methods/rotating_mnist.ts";
import { STATISTICS_METHOD } from "../methods/statistics.ts";
import { formatBibliography } from "../published/bibtex.ts";
import type { Source } from "../published/published_cell.ts";
import { ALL_SOURCES } from "../published/sources.ts";
import { htmlDocument, type SiteFrame } from "./document.ts";
import { BIBLIOGRAPHY_PATH } from "./paths.ts";

/** File name of the page. */
export const METHODS_PAGE = "methods.html";

const SECTIONS: readonly MethodSection[] = Object.freeze([
  ROTATING_MNIST_METHOD,
  ODE2VAE_METHOD,
  GPPVAE_METHOD,
  STATISTICS_METHOD,
  COMPUTING_METHOD,
]);

/** Every paper that the site cites, in BibTeX. */
export function bibliography(): string {
  return formatBibliography(ALL_SOURCES.map(({ bibtex }) => bibtex));
}

function sourceAnchor({ bibtex }: Source): string {
  return `source-${bibtex.key}`;
}

function methodSection({ anchor, title, body, sources }: MethodSection): Markup {
  return html`<section id="${anchor}" class="group method"><h2>${title}</h2>${
    sources.length > 0 &&
    html`<p class="facts">After ${
      sources.map((source, i) =>
        html`${i > 0 && ", "}<a href="#${sourceAnchor(source)}">${source.short}</a>`
      )
    }.</p>`
  }${body}</section>`;
}

function sourcesSection(): Markup {
  return html`
    <section id="sources" class="group">
      <h2>Sources</h2>
      <ul class="sources">${ALL_SOURCES.map((source) =>
        html`<li id="${sourceAnchor(source)}">${source.reference} <a href="${source.url}">${
          source.url.replace("https://", "")
        }</a></li>`
      )}</ul>
      <h3 id="bibtex">BibTeX</h3>
      <p><a href="${BIBLIOGRAPHY_PATH}" download>All of them as a .bib file</a>, or to copy:</p>
      <pre class="copyable" tabindex="0" role="region"
        aria-label="BibTeX entries"><code>${bibliography()}</code></pre>
    </section>
  `;
}

/** The whole page. */
export function methodsPage(frame: SiteFrame): string {
  const places = [...SECTIONS, { anchor: "sources", title: "Sources" }];
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
    <main id="main">${SECTIONS.map(methodSection)}${sourcesSection()}</main>
    <footer>
      <p>Written by <code>deno task report</code>. Numbers in formulas are the settings of the
    paper tier, read from the code.</p>
    </footer>
  `;
  return htmlDocument({
    path: METHODS_PAGE,
    title: "Methods",
    description:
      "Equations of ODE2VAE, ODE2VAE-KL and GPPVAE as they are computed, the protocol of " +
      "each benchmark, metrics, statistics over seeds, sources and BibTeX.",
    body,
  }, frame);
}
