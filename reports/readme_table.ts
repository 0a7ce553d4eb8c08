/**
 * The committed results as Markdown: tables in the README between two markers, and with all their notes in a file for each
 * benchmark.
 *
 *     deno run --allow-read --allow-write reports/readme_table.ts           # rewrites README.md and reports/results/
 *     deno run --allow-read reports/readme_table.ts --check                 # exit 1 when one of them is out of date
 *
 * @module
 */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeFileAtomic } from "../benchmarks/record/atomic_file.ts";
import { processIo } from "../benchmarks/commands/command_line.ts";
import { exitCodes, messageOf, RunError } from "../benchmarks/errors.ts";
import { escapeMarkdown } from "../benchmarks/markdown.ts";
import { readRecordFolder, type StoredRecord } from "../benchmarks/record/read_records.ts";
import { type ReportGroup, reportGroups } from "./catalogue.ts";
import { readIfThere } from "./site_folder.ts";
import { comparisonTables } from "./tables/comparison_table.ts";
import { markdownGroup, markdownSummary } from "./tables/markdown.ts";
import { verdict } from "./tables/verdict.ts";

/** Where the generated part begins. */
export const README_BEGIN =
  "<!-- results: begin (made by reports/readme_table.ts from reports/reference/) -->";
/** Where it ends. */
export const README_END = "<!-- results: end -->";

// Generated tables are not aligned: the formatter must leave them alone.
const UNFORMATTED = ["<!-- deno-fmt-ignore-start -->", "<!-- deno-fmt-ignore-end -->"] as const;

/** Folder of the files of results, from README.md. */
const RESULTS_FOLDER = "reports/results";

/** Name of a benchmark's file of results. */
const resultsFile = (benchmark: string) => `${benchmark}.md`;

/** A link from README.md to a benchmark's file of results. @param text Markdown */
const resultsLink = (text: string, { benchmark }: ReportGroup) =>
  `[${text}](${RESULTS_FOLDER}/${resultsFile(benchmark)})`;

/** What the first table of a group says. */
function verdictLine(group: ReportGroup): string {
  const [comparison] = comparisonTables(group);
  const { about: { title }, tier, backend } = group;
  const words = `, ${tier} tier, ${backend}. ${comparison!.heading}: ${verdict(comparison!)}`;
  return `- ${resultsLink(escapeMarkdown(title), group)}${escapeMarkdown(words)}`;
}

/**
 * The tables in Markdown, with what the tests of the published order and of differences from a base say, between the
 * markers: those at the published protocol where there are any, all otherwise. Of a benchmark on several backends the first
 * group gets the tables and each other one a line, as do benchmarks that have not run so. Notes are in {@link resultsFiles}.
 */
export function readmeTable(records: readonly StoredRecord[]): string {
  const groups = reportGroups(records);
  const paper = groups.filter(({ tier }) => tier === "paper");
  const isFirst = (group: ReportGroup) =>
    group === paper.find(({ benchmark }) => benchmark === group.benchmark);
  const tables = (paper.length > 0 ? paper.filter(isFirst) : groups).map((group) =>
    markdownSummary(group, `${resultsLink("Notes, differences of protocol, tests", group)}.`)
  );
  const others = paper.filter((group) => !isFirst(group));
  if (others.length > 0) {
    const lead = "**The same on other backends**, with fewer seeds.";
    tables.push([lead, "", ...others.map(verdictLine)].join("\n") + "\n");
  }
  // The longest tier of a benchmark comes first.
  const shorter = [...Map.groupBy(groups, ({ benchmark }) => benchmark).values()]
    .map(([longest]) => longest!).filter(({ tier }) => tier !== "paper");
  if (paper.length > 0 && shorter.length > 0) {
    const lead = "**Benchmarks that have not run at the published settings**, with fewer seeds, " +
      "data or epochs.";
    tables.push([lead, "", ...shorter.map(verdictLine)].join("\n") + "\n");
  }
  const body = tables.length > 0 ? tables.join("\n") : "No reference results are committed yet.\n";
  return [README_BEGIN, UNFORMATTED[0], body.trimEnd(), UNFORMATTED[1], README_END].join("\n\n");
}

/** A Markdown file for each benchmark, by name: all tables of its groups with their notes and tests. */
export function resultsFiles(records: readonly StoredRecord[]): ReadonlyMap<string, string> {
  const files = Map.groupBy(reportGroups(records), ({ benchmark }) => benchmark);
  return new Map(
    [...files].map(([benchmark, groups]) => [
      resultsFile(benchmark),
      [
        "<!-- deno-fmt-ignore-file -->",
        "<!-- made by reports/readme_table.ts from reports/reference/ -->",
        `# ${escapeMarkdown(groups[0]!.about.title)}`,
        ...groups.map(markdownGroup),
      ].join("\n\n"),
    ]),
  );
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
 * Renews or checks README.md and the files of results of a suite on disk.
 *
 * @param root Folder of README.md.
 * @param recordsDir Folder of the committed records.
 * @param check True to change nothing.
 * @returns Paths from the root of what was not current, in order.
 * @throws RunError when a record is bad, or README.md has no place for its tables.
 */
export function renewResults(root: string, recordsDir: string, check: boolean): readonly string[] {
  const { records, problems } = readRecordFolder(recordsDir);
  if (problems.length > 0) throw new RunError(problems[0]!);
  const wanted = new Map<string, string | undefined>([
    ["README.md", replaceReadmeTable(Deno.readTextFileSync(join(root, "README.md")), records)],
  ]);
  const folder = join(root, RESULTS_FOLDER);
  if (!check) Deno.mkdirSync(folder, { recursive: true });
  // A benchmark without records has no file.
  if (existsSync(folder)) {
    for (const { name } of Deno.readDirSync(folder)) {
      wanted.set(`${RESULTS_FOLDER}/${name}`, undefined);
    }
  }
  for (const [name, text] of resultsFiles(records)) wanted.set(`${RESULTS_FOLDER}/${name}`, text);
  const stale = [...wanted].filter(([path, text]) => readIfThere(join(root, path)) !== text);
  if (!check) {
    for (const [path, text] of stale) {
      if (text === undefined) Deno.removeSync(join(root, path));
      else writeFileAtomic(join(root, path), text);
    }
  }
  return stale.map(([path]) => path);
}

if (import.meta.main) {
  const check = Deno.args.includes("--check");
  const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
  try {
    const stale = renewResults(path(".."), path("reference"), check);
    if (stale.length > 0 && check) {
      processIo.log(
        `The results of reports/reference must be in ${
          stale.join(", ")
        }: run reports/readme_table.ts`,
      );
      Deno.exit(exitCodes.failed);
    }
    processIo.print(stale.length === 0 ? "All results are current" : `Renewed ${stale.join(", ")}`);
  } catch (error) {
    processIo.log(messageOf(error));
    Deno.exit(exitCodes.failed);
  }
}
