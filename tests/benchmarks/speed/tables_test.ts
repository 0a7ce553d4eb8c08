import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import {
  costTables,
  formatBillions,
  formatBytes,
  formatGrowth,
  formatRange,
  formatSeconds,
  memoryTable,
  stepTables,
} from "../../../benchmarks/speed/tables.ts";
import { exampleCost, exampleMemory, exampleSteps } from "./_examples.ts";

const MACHINE = "AMD EPYC, 2 cores, 24.00 GiB memory, linux x86_64, Deno 2.9.6; load 0.03 before";

Deno.test("numbers keep three digits, and true minus signs", () => {
  assertEquals(
    [0.001234, 0.5, 0.9994, 0.9996, 3.207, 31.26, 99.96, 123.4].map(formatSeconds),
    ["1.23 ms", "500 ms", "999 ms", "1.00 s", "3.21 s", "31.3 s", "100 s", "123 s"],
  );
  assertEquals(
    [1e7, 17.1e9, 0.5e9, 1234e9, 2.3456e9].map(formatBillions),
    ["0.01", "17.1", "0.5", "1230", "2.35"],
  );
  assertEquals(
    [0, -12, 999, 1000, 3482, -5 * 2 ** 20, 211.4 * 2 ** 20, 1.5 * 2 ** 30].map(formatBytes),
    ["0 B", "−12 B", "999 B", "0.977 KiB", "3.4 KiB", "−5 MiB", "211 MiB", "1.5 GiB"],
  );
  assertEquals([0.0012, -0.003, 0].map(formatGrowth), ["+0.12 %", "−0.30 %", "+0.00 %"]);
  assertEquals([formatRange([3, 3]), formatRange([4, 3, 5])], ["3", "3 to 5"]);
});

Deno.test("stepTables() compares with the first contestant and describes the machine", () => {
  const [first, ...rest] = stepTables(exampleSteps()).split("\n\nODE²VAE-KL, motion");
  assertEquals(first!.split("\n"), [
    "ODE²VAE-KL, rotating MNIST: batch 60 × 11 frames, 187886 parameters, 17.1 GFLOP a step (5.7 forward, 11.4 backward)",
    "",
    "| training step | library | median | quartiles | time relative to the first | GFLOP/s | share of the peak (of its median) | compilation | peak memory |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    "| compiled, 2 threads | runtime 1 | 500 ms | 475 ms … 525 ms | 1.00 × | 34.2 | 27 % (48 %) | 400 ms, 1397 nodes | 1.50 GiB |",
    "| PyTorch as released, 1 thread | other 2 | 2.00 s | 1.50 s … 3.00 s | 4.00 × | 8.55 | – | – | – |",
    "",
    "3 to 4 warm steps each, taking turns.",
  ]);
  assertEquals(rest[0]!.split("\n").slice(6), [
    "4 warm steps each, taking turns.",
    "Left out: op by op: it is not there.",
    "",
    "| 1000³ float32 product | library | fastest | GFLOP/s | median | GFLOP/s |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
    "| A | runtime 1 | 20 ms | 100 | 30 ms | 66.7 |",
    "| B | other 2 | 16 ms | 125 | 28 ms | 71.4 |",
    "",
    `${MACHINE}; 2026-11-20.`,
  ]);
});

Deno.test("costTables() shows points, both laws and which is reported", () => {
  const lines = costTables(exampleCost()).split("\n");
  const find = (text: string) => lines.filter((line) => line.includes(text));
  assertEquals(
    find("motion capture")[0],
    "motion capture, many walks: frames of a sequence; B = 20, q = 3, Hf = 30",
  );
  assertStringIncludes(find("168 ms")[0]!, "240");
  assertStringIncludes(find("168 ms")[0]!, "160 ms … 185 ms"); // of 0.9, 1 and 1.2 × 168 ms
  assertEquals(find("(reported)"), [
    "power law                exponent 1.00 ± < 0.01  (reported)",
    "with a constant term     exponent 2.00 ± < 0.01, constant 40 ms ± < 1 %  (reported)",
  ]);
  assertStringIncludes(lines.at(-1)!, `1 thread; ${MACHINE}`);
});

Deno.test("memoryTable() shows the series and the verdict", () => {
  const lines = memoryTable(exampleMemory(100_000)).split("\n");
  assertEquals(
    lines[0],
    "ODE²VAE-KL, rotating MNIST: batch 8 × 11 frames, 1000 steps in 83 s, loss 6129.6 → 1543.2",
  );
  assert(lines.includes(" 250  424.1 MiB"), lines.join("\n"));
  const verdict = lines.find((text) => text.startsWith("growing: "))!;
  assertStringIncludes(verdict, "a step from step 200 on, +");
  assertStringIncludes(verdict, "in 1000 steps (flat is less than 2 %)");
});
