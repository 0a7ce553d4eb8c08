import { assertEquals } from "@std/assert";
import { EpochCurves, thinned } from "../../../benchmarks/runner/epoch_curves.ts";

const descriptions = {
  loss: { label: "loss", unit: "nats", direction: "lower" as const },
  accuracy: { label: "accuracy", unit: "" },
};
const epoch = { xLabel: "epoch", xUnit: "" };

Deno.test("EpochCurves.toCurves() orders by description and keeps gaps", () => {
  const curves = new EpochCurves(descriptions);
  curves.add(1, { zeta: 1, accuracy: 0.5, loss: 3 });
  curves.add(2, { loss: NaN, alpha: 2 });
  assertEquals(curves.toCurves(), [
    { name: "loss", ...descriptions.loss, ...epoch, x: [1, 2], y: [3, "NaN"] },
    { name: "accuracy", label: "accuracy", unit: "", ...epoch, x: [1], y: [0.5] },
    { name: "alpha", label: "alpha", unit: "", ...epoch, x: [2], y: [2] },
    { name: "zeta", label: "zeta", unit: "", ...epoch, x: [1], y: [1] },
  ]);
});

Deno.test("EpochCurves gives the same curves when resumed", () => {
  const whole = new EpochCurves(descriptions);
  whole.add(1, { loss: 3 });
  const resumed = new EpochCurves(descriptions, whole.toCurves());
  for (const curves of [whole, resumed]) curves.add(2, { loss: Infinity, accuracy: 1 });
  assertEquals(resumed.toCurves(), whole.toCurves());
});

Deno.test("thinned() keeps at most 250 points, evenly spaced, with the last one", () => {
  const curve = (count: number) => {
    const curves = new EpochCurves(descriptions);
    for (let i = 1; i <= count; i++) curves.add(i, { loss: 2 * i });
    return curves.toCurves()[0]!;
  };
  assertEquals(thinned(curve(250)), curve(250));
  const { x, y } = thinned(curve(1000));
  assertEquals([x.length, x[0], x[1], x.at(-1), y.at(-1)], [250, 4, 8, 1000, 2000]);
  assertEquals(thinned(curve(251)).x.length, 126);
});
