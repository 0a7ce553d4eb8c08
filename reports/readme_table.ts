/**
 * The README's results: generated between two markers from the committed records.
 *
 *     deno run --allow-read --allow-write reports/readme_table.ts           # rewrites README.md
 *     deno run --allow-read reports/readme_table.ts --check                 # exit 1 when it is out of date
 *
 * @module
 */
import { writeFileAtomic } from "../benchmarks/record/atomic_file.ts";
import { processIo } from "../benchmarks/commands/command_line.ts";
import { exitCodes, messageOf, RunError } from "../benchmarks/errors.ts";
import { escapeMarkdown } from "../benchmarks/markdown.ts";
import { readRecordFolder, type StoredRecord } from "../benchmarks/record/read_records.ts";
import { type ReportGroup, reportGroups } from "./catalogue.ts";
import { comparisonTables } from "./tables/comparison_table.ts";
import { markdownGroup } from "./tables/markdown.ts";
import { verdict } from "./tables/verdict.ts";

/** Where the generated part begins. */
export const README_BEGIN =
  "<!-- results: begin (made by reports/readme_table.ts from reports/reference/) -->";
/** Where it ends. */
export const README_END = "<!-- results: end -->";

// Generated tables are not aligned: the formatter must leave them alone.
const UNFORMATTED = ["<!-- deno-fmt-ignore-start -->", "<!-- deno-fmt-ignore-end -->"] as const;

/** What the first table of a group says. */
function verdictLine(group: ReportGroup): string {
  const [comparison] = comparisonTables(group);
  const { about: { title }, tier, backend } = group;
  const words = `${title}, ${tier} tier, ${backend}. ${comparison!.heading}: ${
    verdict(comparison!)
  }`;
  return `- ${escapeMarkdown(words)}`;
}

/**
 * The tables in Markdown, with the tests of the published order and the differences from a base, between the markers:
 * those at the published protocol where there are any, all otherwise. Of a benchmark on several backends the first group
 * gets the tables and each other one a line, as do benchmarks that have not run so; their tables are on the pages.
 */
export function readmeTable(records: readonly StoredRecord[]): string {
  const groups = reportGroups(records);
  const paper = groups.filter(({ tier }) => tier === "paper");
  const isFirst = (group: ReportGroup) =>
    group === paper.find(({ benchmark }) => benchmark === group.benchmark);
  const tables = (paper.length > 0 ? paper.filter(isFirst) : groups).map(markdownGroup);
  const others = paper.filter((group) => !isFirst(group));
  if (others.length > 0) {
    const lead = "**The same on other backends**, with fewer seeds; their pages have the tables.";
    tables.push([lead, "", ...others.map(verdictLine)].join("\n") + "\n");
  }
  // The longest tier of a benchmark comes first.
  const shorter = [...Map.groupBy(groups, ({ benchmark }) => benchmark).values()]
    .map(([longest]) => longest!).filter(({ tier }) => tier !== "paper");
  if (paper.length > 0 && shorter.length > 0) {
    const lead = "**Benchmarks that have not run at the published settings**, with fewer seeds, " +
      "data or epochs; their pages have the tables.";
    tables.push([lead, "", ...shorter.map(verdictLine)].join("\n") + "\n");
  }
  const body = tables.length > 0 ? tables.join("\n") : "No reference results are committed yet.\n";
  return [README_BEGIN, UNFORMATTED[0], body.trimEnd(), UNFORMATTED[1], README_END].join("\n\n");
}

/**
 * A README with its generated part renewed.
 *
 * @throws RunError when the markers are not there exactly once, in order.
 */
export function replaceReadmeTable(readme: string, records: readonly StoredRecord[]): string {
  const parts = readme.split(README_BEGIN);
  const rest = parts[1]?.split(README_END);
  if (parts.length !== 2 || rest?.length !== 2) {
    throw new RunError(
      `Cannot renew the README's table as it must hold "${README_BEGIN}" and then "${README_END}" once each`,
    );
  }
  return parts[0] + readmeTable(records) + rest[1];
}

/**
 * Renews or checks a README on disk.
 *
 * @param readmePath Path of the README.
 * @param recordsDir Folder of the committed records.
 * @param check True to change nothing.
 * @returns True when the README was current already.
 * @throws RunError when a file cannot be read, or a record is bad.
 */
export function renewReadme(readmePath: string, recordsDir: string, check: boolean): boolean {
  const { records, problems } = readRecordFolder(recordsDir);
  if (problems.length > 0) throw new RunError(problems[0]!);
  const readme = Deno.readTextFileSync(readmePath);
  const renewed = replaceReadmeTable(readme, records);
  if (renewed === readme) return true;
  if (!check) writeFileAtomic(readmePath, renewed);
  return false;
}

if (import.meta.main) {
  const check = Deno.args.includes("--check");
  const path = (relative: string) =>
    decodeURIComponent(new URL(relative, import.meta.url).pathname);
  try {
    const current = renewReadme(path("../README.md"), path("./reference"), check);
    if (!current && check) {
      processIo.log(
        "README.md must hold the table of reports/reference: run reports/readme_table.ts",
      );
      Deno.exit(exitCodes.failed);
    }
    processIo.print(current ? "README.md is current" : "README.md renewed");
  } catch (error) {
    processIo.log(messageOf(error));
    Deno.exit(exitCodes.failed);
  }
}
