import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../benchmarks/errors.ts";
import { writeRecord } from "../../benchmarks/record/record_file.ts";
import { checkResultsFile, writeSite } from "../../reports/site_folder.ts";
import { writeReport } from "../../reports/write_report.ts";
import { temporaryFolder } from "../benchmarks/_bench_process.ts";
import { makeRecord } from "./fixtures.ts";

const site = (...paths: string[]) => new Map(paths.map((path) => [path, `<p>${path}</p>`]));
const FORMER = "<p>Made from the records by <code>deno task report</code>.</p>";

/** Paths below a folder, sorted, without the list. */
function paths(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap(({ name, isDirectory }) =>
    isDirectory ? paths(`${folder}/${name}`).map((path) => `${name}/${path}`) : [name]
  ).filter((path) => path !== ".ode2vae-site").sort();
}

Deno.test("writeSite() replaces its files, removes those that it has no more, and leaves others", () => {
  using temporary = temporaryFolder();
  const folder = `${temporary.path}/site`;
  writeSite(folder, site("index.html", "old.html", "record/a.html", "sitemap.xml"));
  Deno.writeTextFileSync(`${folder}/mine.html`, "mine");
  Deno.writeTextFileSync(`${folder}/record/mine.html`, "mine");
  writeSite(folder, site("index.html", "record/b.html"));
  assertEquals(paths(folder), ["index.html", "mine.html", "record/b.html", "record/mine.html"]);
  const error = assertThrows(() => writeSite(folder, site("new.html", "mine.html")), UsageError);
  assertEquals(
    error.message,
    `Cannot write the site into ${folder}: a file that it has not made must not be in its way, is ${folder}/mine.html`,
  );
  assertEquals(paths(folder).length, 4);
  assertEquals(Deno.readTextFileSync(`${folder}/mine.html`), "mine");
});

Deno.test("writeSite() takes the folder of a former version, told by its first page, and no other", () => {
  using temporary = temporaryFolder();
  const { path: folder } = temporary;
  Deno.writeTextFileSync(`${folder}/index.html`, "<p>My home page</p>");
  assertThrows(() => writeSite(folder, site("index.html")), UsageError, "/index.html");
  assertEquals(Deno.readTextFileSync(`${folder}/index.html`), "<p>My home page</p>");
  Deno.writeTextFileSync(`${folder}/index.html`, `<footer>${FORMER}</footer>`);
  Deno.writeTextFileSync(`${folder}/toy.html`, "former");
  writeSite(folder, site("index.html", "toy.html"));
  assertEquals(Deno.readTextFileSync(`${folder}/toy.html`), "<p>toy.html</p>");
});

Deno.test("writeSite() writes and removes nothing outside its folder, whatever its list and links say", () => {
  using temporary = temporaryFolder();
  const folder = `${temporary.path}/site`;
  const other = `${temporary.path}/other`;
  Deno.mkdirSync(folder);
  Deno.mkdirSync(other);
  for (const name of ["a.html", "b.html"]) Deno.writeTextFileSync(`${other}/${name}`, "mine");
  Deno.mkdirSync(`${folder}/notes`);
  Deno.writeTextFileSync(`${folder}/notes/a`, "mine");
  const listed = [
    "../other/a.html",
    `${other}/a.html`,
    "record/a.html",
    "record/b.html",
    "notes/a",
  ];
  Deno.writeTextFileSync(`${folder}/.ode2vae-site`, listed.join("\n"));
  Deno.symlinkSync(other, `${folder}/record`);
  assertThrows(
    () => writeSite(folder, site("record/a.html")),
    UsageError,
    `its record must be a folder, is ${folder}/record`,
  );
  Deno.removeSync(`${folder}/record`);
  Deno.symlinkSync(`${other}/a.html`, `${folder}/index.html`);
  assertThrows(() => writeSite(folder, site("index.html")), UsageError, "/index.html");
  Deno.removeSync(`${folder}/index.html`);
  writeSite(folder, site("index.html"));
  assertEquals(paths(temporary.path), [
    "other/a.html",
    "other/b.html",
    "site/index.html",
    "site/notes/a",
  ]);
  assertEquals(Deno.readTextFileSync(`${other}/a.html`), "mine");
});

Deno.test("writeReport() keeps below its folder, and replaces no results.csv but the suite's", async () => {
  using temporary = temporaryFolder();
  const { path: folder } = temporary;
  const out = `${folder}/out`;
  Deno.mkdirSync(`${folder}/records`);
  Deno.mkdirSync(out);
  writeRecord(`${folder}/records`, makeRecord());
  Deno.symlinkSync(`${folder}/nowhere`, `${folder}/link.csv`);
  assertThrows(() => checkResultsFile(`${folder}/link.csv`), UsageError, "/link.csv");
  for (const path of [`${folder}/results.csv`, `${out}/results.csv`]) {
    Deno.writeTextFileSync(path, "my,columns\n1,2\n");
  }
  for (const options of [{}, { resultsFile: `${folder}/results.csv` }]) {
    let message = "";
    await writeReport(`${folder}/records`, out, options).catch((error) => message = error.message);
    const path = options.resultsFile ?? `${out}/results.csv`;
    assertEquals(
      message,
      `Cannot write the results: a file with other columns must not be in the way, is ${path}`,
    );
    assertEquals([paths(out), Deno.readTextFileSync(path)], [["results.csv"], "my,columns\n1,2\n"]);
  }
  Deno.removeSync(`${out}/results.csv`);
  // Once written, it is replaced.
  for (let i = 0; i < 2; i++) await writeReport(`${folder}/records`, out);
  checkResultsFile(`${out}/results.csv`);
  assertEquals(Deno.readTextFileSync(`${folder}/results.csv`), "my,columns\n1,2\n");
});
