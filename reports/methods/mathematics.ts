/**
 * Sections of the page on methods and their formulas: TeX as MathML, which browsers draw without scripts and screen
 * readers read.
 *
 * @module
 */
import temml from "temml";
import type { SettingsTable } from "../../models/training/settings.ts";
import { html, type Markup, raw } from "../markup.ts";
import type { Source } from "../sources.ts";

/** A section: its heading, content and what it cites. */
export interface MethodSection {
  /** Anchor on the page. */
  readonly anchor: string;
  /** Heading. */
  readonly title: string;
  /** Content under the heading. */
  readonly body: Markup;
  /** Every setting of the family; none by default. */
  readonly settings?: SettingsTable;
  /** Papers that it is from. */
  readonly sources: readonly Source[];
}

function mathMl(tex: string, display: boolean): Markup {
  // An error throws: a page must not show a formula in red.
  return raw(temml.renderToString(tex, { displayMode: display, throwOnError: true, strict: true }));
}

/** A formula in a line of text: m`s_t`. */
export function m(strings: TemplateStringsArray): Markup {
  return mathMl(String.raw(strings), false);
}

/**
 * A formula on a line of its own, in a frame that scrolls by itself.
 *
 * @param label What it says, in words, for the frame's name.
 */
export function equation(label: string, tex: string): Markup {
  return html`<div class="equation scroll" tabindex="0" role="region" aria-label="${label}">${
    mathMl(tex, true)
  }</div>`;
}

/** Where the code does what a paragraph says: paths from the repository's root. */
export function inCode(...paths: readonly string[]): Markup {
  return html`<p class="code-places">In the code: ${
    paths.map((path, i) => html`${i > 0 && ", "}<code>${path}</code>`)
  }.</p>`;
}
