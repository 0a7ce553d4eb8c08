import { assertEquals } from "@std/assert";
import { recordDataPath, recordPagePath, relativeHref } from "../../../reports/pages/paths.ts";

Deno.test("relativeHref() climbs as many folders as the page lies deep, and encodes names", () => {
  assertEquals(relativeHref("index.html", "rmnist.html"), "rmnist.html");
  assertEquals(relativeHref("record/a.html", "data/a b.csv"), "../data/a%20b.csv");
  assertEquals(relativeHref("a/b/c.html", "index.html"), "../../index.html");
});

Deno.test("recordPagePath() and recordDataPath() differ in their ending only", () => {
  assertEquals(recordPagePath("a.json.json"), "record/a.json.html");
  assertEquals(recordDataPath("a.json.json"), "record/a.json.json");
});
