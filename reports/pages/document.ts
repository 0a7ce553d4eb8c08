/**
 * The frame of a page: one HTML document that needs nothing else.
 *
 * @module
 */
import { html, type Markup, raw } from "../markup.ts";
import type { PageAssets } from "./assets.ts";

/** A script's source in a form that cannot end its element. */
function scriptSource(source: string): Markup {
  return raw(source.replace(/<\/(script)/gi, "<\\/$1"));
}

/**
 * A whole document. Its content security policy forbids every request, so a page cannot come to need the network.
 *
 * @param title Text of the title bar.
 * @param body Content of `<body>`.
 * @param assets What to inline; scripts only where `charts` says so.
 * @param charts True for a page with charts or players.
 */
export function htmlDocument(
  title: string,
  body: Markup,
  assets: PageAssets,
  charts: boolean,
): string {
  return html`
    <!DOCTYPE html>
    <html lang="en-GB">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta http-equiv="Content-Security-Policy"
          content="default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'">
        <link rel="icon" href="data:,">
        <title>${title}</title>
        <style>
    ${raw(assets.style)}</style>
      </head>
      <body>
    ${body}
    ${charts &&
      html`<script>${scriptSource(assets.chartJs)}</script>
<script>
${scriptSource(assets.script)}</script>`}
      </body>
    </html>
  `.text;
}
