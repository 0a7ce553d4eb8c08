import { assertEquals } from "@std/assert";
import { megabytes, progressLine } from "../../data/progress.ts";

Deno.test("progressLine() draws the share of the bar when the size is known", () => {
  const line = (received: number) => progressLine({ name: "a.gz", received, total: 2e6 }, 8);
  assertEquals(line(0), "a.gz [>       ]   0 %  0.0 kB of 2.0 MB");
  assertEquals(line(1e6), "a.gz [====>   ]  50 %  1.0 MB of 2.0 MB");
  assertEquals(line(2e6), "a.gz [========] 100 %  2.0 MB of 2.0 MB");
  assertEquals(line(3e6), "a.gz [========] 100 %  3.0 MB of 2.0 MB");
});

Deno.test("progressLine() tells the bytes when the size is not known", () => {
  assertEquals(progressLine({ name: "a.gz", received: 4542 }), "a.gz 4.5 kB");
  assertEquals(megabytes(99_999), "100.0 kB");
  assertEquals(megabytes(100_000), "0.1 MB");
});
