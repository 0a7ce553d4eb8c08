import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { fileURLToPath } from "node:url";
import { UsageError } from "../../../benchmarks/errors.ts";
import { parseMemory } from "../../../benchmarks/speed/memory_file.ts";
import {
  checkMemory,
  formatBytes,
  formatGrowth,
  memoryTable,
} from "../../../benchmarks/speed/memory_measurement.ts";
import { parseMemoryOptions } from "../../../benchmarks/speed/memory_options.ts";
import { memoryTrend } from "../../../benchmarks/speed/memory_trend.ts";
import { exampleMemory, exampleSeries } from "./_example_memory.ts";

const SCRIPT = fileURLToPath(new URL("../../../benchmarks/speed/memory.ts", import.meta.url));

async function memory(...args: string[]) {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", SCRIPT, ...args],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

const line = (bytes: (step: number) => number) =>
  Array.from({ length: 21 }, (_, i) => ({ step: 50 * i, residentBytes: bytes(50 * i) }));

Deno.test("memoryTrend() finds an exact line, and leaves the warm-up out", () => {
  const trend = memoryTrend(line((step) => step < 200 ? 1 : 1e8 + 1234 * step));
  assertEquals(trend.fromStep, 200);
  assertAlmostEquals(trend.bytesPerStep, 1234, 1e-6);
  assertAlmostEquals(trend.bytesPerStepError, 0, 1e-6);
  assertAlmostEquals(trend.residentBytes, 1e8 + 1234 * 600, 1e-3);
  assertAlmostEquals(trend.growthShare, 1234000 / (1e8 + 1234 * 600), 1e-9);
});

Deno.test("memoryTrend() gives the slope and standard error of scipy.stats.linregress", () => {
  // linregress([200, 300, …, 1000], 2**20 * [640, …, 660]), SciPy 1.17.1
  const mebibytes = [500, 600, 640, 652, 655, 658, 654, 661, 659, 662, 660];
  const series = mebibytes.map((size, i) => ({ step: 100 * i, residentBytes: size * 2 ** 20 }));
  const trend = memoryTrend(series);
  assertAlmostEquals(trend.bytesPerStep, 21146.282666666673, 1e-6);
  assertAlmostEquals(trend.bytesPerStepError, 5651.002721702113, 1e-6);
  assertAlmostEquals(trend.growthShare, 0.030757498729028988, 1e-12);
  assertEquals(trend.verdict, "growing");
});

Deno.test("memoryTrend() says flat when memory stays, shrinks or hardly grows", () => {
  const verdict = (leak: number) => memoryTrend(exampleSeries(leak)).verdict;
  assertEquals([0, -20_000, 2_000].map(verdict), ["flat", "flat", "flat"]);
  assertEquals([10_000, 100_000].map(verdict), ["growing", "growing"]);
  // 2 % of about 400 MiB in 1000 steps are 8.4 kB a step; the saw-tooth hides a few hundred bytes of that.
  assertEquals([7_500, 9_500].map(verdict), ["flat", "growing"]);
});

Deno.test("memoryTrend() throws when there is too little to fit", () => {
  for (const series of [[], line(() => 1).slice(0, 1)]) {
    assertThrows(() => memoryTrend(series), RangeError, "known 3 times after the warm-up");
  }
});

Deno.test("parseMemoryOptions() takes few sequences of rotating MNIST unless told", () => {
  assertEquals(parseMemoryOptions([]), { size: "rmnist", steps: 1000, sequences: 8 });
  assertEquals(
    parseMemoryOptions(["--size", "mocap_many", "--steps=20", "--sequences", "5", "--out", "f"]),
    { size: "mocap_many", steps: 20, sequences: 5, out: "f" },
  );
  assertEquals(parseMemoryOptions(["--help"]), "help");
});

Deno.test("parseMemoryOptions() throws when an argument is unknown or malformed", () => {
  for (
    const [args, message] of [
      [["--stepz", "3"], `Cannot measure memory: unknown argument "--stepz" (see --help)`],
      [["extra"], `Cannot measure memory: unknown argument "extra" (see --help)`],
      [["--steps", "19"], `Cannot read --steps: it must be a whole number from 20 to 999999`],
      [["--sequences", "0"], `from 1 to 999999: current value is "0"`],
      [["--size", "mnist"], `Cannot measure memory of size "mnist": it must be one of rmnist, b`],
      [["--out", ""], "Cannot use option --out: it must have a value"],
    ] as const
  ) assertThrows(() => parseMemoryOptions(args), UsageError, message);
});

Deno.test("formatBytes() and formatGrowth() keep three digits and true minus signs", () => {
  const bytes = [0, -12, 999, 3482, -5 * 2 ** 20, 211.4 * 2 ** 20, 1.5 * 2 ** 30];
  assertEquals(
    bytes.map(formatBytes),
    ["0 B", "−12 B", "999 B", "3.4 KiB", "−5 MiB", "211 MiB", "1.5 GiB"],
  );
  assertEquals([0.0012, -0.003, 0].map(formatGrowth), ["+0.12 %", "−0.30 %", "+0.00 %"]);
});

Deno.test("checkMemory() throws when memory grows or the loss is lost", () => {
  checkMemory(exampleMemory());
  assertThrows(
    () => checkMemory(exampleMemory(50_000)),
    Error,
    "must be below 2 % of the resident",
  );
  assertThrows(
    () => checkMemory({ ...exampleMemory(), lastLoss: NaN }),
    Error,
    "Cannot accept the run: its last loss must be finite: current value is NaN",
  );
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

Deno.test("parseMemory() gives back what JSON.stringify() wrote", () => {
  const example = exampleMemory();
  assertEquals(parseMemory(JSON.parse(JSON.stringify(example))), example);
});

Deno.test("parseMemory() says which field is wrong", () => {
  const example = JSON.parse(JSON.stringify(exampleMemory()));
  const changed = (change: (results: typeof example) => void) => {
    const copy = structuredClone(example);
    change(copy);
    return () => parseMemory(copy);
  };
  for (
    const [wrong, message] of [
      [changed((r) => r.schema = 3), "schema must be 1: current value is 3"],
      [changed((r) => r.lastLoss = null), "lastLoss must be a number, is null"],
      [changed((r) => r.series = []), "series must have one entry at least"],
      [changed((r) => r.series[1].step = 0), "series[1].step must be above the one before it"],
      [changed((r) => r.series[1].residentBytes = -1), "series[1].residentBytes must be > 0"],
      [changed((r) => r.trend.verdict = "fine"), "trend.verdict must be one of flat, growing"],
    ] as const
  ) assertThrows(wrong, SyntaxError, message);
});

Deno.test("memory.ts prints the series and writes JSON", async () => {
  const out = await Deno.makeTempFile({ prefix: "ode2vae_memory_", suffix: ".json" });
  try {
    const { stdout, stderr } = await memory("--steps", "40", "--sequences", "1", "--out", out);
    // So few steps may still fill caches: the verdict is not what is tested here.
    assertStringIncludes(stdout, "rotating MNIST: batch 1 × 11 frames, 40 steps in ", stderr);
    const { series, trend, firstLoss, lastLoss } = parseMemory(
      JSON.parse(await Deno.readTextFile(out)),
    );
    assertEquals(series.map(({ step }) => step), Array.from({ length: 21 }, (_, i) => 2 * i));
    assert(series.every(({ residentBytes }) => residentBytes > 2 ** 26 && residentBytes < 2 ** 32));
    assertEquals(trend, memoryTrend(series));
    assert(lastLoss < firstLoss, `${firstLoss} → ${lastLoss}`);
  } finally {
    await Deno.remove(out);
  }
});

Deno.test("memory.ts ends with code 2 and one line when its usage is wrong", async () => {
  const { code, stdout, stderr } = await memory("--size", "mnist");
  assertEquals([code, stdout], [2, ""]);
  assertEquals(stderr.trim().split("\n").length, 1);
  assertStringIncludes(stderr, `Cannot measure memory of size "mnist"`);
});
