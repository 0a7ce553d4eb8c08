import { assertEquals, assertThrows } from "@std/assert";
import {
  checkFirstLosses,
  type ContestantMeasurement,
  type Measurement,
  medianStep,
  peakRate,
  quantile,
  shareOfPeak,
  type SizeMeasurement,
  stepRate,
  timesBaseline,
} from "../../../benchmarks/speed/measurement.ts";
import {
  formatBillions,
  formatSeconds,
  markdownTables,
} from "../../../benchmarks/speed/measurement_table.ts";

const OURS: ContestantMeasurement = {
  ...{ id: "ours", label: "Ours", library: "runtime 1", threads: 2, firstLoss: 1000 },
  ...{ stepSeconds: [0.4, 0.6, 0.5, 0.5], compileSeconds: 0.4, nodeCount: 1397 },
  peakMemoryBytes: 1.5 * 2 ** 30,
};
const THEIRS: ContestantMeasurement = {
  ...{ id: "theirs", label: "Theirs", library: "other 2", threads: 1, firstLoss: 1000.05 },
  stepSeconds: [2, 1, 4],
};

const SIZE: SizeMeasurement = {
  ...{ size: "rmnist", title: "rotating MNIST", sequences: 60, frames: 11, grid: 16 },
  parameters: 187886,
  arithmetic: { forward: 5.7e9, backward: 11.4e9, total: 17.1e9 },
  contestants: [OURS, THEIRS],
  leftOut: [{ id: "third", label: "Third", reason: "it is not there" }],
};
const MEASUREMENT: Measurement = {
  ...{ schema: 2, date: "2026-11-20T21:38:23.518Z" },
  machine: {
    ...{ cpu: "AMD EPYC", cores: 2, memoryBytes: 24 * 2 ** 30, system: "linux x86_64" },
    ...{ deno: "2.9.6", commit: "abc", loadBefore: 0.031 },
  },
  peak: {
    ...{ side: 1000, operations: 2e9 },
    contestants: [
      { id: "a", label: "A", library: "runtime 1", threads: 2, productSeconds: [0.03, 0.02, 0.04] },
      { id: "b", label: "B", library: "other 2", threads: 2, productSeconds: [0.016, 0.04] },
    ],
  },
  sizes: [SIZE],
};

Deno.test("quantile() is linear between neighbours", () => {
  // numpy.quantile([1, 2, 4, 10], [0, 0.25, 0.5, 0.9, 1])
  const values = [10, 1, 4, 2];
  assertEquals([0, 0.25, 0.5, 1].map((p) => quantile(values, p)), [1, 1.75, 3, 10]);
  assertEquals(quantile(values, 0.9).toFixed(9), "8.200000000");
  assertEquals(values, [10, 1, 4, 2]);
  assertThrows(() => quantile([], 0.5), RangeError, "current count is 0");
});

Deno.test("medianStep() is the middle when steps are unsorted", () => {
  assertEquals([medianStep(OURS), medianStep(THEIRS)], [0.5, 2]);
});

Deno.test("checkFirstLosses() throws when two contestants do not compute the same", () => {
  checkFirstLosses([OURS, THEIRS]);
  for (const firstLoss of [1000.2, 999.8, NaN]) {
    assertThrows(
      () => checkFirstLosses([OURS, { ...THEIRS, firstLoss }]),
      Error,
      `Cannot compare "Theirs" with "Ours": their first losses must agree to 0.0001 relative, ` +
        `are ${firstLoss} and 1000`,
    );
  }
});

Deno.test("formatSeconds() keeps three digits", () => {
  assertEquals(
    [0.001234, 0.5, 0.9994, 0.9996, 3.207, 31.26, 99.96, 123.4].map(formatSeconds),
    ["1.23 ms", "500 ms", "999 ms", "1.00 s", "3.21 s", "31.3 s", "100 s", "123 s"],
  );
});

Deno.test("formatBillions() keeps three digits", () => {
  const values = [1e7, 17.1e9, 0.5e9, 1234e9, 2.3456e9];
  assertEquals(values.map(formatBillions), ["0.01", "17.1", "0.5", "1230", "2.35"]);
});

Deno.test("stepRate() and timesBaseline() are those of the median step", () => {
  assertEquals([OURS, THEIRS].map((contestant) => stepRate(contestant, SIZE)), [34.2e9, 8.55e9]);
  assertEquals([OURS, THEIRS].map((contestant) => timesBaseline(contestant, SIZE)), [1, 4]);
});

Deno.test("peakRate() is the best of any library with as many threads, by the fastest or the median product", () => {
  const { peak } = MEASUREMENT;
  assertEquals([peakRate(peak, 2, "fastest"), peakRate(peak, 1, "fastest")], [125e9, undefined]);
  // 2 GFLOP: A's median of 0.03 s is slower than B's of 0.028 s.
  assertEquals(peakRate(peak, 2, "median")?.toFixed(0), "71428571429");
  assertEquals(shareOfPeak(OURS, SIZE, peak, "fastest")?.toFixed(6), "0.273600");
  assertEquals(shareOfPeak(OURS, SIZE, peak, "median")?.toFixed(6), "0.478800");
  assertEquals(shareOfPeak(THEIRS, SIZE, peak, "median"), undefined);
});

Deno.test("markdownTables() compares with the first contestant and tells the machine", () => {
  assertEquals(markdownTables(MEASUREMENT).split("\n"), [
    "ODE²VAE-KL, rotating MNIST: batch 60 × 11 frames, 187886 parameters, 17.1 GFLOP a step (5.7 forward, 11.4 backward)",
    "",
    "| training step | library | median | quartiles | time relative to the first | GFLOP/s | share of the peak (of its median) | compilation | peak memory |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    "| Ours | runtime 1 | 500 ms | 475 ms … 525 ms | 1.00 × | 34.2 | 27 % (48 %) | 400 ms, 1397 nodes | 1.50 GiB |",
    "| Theirs | other 2 | 2.00 s | 1.50 s … 3.00 s | 4.00 × | 8.55 | – | – | – |",
    "",
    "3 to 4 warm steps each, taking turns.",
    "Left out: Third: it is not there.",
    "",
    "| 1000³ float32 product | library | fastest | GFLOP/s | median | GFLOP/s |",
    "| --- | --- | ---: | ---: | ---: | ---: |",
    "| A | runtime 1 | 20 ms | 100 | 30 ms | 66.7 |",
    "| B | other 2 | 16 ms | 125 | 28 ms | 71.4 |",
    "",
    "AMD EPYC, 2 cores, 24.00 GiB memory, linux x86_64, Deno 2.9.6; load 0.03 before; 2026-11-20.",
  ]);
});
