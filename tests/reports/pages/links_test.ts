import { assertEquals } from "@std/assert";
import { renderFiles, renderSite } from "../../../reports/pages/site.ts";
import { exampleCost, exampleMemory, exampleSteps } from "../../benchmarks/speed/_examples.ts";
import { makeRecords } from "../fixtures.ts";

const assets = { style: "", script: "", tables: "" };

/** Anchors of a page, in order. */
function anchors(page: string): string[] {
  return [...page.matchAll(/\sid="([^"]+)"/g)].map((match) => match[1]!);
}

/** Links and sources of a page that lead into the site, as written. */
function internalLinks(page: string): string[] {
  return [...page.matchAll(/\s(?:href|src)="([^"]*)"/g)].map((match) => match[1]!)
    .filter((link) => !/^(?:https?|data):/.test(link));
}

Deno.test("renderSite() has no link that leads nowhere, no anchor twice and only relative links", () => {
  const speed = { step: exampleSteps(), cost: exampleCost(), memory: exampleMemory() };
  const records = makeRecords();
  const site = renderSite(records, { assets, speed });
  for (const path of renderFiles(records, {}).keys()) site.set(path, "");
  const pages = [...site].filter(([path]) => path.endsWith(".html"));
  const faults: string[] = [];
  let checked = 0;
  for (const [path, page] of pages) {
    const own = anchors(page);
    if (new Set(own).size !== own.length) faults.push(`${path}: an anchor twice`);
    for (const link of internalLinks(page)) {
      checked++;
      // Any base will do: a link that climbs above the root, or begins there, comes out wrong.
      const url = new URL(link, `https://site.invalid/root/${path}`);
      const target = decodeURIComponent(url.pathname).replace(/^\/root\//, "");
      const found = site.get(target);
      if (link.startsWith("/") || found === undefined) faults.push(`${path}: ${link}`);
      else if (url.hash !== "" && !anchors(found).includes(decodeURIComponent(url.hash.slice(1)))) {
        faults.push(`${path}: ${link}`);
      }
    }
  }
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
