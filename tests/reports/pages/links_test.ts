import { assertEquals } from "@std/assert";
import { renderFiles, renderSite } from "../../../reports/pages/site.ts";
import { exampleCost, exampleMemory, exampleSteps } from "../../benchmarks/speed/_examples.ts";
import { makeRecords } from "../fixtures.ts";
import { checkLinks } from "./_pages.ts";

const assets = { style: "", script: "", tables: "", chartJs: "", curves: "" };

Deno.test("renderSite() has no link that leads nowhere, no anchor twice and only relative links", () => {
  const speed = { step: exampleSteps(), cost: exampleCost(), memory: exampleMemory() };
  const records = makeRecords();
  const site = renderSite(records, { assets, speed });
  for (const path of renderFiles(records, {}).keys()) site.set(path, "");
  const { faults, checked } = checkLinks(site);
  assertEquals(faults, []);
  assertEquals(checked > 200, true);
});

Deno.test("renderSite() gives every page a title of its own and a description", () => {
  const pages = [...renderSite(makeRecords(), { assets })].filter(([path]) =>
    path.endsWith(".html")
  );
  const titles = pages.map(([, page]) => /<title>([^<]+)<\/title>/.exec(page)?.[1]);
  assertEquals(new Set(titles).size, pages.length);
  for (const [path, page] of pages) {
    const description = /<meta name="description" content="([^"]+)"/.exec(page)?.[1] ?? "";
    assertEquals([path, description.length > 50], [path, true]);
  }
});
