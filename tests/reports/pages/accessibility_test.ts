import { assertEquals } from "@std/assert";
import axe from "axe-core";
import { reportGroups } from "../../../reports/catalogue.ts";
import { recordPagePath } from "../../../reports/pages/paths.ts";
import { ABLATION, exampleRecords } from "../_ablation_records.ts";
import { makeRecords } from "../fixtures.ts";
import { allKinds, exhibitRecords } from "../exhibits/_examples.ts";
import { open, withoutChromium, withSite } from "./_browser.ts";

/** What axe-core says of a page, as far as it is read here. */
interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string }[];
  }[];
  readonly passes: readonly unknown[];
}

/** A record of each kind: with everything, without parameters, diverged, of stand-in data. */
function recordPages(): string[] {
  const records = makeRecords();
  const kinds = [
    records.find(({ record }) => record.cell.model === "ode2vae-kl"),
    records.find(({ record }) => record.cell.model === "mean-image"),
    records.find(({ record }) => record.status === "diverged"),
    records.find(({ record }) => record.cell.tier === "quick"),
  ];
  return kinds.map((stored) => recordPagePath(stored!.file));
}

Deno.test("renderSite() makes pages without a fault of accessibility, folded parts open", {
  ignore: withoutChromium,
}, async (t) => {
  await withSite(async (url, browser) => {
    const pages = [
      "index.html",
      "rmnist.html",
      reportGroups(makeRecords())[1]!.page,
      `${ABLATION}.html`,
      "speed.html",
      "curves.html",
      "history.html",
      "methods.html",
    ];
    // Pages share their styles: each in one of two ways, alternating.
    const ways = [[1280, "light"], [390, "dark"]] as const;
    for (const [i, path] of [...pages, ...recordPages()].entries()) {
      const [width, colorScheme] = ways[i % 2]!;
      await t.step(`${path} at ${width}, ${colorScheme}`, async () => {
        const { page } = await open(browser, `${url}/${path}`, {
          viewport: { width, height: 900 },
          colorScheme,
        });
        await page.evaluate(
          "for (const one of document.querySelectorAll('details')) one.open = true",
        );
        await page.evaluate(axe.source);
        const { violations, passes } = await page.evaluate<AxeResults>("axe.run(document)");
        const faults = violations.map(({ id, impact, nodes }) =>
          `${impact} ${id}: ${nodes[0]!.html.slice(0, 200)}`
        );
        assertEquals(faults, []);
        assertEquals(passes.length > 10, true); // it did look
        await page.close();
      });
    }
  }, [...exhibitRecords(allKinds), ...exampleRecords().map(({ record }) => record)]);
});
