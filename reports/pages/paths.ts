/**
 * Where files are in the site, how pages link to each other (by relative links only, so that a site works from any
 * folder), and the list of pages for search engines.
 *
 * @module
 */
import type { RecordFolder, StoredRecord } from "../../benchmarks/record/read_records.ts";
import { PAGE_NAMES } from "../../benchmarks/registry.ts";
import { escapeHtml } from "../markup.ts";

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

/** File name of the page of a group of a benchmark's records. @param anchor name of the group */
export function groupPageName(benchmark: string, anchor: string): string {
  return pageName(`${benchmark}-${anchor}`);
}

/**
 * Leaves out records whose page would take another's place: of a benchmark that is called like a page of the site, or in
 * other capitals than another one, which some file systems do not tell apart; and files called alike in this way.
 *
 * @param known Names of benchmarks that come before those of records.
 * @returns the other records, and a line for each that is left out
 */
export function withOwnPages(
  records: readonly StoredRecord[],
  known: readonly string[],
): RecordFolder {
  const problems: string[] = [];
  const key = (name: string) => name.normalize("NFC").toLowerCase();
  const benchmarks = new Map([...PAGE_NAMES, ...known].map((name) => [key(name), name]));
  const files = new Map<string, string>();
  const own = records.filter(({ file, record: { cell: { benchmark } } }) => {
    const other = benchmarks.get(key(benchmark)) ?? benchmark;
    const otherFile = files.get(key(file));
    if (PAGE_NAMES.includes(other)) {
      const rule = `it must have another name than the site's page ${other}`;
      problems.push(`Cannot show the benchmark of record ${file}: ${rule}, is "${benchmark}"`);
    } else if (other !== benchmark) {
      const rule = `it must differ from "${other}" in more than case`;
      problems.push(`Cannot show the benchmark of record ${file}: ${rule}, is "${benchmark}"`);
    } else if (otherFile !== undefined) {
      problems.push(
        `Cannot show record ${file}: its name must differ from ${otherFile} in more than case`,
      );
    } else {
      benchmarks.set(key(benchmark), benchmark);
      files.set(key(file), file);
      return true;
    }
    return false;
  });
  return { records: own, problems };
}

/** Path of the style sheet that the records' pages share. */
export const RECORD_STYLE_PATH = "record/style.css";

/** Path of a record's page. @param file name of the record's file */
export function recordPagePath(file: string): string {
  return `record/${file.replace(/\.json$/, "")}.html`;
}

/** Path of a record itself, compressed, as a download. */
export function recordDataPath(file: string): string {
  return `record/${file}.gz`;
}

/** Paths of a benchmark's results in two formats. */
export function resultsPaths(benchmark: string): { readonly csv: string; readonly json: string } {
  const name = pageName(benchmark).replace(/\.html$/, "");
  return { csv: `data/${name}.csv`, json: `data/${name}.json` };
}

/** Path of the bibliography. */
export const BIBLIOGRAPHY_PATH = "data/references.bib";

/**
 * The sitemap of a site (https://www.sitemaps.org/protocol.html).
 *
 * @param paths Paths of all its files; other files than pages are left out.
 * @param siteUrl Where the site is published, with a slash at its end.
 */
export function sitemap(paths: readonly string[], siteUrl: string): string {
  const addresses = paths.filter((path) => path.endsWith(".html"))
    .map((path) => siteUrl + (path === "index.html" ? "" : urlPath(path)));
  const entries = addresses.map((address) => `  <url><loc>${escapeHtml(address)}</loc></url>\n`);
  return `<?xml version="1.0" encoding="UTF-8"?>
<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
${entries.join("")}</urlset>
`;
}

/**
 * The address of a site, with a slash at its end.
 *
 * @throws {RangeError} when it is not an http or https address, or has a query or fragment
 */
export function parseSiteUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isAddress = url !== undefined && ["http:", "https:"].includes(url.protocol) &&
    url.search === "" && url.hash === "";
  if (!isAddress) {
    throw new RangeError(
      `Cannot use --site-url: it must be an http or https address without query, is "${text}"`,
    );
  }
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}
