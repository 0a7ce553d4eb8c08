import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { permutation, rootKey } from "../../../data/random/mod.ts";
import {
  covarianceAt,
  factorTimes,
  type GpParameters,
  NUGGET,
} from "../../../models/gppvae/covariance.ts";
import { factorCovariance } from "../../../models/gppvae/likelihood.ts";
import {
  codeGradients,
  taylorCoefficients,
  taylorGradient,
} from "../../../models/gppvae/taylor.ts";
import { frobenius, identity, matrix } from "../../../models/linalg/matrix.ts";
import { denseCovariance, denseNegativeLogLikelihood, randomProblem } from "./_dense.ts";

const problems = {
  "objects miss angles": randomProblem(),
  "there is one object": randomProblem({ objects: 1, angles: 8, perObject: 7, seed: 3 }),
  "there is one angle": randomProblem({ objects: 7, angles: 1, perObject: 1, seed: 4 }),
};

/** Central difference of f at x[i], with the two-step formula of fourth order. */
function slope(f: (x: Float64Array) => number, x: Float64Array, i: number, step = 1e-3): number {
  const at = (shift: number) => f(x.map((value, j) => j === i ? value + shift * step : value));
  return (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step);
}

for (const [name, { parameters, observations, codes }] of Object.entries(problems)) {
  const covariance = covarianceAt(parameters, observations);
  const coefficients = taylorCoefficients(factorCovariance(covariance), codes);
  const dense = (p: GpParameters) =>
    denseNegativeLogLikelihood(denseCovariance(p, observations, NUGGET), codes);

  Deno.test(`taylorCoefficients() and taylorGradient() equal central differences of a dense likelihood when ${name}`, () => {
    const gradient = taylorGradient(coefficients, covariance);
    const fixed = denseCovariance(parameters, observations, NUGGET);
    for (let i = 0; i < codes.data.length; i++) {
      const expected = slope(
        (data) => denseNegativeLogLikelihood(fixed, matrix(codes.rows, codes.columns, data)),
        codes.data,
        i,
      );
      assertAlmostEquals(coefficients.codes.data[i]!, expected, 1e-7);
    }
    for (const part of ["objectVectors", "kernel"] as const) {
      for (let i = 0; i < parameters[part].length; i++) {
        const expected = slope(
          (values) => dense({ ...parameters, [part]: values }),
          parameters[part],
          i,
        );
        assertAlmostEquals(gradient[part][i]!, expected, 1e-6, `${part} ${i}`);
      }
    }
    assertAlmostEquals(coefficients.value, dense(parameters), 1e-8);
  });

  Deno.test(`taylorGradient() of minibatches adds up to that of all images when ${name}`, () => {
    const whole = taylorGradient(coefficients, covariance);
    const order = permutation(rootKey(1), codes.rows);
    const sum = { objectVectors: whole.objectVectors.map(() => 0), kernel: new Float64Array(3) };
    for (let at = 0; at < order.length; at += 3) {
      const part = taylorGradient(coefficients, covariance, order.subarray(at, at + 3));
      part.objectVectors.forEach((value, i) => sum.objectVectors[i]! += value);
      part.kernel.forEach((value, i) => sum.kernel[i]! += value);
    }
    // 1e-4 is asked for; double precision does better.
    for (const [i, value] of whole.objectVectors.entries()) {
      assertAlmostEquals(sum.objectVectors[i]!, value, 1e-10);
    }
    for (const [i, value] of whole.kernel.entries()) {
      assertAlmostEquals(sum.kernel[i]!, value, 1e-10);
    }
  });
}

Deno.test("the Taylor expansion leaves an error of second order when everything moves", () => {
  const { parameters, observations, codes } = randomProblem({ seed: 6 });
  const covariance = covarianceAt(parameters, observations);
  const coefficients = taylorCoefficients(factorCovariance(covariance), codes);
  const columns = coefficients.factor.columns;
  const expansion = (p: GpParameters, z: Float64Array) => {
    const moved = covarianceAt(p, observations);
    const v = factorTimes(moved, identity(columns));
    return frobenius(coefficients.codes, matrix(codes.rows, codes.columns, z)) +
      frobenius(coefficients.factor, v) + coefficients.noise * moved.noise;
  };
  const error = (step: number) => {
    const move = (values: Float64Array) => values.map((x, i) => x + step * Math.sin(i + 1));
    const p = {
      objectVectors: move(parameters.objectVectors),
      kernel: move(parameters.kernel),
    };
    const z = move(codes.data);
    const before = expansion(parameters, codes.data);
    const truth = denseNegativeLogLikelihood(
      denseCovariance(p, observations, NUGGET),
      matrix(codes.rows, codes.columns, z),
    );
    return Math.abs(truth - coefficients.value - (expansion(p, z) - before));
  };
  const ratio = error(1e-3) / error(5e-4);
  assert(Math.abs(ratio - 4) < 0.2, `halving the step divides the error by ${ratio}`);
});

Deno.test("codeGradients() picks rows of a in the order that is asked for", () => {
  const { parameters, observations, codes } = randomProblem();
  const coefficients = taylorCoefficients(
    factorCovariance(covarianceAt(parameters, observations)),
    codes,
  );
  const { data } = coefficients.codes;
  assertEquals(
    codeGradients(coefficients, [3, 0]),
    Float32Array.of(data[6]!, data[7]!, data[0]!, data[1]!),
  );
});
