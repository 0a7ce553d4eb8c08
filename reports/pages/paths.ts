/**
 * Where files lie in the site, and how pages lead to each other: by relative links only, so that a site works from any
 * folder.
 *
 * @module
 */

/** A path of the site as a URL path: each part encoded. */
export function urlPath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}

/**
 * A link from one page to another file of the site.
 *
 * @param from Path of the page from the site's root, e.g. `record/a.html`.
 * @param to Path of the file from the site's root, e.g. `index.html`.
 */
export function relativeHref(from: string, to: string): string {
  return "../".repeat(from.split("/").length - 1) + urlPath(to);
}

/** File name of a benchmark's page. */
export function pageName(benchmark: string): string {
  return `${benchmark.replace(/[^\w.-]/g, "_")}.html`;
}

/** Path of a record's page. @param file name of the record's file */
export function recordPagePath(file: string): string {
  return `record/${file.replace(/\.json$/, "")}.html`;
}

/** Path of a record itself, as a download. */
export function recordDataPath(file: string): string {
  return `record/${file}`;
}

/** Paths of a benchmark's results in two formats. */
export function resultsPaths(benchmark: string): { readonly csv: string; readonly json: string } {
  const name = pageName(benchmark).replace(/\.html$/, "");
  return { csv: `data/${name}.csv`, json: `data/${name}.json` };
}

/** Path of the bibliography. */
export const BIBLIOGRAPHY_PATH = "data/references.bib";
