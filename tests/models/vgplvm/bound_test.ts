/** VGPLVM's bound: gradients by central differences, statistics by quadrature, the bound below what it bounds. */
import { assert, assertAlmostEquals } from "@std/assert";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import {
  cholesky,
  choleskyInverse,
  choleskySolve,
  logDeterminant,
} from "../../../models/linalg/cholesky.ts";
import { lbfgsStep, startLbfgs } from "../../../models/linalg/lbfgs.ts";
import {
  frobenius,
  type Matrix,
  matrix,
  multiply,
  row,
  trace,
} from "../../../models/linalg/matrix.ts";
import { collapsedBound } from "../../../models/vgplvm/bound.ts";
import {
  type ModelSizes,
  negativeBound,
  parameterCount,
  parametersOf,
} from "../../../models/vgplvm/model.ts";
import { pathPosterior } from "../../../models/vgplvm/posterior.ts";
import { type MappingKernel, psi1Of, psiStatistics } from "../../../models/vgplvm/psi.ts";
import { TIME_KERNELS, timePrior } from "../../../models/vgplvm/time_kernel.ts";
import { gradientError } from "../linalg/_gradients.ts";

const random = (name: string, rows: number, columns: number, scale = 1) =>
  matrix(
    rows,
    columns,
    Float64Array.from(normal(fold(rootKey(5), name), rows * columns), (v) => scale * v),
  );

const kernel: MappingKernel = {
  inverseWidths: Float64Array.of(0.8, 1.7),
  variance: 1.3,
  bias: 0.4,
};

/** k(x, x') of columns of (Q, N) matrices. */
function kernelBetween(own: MappingKernel, x: Matrix, i: number, z: Matrix, j: number): number {
  let exponent = 0;
  own.inverseWidths.forEach((alpha, q) =>
    exponent -= 0.5 * alpha * (row(x, q)[i]! - row(z, q)[j]!) ** 2
  );
  return own.variance * Math.exp(exponent) + own.bias;
}

for (const timeKernel of TIME_KERNELS) {
  Deno.test(`negativeBound() has the gradient of central differences, ${timeKernel}`, () => {
    const sizes: ModelSizes = { latentDimensions: 2, inducingInputs: 4, timeKernel };
    const observed = {
      frames: random("frames", 6, 3),
      times: Float64Array.of(0, 0.15, 0.3, 0.55, 0.8, 1),
    };
    const point = random("point", 1, parameterCount(sizes, 6), 0.4).data;
    const parts = parametersOf(sizes, 6, point);
    parts.inducing.data.set(random("inducing", 2, 4, 1.5).data);
    parts.logTime[0] = Math.log(20);
    const error = gradientError(negativeBound(sizes, observed), point);
    assert(error < 1e-6, `${error}`);
    const { gradient } = negativeBound(sizes, observed, "all-but-noise")(point);
    const whole = negativeBound(sizes, observed)(point).gradient;
    const noise = point.length - parts.logTime.length - 1;
    gradient.forEach((slope, i) => assert(slope === (i === noise ? 0 : whole[i]), `${i}`));
    const latents = negativeBound(sizes, observed, "latents")(point).gradient;
    latents.forEach((slope, i) => assert(slope === (i < 24 ? whole[i] : 0), `${i}`));
  });
}

/** ⟨f(x)⟩ of two independent Gaussians by the trapezoidal rule, exact to rounding for what is so smooth. */
function quadrature(
  means: readonly number[],
  variances: readonly number[],
  f: (x: Matrix) => number,
): number {
  const [steps, reach] = [50, 9];
  const h = 2 * reach / steps;
  const x = matrix(2, 1);
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    for (let j = 0; j <= steps; j++) {
      const [u, v] = [i * h - reach, j * h - reach];
      x.data[0] = means[0]! + Math.sqrt(variances[0]!) * u;
      x.data[1] = means[1]! + Math.sqrt(variances[1]!) * v;
      sum += h * h * Math.exp(-(u * u + v * v) / 2) / (2 * Math.PI) * f(x);
    }
  }
  return sum;
}

Deno.test("psiStatistics() are expectations of the kernel, by quadrature", () => {
  const latents = {
    means: random("means", 2, 3),
    variances: matrix(2, 3, Float64Array.of(0.5, 0.02, 1.2, 0.3, 0.7, 0.1)),
  };
  const inducing = random("inducing", 2, 4);
  const { statistics } = psiStatistics(kernel, latents, inducing);
  const expected = (n: number, f: (x: Matrix) => number) =>
    quadrature(
      [row(latents.means, 0)[n]!, row(latents.means, 1)[n]!],
      [row(latents.variances, 0)[n]!, row(latents.variances, 1)[n]!],
      f,
    );
  const k = (x: Matrix, m: number) => kernelBetween(kernel, x, 0, inducing, m);
  assertAlmostEquals(statistics.psi0, 3 * (1.3 + 0.4), 1e-12);
  const alone = psi1Of(kernel, latents, inducing);
  for (let m = 0; m < 4; m++) {
    for (let n = 0; n < 3; n++) {
      const truth = expected(n, (x) => k(x, m));
      assertAlmostEquals(statistics.psi1.data[n * 4 + m]!, truth, 1e-10);
      assertAlmostEquals(alone.data[n * 4 + m]!, truth, 1e-10);
    }
    for (let other = 0; other < 4; other++) {
      const truth = [0, 1, 2].reduce(
        (sum, n) => sum + expected(n, (x) => k(x, m) * k(x, other)),
        0,
      );
      assertAlmostEquals(statistics.psi2.data[m * 4 + other]!, truth, 1e-10);
      const between = kernelBetween(kernel, inducing, m, inducing, other);
      assertAlmostEquals(statistics.gram.data[m * 4 + other]!, between, 2e-6);
    }
  }
});

Deno.test("pathPosterior() is (K⁻¹ + Λ)⁻¹ around K·μ̄, with its divergence from N(0, K)", () => {
  const times = Float64Array.of(0, 0.2, 0.5, 0.6, 1);
  const log = Float64Array.of(30, 0.1, 0.2).map(Math.log);
  const prior = timePrior("rbf", log, times);
  const means = random("means", 1, 5).data;
  const precisions = Float64Array.of(0.1, 3, 20, 1, 0.5);
  const { mean, covariance, divergence } = pathPosterior(prior, means, precisions);
  const inverse = choleskyInverse(cholesky(prior));
  const sum = matrix(5, 5, inverse.data.slice());
  precisions.forEach((value, n) => sum.data[n * 6]! += value);
  const expected = choleskyInverse(cholesky(sum));
  covariance.data.forEach((value, i) => assertAlmostEquals(value, expected.data[i]!, 1e-12));
  const image = multiply(prior, matrix(5, 1, means));
  mean.forEach((value, n) => assertAlmostEquals(value, image.data[n]!, 1e-12));
  const quadratic = frobenius(image, matrix(5, 1, means)); // (Kμ̄)ᵀ K⁻¹ (Kμ̄)
  const truth = 0.5 * (
    trace(multiply(inverse, expected)) + quadratic - 5 +
    logDeterminant(cholesky(prior)) - logDeterminant(cholesky(expected))
  );
  assertAlmostEquals(divergence, truth, 1e-10);
});

/** log N(y; 0, K(X, X) + I/β) summed over columns of the frames. */
function logLikelihood(own: MappingKernel, x: Matrix, frames: Matrix, precision: number): number {
  const [N, D] = [frames.rows, frames.columns];
  const covariance = matrix(N, N);
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < N; j++) {
      covariance.data[i * N + j] = kernelBetween(own, x, i, x, j) + (i === j ? 1 / precision : 0);
    }
  }
  const factor = cholesky(covariance);
  const fit = frobenius(frames, choleskySolve(factor, frames));
  return -0.5 * (fit + D * logDeterminant(factor) + N * D * Math.log(2 * Math.PI));
}

Deno.test("collapsedBound() of latents without variance is below the likelihood, and it where Z = X", () => {
  const [N, precision] = [7, 20];
  const means = random("means", 2, N, 2);
  const latents = { means, variances: matrix(2, N) };
  const frames = random("frames", N, 3);
  const exact = logLikelihood(kernel, means, frames, precision);
  const boundOf = (inducing: Matrix) =>
    collapsedBound(psiStatistics(kernel, latents, inducing).statistics, frames, precision).value;
  const tight = boundOf(means);
  assert(tight <= exact + 1e-9 && exact - tight < 1e-2, `${tight} of ${exact}`);
  const few = boundOf(matrix(2, 3, Float64Array.of(-1, 0, 1, 0.5, -0.5, 0.2)));
  assert(few < exact - 0.1, `${few} of ${exact}`);
  // A variance that goes to zero leads there.
  const shrunk = { means, variances: matrix(2, N, new Float64Array(2 * N).fill(1e-8)) };
  const near = collapsedBound(psiStatistics(kernel, shrunk, means).statistics, frames, precision);
  assertAlmostEquals(near.value, tight, 1e-2);
});

Deno.test("negativeBound() is above −log p(Y), which quadrature over the latents of two frames gives", () => {
  const sizes: ModelSizes = { latentDimensions: 1, inducingInputs: 5, timeKernel: "rbf" };
  const observed = {
    frames: matrix(2, 2, Float64Array.of(0.9, -0.3, -0.5, 0.6)),
    times: Float64Array.of(0, 1),
  };
  const point = new Float64Array(parameterCount(sizes, 2));
  const parts = parametersOf(sizes, 2, point);
  parts.means.data.set([0.8, -0.6]);
  parts.inducing.data.set([-2, -1, 0, 1, 2]);
  parts.logScales.set([0, Math.log(0.2), 0]);
  parts.logTime.set([Math.log(4), Math.log(0.1), Math.log(0.2)]);
  const prior = timePrior("rbf", parts.logTime, observed.times);
  const factor = cholesky(prior);
  const own = { inverseWidths: Float64Array.of(1), variance: 1, bias: 0.2 };
  const evidence = quadrature([0, 0], [1, 1], (u) => {
    const x = matrix(1, 2, multiply(factor, u).data);
    return Math.exp(logLikelihood(own, x, observed.frames, 1));
  });
  const objective = negativeBound(sizes, observed, "latents");
  let state = startLbfgs(objective, point);
  for (let k = 0; k < 50; k++) state = lbfgsStep(objective, state) ?? state;
  const [least] = state.value;
  const exact = -Math.log(evidence);
  assert(least! > exact && least! < exact + 0.5, `${least} of ${exact}`);
});
