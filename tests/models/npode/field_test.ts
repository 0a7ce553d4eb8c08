/** The field and its paths against SciPy, gradients against central differences. */
import { assert, assertAlmostEquals, assertThrows } from "@std/assert";
import { matrix } from "../../../models/linalg/matrix.ts";
import { InducingField, inducingGrid, interpolation } from "../../../models/npode/field.ts";
import { solvePath } from "../../../models/npode/path.ts";
import {
  initialStateObjective,
  type ModelOptions,
  negativeLogPosterior,
  type ObservedStates,
} from "../../../models/npode/posterior.ts";
import { multiply } from "../../../models/linalg/matrix.ts";
import { DOPRI5, EULER, RK4 } from "../../../models/ode/tableaus.ts";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import { gradientError } from "../linalg/_central_differences.ts";
import vectors from "./field_vectors.json" with { type: "json" };

const rows = (values: number[][]) =>
  matrix(values.length, values[0]!.length, Float64Array.from(values.flat()));

const grid = inducingGrid(rows(vectors.states), {
  ...vectors,
  lengthScales: Float64Array.from(vectors.lengthScales),
});
const field = new InducingField(grid, rows(vectors.whitened));

Deno.test("InducingField.evaluate() interpolates as NumPy does", () => {
  const value = new Float64Array(2);
  vectors.points.forEach((point, i) => {
    field.evaluate(Float64Array.from(point), value);
    value.forEach((v, d) => assertAlmostEquals(v, vectors.field[i]![d]!, 1e-9));
  });
});

Deno.test("interpolation() of whitened vectors is the field", () => {
  const { data } = multiply(interpolation(grid, rows(vectors.points)), rows(vectors.whitened));
  data.forEach((value, i) => assertAlmostEquals(value, vectors.field.flat()[i]!, 1e-9));
});

Deno.test("solvePath() agrees with solve_ivp, and converges in the order of its method", () => {
  const errorOf = (tableau: typeof RK4, stepsPerTime: number) => {
    const steps = 6 * stepsPerTime;
    const solver = { tableau, stepSize: 1 / stepsPerTime };
    const { states } = solvePath(field, vectors.path[0]!, steps, solver);
    return Math.max(
      ...vectors.times.flatMap((time, i) =>
        vectors.path[i]!.map((value, d) =>
          Math.abs(states[Math.round(time * stepsPerTime) * 2 + d]! - value)
        )
      ),
    );
  };
  assert(errorOf(RK4, 400) < 1e-8);
  assert(errorOf(DOPRI5, 200) < 1e-8);
  assertAlmostEquals(Math.log2(errorOf(RK4, 50) / errorOf(RK4, 100)), 4, 0.3);
  assertAlmostEquals(Math.log2(errorOf(EULER, 800) / errorOf(EULER, 1600)), 1, 0.2);
});

const options = { frameInterval: 0.1, stepsPerFrame: 2 };
const observed: ObservedStates[] = [
  { offsets: [0, 1, 3, 6], states: rows([[1.5, 0.5], [1.5, 0.3], [1.4, -0.4], [1, -1]]) },
  { offsets: [0, 2, 5], states: rows([[-1, 1], [-0.6, 1.5], [0.3, 2]]) },
];

for (const initialState of ["learned", "first-frame"] as const) {
  Deno.test(`negativeLogPosterior() has the gradient of central differences, initial states ${initialState}`, () => {
    const model: ModelOptions = { ...options, initialState };
    const starts = initialState === "learned" ? [1.4, 0.6, -1.1, 0.9] : [];
    const point = Float64Array.of(...vectors.whitened.flat(), -1, -0.7, ...starts);
    normal(fold(rootKey(3), "shift"), point.length).forEach((v, i) => point[i]! += 0.1 * v);
    const error = gradientError(negativeLogPosterior(grid, observed, model), point);
    assert(error < 1e-6, `${error}`);
    const fixed = negativeLogPosterior(grid, observed, model, "fixed")(point).gradient;
    assert(fixed.subarray(32, 34).every((slope) => slope === 0));
  });
}

Deno.test("initialStateObjective() has the gradient of central differences", () => {
  const model: ModelOptions = { ...options, initialState: "learned" };
  const objective = initialStateObjective(field, observed[0]!, Float64Array.of(-1, 0), model);
  const error = gradientError(objective, Float64Array.of(1.2, 0.9));
  assert(error < 1e-6, `${error}`);
});

Deno.test("negativeLogPosterior() of a path that is met exactly is that of its constants", () => {
  const { states } = solvePath(field, [1.5, 0.5], 4, { tableau: RK4, stepSize: 0.05 });
  const met = [{
    offsets: [0, 1, 2],
    states: rows([0, 2, 4].map((i) => [...states.subarray(2 * i, 2 * i + 2)])),
  }];
  const model: ModelOptions = { ...options, initialState: "first-frame" };
  const point = Float64Array.of(...vectors.whitened.flat(), -1, -0.7);
  const { value } = negativeLogPosterior(grid, met, model)(point);
  const squares = vectors.whitened.flat().reduce((sum, u) => sum + u * u, 0);
  const expected = 2 * (-1 - 0.7) + squares / 2 + (32 + 4) / 2 * Math.log(2 * Math.PI);
  assertAlmostEquals(value, expected, 1e-9);
});

Deno.test("inducingGrid() refuses a grid of too many points", () => {
  const settings = { gridWidth: 50, lengthScales: Float64Array.of(1, 1), signalDeviation: 1 };
  assertThrows(() => inducingGrid(rows(vectors.states), settings), RangeError, "is 2500");
});
