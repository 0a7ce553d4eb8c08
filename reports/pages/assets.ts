/**
 * What every page carries inside itself: style sheet and scripts, and which part of the style a page needs.
 *
 * @module
 */

import { paletteStyle } from "./palette.ts";

/** Texts that are inlined into each page. */
export interface PageAssets {
  /** Style sheet (CSS). */
  readonly style: string;
  /** Values read off charts, and players (JavaScript). */
  readonly script: string;
  /** Chart.js's bundle for browsers, on the page of live curves. */
  readonly chartJs: string;
  /** What draws there (JavaScript); needs Chart.js before it. */
  readonly curves: string;
  /** Sortable tables and copied texts, on every page (JavaScript). */
  readonly tables: string;
}

/** A style sheet without comments and indentation: every page carries it. */
function withoutMargins(css: string): string {
  const lines = css.replace(/\/\*[^]*?\*\//g, "").replace(/\n\s*/g, "\n");
  return lines.replace(/ \{\n/g, "{").replace(/;\n\}/g, "}").replace(/;\n/g, ";").trim();
}

/** A script without lines of comment and indentation, for the same reason. It must have no text of several lines. */
function withoutComments(script: string): string {
  return script.replace(/^\s*\/[/*].*\n/gm, "").replace(/^\s+/gm, "");
}

/**
 * Reads the assets: four files of this folder, the palette, and the bundle of the installed npm package.
 *
 * @throws Error when the package is not where its entry point resolves to
 */
export async function loadAssets(): Promise<PageAssets> {
  const own = (name: string) => Deno.readTextFile(new URL(`assets/${name}`, import.meta.url));
  const bundle = new URL("chart.umd.min.js", import.meta.resolve("chart.js"));
  const [style, script, tables, curves, chartJs] = await Promise.all([
    ...["page.css", "page.js", "tables.js", "curves.js"].map(own),
    Deno.readTextFile(bundle),
  ]);
  return {
    style: `${withoutMargins(style!)}\n${paletteStyle()}`,
    script: withoutComments(script!),
    tables: withoutComments(tables!),
    curves: withoutComments(curves!),
    // The source map is not shipped with the page; a browser's tools would look for it.
    chartJs: chartJs!.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, ""),
  };
}

/** A rule without nested ones, or a block of rules after an at-rule. */
const PART = /([^{}]+)\{((?:[^{}]|\{[^{}]*\})*)\}/g;

/** Whether a selector can match where only these elements and classes exist. */
function canMatch(selector: string, names: ReadonlySet<string>): boolean {
  // What is in :not() must be absent, not present.
  const wanted = selector.replace(/::?[\w-]+(?:\([^()]*\))?|\[[^\]]*\]/g, "").match(/\.?[\w-]+/g);
  return (wanted ?? []).every((name) => names.has(name));
}

/**
 * The part of a style sheet that a page uses: without the rules for elements and classes that it does not have. A site
 * has a page for every record, and each carries its style.
 *
 * @param style Rules, and at-rules with one level of rules in them.
 * @param body The page's HTML; nothing may add elements or classes to it later, as scripts do.
 */
export function usedStyle(style: string, body: string): string {
  const names = new Set([
    ...["html", "body"],
    ...[...body.matchAll(/<([a-z]\w*)/g)].map(([, name]) => name!),
    ...[...body.matchAll(/\bclass="([^"]*)"/g)].flatMap(([, list]) =>
      list!.split(/\s+/).map((name) => `.${name}`)
    ),
  ]);
  const used = (rules: string): string =>
    rules.replace(PART, (part: string, head: string, content: string) => {
      if (head.trim().startsWith("@")) {
        if (!content.includes("{")) return part;
        const inner = used(content);
        return inner.trim() === "" ? "" : `${head}{${inner}}`;
      }
      return head.split(",").some((selector) => canMatch(selector, names)) ? part : "";
    });
  return used(style).replace(/\n+/g, "\n").trim();
}
