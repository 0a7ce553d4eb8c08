import { assertEquals } from "@std/assert";
import { betaKl } from "../../../models/ode2vae/loss.ts";
import { BERNOULLI_EPSILON } from "../../../models/inference/densities.ts";
import { SUITE } from "../../../reports/catalogue.ts";
import { BERNOULLI_EPSILON_TEXT } from "../../../reports/methods/ode2vae.ts";
import { bibliography, citedSources, methodsPage } from "../../../reports/pages/methods_page.ts";

const page = methodsPage(SUITE, {
  assets: { style: "", script: "", tables: "", chartJs: "", curves: "" },
  pages: [],
});

Deno.test("methodsPage() names only files that are there", async () => {
  const places = [...page.matchAll(/In the code: ([^]*?)<\/p>/g)]
    .flatMap((match) => [...match[1]!.matchAll(/<code>([^<]+)<\/code>/g)])
    .map((match) => match[1]!);
  assertEquals(places.length > 20, true);
  for (const place of new Set(places)) {
    await Deno.stat(new URL(`../../../${place}`, import.meta.url));
  }
});

Deno.test("methodsPage() has the code's constants in its formulas", () => {
  const [, exponent] = /^10\^\{(-\d+)\}$/.exec(BERNOULLI_EPSILON_TEXT)!;
  assertEquals(Number(`1e${exponent}`), BERNOULLI_EPSILON);
  // β of rotating MNIST, as the released code computes it.
  assertEquals(betaKl(8, 50).toPrecision(4), "0.001258");
  assertEquals(page.includes("<mn>0.001258</mn>"), true);
});

Deno.test("methodsPage() has no formula that failed, and each in words too", () => {
  assertEquals(page.includes("temml-error"), false);
  const blocks = page.match(/<math display="block"/g)!.length;
  assertEquals(blocks > 12, true);
  assertEquals(page.match(/class="equation scroll"[^>]* aria-label="[^"]+"/g)!.length, blocks);
});

Deno.test("bibliography() has every paper that pages cite, each key once", () => {
  const keys = [...bibliography(SUITE).matchAll(/^@\w+\{(\w+),$/gm)].map((match) => match[1]!);
  assertEquals(keys, citedSources(SUITE).map(({ bibtex }) => bibtex.key));
  assertEquals([keys.length, new Set(keys).size], [26, 26]);
  const cited = Object.values(SUITE.reports).flatMap(({ tables = [] }) =>
    tables.flatMap(({ rows = [] }) => rows.map((row) => row.source))
  );
  assertEquals(cited.filter(({ bibtex }) => !keys.includes(bibtex.key)), []);
});
