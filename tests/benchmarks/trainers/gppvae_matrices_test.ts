import { assertAlmostEquals, assertEquals } from "@std/assert";
import { fromJsonNumber } from "../../../models/training/json_number.ts";
import type { MatrixExhibit, Traces } from "../../../models/training/exhibit.ts";
import { codeDirections, processExhibits } from "../../../benchmarks/trainers/gppvae_matrices.ts";
import { covarianceAt, NUGGET } from "../../../models/gppvae/covariance.ts";
import { factorCovariance } from "../../../models/gppvae/likelihood.ts";
import { matrix } from "../../../models/linalg/matrix.ts";
import {
  denseCovariance,
  invert,
  randomProblem,
  signalCovariance,
} from "../../models/gppvae/_dense.ts";

const problem = randomProblem({ latents: 4 });
const { parameters, observations, codes } = problem;
const { objects, views, angles } = observations;
const process = factorCovariance(covarianceAt(parameters, observations));
const exhibits = processExhibits(process, codes, 120);
const [covariance, traces] = exhibits as [MatrixExhibit, Traces];

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

Deno.test("processExhibits() gives the covariance between all views by the kernel's definition", () => {
  const { rows, columns, values } = covariance;
  assertEquals(rows, columns);
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

Deno.test("processExhibits() gives a digit's codes in the same coordinates, posterior and encoded", () => {
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
  for (let p = 0; p < 3; p++) {
    const own = [...objects.keys()].filter((i) => objects[i] === p)
      .toSorted((a, b) => views[a]! - views[b]!);
    for (let k = 0; k < 3; k++) {
      const [smooth, encoded] = traces.panels[k]!.series.filter(({ colour }) => colour === p);
      assertEquals([smooth!.style, encoded!.style], ["line", "points"]);
      assertEquals(smooth!.x, [0, 60, 120, 180, 240, 300]);
      assertEquals(encoded!.x, own.map((i) => 60 * views[i]!));
      for (let q = 0; q < 6; q++) {
        const value = fromJsonNumber(smooth!.y[q]!);
        assertAlmostEquals(value, along(posterior(p, q), k), TOLERANCE);
      }
      own.forEach((i, at) => {
        const code = codes.data.subarray(i * latents, (i + 1) * latents);
        assertAlmostEquals(fromJsonNumber(encoded!.y[at]!), along(code, k), TOLERANCE);
      });
    }
  }
  assertEquals(traces.panels.length, 3);
  traces.panels.forEach(({ y }, k) =>
    assertEquals(y.label, `direction ${k + 1}, ${Math.round(100 * shares[k]!)} % of the variance`)
  );
  assertEquals(traces.marks, [{ x: 120, label: "never shown in training" }]);
});

Deno.test("processExhibits() keeps few and short numbers, angles of 16 views exact", () => {
  const many = Float64Array.from({ length: 16 }, (_, q) => angles[1]! * 6 * q / 16);
  const sixteen = factorCovariance(covarianceAt(parameters, { ...observations, angles: many }));
  const [first] = processExhibits(sixteen, codes, 0) as [MatrixExhibit];
  assertEquals(first.columns.coordinates, Array.from({ length: 16 }, (_, q) => 22.5 * q));
  const all = traces.panels.flatMap(({ series }) => series.flatMap(({ y }) => y));
  for (const value of [...covariance.values, ...all]) {
    assertEquals(value, Number(fromJsonNumber(value).toPrecision(6)));
  }
});
