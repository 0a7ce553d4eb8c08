import { assertEquals } from "@std/assert";
import { reportGroups } from "../../../reports/catalogue.ts";
import { comparisonTable } from "../../../reports/tables/comparison_table.ts";
import { htmlComparison } from "../../../reports/tables/html.ts";
import { resultsJson } from "../../../reports/tables/files.ts";
import { markdownComparison } from "../../../reports/tables/markdown.ts";
import { originsInWords } from "../../../reports/tables/notes.ts";
import { terminalComparison } from "../../../reports/tables/terminal.ts";
import { makeRecord, store } from "../fixtures.ts";

const AMD = "AMD EPYC 7B13";
const INTEL = "Intel(R) Xeon(R) Processor";

function recordOf(model: string, seed: number, commit: string, device = AMD) {
  const record = makeRecord({ model, seed });
  return store({ ...record, fingerprint: { ...record.fingerprint, commit, device } });
}

function groupOf(...records: readonly ReturnType<typeof recordOf>[]) {
  return reportGroups(records)[0]!;
}

const A = "a".repeat(40);
const B = "b".repeat(40);

const ONE = groupOf(recordOf("ode2vae", 0, A), recordOf("mean-image", 0, A));
const MIXED = groupOf(
  recordOf("ode2vae", 0, A),
  recordOf("ode2vae", 1, B, INTEL),
  recordOf("ode2vae", 2, A),
  recordOf("ode2vae-kl", 0, B, INTEL),
  recordOf("mean-image", 0, A),
);

function inWords(group: ReturnType<typeof groupOf>) {
  return originsInWords(group, comparisonTable(group).origins);
}

function htmlOf(group: ReturnType<typeof groupOf>): string {
  return htmlComparison(comparisonTable(group), { prefix: "p", ours: () => undefined }).text;
}

Deno.test("originsInWords() has one line when all records are of one commit and processor", () => {
  const lead = "All records: commit aaaaaaaaaa, AMD EPYC 7B13.";
  assertEquals(inWords(ONE), { lead, items: [], short: undefined });
  const table = comparisonTable(ONE);
  assertEquals(markdownComparison(table).includes(`\n\n${lead}\n`), true);
  assertEquals(htmlOf(ONE).includes(`<p class="facts">${lead}</p>`), true);
  assertEquals(htmlOf(ONE).includes("banner"), false);
  assertEquals(terminalComparison(table).includes("commit"), false);
});

Deno.test("originsInWords() names the rows of each commit and processor, and seeds where they differ", () => {
  const words = inWords(MIXED);
  const lead = "The records are of 2 commits and 2 processors, so that rows may differ by more " +
    "than their method:";
  assertEquals(words.lead, lead);
  assertEquals(words.items, [
    "aaaaaaaaaa, AMD EPYC 7B13: ODE²VAE (seeds 0, 2), Mean image",
    "bbbbbbbbbb, Intel(R) Xeon(R) Processor: ODE²VAE (seed 1), ODE²VAE-KL",
  ]);
  const markdown = markdownComparison(comparisonTable(MIXED));
  for (const text of [`**${lead}**`, ...words.items.map((item) => `- ${item}`)]) {
    assertEquals([text, markdown.includes(`\n${text}\n`)], [text, true]);
  }
  const page = htmlOf(MIXED);
  assertEquals(page.includes('class="banner origins" role="note"'), true);
  for (const item of words.items) assertEquals(page.includes(`<li>${item}</li>`), true);
});

Deno.test("terminalComparison() says in one line that records are of several commits", () => {
  const lines = terminalComparison(comparisonTable(MIXED), { width: 60 }).split("\n");
  assertEquals(lines.filter((line) => line.includes("commits")), [
    "Records of 2 commits and 2 processors: see the report.",
  ]);
  const reference = terminalComparison(
    comparisonTable(groupOf(recordOf("ode2vae", 0, A), recordOf("mean-image", 0, B))),
  );
  const line = "\nRecords of 2 commits and 1 processor: see the report.\n";
  assertEquals(reference.includes(line), true);
});

Deno.test("originsInWords() tells what is not a clean commit", () => {
  assertEquals(
    inWords(groupOf(recordOf("ode2vae", 0, `${A}+dirty`))).lead,
    "All records: commit aaaaaaaaaa with uncommitted changes, AMD EPYC 7B13.",
  );
  assertEquals(
    inWords(groupOf(recordOf("ode2vae", 0, ""), recordOf("ode2vae", 1, A))).items[0],
    "unknown commit, AMD EPYC 7B13: ODE²VAE (seed 0)",
  );
});

Deno.test("resultsJson() has the whole commits and the seeds of each model", () => {
  const { groups } = JSON.parse(resultsJson("rmnist", [MIXED]));
  assertEquals(groups[0].origins, [
    {
      commit: A,
      device: AMD,
      models: [{ model: "ode2vae", seeds: [0, 2] }, { model: "mean-image", seeds: [0] }],
    },
    {
      commit: B,
      device: INTEL,
      models: [{ model: "ode2vae", seeds: [1] }, { model: "ode2vae-kl", seeds: [0] }],
    },
  ]);
});
