/**
 * The list of pages for search engines (https://www.sitemaps.org/protocol.html).
 *
 * @module
 */
import { escapeHtml } from "../markup.ts";
import { urlPath } from "./paths.ts";

/**
 * The sitemap of a site.
 *
 * @param paths Paths of all its files; what is no page is left out.
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
 * @throws RangeError when it is no http or https address, or has a query or fragment
 */
export function parseSiteUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isAddress = url !== undefined && ["http:", "https:"].includes(url.protocol) &&
    url.search === "" && url.hash === "";
  if (!isAddress) {
    throw new RangeError(
      `Cannot use --site-url as it must be an http or https address without query: ` +
        `current value is "${text}"`,
    );
  }
  return url.href.endsWith("/") ? url.href : `${url.href}/`;
}
