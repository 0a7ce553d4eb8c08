import { assertEquals } from "@std/assert";
import { leaveOut } from "../../optional_tools.ts";
import { type Browser, chromium, type Page } from "playwright-core";
import { writeRecord } from "../../../benchmarks/record_file.ts";
import { groupRecords } from "../../../reports/records.ts";
import { comparisonTable } from "../../../reports/tables/comparison_table.ts";
import { writeReport } from "../../../reports/write_report.ts";
import { exampleCost } from "../../benchmarks/speed/_example_cost.ts";
import { exampleMemory } from "../../benchmarks/speed/_example_memory.ts";
import { exampleSteps } from "../../benchmarks/speed/_example_steps.ts";
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

const ignore = leaveOut(
  "Chromium",
  hasChromium(),
  "apt-get install chromium, or set CHROMIUM to its path",
);

/** A browser of its own with an empty profile. */
async function launch(): Promise<Browser> {
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

/** Runs `body` on a site made from the fixtures. */
async function withSite(body: (url: string, browser: Browser) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  let browser: Browser | undefined;
  try {
    Deno.mkdirSync(`${folder}/records`);
    for (const { record } of makeRecords()) writeRecord(`${folder}/records`, record);
    Deno.mkdirSync(`${folder}/speed`);
    const speed = { step: exampleSteps(), cost: exampleCost(), memory: exampleMemory() };
    for (const [name, results] of Object.entries(speed)) {
      Deno.writeTextFileSync(`${folder}/speed/${name}.json`, JSON.stringify(results));
    }
    await writeReport(`${folder}/records`, `${folder}/site`, { speedDir: `${folder}/speed` });
    browser = await launch();
    await body(`file://${folder}/site`, browser);
  } finally {
    await browser?.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** Opens a page; console errors and requests other than the file itself are collected. */
async function open(
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
    if (!request.url().startsWith("data:") && request.url() !== url) faults.push(request.url());
  });
  await page.goto(url);
  return { page, faults };
}

// Evaluated as text: the browser's globals are not Deno's.
const SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
const GROUND = "getComputedStyle(document.body).backgroundColor";
const BLANK_CANVASES = `[...document.querySelectorAll("canvas")].filter((canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return new Set(new Uint32Array(data.buffer)).size < 2;
}).length`;
const TABLE = `[...document.querySelector("table.comparison").querySelectorAll("tr[data-model]")]
  .map((row) => [...row.cells].map((cell) => {
    const copy = cell.cloneNode(true);
    copy.querySelector("sup")?.remove();
    return copy.textContent.replace(/\\s+/g, " ").trim();
  }))`;
const picture = (selector: string) => `document.querySelector("${selector}").toDataURL()`;
const BAR_WIDTHS = `[...document.querySelectorAll(".bar")].map((bar) => {
  return bar.getBoundingClientRect().width;
})`;
const CANVASES = `document.querySelectorAll("canvas").length`;

Deno.test("renderSite() makes pages that work in Chromium from file://", { ignore }, async (t) => {
  await withSite(async (url, browser) => {
    await t.step("without fault at each width and colour scheme", async () => {
      const grounds = new Set<unknown>();
      for (const width of [1280, 390]) {
        for (const colorScheme of ["light", "dark"] as const) {
          for (const name of ["index.html", "rmnist.html", "speed.html"]) {
            const { page, faults } = await open(browser, `${url}/${name}`, {
              viewport: { width, height: 900 },
              colorScheme,
            });
            await page.waitForTimeout(150);
            const where = `${name} at ${width}, ${colorScheme}`;
            assertEquals([where, faults], [where, []]);
            assertEquals([where, await page.evaluate(SCROLLS)], [where, false]);
            assertEquals([where, await page.evaluate(BLANK_CANVASES)], [where, 0]);
            const canvases = await page.evaluate<number>(CANVASES);
            assertEquals(canvases > 10, name === "rmnist.html");
            // Bars of two sizes, two axes of the cost, memory.
            if (name === "speed.html") assertEquals(canvases, 5);
            grounds.add(await page.evaluate(GROUND));
            await page.close();
          }
        }
      }
      assertEquals(grounds.size, 2);
    });

    await t.step("with the records' numbers in the table", async () => {
      const { page } = await open(browser, `${url}/rmnist.html`, {});
      const expected = comparisonTable(groupRecords(makeRecords())[0]!).rows.map((row) => [
        row.method,
        row.ours,
        row.seeds === "" ? "–" : row.seeds,
        row.interval,
        row.published,
        row.differenceText,
      ]);
      assertEquals(await page.evaluate(TABLE), expected);
      await page.close();
    });

    await t.step("with tables and still drawings when there is no JavaScript", async () => {
      const { page, faults } = await open(browser, `${url}/rmnist.html`, {
        javaScriptEnabled: false,
        viewport: { width: 390, height: 900 },
      });
      assertEquals(faults, []);
      assertEquals(await page.locator("table.comparison").first().isVisible(), true);
      assertEquals(await page.locator("svg.still").first().isVisible(), true);
      assertEquals(await page.locator(".strip img").first().isVisible(), true);
      assertEquals(await page.locator("canvas, .player").count(), 0);
      await page.close();
    });

    await t.step("with bars and tables of speed when there is no JavaScript", async () => {
      const { page, faults } = await open(browser, `${url}/speed.html`, {
        javaScriptEnabled: false,
        viewport: { width: 390, height: 900 },
      });
      assertEquals(faults, []);
      for (const what of ["table.speed", "svg.still", ".bar"]) {
        assertEquals([what, await page.locator(what).first().isVisible()], [what, true]);
      }
      // 500 ms of the 3 s at which the axis ends, and 2 s of them.
      const widths = await page.evaluate<number[]>(BAR_WIDTHS);
      assertEquals(Math.round(10 * widths[1]! / widths[0]!), 40);
      assertEquals(await page.locator("canvas").count(), 0);
      await page.close();
    });

    await t.step("with a player that plays, pauses and follows its slider", async () => {
      const { page } = await open(browser, `${url}/rmnist.html`, {});
      const player = page.locator(".player").first();
      const output = player.locator("output");
      const screen = picture(".player canvas");
      assertEquals(await output.textContent(), "frame 3 of 0 to 15, hidden");
      const before = await page.evaluate(screen);
      await player.locator("input").fill("11");
      assertEquals(await output.textContent(), "frame 11 of 0 to 15");
      assertEquals((await page.evaluate(screen)) === before, false);
      await player.locator("button").click();
      assertEquals(await player.locator("button").textContent(), "Pause");
      await page.waitForTimeout(500);
      assertEquals((await output.textContent()) === "frame 11 of 0 to 15", false);
      await player.locator("button").click();
      const paused = await output.textContent();
      await page.waitForTimeout(400);
      assertEquals(await output.textContent(), paused);
      await page.close();
    });

    await t.step("with charts that follow a change of the colour scheme", async () => {
      const { page } = await open(browser, `${url}/rmnist.html`, { colorScheme: "light" });
      const light = await page.evaluate(picture(".plot canvas"));
      await page.emulateMedia({ colorScheme: "dark" });
      await page.waitForTimeout(150);
      assertEquals((await page.evaluate(picture(".plot canvas"))) === light, false);
      await page.close();
    });
  });
});
