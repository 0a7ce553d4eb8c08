import {
  assert,
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { memoryTrend, sharesOfPeak } from "../../../benchmarks/speed/analysis.ts";
import { checkCompilation } from "../../../benchmarks/speed/cost.ts";
import { checkFirstLosses } from "../../../benchmarks/speed/measure.ts";
import { checkMemory } from "../../../benchmarks/speed/memory.ts";
import { missingPeer } from "../../../benchmarks/speed/python.ts";
import { parseCost, parseMeasurement, parseMemory } from "../../../benchmarks/speed/results.ts";
import { measurePeak } from "../../../benchmarks/speed/timing.ts";
import { leaveOut } from "../../optional_tools.ts";
import { exampleAxis, exampleMemory, OURS, runToFile, THEIRS } from "./_examples.ts";

Deno.test("checkFirstLosses() throws when two contestants do not compute the same", () => {
  checkFirstLosses([OURS, THEIRS]);
  for (const firstLoss of [1000.2, 999.8, NaN]) {
    assertThrows(
      () => checkFirstLosses([OURS, { ...THEIRS, firstLoss }]),
      Error,
      `Cannot compare "${THEIRS.label}" with "${OURS.label}": their first losses must agree to ` +
        `0.0001 relative, are ${firstLoss} and 1000`,
    );
  }
});

Deno.test("checkCompilation() throws when compilation is long or grows with the frames", () => {
  const axis = exampleAxis("mocap_many/frames", (frames) => 0.001 * frames);
  const last = (change: object) => [{
    ...axis,
    points: axis.points.with(-1, { ...axis.points.at(-1)!, ...change }),
  }];
  checkCompilation([axis]);
  assertThrows(
    () => checkCompilation(last({ compileSeconds: 6.24 })),
    Error,
    "mocap_many/frames at 240: it must take less than 5 s, is 6.2 s",
  );
  assertThrows(
    () => checkCompilation(last({ nodeCount: 9000 })),
    Error,
    "must not grow with the frames, is 844, 844, 844, 844, 9000",
  );
  checkCompilation(last({ nodeCount: 850 })); // another form of a convolution
  // With another width the graph may be another one.
  checkCompilation(last({ nodeCount: 9000 }).map((one) => ({ ...one, quantity: "fieldHidden" })));
});

Deno.test("checkMemory() throws when memory grows or the loss is not finite", () => {
  checkMemory(exampleMemory());
  assertThrows(
    () => checkMemory(exampleMemory(50_000)),
    Error,
    "must be below 2 % of the resident",
  );
  assertThrows(
    () => checkMemory({ ...exampleMemory(), lastLoss: NaN }),
    Error,
    "Cannot accept the run: its last loss must be finite, is NaN",
  );
});

Deno.test({
  name: "measurePeak() has ours and PyTorch multiply with each number of threads",
  ignore: leaveOut("PyTorch", !missingPeer("PyTorch"), "apt-get install python3-torch"),
  async fn() {
    const multipliers = (["ort-cpu", "pytorch"] as const)
      .flatMap((library) => [2, 1].map((threads) => ({ library, threads })));
    const peak = await measurePeak(multipliers, { side: 64, runs: 3 });
    assertEquals([peak.side, peak.operations], [64, 524288]);
    assertEquals(
      peak.contestants.map(({ id, label, threads }) => [id, label, threads]),
      [
        ["ort-cpu-2", "ours, 2 threads", 2],
        ["ort-cpu-1", "ours, 1 thread", 1],
        ["pytorch-2", "PyTorch, 2 threads", 2],
        ["pytorch-1", "PyTorch, 1 thread", 1],
      ],
    );
    for (const { library, productSeconds } of peak.contestants) {
      assert(/^(onnxruntime-node|PyTorch) \d/.test(library), library);
      assertEquals(productSeconds.length, 3);
      assert(productSeconds.every((seconds) => seconds > 0 && seconds < 10));
    }
  },
});

Deno.test("measurePeak() says why when a process fails", async () => {
  await assertRejects(
    () => measurePeak([{ library: "ort-cpu", threads: 0 }]),
    Error,
    "Cannot time matrix products: Cannot time products: the arguments must be SIDE RUNS THREADS",
  );
});

Deno.test("measure.ts prints tables and writes JSON when contestants take turns", async () => {
  const words = "--only compiled-1,wasm --size rmnist --sequences 1 --steps 2";
  const { code, stdout, stderr, results } = await runToFile(
    "./measure.ts",
    parseMeasurement,
    words,
  );
  assertEquals(code, 0, stderr);
  assertStringIncludes(stdout, "| compiled, 1 thread | onnxruntime-node ");
  assertStringIncludes(stdout, "ODE²VAE-KL, rotating MNIST: batch 1 × 11 frames, 187886 pa");
  const { sizes, peak } = results!;
  assertEquals(sizes.map(({ size }) => size), ["rmnist"]);
  const counts = sizes.map(({ contestants }) => contestants.map((c) => c.stepSeconds.length));
  assertEquals(counts, [[2, 2]]);
  for (const size of sizes) {
    const { contestants } = size;
    assertEquals(contestants.map(({ nodeCount }) => (nodeCount ?? 0) > 100), [true, false]);
    for (const contestant of contestants) {
      const { stepSeconds, id } = contestant;
      assert(stepSeconds.every((seconds) => seconds > 0 && seconds < 100), id);
      const share = sharesOfPeak(contestant, size, peak)![0];
      assert(share > 0 && share < 1, `${id}: ${share}`);
    }
    if (Deno.build.os === "linux") assert(contestants[0]!.peakMemoryBytes! < 2 ** 31);
  }
});

Deno.test("cost.ts prints a table and writes JSON", async () => {
  const words = "--axis mocap_many/frames --steps 2";
  const { code, stdout, stderr, results } = await runToFile("./cost.ts", parseCost, words);
  assertEquals(code, 0, stderr);
  const title = "motion capture, many walks: frames of a sequence; B = 20, q = 3, Hf = 30";
  assertStringIncludes(stdout, title);
  const { axes, threads } = results!;
  assertEquals([axes.length, threads], [1, 1]);
  const { points, fit } = axes[0]!;
  assertEquals(points.map(({ value }) => value), [15, 30, 60, 120, 240]);
  assertEquals(points.map(({ stepSeconds }) => stepSeconds.length), [2, 2, 2, 2, 2]);
  // A loop of 16 times as many iterations, on a machine with whatever else to do.
  assert(fit.powerLaw.exponent > 0.3 && fit.powerLaw.exponent < 2, `${fit.powerLaw.exponent}`);
});

Deno.test("memory.ts prints the series and writes JSON", async () => {
  const words = "--steps 40 --sequences 1";
  const { stdout, stderr, results } = await runToFile("./memory.ts", parseMemory, words);
  // So few steps may still fill caches: the verdict is not what is tested here.
  assertStringIncludes(stdout, "rotating MNIST: batch 1 × 11 frames, 40 steps in ", stderr);
  const { series, trend, firstLoss, lastLoss } = results!;
  assertEquals(series.map(({ step }) => step), Array.from({ length: 21 }, (_, i) => 2 * i));
  assert(series.every(({ residentBytes }) => residentBytes > 2 ** 26 && residentBytes < 2 ** 32));
  assertEquals(trend, memoryTrend(series));
  assert(lastLoss < firstLoss, `${firstLoss} → ${lastLoss}`);
});
