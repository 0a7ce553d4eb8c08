/**
 * The training losses of GPPVAE: that of a VAE with a standard normal prior, and that with the Gaussian process's.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../backend/tensors.ts";
import { LOG_2_PI, reparameterise, standardNormalKl } from "../inference/densities.ts";
import type { Statistics } from "../networks/frames.ts";
import type { LossFunction } from "../training/network_training.ts";
import { decodeCodes, encodeCodes } from "./networks.ts";
import type { GppvaeSettings } from "./settings.ts";

/** Images and what belongs to each of them. */
export interface CodeBatch {
  /** (b, H, W) in [0, 1]. */
  readonly images: tf.Tensor;
  /** Standard normal draws (b, L). */
  readonly noise: tf.Tensor;
  /** a = ∂(−log p(Z)) / ∂z of each code (b, L); with it the prior is the Gaussian process, else N(0, I). */
  readonly codeGradients?: tf.Tensor;
}

/** The loss in nats per image, and its terms. */
export interface CodeLoss {
  /** What is minimised (scalar); with the Gaussian process it lacks what no network parameter changes. */
  readonly loss: tf.Scalar;
  /** Means over the images (scalars). */
  readonly terms: {
    /** log p(x | z), summed over pixels. */
    readonly reconstruction: tf.Scalar;
    /** Squared error per pixel. */
    readonly squaredError: tf.Scalar;
    /** KL[q(z) ‖ N(0, I)]; with the standard normal prior only. */
    readonly kl?: tf.Scalar;
    /** a·z, the Taylor expansion of −log p(z); with the Gaussian process only. */
    readonly prior?: tf.Scalar;
    /** Entropy of q(z); with the Gaussian process only. */
    readonly entropy?: tf.Scalar;
  };
  /** Batch-norm state after this pass. */
  readonly state: Tensors;
}

/**
 * −log p(x | z) + KL[q(z) ‖ N(0, I)], or −log p(x | z) + a·z − H[q(z)] (Casale et al. 2018, with the logarithm in the
 * entropy that their released code lacks): one sample of z, sums over pixels and latent dimensions, means over images.
 *
 * @param statistics those of the batch couple its images; by the running ones the loss is a sum over images
 */
export function codeLoss(
  params: Tensors,
  state: Tensors,
  { images, noise, codeGradients }: CodeBatch,
  settings: GppvaeSettings,
  statistics: Statistics = "batch",
): CodeLoss {
  const [count, height, width] = images.shape as [number, number, number];
  const pixels = height * width;
  const perImage = (total: tf.Tensor) => tf.mul(tf.sum(total), 1 / count) as tf.Scalar;
  const encoding = encodeCodes(params, state, images, settings, statistics);
  const z = reparameterise(encoding.gaussian, noise); // (b, L)
  const decoding = decodeCodes(params, state, z, settings, statistics);
  const squares = perImage(tf.square(tf.sub(images, decoding.mean)));
  const { pixelVariance } = settings;
  const constant = -0.5 * pixels * (LOG_2_PI + Math.log(pixelVariance));
  const reconstruction = tf.add(tf.mul(squares, -0.5 / pixelVariance), constant) as tf.Scalar;
  const squaredError = tf.mul(squares, 1 / pixels) as tf.Scalar;
  const newState = { ...encoding.state, ...decoding.state };
  if (codeGradients === undefined) {
    const kl = perImage(standardNormalKl(encoding.gaussian));
    return {
      loss: tf.sub(kl, reconstruction) as tf.Scalar,
      terms: { reconstruction, squaredError, kl },
      state: newState,
    };
  }
  const prior = perImage(tf.mul(codeGradients, z));
  const entropy = tf.add(
    perImage(tf.mul(encoding.gaussian.logVariance, 0.5)),
    0.5 * settings.codeDimensions * (1 + LOG_2_PI),
  ) as tf.Scalar;
  return {
    loss: tf.sub(tf.sub(prior, entropy), reconstruction) as tf.Scalar,
    terms: { reconstruction, squaredError, prior, entropy },
    state: newState,
  };
}

/** {@link codeLoss} as a training step takes it: inputs `images`, `noise` and, with the Gaussian process, `codeGradients`. */
export function codeLossFunction(settings: GppvaeSettings): LossFunction {
  return (params, state, { images, noise, codeGradients }) =>
    codeLoss(params, state, {
      images: images!,
      noise: noise!,
      ...(codeGradients === undefined ? {} : { codeGradients }),
    }, settings);
}
