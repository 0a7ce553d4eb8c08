/**
 * All pages from all records.
 *
 * @module
 */
import { groupRecords, type RecordGroup, type StoredRecord } from "../records.ts";
import type { PageAssets } from "./assets.ts";
import { benchmarkPage, pageName } from "./benchmark_page.ts";
import { indexPage } from "./index_page.ts";

/** What the pages need besides records. */
export interface SiteOptions {
  /** Style sheet and scripts to inline. */
  readonly assets: PageAssets;
  /** Folder of the records as seen from the pages, with a slash at its end; "../records/" when absent. */
  readonly recordsHref?: string;
}

/**
 * Renders the site. Pure: equal records give equal bytes, in whatever order they come.
 *
 * @returns Content by file name: index.html and one page a benchmark.
 * @throws RunError when two files hold the same cell.
 */
export function renderSite(
  records: readonly StoredRecord[],
  options: SiteOptions,
): Map<string, string> {
  const byBenchmark = new Map<string, RecordGroup[]>();
  for (const group of groupRecords(records)) {
    byBenchmark.set(group.benchmark, [...(byBenchmark.get(group.benchmark) ?? []), group]);
  }
  const site = new Map([["index.html", indexPage(byBenchmark, options.assets)]]);
  for (const [benchmark, groups] of byBenchmark) {
    const page = benchmarkPage(
      benchmark,
      groups,
      options.assets,
      options.recordsHref ?? "../records/",
    );
    site.set(pageName(benchmark), page);
  }
  return site;
}
