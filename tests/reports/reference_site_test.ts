import { assertEquals } from "@std/assert";
import { writeReport } from "../../reports/write_report.ts";

/** Sizes that the published site keeps below, in bytes. */
const LIMIT = 25_000_000;
const PAGE_LIMIT = 1_000_000;
const OVERVIEW_LIMIT = 200_000;

Deno.test("writeReport() makes a site of at most 25 MB, and pages of at most 1 MB, from the reference records, the same twice", async () => {
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
    let bytes = 0;
    for (const [i, file] of one.files.entries()) {
      const [a, b] = [Deno.readFileSync(file), Deno.readFileSync(other.files[i]!)];
      const same = a.length === b.length && a.every((byte, at) => byte === b[at]);
      assertEquals([file, same], [file, true]);
      bytes += a.length;
      const limit = file.endsWith("/index.html") ? OVERVIEW_LIMIT : PAGE_LIMIT;
      assertEquals([file, !file.endsWith(".html") || a.length < limit], [file, true]);
    }
    assertEquals([bytes < LIMIT, bytes > 1_000_000], [true, true], `${bytes} bytes`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
