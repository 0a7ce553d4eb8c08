/**
 * What every page carries inside itself: style sheet, scripts and Chart.js, and which part of the style a page needs.
 *
 * @module
 */

/** Texts that are inlined into each page. */
export interface PageAssets {
  /** Style sheet (CSS). */
  readonly style: string;
  /** Charts and players of a page (JavaScript); needs Chart.js before it. */
  readonly script: string;
  /** Sortable tables and copied texts, on every page (JavaScript). */
  readonly tables: string;
  /** Chart.js's bundle for browsers. */
  readonly chartJs: string;
}

/** A style sheet without comments and indentation: every page carries it. */
function withoutMargins(css: string): string {
  const lines = css.replace(/\/\*[^]*?\*\//g, "").replace(/\n\s*/g, "\n");
  return lines.replace(/ \{\n/g, "{").replace(/;\n\}/g, "}").replace(/;\n/g, ";").trim();
}

/**
 * Reads the assets: three files of this folder and the bundle of the installed npm package.
 *
 * @throws Error when the package is not where its entry point resolves to.
 */
export async function loadAssets(): Promise<PageAssets> {
  const own = (name: string) => Deno.readTextFile(new URL(`assets/${name}`, import.meta.url));
  const bundle = new URL("chart.umd.min.js", import.meta.resolve("chart.js"));
  const [style, script, tables, chartJs] = await Promise.all([
    own("page.css"),
    own("page.js"),
    own("tables.js"),
    Deno.readTextFile(bundle),
  ]);
  // The source map is not shipped with the page; a browser's tools would look for it.
  return {
    style: withoutMargins(style),
    script,
    tables,
    chartJs: chartJs.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, ""),
  };
}

/** A rule without nested ones, or a block of rules after an at-rule. */
const PART = /([^{}]+)\{((?:[^{}]|\{[^{}]*\})*)\}/g;

/** Whether a selector can match where only these classes exist. */
function canMatch(selector: string, classes: ReadonlySet<string>): boolean {
  // Classes in :not() must be absent, not present.
  const wanted = selector.replace(/:not\([^()]*\)/g, "").matchAll(/\.([\w-]+)/g);
  return [...wanted].every(([, name]) => classes.has(name!));
}

/**
 * The part of a style sheet that a page uses: without the rules for classes that it does not have. A site has a page for
 * every record, and each carries its style.
 *
 * @param style Rules, and at-rules with one level of rules in them.
 * @param body The page's HTML; nothing may add classes to it later, as scripts do.
 */
export function usedStyle(style: string, body: string): string {
  const classes = new Set(
    [...body.matchAll(/\bclass="([^"]*)"/g)].flatMap(([, list]) => list!.split(/\s+/)),
  );
  const used = (rules: string): string =>
    rules.replace(PART, (part: string, head: string, content: string) => {
      if (head.trim().startsWith("@")) {
        if (!content.includes("{")) return part;
        const inner = used(content);
        return inner.trim() === "" ? "" : `${head}{${inner}}`;
      }
      return head.split(",").some((selector) => canMatch(selector, classes)) ? part : "";
    });
  return used(style).replace(/\n+/g, "\n").trim();
}
