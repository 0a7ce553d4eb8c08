import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { operatorTimes, type ProfileEvent } from "../../../benchmarks/speed/analysis.ts";
import { profileStep } from "../../../benchmarks/speed/profile.ts";
import { SIZES } from "../../../benchmarks/speed/sizes.ts";
import { profileTable } from "../../../benchmarks/speed/tables.ts";

const node = (op_name: string, ts: number, dur: number, provider = "CPU"): ProfileEvent => ({
  ...{ cat: "Node", name: `${op_name}_kernel_time`, ts, dur },
  args: { op_name, provider: `${provider}ExecutionProvider` },
});
const session = (ts: number, dur: number): ProfileEvent => ({
  ...{ cat: "Session", name: "model_run", ts, dur },
});

Deno.test("operatorTimes() sums the last runs by operator, those in loops apart", () => {
  const events = [
    // The profiler writes a node when it ends, so that a loop comes after its body.
    ...[node("Conv", 10, 900), session(0, 1000)],
    ...[node("Conv", 2000, 100, "CUDA"), node("Mul", 2200, 5), node("Mul", 2210, 5)],
    ...[node("Scan", 2150, 200), node("Mul", 2400, 30), session(2000, 500)],
    ...[node("Conv", 3000, 300, "CUDA"), session(3000, 700)],
  ];
  const { stepSeconds, operators } = operatorTimes(events, 2);
  assertEquals(Math.round(1e6 * stepSeconds), 600);
  assertEquals(operators.map(({ operator, provider, inLoop }) => [operator, provider, inLoop]), [
    ["Conv", "CUDA", false],
    ["Scan", "CPU", false],
    ["Mul", "CPU", false],
    ["Mul", "CPU", true],
  ]);
  assertEquals(operators.map(({ calls }) => calls), [1, 0.5, 0.5, 1]);
  assertEquals(operators.map(({ seconds }) => Math.round(1e6 * seconds)), [200, 100, 15, 5]);
  assertThrows(() => operatorTimes(events, 4), RangeError, "it must have 4 runs, has 3");
});

Deno.test("profileStep() accounts for a step's time, and its table names what takes most", async () => {
  const size = { ...SIZES.mocap_many, sequences: 2, frames: 12, grid: 12 };
  const profile = await profileStep("ort-cpu", size, { steps: 3, threads: 1 });
  const outside = profile.operators.filter(({ inLoop }) => !inLoop);
  const sum = outside.reduce((total, { seconds }) => total + seconds, 0);
  // The rest is between nodes.
  assert(sum > 0.5 * profile.stepSeconds && sum < 1.1 * profile.stepSeconds, `${sum}`);
  assertEquals(outside[0]!.operator, "Scan");
  assert(profile.operators.some(({ inLoop, operator }) => inLoop && operator === "Gemm"));
  const table = profileTable(profile);
  assertStringIncludes(table, "| Scan | CPU |");
  assertStringIncludes(table, "| in loops: ");
});
