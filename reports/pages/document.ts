/**
 * The frame of a page: one HTML document that needs nothing else to be read.
 *
 * @module
 */
import { html, type Markup, raw } from "../markup.ts";
import { SITE_NAME, SOCIAL_CARD } from "../site_identity.ts";
import { type PageAssets, usedStyle } from "./assets.ts";
import { COLOURS } from "./palette.ts";
import { relativeHref, urlPath } from "./paths.ts";

/** What all pages of a site share. */
export interface SiteFrame {
  /** What to inline. */
  readonly assets: PageAssets;
  /** Pages of the site's navigation, in order. */
  readonly pages: readonly NavigationEntry[];
  /** Where the site will be published, with a slash at its end; absent where that is not known. */
  readonly siteUrl?: string;
  /** Takes each sentence that a page shows in place of something that could not be drawn. */
  readonly warn?: (sentence: string) => void;
}

/** A page that every page links to. */
export interface NavigationEntry {
  /** Path from the site's root. */
  readonly path: string;
  /** What the link says. */
  readonly title: string;
}

/** One page. */
export interface PageContent {
  /** Path from the site's root. */
  readonly path: string;
  /** Text of the title bar, without the site's name. */
  readonly title: string;
  /** A sentence for search engines and previews. */
  readonly description: string;
  /** Header, main and footer; `<main>` must have the id "main". */
  readonly body: Markup;
  /** Path of a style sheet to link from the site's root; by default the page carries its own. */
  readonly stylePath?: string;
  /** True for a page whose charts and sequences have a script. */
  readonly charts?: boolean;
  /** True for the page of live curves, which carries Chart.js. */
  readonly live?: boolean;
}

/** A script's source in a form that cannot end its element. */
function scriptSource(source: string): Markup {
  return raw(source.replace(/<\/(script)/gi, "<\\/$1"));
}

function script(source: string): Markup {
  return html`
    <script>
    ${scriptSource(source)}</script>
  `;
}

/** Addresses that only a published site has. */
function previewTags({ path, description }: PageContent, title: string, siteUrl: string): Markup {
  const url = siteUrl + (path === "index.html" ? "" : urlPath(path));
  const properties = {
    "og:type": "website",
    "og:site_name": SITE_NAME,
    "og:title": title,
    "og:description": description,
    "og:url": url,
    "og:image": siteUrl + SOCIAL_CARD.path,
    "og:image:width": SOCIAL_CARD.width,
    "og:image:height": SOCIAL_CARD.height,
    "og:image:alt": SOCIAL_CARD.alt,
  };
  return html`<link rel="canonical" href="${url}">
<meta name="twitter:card" content="summary_large_image">
${
    Object.entries(properties).map(([name, value]) =>
      html`
        <meta property="${name}" content="${value}">
      `
    )
  }`;
}

function siteNavigation(path: string, pages: readonly NavigationEntry[]): Markup | undefined {
  if (pages.length < 2) return undefined;
  return html`
    <nav class="site" aria-label="Site">
      <ul>${pages.map((page) =>
        html`<li><a href="${relativeHref(path, page.path)}"${
          page.path === path && raw(' aria-current="page"')
        }>${page.title}</a></li>`
      )}</ul>
    </nav>
  `;
}

/** What scripts make in a page, for the style that they need. */
const SCRIPTED =
  '<canvas class="player screens screen controls marked-frame readout sorts copy"><button><input><output><span><p>';

/** One element of each colour, which the script of live curves asks for. */
const COLOURED = Array.from({ length: COLOURS }, (_, i) => `<i class="s${i}">`).join("");

/** The part of the style sheet that a page uses, to carry, or a link to all of it. */
function styleOf(page: PageContent, { assets }: SiteFrame, parts: string): Markup {
  if (page.stylePath !== undefined) {
    return html`<link rel="stylesheet" href="${relativeHref(page.path, page.stylePath)}">`;
  }
  return html`<style>
${raw(usedStyle(assets.style, `<a class="skip"></a>${parts}${page.body.text}`))}</style>`;
}

/** Without the indentation of templates, and between the parts of drawings, tables and lists of pairs without line breaks. */
function withoutIndentation(body: string): string {
  return body.replace(/>\s{2,}</g, ">\n<").replace(/\s{2,}(?=[\w-]+=")/g, " ")
    .replace(/\n(?=<\/?(?:path|text|g|t[dhr]|tbody|d[dlt]|div)\b)/g, "");
}

/**
 * A whole document. Its content security policy forbids every request but that of a linked style sheet, so a page cannot
 * come to need the network.
 */
export function htmlDocument(page: PageContent, frame: SiteFrame): string {
  const { assets, pages, siteUrl } = frame;
  const needsTables = /class="[^"]*\b(?:sortable|copyable)\b/.test(page.body.text);
  const navigation = siteNavigation(page.path, pages);
  const scripted = [
    page.charts === true || needsTables ? SCRIPTED : "",
    page.live === true ? COLOURED : "",
  ].join("");
  const title = page.path === "index.html" ? page.title : `${page.title} · ${SITE_NAME}`;
  return html`
    <!DOCTYPE html>
    <html lang="en-GB">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src ${page.stylePath !==
              undefined && "'self' "}'unsafe-inline'; script-src 'unsafe-inline'">
        <link rel="icon" href="data:,">
        <title>${title}</title>
        <meta name="description" content="${page.description}">
        ${siteUrl !== undefined && previewTags(page, title, siteUrl)}${styleOf(
          page,
          frame,
          `${scripted}${navigation?.text}`,
        )}
      </head>
      <body>
    <a class="skip" href="#main">Skip to the content</a>
    ${navigation}
    ${raw(withoutIndentation(page.body.text))}
    ${page.charts === true &&
      script(assets.script)}${page.live === true &&
      [script(assets.chartJs), script(assets.curves)]}${needsTables &&
      script(assets.tables)}
      </body>
    </html>
  `.text;
}
