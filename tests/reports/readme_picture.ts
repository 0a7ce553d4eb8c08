/**
 * Makes reports/images/rmnist.png, the picture of README.md: verdict, intervals, table and first curves of a page.
 *
 *     deno run -A tests/reports/readme_picture.ts
 */
import { fileURLToPath } from "node:url";
import { writeReport } from "../../reports/write_report.ts";
import { launch, open } from "./pages/_browser.ts";

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));

/** Leaves out what is between the table and the curves, and all after the first of them. */
const SHORTEN = `(() => {
  const section = document.querySelector("section.group");
  const curves = [...section.querySelectorAll("h3")].find((h3) => h3.textContent === "Curves");
  for (let one = section.querySelector(".notes"); one !== curves;) {
    const next = one.nextElementSibling;
    one.remove();
    one = next;
  }
  for (const chart of [...section.querySelectorAll(".chart")].slice(2)) chart.remove();
  for (const values of section.querySelectorAll("details")) values.remove();
  const end = section.querySelector(".charts").getBoundingClientRect().bottom;
  return [section.getBoundingClientRect().top, end];
})()`;

const folder = await Deno.makeTempDir();
const browser = await launch();
try {
  await writeReport(path("../../reports/reference"), `${folder}/site`);
  const { page } = await open(browser, `file://${folder}/site/rmnist.html`, {
    viewport: { width: 1280, height: 900 },
  });
  const [top, end] = await page.evaluate<[number, number]>(SHORTEN);
  await page.screenshot({
    path: path("../../reports/images/rmnist.png"),
    fullPage: true,
    clip: { x: 40, y: top, width: 1200, height: end - top },
  });
} finally {
  await browser.close();
  await Deno.remove(folder, { recursive: true });
}
