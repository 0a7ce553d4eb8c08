/**
 * All files of the site from all records.
 *
 * @module
 */
import { gzipSync } from "node:zlib";
import type { Acceptance } from "../../benchmarks/check/accepted.ts";
import { recordText } from "../../benchmarks/record/record_file.ts";
import type { StoredRecord } from "../../benchmarks/record/read_records.ts";
import { type Catalogue, reportGroups, SUITE } from "../catalogue.ts";
import { SOCIAL_CARD, socialCard } from "../site_identity.ts";
import { resultsCsv, resultsJson } from "../tables/files.ts";
import type { PageAssets } from "./assets.ts";
import { benchmarkPage } from "./benchmark_page.ts";
import type { NavigationEntry, SiteFrame } from "./document.ts";
import { CURVES_PAGE, curvesPage } from "./curves_page.ts";
import { HISTORY_PAGE, historyPage } from "./history_page.ts";
import { indexPage } from "./index_page.ts";
import { bibliography, METHODS_PAGE, methodsPage } from "./methods_page.ts";
import {
  BIBLIOGRAPHY_PATH,
  RECORD_STYLE_PATH,
  recordDataPath,
  recordPagePath,
  resultsPaths,
  sitemap,
} from "./paths.ts";
import { recordPage } from "./record_page.ts";
import { SPEED_PAGE, speedPage, type SpeedResults } from "../speed/page.ts";

/** What the pages need besides records. */
export interface SiteOptions {
  /** Style sheet and scripts to inline. */
  readonly assets: PageAssets;
  /** Titles, published numbers and words; by default the suite's own. */
  readonly catalogue?: Catalogue;
  /** Results on speed; absent where there are none, and then there is no page of them. */
  readonly speed?: SpeedResults;
  /** Accepted changes of the reference, oldest first; none by default. */
  readonly acceptances?: readonly Acceptance[];
  /**
   * Where the site will be published, with a slash at its end; with it there are a sitemap and previews with a picture,
   * which need whole addresses.
   */
  readonly siteUrl?: string;
  /** Takes each sentence that a page shows in place of something that could not be drawn. */
  readonly warn?: (sentence: string) => void;
}

/** Pages that every page links to. */
function navigation({ speed }: SiteOptions): NavigationEntry[] {
  return [
    { path: "index.html", title: "Overview" },
    ...(speed === undefined ? [] : [{ path: SPEED_PAGE, title: "Speed" }]),
    { path: CURVES_PAGE, title: "Curves" },
    { path: HISTORY_PAGE, title: "History" },
    { path: METHODS_PAGE, title: "Methods" },
  ];
}

/** The part of a catalogue on benchmarks that a site shows. */
function shownPart({ benchmarks, reports }: Catalogue, shown: ReadonlySet<string>): Catalogue {
  const part = <T>(all: Readonly<Record<string, T>>) =>
    Object.fromEntries(Object.entries(all).filter(([name]) => shown.has(name)));
  return { benchmarks: part(benchmarks), reports: part(reports) };
}

/**
 * Renders the site's texts. Pure: equal records give equal bytes, in whatever order they come.
 *
 * @param records One a cell.
 * @returns Content by path: index.html, a page for each group of records and for each record, curves.html,
 * history.html and methods.html, results and bibliography as files, speed.html where there are results on speed, sitemap.xml where the
 * site's address is known.
 */
export function renderSite(
  records: readonly StoredRecord[],
  options: SiteOptions,
): Map<string, string> {
  const { assets, catalogue = SUITE, speed, siteUrl, acceptances = [] } = options;
  const allGroups = reportGroups(records, catalogue);
  const byBenchmark = Map.groupBy(allGroups, ({ benchmark }) => benchmark);
  const frame: SiteFrame = { ...options, assets, pages: navigation(options) };
  const site = new Map([["index.html", indexPage(byBenchmark, frame, speed !== undefined)]]);
  for (const groups of byBenchmark.values()) {
    for (const group of groups) site.set(group.page, benchmarkPage(group, groups, frame));
  }
  if (speed !== undefined) site.set(SPEED_PAGE, speedPage(speed, frame));
  site.set(CURVES_PAGE, curvesPage([...byBenchmark.values()].map(([main]) => main!), frame));
  site.set(HISTORY_PAGE, historyPage(allGroups, acceptances, frame));
  const shown = shownPart(catalogue, new Set(byBenchmark.keys()));
  site.set(METHODS_PAGE, methodsPage(shown, frame));
  site.set(BIBLIOGRAPHY_PATH, bibliography(shown));
  // There may be thousands of records' pages, and the style of one is a seventh of it.
  if (records.length > 0) site.set(RECORD_STYLE_PATH, assets.style);
  for (const [benchmark, groups] of byBenchmark) {
    const paths = resultsPaths(benchmark);
    site.set(paths.csv, resultsCsv(groups.flatMap((group) => group.records), catalogue));
    site.set(paths.json, resultsJson(benchmark, groups));
    for (const group of groups) {
      for (const stored of group.records) {
        site.set(recordPagePath(stored.file), recordPage(stored, group, frame));
      }
    }
  }
  if (siteUrl !== undefined) site.set("sitemap.xml", sitemap([...site.keys()], siteUrl));
  return site;
}

/** The site's files that are no texts, by path: the records, compressed, and where its address is known, a picture for previews. */
export function renderFiles(
  records: readonly StoredRecord[],
  { siteUrl }: Pick<SiteOptions, "siteUrl">,
): Map<string, Uint8Array> {
  return new Map([
    ...records.map(({ file, record }) =>
      [recordDataPath(file), gzipSync(recordText(record, 0), { level: 9 })] as const
    ),
    ...(siteUrl === undefined ? [] : [[SOCIAL_CARD.path, socialCard()] as const]),
  ]);
}
