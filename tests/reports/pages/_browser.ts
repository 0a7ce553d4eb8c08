/** Chromium for tests, and a site to look at. */
import { basename } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import type { CellRecord } from "../../../benchmarks/record/record.ts";
import { writeRecord } from "../../../benchmarks/record/record_file.ts";
import { RECORD_STYLE_PATH } from "../../../reports/pages/paths.ts";
import { writeReport } from "../../../reports/write_report.ts";
import { exampleCost, exampleMemory, exampleSteps } from "../../benchmarks/speed/_examples.ts";
import { leaveOut } from "../../optional_tools.ts";
import { makeRecords } from "../fixtures.ts";

const CHROMIUM = Deno.env.get("CHROMIUM") ?? "/usr/bin/chromium";

/** Milliseconds for a page to load: far more than it takes, as the machine may be busy with other tests. */
const PATIENCE = 240_000;

/** Whether there is a Chromium. */
function hasChromium(): boolean {
  try {
    return Deno.statSync(CHROMIUM).isFile;
  } catch {
    return false;
  }
}

/** True, after one line, where the tests that need Chromium are to be left out. */
export const withoutChromium = leaveOut(
  "Chromium",
  hasChromium(),
  "apt-get install chromium, or set CHROMIUM to its path",
);

/** A browser of its own with an empty profile. */
export async function launch(): Promise<Browser> {
  if (!hasChromium()) {
    throw new Error(`Cannot test the pages: ${CHROMIUM} must be a Chromium, is not there`);
  }
  return await chromium.launch({
    executablePath: CHROMIUM,
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
}

/** Runs `body` on a site made from the fixtures and more records, in a folder of its own. */
export async function withSite(
  body: (url: string, browser: Browser) => Promise<void>,
  more: readonly CellRecord[] = [],
): Promise<void> {
  const folder = await Deno.makeTempDir();
  let browser: Browser | undefined;
  try {
    Deno.mkdirSync(`${folder}/records`);
    const records = [...makeRecords().map(({ record }) => record), ...more];
    for (const record of records) writeRecord(`${folder}/records`, record);
    Deno.mkdirSync(`${folder}/speed`);
    const speed = { step: exampleSteps(), cost: exampleCost(), memory: exampleMemory() };
    for (const [name, results] of Object.entries(speed)) {
      Deno.writeTextFileSync(`${folder}/speed/${name}.json`, JSON.stringify(results));
    }
    const { problems } = await writeReport(`${folder}/records`, `${folder}/site`, {
      speedDir: `${folder}/speed`,
    });
    if (problems.length > 0) throw new Error(problems[0]);
    browser = await launch();
    await body(`file://${folder}/site`, browser);
  } finally {
    await browser?.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Waits until an expression is true in a page; Playwright's own way evaluates text there, which the pages forbid. */
export async function until(page: Page, expression: string): Promise<void> {
  const end = Date.now() + PATIENCE;
  while (!await page.evaluate<boolean>(expression)) {
    if (Date.now() > end) throw new Error(`Waited in vain until ${expression.slice(0, 80)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Opens a page; console errors and requests other than the file itself and the records' style are collected. */
export async function open(
  browser: Browser,
  url: string,
  options: Parameters<Browser["newPage"]>[0],
): Promise<{ page: Page; faults: string[] }> {
  const page = await browser.newPage(options);
  page.setDefaultTimeout(PATIENCE);
  const faults: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") faults.push(message.text());
  });
  page.on("pageerror", (error) => faults.push(error.message));
  page.on("request", (request) => {
    const own = [url, new URL(basename(RECORD_STYLE_PATH), url).href];
    if (!request.url().startsWith("data:") && !own.includes(request.url())) {
      faults.push(request.url());
    }
  });
  await page.goto(url);
  return { page, faults };
}
