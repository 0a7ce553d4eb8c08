/**
 * `deno task report`: the site and tables from a folder of records.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { parseArgs } from "@std/cli/parse-args";
import { exitCodes, messageOf, UsageError } from "../benchmarks/errors.ts";
import { counted } from "../benchmarks/statistics/numbers.ts";
import { loadRegistry } from "../benchmarks/registry.ts";
import { catalogueOf } from "./catalogue.ts";
import { parseSiteUrl } from "./pages/paths.ts";
import { terminalOptions, terminalTable, writeReport } from "./write_report.ts";

/** Results on speed that are kept with the suite. */
const SPEED_FOLDER = fileURLToPath(new URL("../benchmarks/speed/results", import.meta.url));

const HELP = `Renders the site, results.csv and the table from a folder of records.

Usage: deno task report [--records DIR] [--out DIR] [--speed DIR] [--site-url URL]

  --records DIR  folder of records (default out/records)
  --out DIR      folder of the site (default out/site); results.csv goes beside it
  --speed DIR    folder of results on speed for speed.html (default: those kept with the suite,
                 benchmarks/speed/results)
  --site-url URL where the site will be published, e.g. https://example.org/ode2vae/: adds sitemap.xml
                 and previews with a picture, which need whole addresses. Links between the pages are
                 relative in either case
  --help         this text

Exit codes: 0 done, 1 a record could not be read or a file not written, 2 wrong usage.`;

/** Options of the command line. */
export interface ReportArguments {
  /** Folder of records. */
  readonly records: string;
  /** Folder of the site. */
  readonly out: string;
  /** Folder of results on speed. */
  readonly speedDir: string;
  /** Where the site will be published, with a slash at its end. */
  readonly siteUrl?: string;
  /** True for the help text and nothing else. */
  readonly help: boolean;
}

/**
 * Options from the command line's words.
 *
 * @throws {UsageError} on an unknown option, a stray word, an option without its value or a wrong address
 */
export function parseReportArguments(words: readonly string[]): ReportArguments {
  const { records, out, speed, help, ...others } = parseArgs([...words], {
    string: ["records", "out", "speed", "site-url"],
    boolean: ["help"],
    alias: { help: "h" },
    default: { records: "out/records", out: "out/site", speed: SPEED_FOLDER },
    unknown: (word: string) => {
      throw new UsageError(
        word.startsWith("-")
          ? `Cannot use option "${
            word.split("=")[0]
          }": it must be one of --records, --out, --speed, --site-url, --help`
          : `Cannot report: there must be only options (see --help), is "${word}"`,
      );
    },
  });
  for (const [name, value] of Object.entries({ records, out, speed })) {
    if (typeof value === "string" && value !== "") continue;
    throw new UsageError(`Cannot report: --${name} must name one folder, is "${value}"`);
  }
  const address = others["site-url"];
  try {
    const siteUrl = address === undefined ? {} : { siteUrl: parseSiteUrl(address) };
    return { records, out, speedDir: speed, ...siteUrl, help };
  } catch (error) {
    throw new UsageError(messageOf(error));
  }
}

/** Runs the command. @param words the words after its name @returns the exit code */
export async function main(words: readonly string[]): Promise<number> {
  try {
    const options = parseReportArguments(words);
    if (options.help) {
      console.log(HELP);
      return exitCodes.ok;
    }
    const { records, out, help: _help, ...others } = options;
    const catalogue = catalogueOf(await loadRegistry());
    const report = await writeReport(records, out, { catalogue, ...others });
    if (report.records.length > 0) {
      console.log(terminalTable(report.records, terminalOptions(), catalogue));
    }
    console.log(`\n${counted(report.records.length, "record")}; page: ${out}/index.html`);
    for (const problem of report.problems) console.error(problem);
    return report.problems.length > 0 ? exitCodes.failed : exitCodes.ok;
  } catch (error) {
    console.error(messageOf(error));
    return error instanceof UsageError ? exitCodes.usage : exitCodes.failed;
  }
}

if (import.meta.main) Deno.exit(await main(Deno.args));
