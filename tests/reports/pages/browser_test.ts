import { assertEquals } from "@std/assert";
import { reportGroups } from "../../../reports/catalogue.ts";
import { chartData } from "../../../reports/pages/chart_data.ts";
import { groupCharts } from "../../../reports/pages/chart_data.ts";
import { comparisonTable } from "../../../reports/tables/comparison_table.ts";
import { recordPagePath } from "../../../reports/pages/paths.ts";
import { motion } from "../exhibits/_examples.ts";
import { makeRecords } from "../fixtures.ts";
import { open, until, withoutChromium, withSite } from "./_browser.ts";

/** A record with curves and sequences. */
const { file: FILE, record: SHOWN } = makeRecords()
  .find(({ record }) => record.cell.model === "ode2vae-kl")!;
const RECORD = recordPagePath(FILE);

// Evaluated as text: the browser's globals are not Deno's.
const SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth";
/** What the keyboard should reach: all that is shown of links, buttons, fields, folded parts and frames that scroll. */
const CONTROLS = `[...document.querySelectorAll("a[href], button, input, summary, [tabindex]")]
  .filter((one) => one.checkVisibility()).length`;
const FOCUSED = `[...document.querySelectorAll("*")].indexOf(document.activeElement)`;
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
const SCREEN = 'document.querySelector(".player canvas").toDataURL()';
const BONES = `[...document.querySelectorAll(".motions .screen .line")]
  .map((line) => line.getAttribute("d"))`;
const LINE_COLOUR = 'getComputedStyle(document.querySelector(".chart .line")).stroke';
const BAR_WIDTHS = `[...document.querySelectorAll(".bar")].map((bar) => {
  return bar.getBoundingClientRect().width;
})`;

Deno.test("renderSite() makes pages that work in Chromium from file://", {
  ignore: withoutChromium,
}, async (t) => {
  await withSite(async (url, browser) => {
    await t.step("without fault at two widths, light and dark", async () => {
      const grounds = new Set<unknown>();
      for (const [width, colorScheme] of [[1280, "light"], [390, "dark"]] as const) {
        for (
          const name of [
            "index.html",
            "rmnist.html",
            "speed.html",
            "curves.html",
            "history.html",
            "methods.html",
            RECORD,
          ]
        ) {
          const { page, faults } = await open(browser, `${url}/${name}`, {
            viewport: { width, height: 900 },
            colorScheme,
          });
          // Players draw once their pictures are decoded.
          await until(page, `${BLANK_CANVASES} === 0`);
          const where = `${name} at ${width}, ${colorScheme}`;
          assertEquals([where, faults], [where, []]);
          assertEquals([where, await page.evaluate(SCROLLS)], [where, false]);
          grounds.add(await page.evaluate(GROUND));
          await page.close();
        }
      }
      assertEquals(grounds.size, 2);
    });

    await t.step("with every curve of the main results drawn by Chart.js", async () => {
      const { page, faults } = await open(browser, `${url}/curves.html`, {});
      const seen = async () => [
        await page.locator("#live-canvas").getAttribute("aria-label"),
        await page.locator("#live-note").textContent(),
        await page.evaluate("document.querySelector('#live-canvas').toDataURL()"),
      ];
      await until(page, `${BLANK_CANVASES} === 0`);
      const first = await seen();
      const titles = await page.locator("#live-chart option").allTextContents();
      assertEquals(titles, groupCharts(reportGroups(makeRecords())[0]!).map(({ title }) => title));
      await page.locator("#live-chart").selectOption("1");
      const second = await seen();
      assertEquals(first.map((value, i) => value !== second[i]), [true, true, true]);
      assertEquals(`${second[0]}`.startsWith(titles[1]!), true);
      // The legend has the dashes of its lines.
      await page.locator("#live-chart").selectOption("0");
      const [items, lines] = await page.evaluate<[number[][], number[][]]>(`(() => {
        const { legend, data } = Chart.getChart("live-canvas");
        return [
          legend.legendItems.map(({ lineDash }) => lineDash),
          data.datasets.map(({ borderDash }) => borderDash),
        ];
      })()`);
      assertEquals(items, lines);
      assertEquals(lines.some((dashes) => dashes.length > 0), true);
      assertEquals(faults, []);
      await page.close();
    });

    await t.step("with the records' numbers in the table", async () => {
      const { page } = await open(browser, `${url}/rmnist.html`, {});
      const expected = comparisonTable(reportGroups(makeRecords())[0]!).rows.map((row) => [
        row.method,
        row.ours,
        row.seeds === "" ? "–" : row.seeds,
        row.interval,
        row.published,
        row.differenceText,
        row.inInterval,
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

    await t.step("with a sentence instead of live curves when there is no JavaScript", async () => {
      const { page } = await open(browser, `${url}/curves.html`, { javaScriptEnabled: false });
      assertEquals(await page.locator("#live-canvas, #live-group").first().isVisible(), false);
      assertEquals(await page.locator("noscript p").isVisible(), true);
      await page.close();
    });

    await t.step("with nothing beyond the edge of a sheet of A4", async () => {
      const { page } = await open(browser, `${url}/rmnist.html`, {
        viewport: { width: 718, height: 1000 }, // A4 with margins of 1 cm
      });
      await page.emulateMedia({ media: "print" });
      const [wide, room] = await page.evaluate<[number, number]>(`[
        document.querySelector(".comparison").getBoundingClientRect().right,
        document.querySelector("main").getBoundingClientRect().right,
      ]`);
      assertEquals(wide <= room, true, `${wide} of ${room} px`);
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
      await page.close();
    });

    await t.step("with a player that plays, pauses and follows its slider", async () => {
      const { page } = await open(browser, `${url}/rmnist.html`, {});
      const player = page.locator(".player").first();
      const output = player.locator("output");
      // The script draws when the page has loaded, later where the machine is busy.
      await output.filter({ hasText: "frame" }).waitFor();
      assertEquals(await output.textContent(), "frame 3 of 0 to 15, hidden from training");
      const before = await page.evaluate(SCREEN);
      await player.locator("input").fill("11");
      assertEquals(await output.textContent(), "frame 11 of 0 to 15");
      assertEquals((await page.evaluate(SCREEN)) === before, false);
      await player.locator("button").click();
      assertEquals(await player.locator("button").textContent(), "Pause");
      await output.filter({ hasNotText: /^frame 11 / }).waitFor();
      await player.locator("button").click();
      const paused = await output.textContent();
      await page.waitForTimeout(400);
      assertEquals(await output.textContent(), paused);
      await page.close();
    });

    await t.step("with charts that follow a change of the colour scheme", async () => {
      const { page } = await open(browser, `${url}/rmnist.html`, { colorScheme: "light" });
      const light = await page.evaluate(LINE_COLOUR);
      await page.emulateMedia({ colorScheme: "dark" });
      await until(page, `${LINE_COLOUR} !== ${JSON.stringify(light)}`);
      await page.close();
    });

    await t.step("with the values of a chart under the pointer", async () => {
      const { page } = await open(browser, `${url}/rmnist.html`, {});
      const chart = page.locator("figure.chart").first();
      const { width, height } = (await chart.locator("svg.still").boundingBox())!;
      const position = { x: width / 2, y: height / 2 };
      await chart.locator("svg.still").hover({ position });
      const text = await chart.locator(".readout").textContent();
      const [, epoch, value] = /^At (\d+): .*ODE²VAE-KL (0\.\d+)$/.exec(text!)!;
      // What the chart is drawn from, within the thickness of its line.
      const data = chartData(reportGroups(makeRecords())[0]!, "testMse");
      const series = data.series.find(({ model }) => model === "ode2vae-kl")!;
      const expected = series.mean[series.x.indexOf(Number(epoch))]!;
      assertEquals(Math.abs(Number(value) / expected - 1) < 0.02, true, `${text}, not ${expected}`);
      await page.close();
    });

    await t.step("with drawings where a server forbids styles and scripts", async () => {
      const page = await browser.newPage();
      const text = await (await fetch(`${url}/rmnist.html`)).text();
      await page.setContent(text.replaceAll(/<style>[^]*?<\/style>|<script>[^]*?<\/script>/g, ""));
      const [filled, stroked] = await page.evaluate<number[]>(`[
        [...document.querySelectorAll(".line")].filter((line) => getComputedStyle(line).fill !== "none"),
        [...document.querySelectorAll(".line")].filter((line) => getComputedStyle(line).stroke !== "none"),
      ].map(({ length }) => length)`);
      assertEquals([filled, stroked! > 10], [0, true]);
      await page.close();
    });

    await t.step("with every control in reach of the keyboard", async () => {
      for (const name of ["index.html", "rmnist.html", RECORD]) {
        const { page } = await open(browser, `${url}/${name}`, {});
        const controls = await page.evaluate<number>(CONTROLS);
        const reached = new Set<unknown>();
        for (let i = 0; i < controls; i++) {
          await page.keyboard.press("Tab");
          reached.add(await page.evaluate(FOCUSED));
        }
        assertEquals([name, reached.size], [name, controls]);
        await page.close();
      }
    });

    await t.step("with a link into a folded part that opens it", async () => {
      const { page } = await open(browser, `${url}/rmnist.html`, {});
      await page.locator("tr[data-model=ode2vae] td a").first().click();
      const cells = page.locator("tbody[id$=cells-ode2vae]");
      assertEquals(await cells.isVisible(), true);
      await page.close();
    });

    await t.step("with tables that sort by a column, also from the keyboard", async () => {
      const { page } = await open(browser, `${url}/rmnist.html`, {});
      const table = page.locator("table.comparison").first();
      const head = table.locator("thead th").nth(4);
      const names = () =>
        page.evaluate<string[]>(
          `[...document.querySelector("table.comparison").tBodies[0].rows]
            .map((row) => row.dataset.model)`,
        );
      const original = await names();
      const [gppvae, plain, kl] = [
        ["gppvae-dis", "gppvae-joint"],
        ["ode2vae", "ode2vae-paper"],
        ["ode2vae-kl", "ode2vae-kl-paper"],
      ] as const;
      assertEquals(original, [...gppvae, "ode2vae", "ode2vae-kl", plain[1], kl[1]]);
      await head.locator("button").focus();
      await page.keyboard.press("Enter");
      assertEquals(await head.getAttribute("aria-sort"), "ascending");
      // By the published value; a row without one would come last.
      assertEquals(await names(), [...kl, ...plain, "gppvae-joint", "gppvae-dis"]);
      await page.keyboard.press("Space");
      assertEquals(await head.getAttribute("aria-sort"), "descending");
      assertEquals(await names(), [...gppvae, ...plain, ...kl]);
      // By our value: the two that did not run stay last in either direction.
      const ours = table.locator("thead th").nth(1);
      for (const order of [["ode2vae-kl", "ode2vae"], ["ode2vae", "ode2vae-kl"]]) {
        await ours.locator("button").click();
        assertEquals(await names(), [...order, ...gppvae, plain[1], kl[1]]);
      }
      assertEquals(await head.getAttribute("aria-sort"), null);
      await ours.locator("button").click();
      assertEquals([await names(), await ours.getAttribute("aria-sort")], [original, null]);
      await page.close();
    });

    await t.step("with a link to the content that the keyboard reaches first", async () => {
      const { page } = await open(browser, `${url}/index.html`, {});
      await page.keyboard.press("Tab");
      assertEquals(await page.evaluate("document.activeElement.hash"), "#main");
      assertEquals(await page.locator("a.skip").isVisible(), true);
      await page.close();
    });

    await t.step("with BibTeX that a button copies, or selects where it may not", async () => {
      const { page } = await open(browser, `${url}/methods.html`, {});
      await page.locator(".copy button").click();
      const status = page.locator(".copy [role=status]");
      await status.filter({ hasText: /copied|selected/ }).waitFor();
      const isSelected = (await status.textContent())!.startsWith("selected");
      const selection = await page.evaluate<string>("getSelection().toString()");
      assertEquals(selection.includes("@inproceedings{yildiz2019ode2vae"), isSelected);
      await page.close();
    });

    await t.step("with formulas when there is no JavaScript, on a phone too", async () => {
      const { page, faults } = await open(browser, `${url}/methods.html`, {
        javaScriptEnabled: false,
        viewport: { width: 390, height: 900 },
      });
      assertEquals(faults, []);
      const box = await page.locator("math mfrac").first().boundingBox();
      // Numerator above denominator: drawn as mathematics, not as a line of text.
      assertEquals(box !== null && box.height > 25, true);
      await page.close();
    });

    await t.step(
      "with a player of a moving skeleton, beside stills that need no JavaScript",
      async () => {
        const still = await open(browser, `${url}/rmnist.html`, { javaScriptEnabled: false });
        const more = "details:has(.motions) > summary";
        await still.page.locator(more).click();
        assertEquals(await still.page.locator(".motions svg.still").first().isVisible(), true);
        assertEquals(await still.page.locator(".player, button").count(), 0);
        await still.page.close();

        const { page, faults } = await open(browser, `${url}/rmnist.html`, {
          viewport: { width: 390, height: 900 },
          colorScheme: "dark",
          reducedMotion: "reduce",
        });
        await page.locator(more).click();
        const player = page.locator(".motions .player").first();
        const [output, button] = [player.locator("output"), player.locator("button")];
        assertEquals(await player.locator(".screen").allTextContents(), ["truth", "prediction"]);
        assertEquals(await output.textContent(), "frame 0 of 0 to 23, 0 s");
        const bones = () => page.evaluate<string[]>(BONES);
        const first = await bones();
        assertEquals(first.map((d) => d.match(/M/g)!.length), [6, 6]);
        // By itself nothing moves.
        await page.waitForTimeout(200);
        assertEquals([await button.textContent(), await bones()], ["Play", first]);
        await player.locator("input").focus();
        await page.keyboard.press("ArrowRight");
        assertEquals(await output.textContent(), "frame 1 of 0 to 23, 0.0333 s");
        // The prediction ends before the truth.
        await page.keyboard.press("End");
        assertEquals(await output.textContent(), "frame 23 of 0 to 23, 0.767 s");
        assertEquals((await bones()).map((d) => d === ""), [false, true]);
        await button.focus();
        await page.keyboard.press("Enter");
        assertEquals(await button.textContent(), "Pause");
        await output.filter({ hasNotText: /^frame 23 / }).waitFor();
        await page.keyboard.press("Enter");
        const paused = await bones();
        await page.waitForTimeout(200);
        assertEquals([await button.textContent(), await bones()], ["Play", paused]);
        assertEquals([faults, await page.evaluate(SCROLLS)], [[], false]);
        await page.close();
      },
    );
  }, [{ ...SHOWN, exhibits: [...SHOWN.exhibits, motion] }]);
});
