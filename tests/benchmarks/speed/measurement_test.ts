import { assertEquals, assertThrows } from "@std/assert";
import {
  checkFirstLosses,
  type ContestantMeasurement,
  formatSeconds,
  markdownTable,
  medianStep,
  quantile,
} from "../../../benchmarks/speed/measurement.ts";

const OURS: ContestantMeasurement = {
  ...{ id: "ours", label: "Ours", library: "runtime 1", threads: 2, firstLoss: 1000 },
  ...{ stepSeconds: [0.4, 0.6, 0.5, 0.5], compileSeconds: 0.4, nodeCount: 1397 },
  peakMemoryBytes: 1.5 * 2 ** 30,
};
const THEIRS: ContestantMeasurement = {
  ...{ id: "theirs", label: "Theirs", library: "other 2", threads: 1, firstLoss: 1000.05 },
  stepSeconds: [2, 1, 4],
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

Deno.test("markdownTable() compares with the first contestant and tells the machine", () => {
  const machine = {
    ...{ cpu: "AMD EPYC", cores: 2, memoryBytes: 24 * 2 ** 30, system: "linux x86_64" },
    ...{ deno: "2.9.6", commit: "abc", loadBefore: 0.031 },
  };
  const table = markdownTable({
    ...{ schema: 1, date: "2026-11-20T21:38:23.518Z", machine },
    ...{ sequences: 60, length: 11, parameters: 187886, contestants: [OURS, THEIRS] },
  });
  assertEquals(table.split("\n"), [
    "| training step | library | median | quartiles | time relative to the first | compilation | peak memory |",
    "| --- | --- | ---: | ---: | ---: | ---: | ---: |",
    "| Ours | runtime 1 | 500 ms | 475 ms … 525 ms | 1.00 × | 400 ms, 1397 nodes | 1.50 GiB |",
    "| Theirs | other 2 | 2.00 s | 1.50 s … 3.00 s | 4.00 × | – | – |",
    "",
    "ODE²VAE-KL, rotating MNIST, batch 60 × 11 frames, 187886 parameters; 3 to 4 warm steps each, taking turns. " +
    "AMD EPYC, 2 cores, 24.00 GiB memory, linux x86_64, Deno 2.9.6; load 0.03 before; 2026-11-20.",
  ]);
});
