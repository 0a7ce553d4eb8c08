/** What the rows of adjoint claim, on the benchmark's own equation. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { adjoint } from "../../../benchmarks/adjoint/definition.ts";
import { evaluate, relativeDifference } from "../../../benchmarks/adjoint/evaluate.ts";
import {
  double,
  doubleFixed,
  singleAdjoint,
  singleBackprop,
  singleFixed,
} from "../../../benchmarks/adjoint/solvers.ts";
import { ORT } from "../../models/backend/_agreement.ts";

const backend = () => Promise.resolve(ORT);
const { data } = await adjoint.loadData({ tier: "smoke", log: () => {} });

Deno.test("double() agrees to 1e-5 at a tolerance of 1e-8, and its reference to 1e-10", async () => {
  const [back, through] = [double("adjoint"), double("backprop")];
  const difference = async (tolerance: number) =>
    relativeDifference((await back(tolerance)).gradient, (await through(tolerance)).gradient);
  assert(await difference(1e-8) < 1e-5);
  assert(relativeDifference((await back(1e-13)).gradient, data.gradient) < 1e-10);
  // Fixed steps of another method lead there too.
  assert(relativeDifference((await doubleFixed(1e-10, backend)).gradient, data.gradient) < 1e-8);
});

Deno.test("the adjoint keeps the same bytes while evaluations double, back-propagation as many more", async () => {
  const solves = [[double("adjoint"), double("backprop"), [1e-4, 1e-10]], [
    (tolerance: number) => singleAdjoint(tolerance, backend),
    (tolerance: number) => singleBackprop(tolerance, backend),
    [1e-3, 1e-6],
  ]] as const;
  for (const [back, through, [loose, tight]] of solves) {
    const [before, after] = [await back(loose), await back(tight)];
    assert(after.evaluations >= 2 * before.evaluations);
    assertAlmostEquals(after.storedBytes / before.storedBytes, 1, 0.05);
    const [less, more] = [await through(loose), await through(tight)];
    assert(more.storedBytes > 1.5 * less.storedBytes, `${less.storedBytes} ${more.storedBytes}`);
  }
});

Deno.test("gradients in compiled steps agree with the reference to 1e-4 at a tolerance of 1e-5", async () => {
  for (const solve of [singleAdjoint, singleBackprop, singleFixed]) {
    const { gradient, last } = await solve(1e-5, backend);
    assert(relativeDifference(gradient, data.gradient) < 1e-4, `${gradient}`);
    assert(relativeDifference(last, data.last) < 1e-4);
  }
});

Deno.test("evaluate() scores at the row's tolerance and draws all of them", async () => {
  const solved = (tolerance: number) => ({
    gradient: [3 + 5 * tolerance, 4],
    last: [1 + tolerance],
    ...{ evaluations: 1 / tolerance, backwardEvaluations: 7, storedBytes: 2000 },
  });
  const { metrics, curves } = await evaluate(
    { digits: [1, 2], scoredDigits: 2, solve: (tolerance) => Promise.resolve(solved(tolerance)) },
    { gradient: [3, 4], last: [1] },
  );
  const values = Object.fromEntries(metrics.map(({ name, value }) => [name, Number(value)]));
  assertAlmostEquals(values.gradientError!, 0.01, 1e-12);
  assertEquals([values.storedGrowth, values.evaluationGrowth], [1, 10]);
  const curve = (name: string) => curves.find((one) => one.name === name)!;
  curve("gradientError").y.forEach((y, i) => assertAlmostEquals(Number(y), -1 - i, 1e-9));
  assertEquals([curve("storedBytes").x, curve("storedBytes").y], [[10, 100], [2, 2]]);
});
