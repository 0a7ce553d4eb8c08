import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import {
  covarianceAt,
  type GpParameters,
  kernelParameters,
  NUGGET,
  type Observations,
} from "../../../models/gppvae/covariance.ts";
import {
  covarianceLogDeterminant,
  factorCovariance,
  negativeLogLikelihood,
  predictCodes,
  solveCodes,
} from "../../../models/gppvae/likelihood.ts";
import { type Matrix, matrix } from "../../../models/linalg/matrix.ts";
import {
  denseCovariance,
  denseNegativeLogLikelihood,
  invert,
  randomProblem,
  signalCovariance,
} from "./_dense.ts";

/** Largest difference, as a share of the largest expected number. */
function relative(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  const values = Array.from(expected);
  const size = Math.max(...values.map(Math.abs));
  return Math.max(...values.map((value, i) => Math.abs(value - actual[i]!))) / size;
}

function times(a: number[][], z: Matrix): number[] {
  return a.flatMap((row) =>
    Array.from(
      { length: z.columns },
      (_, l) => row.reduce((sum, value, j) => sum + value * z.data[j * z.columns + l]!, 0),
    )
  );
}

function factored(parameters: GpParameters, observations: Observations, nugget = NUGGET) {
  return factorCovariance(covarianceAt(parameters, observations, nugget));
}

const problems = {
  "every object has its own angles": randomProblem(),
  "n is 60 and there are more columns than codes": randomProblem({
    objects: 10,
    angles: 16,
    perObject: 6,
    rank: 4,
    seed: 2,
  }),
  "there is one object": randomProblem({ objects: 1, angles: 8, perObject: 7, seed: 3 }),
  "there is one angle": randomProblem({ objects: 7, angles: 1, perObject: 1, seed: 4 }),
  "there is one image": randomProblem({ objects: 1, angles: 1, perObject: 1, latents: 3 }),
};

for (const [name, { parameters, observations, codes }] of Object.entries(problems)) {
  Deno.test(`negativeLogLikelihood(), solveCodes() and predictCodes() equal dense matrices when ${name}`, () => {
    const dense = denseCovariance(parameters, observations, NUGGET);
    const { inverse, logDeterminant } = invert(dense);
    const model = factored(parameters, observations);
    const solved = times(inverse, codes);
    assert(relative(solveCodes(model, codes).data, solved) < 1e-8);
    assertAlmostEquals(covarianceLogDeterminant(model), logDeterminant, 1e-8);
    const expected = denseNegativeLogLikelihood(dense, codes);
    assertAlmostEquals(negativeLogLikelihood(model, codes) / expected, 1, 1e-8);

    // Every object at every angle, seen or not: k*ᵀ K⁻¹ Z.
    const { objectCount: objects, angles, objects: of, views } = observations;
    const pairs = Array.from({ length: objects * angles.length }, (_, t) =>
      [
        Math.floor(t / angles.length),
        t % angles.length,
      ] as const);
    const cross = pairs.map((pair) =>
      Array.from(
        of,
        (p, i) => signalCovariance(parameters, observations, NUGGET, pair, [p, views[i]!]),
      )
    );
    const predicted = predictCodes(model, codes, {
      objects: Int32Array.from(pairs, ([p]) => p),
      views: Int32Array.from(pairs, ([, q]) => q),
    });
    const denseSolved = matrix(codes.rows, codes.columns, Float64Array.from(solved));
    assert(relative(predicted.data, times(cross, denseSolved)) < 1e-8);
  });
}

Deno.test("predictCodes() repeats smooth codes when the noise is small, also at the unseen angle", () => {
  // z = cos θ of three identical objects, none of which shows angle 3 of 16.
  const angles = Float64Array.from({ length: 16 }, (_, q) => 2 * Math.PI * q / 16);
  const seen = angles.map((_, q) => q).filter((q) => q !== 3);
  const observations: Observations = {
    objects: Int32Array.from({ length: 45 }, (_, i) => Math.floor(i / 15)),
    views: Int32Array.from({ length: 45 }, (_, i) => seen[i % 15]!),
    objectCount: 3,
    angles,
  };
  const parameters = {
    objectVectors: new Float64Array(6).fill(1),
    kernel: kernelParameters(1, 1e-4),
  };
  const codes = matrix(45, 1, Float64Array.from(observations.views, (q) => Math.cos(angles[q]!)));
  const model = factored(parameters, observations);
  const at = (q: number) =>
    predictCodes(model, codes, { objects: Int32Array.of(1), views: Int32Array.of(q) }).data[0]!;
  for (const q of [0, 3, 8]) assertAlmostEquals(at(q), Math.cos(angles[q]!), 1e-3);
});

Deno.test("a Gaussian process throws in one line when its covariance cannot be built", () => {
  const { parameters, observations, codes } = randomProblem();
  const refuses = (action: () => unknown, words: string) => {
    const error = assertThrows(action, RangeError, words);
    assert(/^Cannot [^\n]+$/.test(error.message), error.message);
  };
  const kernel = (...values: number[]) => ({ ...parameters, kernel: Float64Array.from(values) });
  const twice = { ...observations, angles: observations.angles.map((a, q) => q === 1 ? 0 : a) };
  refuses(
    () => covarianceAt(parameters, twice, 0),
    "Cannot factor the view covariance: it must be positive definite",
  );
  // The nugget is what makes two equal angles, and a very long length scale, possible.
  covarianceAt(parameters, twice);
  refuses(() => covarianceAt(kernel(8, 0, 0), observations, 0), "must be positive definite");
  covarianceAt(kernel(8, 0, 0), observations);
  refuses(
    () => covarianceAt(kernel(NaN, 0, 0), observations),
    "the length scale must be a positive number, is NaN",
  );
  refuses(
    () => covarianceAt(kernel(0, 0, -1000), observations),
    "variances must be positive, are 1 (signal) and 0 (noise)",
  );
  refuses(() => covarianceAt(kernel(0, NaN, 0), observations), "NaN (signal) and NaN (noise)");
  const zero = { ...parameters, objectVectors: parameters.objectVectors.slice().fill(0, 3, 6) };
  refuses(
    () => covarianceAt(zero, observations),
    "Cannot normalise object vector 1: its length must be positive and finite, is 0",
  );
  const short = { ...parameters, objectVectors: parameters.objectVectors.subarray(1) };
  refuses(() => covarianceAt(short, observations), "is 14");
  const none = { ...observations, objects: new Int32Array(0), views: new Int32Array(0) };
  refuses(() => covarianceAt(parameters, none), "the number of codes must be at least 1");
  const uneven = { ...observations, views: observations.views.subarray(1) };
  refuses(() => covarianceAt(parameters, uneven), "is 20 and 19");
  const beyond = { ...observations, views: observations.views.map((q, i) => i === 2 ? 6 : q) };
  refuses(() => covarianceAt(parameters, beyond), "views must be 0 … 5, is 6");
  refuses(
    () => solveCodes(factored(parameters, observations), matrix(2, 1)),
    "Cannot evaluate latent codes: their number must be that of the observations, 20, is 2",
  );
  assertEquals(codes.rows, 20);
});

Deno.test("predictCodes() throws in one line when the object was never seen, or is none", () => {
  const { parameters, observations, codes } = randomProblem();
  // Object 4's images become object 0's second ones: nothing is left of object 4.
  const without = { ...observations, objects: observations.objects.map((p) => p === 4 ? 0 : p) };
  const model = factored(parameters, without);
  const predict = (object: number) =>
    predictCodes(model, codes, { objects: Int32Array.of(object), views: Int32Array.of(0) });
  assertEquals(predict(0).rows, 1);
  assertEquals(
    assertThrows(() => predict(4), RangeError).message,
    "Cannot predict object 4: its number of observations must be at least 1, is 0",
  );
  assertThrows(() => predict(5), RangeError, "objects must be 0 … 4, is 5");
});
