import { assertEquals } from "@std/assert";
import { type BibtexEntry, formatBibliography, formatBibtex } from "../../reports/sources.ts";

const entry: BibtexEntry = {
  type: "article",
  key: "b",
  fields: { title: "A {T}itle", year: "2019" },
};

Deno.test("formatBibtex() writes an entry with its fields in line", () => {
  assertEquals(formatBibtex(entry), "@article{b,\n  title = {A {T}itle},\n  year  = {2019}\n}\n");
});

Deno.test("formatBibliography() sorts by key and has each entry once", () => {
  const text = formatBibliography([entry, { ...entry, key: "a" }, entry]);
  assertEquals([...text.matchAll(/\{(\w),/g)].map((match) => match[1]), ["a", "b"]);
});
