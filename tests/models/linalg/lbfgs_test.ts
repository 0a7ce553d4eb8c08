/** Minimisation by L-BFGS: known minima, a domain with an edge, and continuation bit for bit. */
import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  lbfgsLengths,
  type LbfgsState,
  lbfgsStep,
  minimise,
  type Objective,
  startLbfgs,
} from "../../../models/linalg/lbfgs.ts";
import { NumericalError } from "../../../models/linalg/matrix.ts";

/** Rosenbrock's function of ten numbers, with its minimum 0 at (1, …, 1). */
const rosenbrock: Objective = (x) => {
  const gradient = new Float64Array(x.length);
  let value = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [1 - x[i]!, x[i + 1]! - x[i]! ** 2];
    value += a * a + 100 * b * b;
    gradient[i]! += -2 * a - 400 * b * x[i]!;
    gradient[i + 1]! += 200 * b;
  }
  return { value, gradient };
};

const START = Float64Array.from({ length: 10 }, (_, i) => i % 2 === 0 ? -1.2 : 1);

function minimised(objective: Objective, state: LbfgsState, steps: number): LbfgsState {
  let current = state;
  for (let k = 0; k < steps; k++) {
    const next = lbfgsStep(objective, current);
    if (next === undefined) return current;
    assert(next.value[0]! < current.value[0]!);
    current = next;
  }
  return current;
}

Deno.test("lbfgsStep() finds Rosenbrock's minimum", () => {
  let evaluations = 0;
  const counted: Objective = (x) => (evaluations++, rosenbrock(x));
  const { point, gradient } = minimised(counted, startLbfgs(counted, START), 200);
  for (const x of point) assertAlmostEquals(x, 1, 1e-8);
  assert(gradient.every((g) => Math.abs(g) < 1e-6));
  assert(evaluations < 200, `${evaluations} evaluations`);
});

Deno.test("minimise() takes as many steps as it is given, or fewer at a minimum", () => {
  const five = minimised(rosenbrock, startLbfgs(rosenbrock, START), 5);
  assertEquals(minimise(rosenbrock, START, 5), five.point);
  for (const x of minimise(rosenbrock, START, 10_000)) assertAlmostEquals(x, 1, 1e-8);
});

Deno.test("lbfgsStep() minimises a quadratic form of n numbers in few steps", () => {
  const quadratic: Objective = (x) => ({
    value: x.reduce((sum, value, i) => sum + (i + 1) * (value - i) ** 2, 0),
    gradient: x.map((value, i) => 2 * (i + 1) * (value - i)),
  });
  const { point } = minimised(quadratic, startLbfgs(quadratic, new Float64Array(6)), 30);
  point.forEach((x, i) => assertAlmostEquals(x, i, 1e-7));
});

Deno.test("lbfgsStep() stays within the domain", () => {
  // x − log x is no number at x < 0, and its minimum is at 1.
  const barrier: Objective = ([x]) => ({
    value: x! - Math.log(x!),
    gradient: Float64Array.of(1 - 1 / x!),
  });
  const { point } = minimised(barrier, startLbfgs(barrier, Float64Array.of(0.01)), 50);
  assertAlmostEquals(point[0]!, 1, 1e-7);
});

Deno.test("lbfgsStep() ends at a minimum", () => {
  const flat: Objective = () => ({ value: 3, gradient: new Float64Array(2) });
  assertEquals(lbfgsStep(flat, startLbfgs(flat, new Float64Array(2))), undefined);
});

Deno.test("lbfgsStep() goes on from copied arrays bit for bit, also with a full memory", () => {
  const whole = minimised(rosenbrock, startLbfgs(rosenbrock, START, 3), 25);
  const half = minimised(rosenbrock, startLbfgs(rosenbrock, START, 3), 12);
  const copied = Object.fromEntries(
    Object.entries(half).map(([name, array]) => [name, array.slice()]),
  ) as LbfgsState;
  assertEquals(minimised(rosenbrock, copied, 13), whole);
  assertEquals(whole.remembered[0], 3);
  for (const [name, length] of Object.entries(lbfgsLengths(10, 3))) {
    assertEquals(whole[name as keyof LbfgsState].length, length);
  }
});

Deno.test("startLbfgs() refuses to begin where the objective is not finite", () => {
  const outside: Objective = () => ({ value: NaN, gradient: new Float64Array(1) });
  assertThrows(() => startLbfgs(outside, new Float64Array(1)), NumericalError, "is NaN");
});
