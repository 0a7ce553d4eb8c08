import { assertEquals, assertThrows } from "@std/assert";
import {
  parseSiteUrl,
  recordDataPath,
  recordPagePath,
  relativeHref,
  sitemap,
} from "../../../reports/pages/paths.ts";

Deno.test("relativeHref() climbs as many folders as the page lies deep, and encodes names", () => {
  assertEquals(relativeHref("index.html", "rmnist.html"), "rmnist.html");
  assertEquals(relativeHref("record/a.html", "data/a b.csv"), "../data/a%20b.csv");
  assertEquals(relativeHref("a/b/c.html", "index.html"), "../../index.html");
});

Deno.test("recordPagePath() and recordDataPath() differ in their ending only", () => {
  assertEquals(recordPagePath("a.json.json"), "record/a.json.html");
  assertEquals(recordDataPath("a.json.json"), "record/a.json.json.gz");
});

Deno.test("sitemap() lists the pages, the first one by its folder, and nothing else", () => {
  const text = sitemap(
    ["index.html", "record/a&b c.html", "data/x.csv"],
    "https://example.org/s/",
  );
  assertEquals([...text.matchAll(/<loc>(.*)<\/loc>/g)].map((match) => match[1]), [
    "https://example.org/s/",
    "https://example.org/s/record/a%26b%20c.html",
  ]);
});

Deno.test("parseSiteUrl() ends the address with a slash and refuses what is none", () => {
  assertEquals(parseSiteUrl("https://example.org/a"), "https://example.org/a/");
  assertEquals(parseSiteUrl("http://localhost:8000/"), "http://localhost:8000/");
  for (
    const text of ["", "example.org", "file:///site", "https://a.org/?b=c", "https://a.org/#d"]
  ) {
    assertThrows(() => parseSiteUrl(text), RangeError, `is "${text}"`);
  }
});
