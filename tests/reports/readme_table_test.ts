import { assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { RunError } from "../../benchmarks/errors.ts";
import { writeRecord } from "../../benchmarks/record/record_file.ts";
import {
  README_BEGIN,
  README_END,
  readmeTable,
  renewReadme,
  replaceReadmeTable,
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
  const lines = table.split("\n").filter((line) => line.startsWith("- Rotating MNIST"));
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
  assertEquals(groups.map(([, backend]) => backend), ["ort-cuda"]);
  const lines = table.split("\n").filter((line) => line.startsWith("- Rotating MNIST, paper"));
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

Deno.test("renewReadme() writes only when it does not check", () => {
  const folder = Deno.makeTempDirSync();
  try {
    Deno.mkdirSync(`${folder}/records`);
    writeRecord(`${folder}/records`, makeRecord());
    Deno.writeTextFileSync(`${folder}/README.md`, README);
    const renew = (check: boolean) =>
      renewReadme(`${folder}/README.md`, `${folder}/records`, check);
    assertEquals(renew(true), false);
    assertEquals(Deno.readTextFileSync(`${folder}/README.md`), README);
    assertEquals(renew(false), false);
    assertEquals(renew(true), true);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("README.md holds the table of the committed records", () => {
  const at = (path: string) => decodeURIComponent(new URL(path, import.meta.url).pathname);
  assertEquals(renewReadme(at("../../README.md"), at("../../reports/reference"), true), true);
});
