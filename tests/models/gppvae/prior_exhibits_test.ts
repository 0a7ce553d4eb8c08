import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { fromJsonNumber } from "../../../models/training/json_number.ts";
import type { MatrixExhibit, Traces } from "../../../models/training/exhibit.ts";
import { covarianceAt, NUGGET } from "../../../models/gppvae/covariance.ts";
import { factorCovariance, type FactoredCovariance } from "../../../models/gppvae/likelihood.ts";
import { codeDirections, priorExhibits } from "../../../models/gppvae/prior_exhibits.ts";
import { matrix } from "../../../models/linalg/matrix.ts";
import { denseCovariance, invert, randomProblem, signalCovariance } from "./_dense.ts";

const problem = randomProblem({ latents: 4 });
const { parameters, observations, codes } = problem;
const { objects, views, angles } = observations;
const process = factorCovariance(covarianceAt(parameters, observations));

/** The covariance between views, and the codes along the angle. */
function exhibits(of: FactoredCovariance = process): [MatrixExhibit, Traces] {
  const [covariance, along, ...more] = priorExhibits(of, codes);
  assertEquals([covariance?.name, covariance?.kind], ["viewCovariance", "matrix"]);
  assertEquals([along?.name, along?.kind, more], ["codesAlongAngle", "traces", []]);
  return [covariance as MatrixExhibit, along as Traces];
}

/** Six significant digits of numbers of about 1. */
const TOLERANCE = 2e-5;

Deno.test("codeDirections() finds known axes and their shares, whichever sign the data have", () => {
  // ±3 along (0.6, 0.8, 0), ±2 along (0.8, -0.6, 0), ±1 along the third axis, around (5, 6, 7).
  const axes = [[0.6, 0.8, 0], [0.8, -0.6, 0], [0, 0, 1]];
  const rows = axes.flatMap((axis, k) =>
    [1, -1].map((sign) => axis.map((value, l) => 5 + l + sign * (3 - k) * value))
  );
  for (const order of [rows, rows.toReversed()]) {
    const { mean, directions, shares } = codeDirections(
      matrix(6, 3, Float64Array.from(order.flat())),
      2,
    );
    mean.forEach((value, l) => assertAlmostEquals(value, 5 + l, 1e-12));
    [9 / 14, 4 / 14].forEach((share, k) => assertAlmostEquals(shares[k]!, share, 1e-12));
    [0.6, 0.8, 0.8, -0.6, 0, 0].forEach((value, at) =>
      assertAlmostEquals(directions.data[at]!, value, 1e-12, `component ${at}`)
    );
  }
});

Deno.test("codeDirections() throws when there are fewer dimensions than directions", () => {
  assertThrows(() => codeDirections(matrix(3, 1, Float64Array.of(1, 2, 4)), 2), RangeError);
});

Deno.test("priorExhibits() gives the covariance between all views by the kernel's definition", () => {
  const [{ rows, columns, values }] = exhibits();
  assertEquals(rows, columns);
  assertEquals([rows.label, rows.unit], ["angle", "degrees"]);
  assertEquals(rows.coordinates, [0, 60, 120, 180, 240, 300]);
  for (let q = 0; q < 6; q++) {
    for (let s = 0; s < 6; s++) {
      // Of one object with itself at variance 1.
      const alone = {
        objectVectors: Float64Array.of(1),
        kernel: Float64Array.of(parameters.kernel[0]!, 0, -60),
      };
      const one = { ...observations, objectCount: 1 };
      const expected = signalCovariance(alone, one, NUGGET, [0, q], [0, s]);
      assertAlmostEquals(fromJsonNumber(values[6 * q + s]!), expected, TOLERANCE);
    }
  }
});

Deno.test("priorExhibits() gives an object's codes in the same coordinates, posterior and encoded", () => {
  // The posterior mean by dense matrices: k* K⁻¹ Z.
  const { inverse } = invert(denseCovariance(parameters, observations, NUGGET));
  const latents = codes.columns;
  const solved = inverse.map((row) =>
    Array.from(
      { length: latents },
      (_, l) => row.reduce((sum, value, j) => sum + value * codes.data[j * latents + l]!, 0),
    )
  );
  const posterior = (p: number, q: number) =>
    Array.from({ length: latents }, (_, l) =>
      solved.reduce(
        (sum, row, j) =>
          sum +
          row[l]! *
            signalCovariance(parameters, observations, NUGGET, [p, q], [objects[j]!, views[j]!]),
        0,
      ));
  const everywhere = Array.from(
    { length: 5 },
    (_, p) => Array.from({ length: 6 }, (_, q) => posterior(p, q)),
  ).flat();
  const { mean, directions, shares } = codeDirections(
    matrix(30, latents, Float64Array.from(everywhere.flat())),
    3,
  );
  const along = (code: ArrayLike<number>, k: number) =>
    Array.from(code).reduce(
      (sum, value, l) => sum + (value - mean[l]!) * directions.data[3 * l + k]!,
      0,
    );
  const [, { panels, x, xStep, sharedY }] = exhibits();
  assertEquals([x, xStep, sharedY], [{ label: "angle", unit: "degrees" }, 90, true]);
  assertEquals(panels.length, 3);
  for (const [k, { y, series }] of panels.entries()) {
    const percent = Math.round(100 * shares[k]!);
    assertEquals(y.label, `direction ${k + 1}, ${percent} % of the variance`);
    for (let p = 0; p < 3; p++) {
      const [smooth, encoded] = series.slice(2 * p, 2 * p + 2);
      assertEquals(
        [smooth, encoded].map((one) => [one!.label, one!.colour, one!.style]),
        [
          [`object ${p}: posterior mean`, p, "line"],
          [`object ${p}: the encoder's code`, p, "points"],
        ],
      );
      assertEquals(smooth!.x, [0, 60, 120, 180, 240, 300]);
      smooth!.y.forEach((value, q) =>
        assertAlmostEquals(fromJsonNumber(value), along(posterior(p, q), k), TOLERANCE)
      );
      const own = [...objects.keys()].filter((i) => objects[i] === p)
        .toSorted((a, b) => views[a]! - views[b]!);
      assertEquals(encoded!.x, own.map((i) => 60 * views[i]!));
      own.forEach((i, at) => {
        const code = codes.data.subarray(i * latents, (i + 1) * latents);
        assertAlmostEquals(fromJsonNumber(encoded!.y[at]!), along(code, k), TOLERANCE);
      });
    }
    assertEquals(series.length, 6);
  }
});

Deno.test("priorExhibits() keeps few and short numbers, angles of 16 views exact", () => {
  const many = Float64Array.from({ length: 16 }, (_, q) => angles[1]! * 6 * q / 16);
  const [sixteen] = exhibits(
    factorCovariance(covarianceAt(parameters, { ...observations, angles: many })),
  );
  assertEquals(sixteen.columns.coordinates, Array.from({ length: 16 }, (_, q) => 22.5 * q));
  const [covariance, { panels }] = exhibits();
  const lines = panels.flatMap(({ series }) => series.map(({ y }) => y));
  for (const value of [covariance.values, ...lines].flat()) {
    assertEquals(value, Number(fromJsonNumber(value).toPrecision(6)));
  }
});
