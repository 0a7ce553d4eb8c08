import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  adjointFloat64,
  backpropFloat64,
  type Float64Gradient,
  type Float64Problem,
  solveFloat64,
} from "../../../models/ode/adaptive_float64.ts";
import { BOSH3, DOPRI5 } from "../../../models/ode/tableaus.ts";
import { relativeError } from "../cpu.ts";
import {
  FIELDS,
  GRADIENT_RESULTS,
  PARAM_PARTS,
  PARAMS,
  PERCEPTRON,
  PROBLEM_RESULTS,
  STATE,
  UPSTREAM,
  withoutGradient,
} from "./_torchdiffeq.ts";

const PAIRS: Readonly<Record<string, typeof DOPRI5>> = { dopri5: DOPRI5, bosh3: BOSH3 };
const problemAt = (tolerance: number, times: readonly number[]): Float64Problem => ({
  ...{ field: PERCEPTRON, params: PARAMS, paramParts: PARAM_PARTS, state: STATE },
  ...{ times, tolerance },
});
const all = ({ state, params }: Float64Gradient) => [...state, ...params];

Deno.test("solveFloat64() takes torchdiffeq's steps and meets its tests' bounds", () => {
  for (const { name, times, method, evaluations, exact, last } of PROBLEM_RESULTS) {
    const pair = PAIRS[method]!;
    const title = `${name} from ${times[0]} by ${method}`;
    const solved = solveFloat64({
      field: withoutGradient(FIELDS[name]!),
      params: new Float64Array(),
      ...{ state: Float64Array.from(exact[0]!), times, tolerance: 1e-7, pair },
    });
    assertEquals(solved.evaluations, evaluations, title);
    // torchdiffeq's bounds, relative to each number.
    const bound = name === "linear" ? 2e-3 : method === "bosh3" ? 3e-3 : 1e-4;
    solved.states.forEach((state, i) => {
      const error = relativeError([...state], exact[i]!, 0);
      assert(error < bound, `${title}: ${error} at time ${times[i]}`);
    });
    // For bosh3 it interpolates in another way.
    const error = relativeError([...solved.states.at(-1)!], last, 1);
    assert(error < (method === "bosh3" ? 1e-4 : 1e-9), `${title}: ${error} from torchdiffeq`);
  }
});

Deno.test("adjointFloat64() and backpropFloat64() are torchdiffeq's gradients", () => {
  for (const { tolerance, times, last, adjoint, backprop } of GRADIENT_RESULTS) {
    const problem = problemAt(tolerance, times);
    const solved = solveFloat64(problem);
    const own = adjointFloat64(problem, solved, UPSTREAM);
    assertEquals([solved.evaluations, own.evaluations], [adjoint.forward, adjoint.backward]);
    assert(relativeError([...solved.states.at(-1)!], last, 1) < 1e-11);
    assert(relativeError(all(own), adjoint.gradient, 1) < 1e-9);
    const passed = backpropFloat64(problem, solved, UPSTREAM);
    const error = relativeError(all(passed), backprop.gradient, 1);
    // torchdiffeq differentiates the length of the first step as well.
    assert(error < tolerance, `back-propagation at ${tolerance}: ${error}`);
  }
});

Deno.test("adjointFloat64() and backpropFloat64() agree as well as the tolerance allows", () => {
  const errors = [];
  for (let power = 3; power <= 10; power++) {
    const problem = problemAt(10 ** -power, [0, 0.4, 1.1, 2]);
    const solved = solveFloat64(problem);
    const gradients = [adjointFloat64, backpropFloat64].map((gradient) =>
      all(gradient(problem, solved, UPSTREAM))
    );
    errors.push(relativeError(gradients[0]!, gradients[1]!, 1));
  }
  assert(errors[5]! < 1e-5 && errors[7]! < 1e-7, `errors ${errors}`);
  for (const [i, error] of errors.entries()) assert(error < 2 * 10 ** (-1 - i), `errors ${errors}`);
});

Deno.test("adjointFloat64() and backpropFloat64() have the gradients of central differences", () => {
  const problem = problemAt(1e-10, [0, 0.4, 1.1, 2]);
  const lossOf = (problem: Float64Problem) =>
    solveFloat64(problem).states.reduce(
      (sum, state, i) => sum + state.reduce((s, z, j) => s + z * UPSTREAM[i]![j]!, 0),
      0,
    );
  const differences = (["state", "params"] as const).flatMap((name) =>
    Array.from(problem[name], (_, i) => {
      const at = (change: number) => {
        const moved = problem[name].slice();
        moved[i]! += change;
        return lossOf({ ...problem, [name]: moved });
      };
      return (at(1e-4) - at(-1e-4)) / 2e-4;
    })
  );
  const solved = solveFloat64(problem);
  for (const gradient of [adjointFloat64, backpropFloat64]) {
    const error = relativeError(all(gradient(problem, solved, UPSTREAM)), differences, 1);
    assert(error < 1e-6, `${gradient.name}: ${error}`);
  }
});

Deno.test("solveFloat64() returns the initial state when there is one time", () => {
  const problem = problemAt(1e-6, [3]);
  const solved = solveFloat64(problem);
  assertEquals(solved.states, [STATE]);
  for (const gradient of [adjointFloat64, backpropFloat64]) {
    const { state, params } = gradient(problem, solved, [UPSTREAM[0]!]);
    assertEquals([[...state], [...params]], [[...UPSTREAM[0]!], Array(25).fill(0)]);
  }
});

Deno.test("solveFloat64() says where it gave up when the solution explodes", () => {
  const field = withoutGradient((_, y) => y.map((y) => y * y));
  assertThrows(
    () => solveFloat64({ ...problemAt(1e-6, [0, 2]), field, state: Float64Array.of(1) }),
    RangeError,
    "Cannot solve to a tolerance of 0.000001: steps must be finite and longer than 0, is ",
  );
});
