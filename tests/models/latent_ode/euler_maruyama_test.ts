import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { rootKey } from "../../../data/random/mod.ts";
import { solveSde, type StateFunction } from "../../../models/latent_ode/euler_maruyama.ts";
import {
  cholesky,
  choleskyInverse,
  choleskySolve,
  logDeterminant,
} from "../../../models/linalg/cholesky.ts";
import {
  type Matrix,
  matrix,
  multiply,
  trace,
  transposeMultiply,
} from "../../../models/linalg/matrix.ts";
import { normalTensor, numbers, relativeError } from "../cpu.ts";

// Ornstein–Uhlenbeck: f = a (µ − z) against h = −b z, with one constant diffusion.
const [A, MU, RATE, SIGMA, START] = [1.5, 0.8, 0.5, 0.7, -0.4];
const [PATHS, STEPS, DT] = [20_000, 40, 0.025];

const linear = (slope: number, offset: number): StateFunction => (_, z) =>
  tf.add(tf.mul(z, slope), offset);
const noise = normalTensor(rootKey(8), "noise", [STEPS, PATHS, 1]);
const { z, kl } = solveSde({
  drift: linear(-A, A * MU),
  priorDrift: linear(-RATE, 0),
  diffusion: linear(0, SIGMA),
  params: {},
  z: tf.fill([PATHS, 1], START),
  noise,
  stepsPerFrame: 4,
  stepSize: DT,
});
const values = numbers(kl!);
const mean = values.reduce((a, b) => a + b) / PATHS;
const error = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0)) / PATHS;

Deno.test("solveSde() has the states and the path's KL of the discrete formulas", () => {
  assertEquals(z.shape, [STEPS / 4 + 1, PATHS, 1]);
  const [draws, states] = [numbers(noise), numbers(z)];
  for (let path = 0; path < 5; path++) {
    let [state, sum] = [START, 0];
    const frames = [state];
    for (let step = 0; step < STEPS; step++) {
      const [f, h] = [A * (MU - state), -RATE * state];
      sum += 0.5 * DT * ((f - h) / SIGMA) ** 2;
      state += DT * f + Math.sqrt(DT) * SIGMA * draws[step * PATHS + path]!;
      if (step % 4 === 3) frames.push(state);
    }
    assert(relativeError([values[path]!], [sum], 1) < 1e-5);
    const given = frames.map((_, i) => states[i * PATHS + path]!);
    assert(relativeError(given, frames, 1) < 1e-5);
  }
});

/** Mean (n, 1) and covariance of the states after each step z ← c z + offset + σ √Δt ε. */
function lawOf(c: number, offset: number): { readonly mean: Matrix; readonly covariance: Matrix } {
  const [mean, covariance] = [matrix(STEPS, 1), matrix(STEPS, STEPS)];
  let [m, v] = [START, 0];
  for (let i = 0; i < STEPS; i++) {
    m = c * m + offset;
    v = c * c * v + SIGMA * SIGMA * DT;
    mean.data[i] = m;
    for (let j = i; j < STEPS; j++) {
      covariance.data[i * STEPS + j] = covariance.data[j * STEPS + i] = v * c ** (j - i);
    }
  }
  return { mean, covariance };
}

Deno.test("the path's KL is in the mean that of the Gaussian laws of all states together", () => {
  const [q, p] = [lawOf(1 - A * DT, A * MU * DT), lawOf(1 - RATE * DT, 0)];
  const [lq, lp] = [cholesky(q.covariance), cholesky(p.covariance)];
  const difference = matrix(STEPS, 1, q.mean.data.map((m, i) => m - p.mean.data[i]!));
  const distance = transposeMultiply(difference, choleskySolve(lp, difference)).data[0]!;
  const ratio = trace(multiply(choleskyInverse(lp), q.covariance));
  const exact = (ratio + distance - STEPS + logDeterminant(lp) - logDeterminant(lq)) / 2;
  assert(Math.abs(mean - exact) < 4 * error, `${mean} ± ${error}, exactly ${exact}`);
  assert(error < 0.01 * exact);
});

Deno.test("the path's KL tends to Girsanov's integral of the Ornstein–Uhlenbeck process", () => {
  // E[z] = µ + m e^{−a t}; Var z = s (1 − e^{−2 a t}); (f − h) = (b − a) z + a µ.
  const [time, m, s, k] = [STEPS * DT, START - MU, SIGMA ** 2 / (2 * A), RATE - A];
  const once = (1 - Math.exp(-A * time)) / A;
  const twice = (1 - Math.exp(-2 * A * time)) / (2 * A);
  // (f − h)² = (k z + a µ)², whose mean is (k E[z] + a µ)² + k² Var z, with k E[z] + a µ = b µ + k m e^{−a t}.
  const square = (RATE * MU) ** 2 * time + 2 * RATE * MU * k * m * once + (k * m) ** 2 * twice;
  const exact = (square + k * k * s * (time - twice)) / (2 * SIGMA ** 2);
  assert(Math.abs(mean - exact) < 4 * error + DT * exact, `${mean} ± ${error}, exactly ${exact}`);
});
