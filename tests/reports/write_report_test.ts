import { assertEquals, assertThrows } from "@std/assert";
import { recordFileName, recordText, writeRecord } from "../../benchmarks/record/record_file.ts";
import { UsageError } from "../../benchmarks/errors.ts";
import { main, parseReportArguments } from "../../reports/cli.ts";
import { terminalTable, writeReport } from "../../reports/write_report.ts";
import { makeRecord, makeRecords } from "./fixtures.ts";

/** Runs `body` in a folder that is removed afterwards. */
async function inFolder(body: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await body(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** What a command printed, and its exit code. */
async function run(...words: string[]): Promise<{ code: number; out: string[]; err: string[] }> {
  const out: string[] = [];
  const err: string[] = [];
  const io = { print: (text: string) => out.push(text), log: (line: string) => err.push(line) };
  return { code: await main(words, io), out, err };
}

Deno.test("writeReport() writes pages and results.csv, and the same bytes again", async () => {
  await inFolder(async (folder) => {
    const records = `${folder}/records`;
    Deno.mkdirSync(records);
    for (const { record } of makeRecords()) writeRecord(records, record);
    const report = await writeReport(records, `${folder}/site`);
    assertEquals([report.records.length, report.problems], [18, []]);
    const read = () => report.files.map((path) => Deno.readTextFileSync(path));
    const first = read();
    assertEquals(report.files.includes(`${folder}/site/rmnist.html`), true);
    assertEquals(report.files.includes(`${folder}/site/results.csv`), true);
    const again = await writeReport(records, `${folder}/site`);
    assertEquals(again.files, report.files);
    assertEquals(read(), first);
    // Nothing temporary stays behind.
    const written = report.files.filter((path) => path.startsWith(`${folder}/site/record/`));
    assertEquals([...Deno.readDirSync(`${folder}/site/record`)].length, written.length);
  });
});

Deno.test("main() writes what it can and exits 1 when a record is damaged", async () => {
  await inFolder(async (folder) => {
    const records = `${folder}/records`;
    Deno.mkdirSync(records);
    writeRecord(records, makeRecord());
    Deno.writeTextFileSync(`${records}/half.json`, '{"schema": 1, "cell"');
    const { code, out, err } = await run("--records", records, "--out", `${folder}/site`);
    assertEquals(code, 1);
    assertEquals(err.length, 1);
    assertEquals(/^Cannot read record .*half\.json/.test(err[0]!), true);
    assertEquals(out.join("\n").includes("ODE²VAE-KL"), true);
    assertEquals(Deno.statSync(`${folder}/site/rmnist.html`).isFile, true);
  });
});

Deno.test("main() leaves out the record with one wrong character, and the second one of a cell, and exits 1", async () => {
  await inFolder(async (folder) => {
    const records = `${folder}/records`;
    Deno.mkdirSync(records);
    const good = makeRecord();
    writeRecord(records, good);
    Deno.writeTextFileSync(`${records}/second.json`, recordText(good));
    // Schema 3 has no hash of its pictures.
    const { codeSha256: _, ...fingerprint } = good.fingerprint;
    const old = JSON.stringify({ ...makeRecord({ seed: 1 }), schema: 3, fingerprint });
    Deno.writeTextFileSync(`${records}/wrong.json`, old.replace(/("pixels":"...)./, "$1*"));
    const { code, err } = await run("--records", records, "--out", `${folder}/site`);
    assertEquals(code, 1);
    assertEquals(err, [
      `Cannot read record ${records}/wrong.json: exhibits[0].strips[0].pixels must be base64, is ` +
      "not at character 3",
      `Cannot use record ${records}/second.json: a cell must have one record, has ` +
      `${recordFileName(good.cell)} too`,
    ]);
    const pages = [...Deno.readDirSync(`${folder}/site/record`)].map(({ name }) => name).sort();
    const name = recordFileName(good.cell);
    assertEquals(pages, [name.replace(/json$/, "html"), `${name}.gz`, "style.css"]);
  });
});

Deno.test("writeReport() adds a sitemap and the preview's picture where the address is known", async () => {
  await inFolder(async (folder) => {
    const records = `${folder}/records`;
    Deno.mkdirSync(records);
    writeRecord(records, makeRecord());
    const siteUrl = "https://example.org/ode2vae/";
    const { files } = await writeReport(records, `${folder}/site`, { siteUrl });
    const extra = ["sitemap.xml", "social-card.png"].map((name) => `${folder}/site/${name}`);
    assertEquals(extra.map((path) => files.includes(path)), [true, true]);
    const index = Deno.readTextFileSync(`${folder}/site/index.html`);
    assertEquals(index.includes(`content="${siteUrl}social-card.png"`), true);
    const { files: local } = await writeReport(records, `${folder}/local`);
    assertEquals(local.some((path) => /sitemap|social-card/.test(path)), false);
    assertEquals(Deno.readTextFileSync(`${folder}/local/index.html`).includes("og:image"), false);
  });
});

Deno.test("main() leaves out records whose pages would take another's place, and exits 1 with a line for each", async () => {
  await inFolder(async (folder) => {
    const records = `${folder}/records`;
    Deno.mkdirSync(records);
    const named = (benchmark: string, seed = 0) => {
      const record = makeRecord();
      writeRecord(records, { ...record, cell: { ...record.cell, benchmark, seed } });
    };
    // Not taken: those of the site's pages, in any case, and other capitals of a known or an earlier name.
    const refused = ["index", "History", "methods", "speed", "RMNIST", "toy"];
    for (const name of [...refused, "rmnist", "Toy", "record", "data", "sitemap"]) named(name);
    Deno.renameSync(
      `${records}/${recordFileName({ ...makeRecord().cell, benchmark: "data", seed: 0 })}`,
      `${records}/same.json`,
    );
    named("data", 1);
    Deno.renameSync(
      `${records}/${recordFileName({ ...makeRecord().cell, benchmark: "data", seed: 1 })}`,
      `${records}/SAME.json`,
    );
    const { code, out, err } = await run("--records", records, "--out", `${folder}/site`);
    assertEquals([code, err.length], [1, refused.length + 1], err.join("\n"));
    for (const name of refused) {
      assertEquals(err.filter((line) => line.endsWith(`, is "${name}"`)).length, 1, name);
    }
    const alike =
      "Cannot show record same.json: its name must differ from SAME.json in more than case";
    assertEquals(err.includes(alike), true, err.join("\n"));
    assertEquals(out.some((line) => line.includes("5 records")), true);
    const pages = [...Deno.readDirSync(`${folder}/site`)].map(({ name }) => name);
    const lowered = new Set(pages.map((name) => name.toLowerCase()));
    assertEquals(lowered.size, pages.length);
    const text = Deno.readTextFileSync(`${folder}/site/index.html`);
    for (const name of ["rmnist", "Toy", "record", "data", "sitemap"]) {
      assertEquals(pages.includes(`${name}.html`) && text.includes(`href="${name}.html"`), true);
    }
    assertEquals(text.includes("<h1>ODE2VAE, reproduced</h1>"), true);
  });
});

Deno.test("main() gives one line and exits 1 when there is no such folder", async () => {
  await inFolder(async (folder) => {
    const { code, err } = await run("--records", `${folder}/absent`, "--out", `${folder}/site`);
    assertEquals([code, err.length], [1, 1]);
    assertEquals(err[0]!.includes("\n"), false);
  });
});

Deno.test("main() gives one line and exits 2 when used wrongly", async () => {
  for (const words of [["--wrong"], ["stray"], ["--out", ""], ["--site-url", "example.org"]]) {
    const { code, out, err } = await run(...words);
    assertEquals([code, out.length, err.length], [2, 0, 1]);
  }
});

Deno.test("main() prints its help", async () => {
  const { code, out } = await run("--help");
  assertEquals([code, out[0]!.includes("--records DIR")], [0, true]);
});

Deno.test("parseReportArguments() has defaults", () => {
  assertEquals(parseReportArguments([]), {
    ...{ records: "out/records", out: "out/site", notes: false },
  });
  assertThrows(() => parseReportArguments(["--jobs", "2"]), UsageError, 'option "--jobs"');
  assertThrows(() => parseReportArguments(["out"]), UsageError, 'is "out"');
});

Deno.test("terminalTable() keeps tiers in tables of their own", () => {
  const titles = terminalTable(makeRecords()).split("\n")
    .filter((line) => line.startsWith("rmnist v2"));
  // Each has two tables, one of each rule of selection.
  assertEquals(titles, [
    "rmnist v2, paper tier, ort-cpu, data 5d1f0c9a",
    "rmnist v2, paper tier, ort-cpu, data 5d1f0c9a",
    "rmnist v2, quick tier, ort-cpu, data b42e77d1 (stand-in)",
    "rmnist v2, quick tier, ort-cpu, data b42e77d1 (stand-in)",
  ]);
});
