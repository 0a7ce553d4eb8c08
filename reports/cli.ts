/**
 * `deno task report`: the site and tables from a folder of records.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { asPath, enterUserFolder } from "../data/user_paths.ts";
import {
  type Command,
  type CommandIo,
  notesOption,
  optional,
  type OptionValues,
  parseCommand,
  processIo,
  runCommand,
  withDefault,
} from "../benchmarks/commands/command_line.ts";
import { exitCodes, messageOf, UsageError } from "../benchmarks/errors.ts";
import { counted } from "../benchmarks/statistics/numbers.ts";
import { loadRegistry } from "../benchmarks/registry.ts";
import { catalogueOf } from "./catalogue.ts";
import { parseSiteUrl } from "./pages/paths.ts";
import { terminalOptions, terminalTable, writeReport } from "./write_report.ts";

/** Results on speed that are kept with the suite. */
const SPEED_FOLDER = fileURLToPath(new URL("../benchmarks/speed/results", import.meta.url));

const options = {
  records: withDefault("DIR", "folder of records", asPath, "out/records"),
  out: withDefault("DIR", "folder of the site, with results.csv in it", asPath, "out/site"),
  speed: optional(
    "DIR",
    "folder of results on speed for speed.html; the default is that of the suite, " +
      "benchmarks/speed/results",
    asPath,
  ),
  siteUrl: optional(
    "URL",
    "where the site will be published, e.g. https://example.org/ode2vae/: adds sitemap.xml and " +
      "previews with a picture, which need whole addresses; links between the pages are relative " +
      "in either case",
    readSiteUrl,
  ),
  notes: notesOption,
};

/** The command. */
export const reportCommand: Command<typeof options> = {
  purpose: "Renders the site, results.csv and the table from a folder of records.",
  usage: ["deno task report [options]"],
  options,
  notes: [
    "Exit codes: 0 done, 1 a record could not be read, an exhibit not drawn or a file not written, " +
    "2 wrong usage.",
  ],
};

function readSiteUrl(text: string): string {
  try {
    return parseSiteUrl(text);
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/**
 * Options from the command line's words.
 *
 * @throws {UsageError} on an unknown option, a stray word, an option without its value or a wrong address
 */
export function parseReportArguments(
  words: readonly string[],
): OptionValues<typeof options> | "help" {
  const given = parseCommand(reportCommand, words);
  if (given === "help" || given.words.length === 0) return given === "help" ? given : given.options;
  throw new UsageError(
    `Cannot report: there must be only options (see --help), is "${given.words[0]}"`,
  );
}

/** Runs the command. @param words the words after its name @returns the exit code */
export function main(words: readonly string[], io: CommandIo = processIo): Promise<number> {
  return runCommand(reportCommand, io, async () => {
    const given = parseReportArguments(words);
    if (given === "help") return given;
    const { records, out, notes, speed: speedDir = SPEED_FOLDER, ...others } = given;
    const catalogue = catalogueOf(await loadRegistry());
    const report = await writeReport(records, out, { catalogue, speedDir, ...others });
    for (const problem of report.problems) io.log(problem);
    io.print(`${counted(report.records.length, "record")}; page: ${out}/index.html`);
    if (report.records.length > 0) {
      io.print(`\n${terminalTable(report.records, terminalOptions(notes), catalogue)}`);
    }
    return report.problems.length > 0 ? exitCodes.failed : exitCodes.ok;
  });
}

if (import.meta.main) {
  enterUserFolder();
  Deno.exit(await main(Deno.args));
}
