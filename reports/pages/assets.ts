/**
 * What every page carries inside itself: style sheet, script and Chart.js.
 *
 * @module
 */

/** Texts that are inlined into each page. */
export interface PageAssets {
  /** Style sheet (CSS). */
  readonly style: string;
  /** The page's own script (JavaScript). */
  readonly script: string;
  /** Chart.js's bundle for browsers. */
  readonly chartJs: string;
}

/**
 * Reads the assets: two files of this folder and the bundle of the installed npm package.
 *
 * @throws Error when the package is not where its entry point resolves to.
 */
export async function loadAssets(): Promise<PageAssets> {
  const own = (name: string) => Deno.readTextFile(new URL(`assets/${name}`, import.meta.url));
  const bundle = new URL("chart.umd.min.js", import.meta.resolve("chart.js"));
  const [style, script, chartJs] = await Promise.all([
    own("page.css"),
    own("page.js"),
    Deno.readTextFile(bundle),
  ]);
  // The source map is not shipped with the page; a browser's tools would look for it.
  return { style, script, chartJs: chartJs.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, "") };
}
