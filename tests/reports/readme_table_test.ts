import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { fileURLToPath } from "node:url";
import { RunError } from "../../benchmarks/errors.ts";
import { writeRecord } from "../../benchmarks/record/record_file.ts";
import {
  README_BEGIN,
  README_END,
  readmeTable,
  renewResults,
  replaceReadmeTable,
  resultsFiles,
} from "../../reports/readme_table.ts";
import { makeRecord, makeRecords, store } from "./fixtures.ts";

const README = `# Title\n\n${README_BEGIN}\nold\n${README_END}\n\nend\n`;

Deno.test("replaceReadmeTable() renews what is between the markers and nothing else", () => {
  const renewed = replaceReadmeTable(README, makeRecords());
  assertEquals(renewed.startsWith(`# Title\n\n${README_BEGIN}\n\n`), true);
  assertEquals(renewed.includes("\n\n**Per-pixel"), true);
  assertEquals(renewed.endsWith(`${README_END}\n\nend\n`), true);
  assertEquals(renewed.includes("\nold\n"), false);
  assertEquals(replaceReadmeTable(renewed, makeRecords()), renewed);
});

Deno.test("readmeTable() shows the published protocol alone when it has run", () => {
  const paper = store(makeRecord({ tier: "paper" }));
  const quick = store(makeRecord({ tier: "quick" }));
  assertEquals(readmeTable([quick, paper]), readmeTable([paper]));
  assertEquals(readmeTable([quick]).includes("quick tier"), true);
});

Deno.test("readmeTable() gives a benchmark that has not run at the published protocol a line on its longest tier", () => {
  const paper = store(makeRecord({ tier: "paper" }));
  const other = (tier: "quick" | "reduced", seed = 0) => {
    const record = makeRecord({ tier, seed });
    return store({ ...record, cell: { ...record.cell, benchmark: "rmnist_t10k" } });
  };
  const table = readmeTable([other("quick"), paper, other("reduced"), other("reduced", 1)]);
  const lines = table.split("\n").filter((line) => line.startsWith("- [Rotating MNIST"));
  assertEquals(lines.length, 1);
  assertStringIncludes(lines[0]!, ", reduced tier, ort-cpu. Per-pixel mean squared error");
  assertMatch(lines[0]!, /: ODE²VAE-KL: 0\.\d+ .*\(2 seeds\)/);
});

Deno.test("readmeTable() gives the tables of the backend whose methods have most seeds, and a line on each other one", () => {
  const on = (backend: string, seed: number) => {
    const record = makeRecord({ tier: "paper", seed });
    return store({ ...record, cell: { ...record.cell, backend } });
  };
  const table = readmeTable([on("ort-cpu", 0), on("ort-cuda", 0), on("ort-cuda", 1)]);
  const groups = [...table.matchAll(/^\*\*Per-pixel.*, paper tier, ([\w-]+),/gm)];
  // One for each rule of selection.
  assertEquals(groups.map(([, backend]) => backend), ["ort-cuda", "ort-cuda"]);
  const lines = table.split("\n").filter((line) => line.startsWith("- [Rotating MNIST]("));
  assertEquals(lines.length, 1);
  assertStringIncludes(lines[0]!, ", paper tier, ort-cpu. Per-pixel");
});

Deno.test("replaceReadmeTable() refuses a README without its markers", () => {
  for (const readme of ["# Title", README + README, `${README_END}${README_BEGIN}`]) {
    assertThrows(() => replaceReadmeTable(readme, []), RunError, "once each");
  }
});

Deno.test("replaceReadmeTable() changes a README only where a number changed", () => {
  const readme = replaceReadmeTable(README, [store(makeRecord())]);
  assertEquals(replaceReadmeTable(readme, [store(makeRecord())]), readme);
  assertEquals(replaceReadmeTable(readme, [store(makeRecord({ seed: 1 }))]) === readme, false);
});

Deno.test("resultsFiles() has a file for each benchmark, with the notes and tests that the README leaves out", () => {
  const records = makeRecords();
  const files = resultsFiles(records);
  assertEquals([...files.keys()], ["rmnist.md"]);
  const text = files.get("rmnist.md")!;
  for (
    const part of ["\n# Rotating MNIST\n", "How the published protocol differs:", "| p |", "<sup>"]
  ) {
    assertStringIncludes(text, part);
  }
  const readme = readmeTable(records);
  for (const part of ["How the published protocol differs:", "| p |", "<sup>"]) {
    assertEquals([part, readme.includes(part)], [part, false]);
  }
  assertStringIncludes(readme, "](reports/results/rmnist.md)");
  // Every row and every sentence on the order is in both.
  const lines = readme.split("\n").filter((line) => /^(\| |- Error of )/.test(line));
  const bare = text.replaceAll(/ <sup>[^<]*<\/sup>/g, "");
  for (const line of lines) assertStringIncludes(bare, line);
});

Deno.test("renewResults() writes only when it does not check, and removes files without records", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${folder}/records`);
    writeRecord(`${folder}/records`, makeRecord());
    Deno.writeTextFileSync(`${folder}/README.md`, README);
    const renew = (check: boolean) => renewResults(folder, `${folder}/records`, check);
    const both = ["README.md", "reports/results/rmnist.md"];
    assertEquals(renew(true), both);
    assertEquals(Deno.readTextFileSync(`${folder}/README.md`), README);
    assertEquals(renew(false), both);
    assertEquals(renew(true), []);
    Deno.writeTextFileSync(`${folder}/reports/results/gone.md`, "of a former benchmark");
    assertEquals(renew(false), ["reports/results/gone.md"]);
    assertEquals(renew(true), []);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("README.md and reports/results hold the tables of the committed records", () => {
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  assertEquals(renewResults(at("../.."), at("../../reports/reference"), true), []);
});
