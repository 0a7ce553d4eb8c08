/** The encoder's gradient by minibatches and Taylor coefficients against that of the full marginal likelihood. */
import { assert } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { fold, normal, permutation, rootKey, uniform } from "../../../data/random/mod.ts";
import type { HostArrays, Tensors } from "../../../models/backend/tensors.ts";
import { valueAndGradients } from "../../../models/backend/engine.ts";
import { covarianceAt, NUGGET } from "../../../models/gppvae/covariance.ts";
import { factorCovariance } from "../../../models/gppvae/likelihood.ts";
import { codeLoss } from "../../../models/gppvae/loss.ts";
import { decodeCodes, encodeCodes, initNetworks } from "../../../models/gppvae/networks.ts";
import { GPPVAE_RMNIST_SETTINGS, type GppvaeSettings } from "../../../models/gppvae/settings.ts";
import { codeGradients, taylorCoefficients } from "../../../models/gppvae/taylor.ts";
import { matrix } from "../../../models/linalg/matrix.ts";
import { numbers, relativeError, toTensors } from "../cpu.ts";
import { TINY_IMAGES } from "../ode2vae/tiny_cases.ts";
import { denseCovariance, denseNegativeLogLikelihood, invert, randomProblem } from "./_dense.ts";

const settings: GppvaeSettings = {
  ...GPPVAE_RMNIST_SETTINGS,
  observation: TINY_IMAGES.observation as GppvaeSettings["observation"],
  codeDimensions: 2,
  pixelVariance: 0.3,
};
const key = rootKey(21);
const { params: initial, state } = initNetworks(key, settings);
// Moved, so that gradients are of the size of trained networks' and units are off the kink of their relu, where the
// initial offsets of zero put many.
const params: HostArrays = Object.fromEntries(
  Object.entries(initial).map(([name, { shape, data }]) => {
    const moves = normal(fold(key, name), data.length);
    const offset = name.endsWith("/offset") ? 3 : 0;
    return [name, { shape, data: data.map((value, i) => value + 0.2 * moves[i]! + offset) }];
  }),
);
const { parameters, observations } = randomProblem({ latents: 2 });
const count = observations.objects.length;
const pixels = uniform(fold(key, "images"), count * 16);
const draws = normal(fold(key, "noise"), count * 2);
const covariance = denseCovariance(parameters, observations, NUGGET);
const encoder = Object.keys(params).filter((name) => name.startsWith("encoder/"));

/** Some rows of the images and of the noise. */
function take(rows: ArrayLike<number>): { images: tf.Tensor; noise: tf.Tensor } {
  const pick = (values: Float32Array, width: number) =>
    Float32Array.from(
      { length: rows.length * width },
      (_, i) => values[rows[Math.floor(i / width)]! * width + i % width]!,
    );
  return {
    images: tf.tensor(pick(pixels, 16), [rows.length, 4, 4]),
    noise: tf.tensor(pick(draws, 2), [rows.length, 2]),
  };
}

const all = Int32Array.from({ length: count }, (_, i) => i);

/** z, x̂ − x and log σ² of all images, by the running statistics, so that no image depends on another. */
function forward(tensors: Tensors) {
  const { images, noise } = take(all);
  const { gaussian } = encodeCodes(tensors, toTensors(state), images, settings, "running");
  const z = tf.add(gaussian.mean, tf.mul(tf.exp(tf.mul(gaussian.logVariance, 0.5)), noise));
  const decoded = decodeCodes(tensors, toTensors(state), z, settings, "running").mean;
  const errors = tf.sub(decoded, images);
  return { z, errors, logVariances: gaussian.logVariance };
}

/** −log p(Z) + Σ (−log p(x | z) − H[q(z)]) without constants, differentiated in full: K⁻¹ is dense. */
function fullGradients(): Tensors {
  const inverse = tf.tensor(invert(covariance).inverse); // (n, n)
  const tensors = toTensors(params);
  return valueAndGradients(() => {
    const { z, errors, logVariances } = forward(tensors);
    const quadratic = tf.sum(tf.mul(z, tf.matMul(inverse, z as tf.Tensor2D)));
    const loss = tf.add(
      tf.mul(quadratic, 0.5),
      tf.sub(
        tf.mul(tf.sum(tf.square(errors)), 0.5 / settings.pixelVariance),
        tf.mul(tf.sum(logVariances), 0.5),
      ),
    );
    return { loss: loss as tf.Scalar };
  }, tensors).gradients;
}

/** The same by the product's own loss: a sum over minibatches, a as constants. */
function minibatchGradients(useSlopes = true): Record<string, Float64Array> {
  const codes = Float64Array.from(numbers(forward(toTensors(params)).z));
  const expansion = taylorCoefficients(
    factorCovariance(covarianceAt(parameters, observations)),
    matrix(count, 2, codes),
  );
  const sums = Object.fromEntries(
    encoder.map((name) => [name, new Float64Array(params[name]!.data.length)]),
  );
  const order = permutation(fold(key, "order"), count);
  const size = 6; // 20 images: the last minibatch has two
  for (let from = 0; from < count; from += size) {
    const rows = order.subarray(from, from + size);
    const slopes = codeGradients(expansion, rows).map((value) => useSlopes ? value : 0);
    const tensors = toTensors(params);
    const { gradients } = valueAndGradients(
      () =>
        codeLoss(
          tensors,
          toTensors(state),
          { ...take(rows), codeGradients: tf.tensor(slopes, [rows.length, 2]) },
          settings,
          "running",
        ),
      tensors,
    );
    // The loss is a mean over the minibatch.
    for (const name of encoder) {
      numbers(gradients[name]!).forEach((value, i) => sums[name]![i]! += rows.length * value);
    }
  }
  return sums;
}

const largest = (values: readonly number[]) => Math.max(...values.map(Math.abs));

Deno.test("the encoder's gradients of minibatches add up to that of the full marginal likelihood", () => {
  const full = fullGradients();
  const sums = minibatchGradients();
  const without = minibatchGradients(false);
  for (const name of encoder) {
    const expected = numbers(full[name]!);
    const floor = 0.1 * largest(expected);
    const error = relativeError([...sums[name]!], expected, floor);
    assert(error < 1e-4, `${name}: relative error ${error}`);
    // What is compared depends on the prior's part.
    const reconstruction = relativeError([...without[name]!], expected, floor);
    assert(reconstruction > 1e-2, `${name}: without a the relative error is ${reconstruction}`);
  }
});

Deno.test("the encoder's full gradient equals central differences of a dense double-precision likelihood", () => {
  const full = fullGradients();
  const objective = (at: HostArrays) => {
    const { z, errors, logVariances } = forward(toTensors(at));
    const codes = matrix(count, 2, Float64Array.from(numbers(z)));
    const squares = numbers(errors).reduce((sum, error) => sum + error * error, 0);
    return denseNegativeLogLikelihood(covariance, codes) +
      0.5 * squares / settings.pixelVariance -
      0.5 * numbers(logVariances).reduce((sum, value) => sum + value, 0);
  };
  for (const name of encoder) {
    const gradient = numbers(full[name]!);
    const length = Math.hypot(...gradient);
    // Along the gradient itself, where single precision of the networks disturbs least.
    const moved = (step: number) =>
      objective({
        ...params,
        [name]: {
          shape: params[name]!.shape,
          data: params[name]!.data.map((value, i) => value + step * gradient[i]! / length),
        },
      });
    const step = 5e-3;
    const slope = (8 * (moved(step) - moved(-step)) - (moved(2 * step) - moved(-2 * step))) /
      (12 * step);
    assert(Math.abs(slope - length) < 1e-3 * length, `${name}: ${slope} and ${length}`);
  }
});
