/**
 * What every page carries inside itself: style sheet, scripts and Chart.js.
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
