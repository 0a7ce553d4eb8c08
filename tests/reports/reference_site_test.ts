import { assertEquals } from "@std/assert";
import { writeReport } from "../../reports/write_report.ts";

/** Sizes that the published site keeps below, in bytes: of a record's page and file on average, of all else together. */
const RECORD_LIMIT = 45_000;
const OTHERS_LIMIT = 8_000_000;
const PAGE_LIMIT = 1_000_000;
const OVERVIEW_LIMIT = 200_000;

Deno.test("writeReport() makes a site of at most 45 kB a record and 8 MB for all else, and pages of at most 1 MB, from the reference records, the same twice", async () => {
  const folder = await Deno.makeTempDir();
  const path = (relative: string) =>
    decodeURIComponent(new URL(relative, import.meta.url).pathname);
  const options = {
    speedDir: path("../../benchmarks/speed/results"),
    siteUrl: "https://example.org/ode2vae/",
  };
  try {
    const render = (out: string) =>
      writeReport(path("../../reports/reference"), `${folder}/${out}/site`, options);
    const [one, other] = [await render("one"), await render("other")];
    assertEquals([one.problems, other.files.length], [[], one.files.length]);
    let [ofRecords, others] = [0, 0];
    for (const [i, file] of one.files.entries()) {
      const [a, b] = [Deno.readFileSync(file), Deno.readFileSync(other.files[i]!)];
      const same = a.length === b.length && a.every((byte, at) => byte === b[at]);
      assertEquals([file, same], [file, true]);
      if (file.includes("/record/")) ofRecords += a.length;
      else others += a.length;
      const limit = file.endsWith("/index.html") ? OVERVIEW_LIMIT : PAGE_LIMIT;
      assertEquals([file, !file.endsWith(".html") || a.length < limit], [file, true]);
    }
    const records = one.files.filter((file) => file.endsWith(".json.gz")).length;
    const message = `${ofRecords} bytes of ${records} records, ${others} others`;
    assertEquals([ofRecords < RECORD_LIMIT * records, records > 100], [true, true], message);
    assertEquals([others < OTHERS_LIMIT, others > 1_000_000], [true, true], message);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
