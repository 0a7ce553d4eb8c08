/**
 * All pages from all records.
 *
 * @module
 */
import { groupRecords, type RecordGroup, type StoredRecord } from "../records.ts";
import type { PageAssets } from "./assets.ts";
import { benchmarkPage, pageName } from "./benchmark_page.ts";
import { indexPage } from "./index_page.ts";
import { SPEED_PAGE, speedPage } from "./speed_page.ts";
import type { SpeedResults } from "./speed_results.ts";

/** What the pages need besides records. */
export interface SiteOptions {
  /** Style sheet and scripts to inline. */
  readonly assets: PageAssets;
  /** Folder of the records as seen from the pages, with a slash at its end; "../records/" when absent. */
  readonly recordsHref?: string;
  /** Results on speed; absent where there are none, and then there is no page of them. */
  readonly speed?: SpeedResults;
}

/**
 * Renders the site. Pure: equal records give equal bytes, in whatever order they come.
 *
 * @returns Content by file name: index.html, one page a benchmark, and speed.html where there are results on speed.
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
  const { assets, speed } = options;
  const site = new Map([["index.html", indexPage(byBenchmark, assets, speed !== undefined)]]);
  for (const [benchmark, groups] of byBenchmark) {
    const page = benchmarkPage(
      benchmark,
      groups,
      options.assets,
      options.recordsHref ?? "../records/",
    );
    site.set(pageName(benchmark), page);
  }
  if (speed !== undefined) site.set(SPEED_PAGE, speedPage(speed, assets));
  return site;
}
