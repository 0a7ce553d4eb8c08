/**
 * Group normalisation (Wu and He 2018).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor } from "@tensorflow/tfjs-core";
import { parameter, type Tensors } from "../backend/tensors.ts";
import { constant, type ParameterSpec } from "./init.ts";

/** Added to the variance, PyTorch's default. */
const EPSILON = 1e-5;

/** γ (`NAME/scale`) and β (`NAME/offset`) of each channel: ones and zeros. */
export function groupNormSpecs(name: string, channels: number): ParameterSpec[] {
  return [constant(`${name}/scale`, [channels], 1), constant(`${name}/offset`, [channels], 0)];
}

/** Means (n, c) over the pixels as means over the pixels of a group, for each of its channels. */
function overGroups(means: Tensor, groups: number): Tensor {
  const [n, channels] = means.shape as [number, number];
  const members = channels / groups;
  if (members === 1) return means;
  const grouped = tf.mean(tf.reshape(means, [n, groups, members]), 2, true);
  return tf.reshape(tf.tile(grouped, [1, 1, members]), means.shape);
}

/** Values (n, c) beside images. */
const spread = (values: Tensor) => tf.reshape(values, [values.shape[0]!, 1, 1, values.shape[1]!]);

/**
 * γ (x − mean) / √(variance + ε) + β, with mean and biased variance over the pixels of each image in each of `groups` groups
 * of neighbouring channels. The gradient is in closed form: the tape's needs several times the passes over the images.
 *
 * @param x (n, h, w, c)
 * @param params has `NAME/scale` and `NAME/offset`, (c) each
 * @throws RangeError unless `groups` divides c
 */
export function groupNorm(params: Tensors, name: string, x: Tensor, groups: number): Tensor {
  const channels = x.shape.at(-1)!;
  if (!Number.isInteger(channels / groups)) {
    throw new RangeError(
      `Cannot normalise groups of channels: their number must divide ${channels}, is ${groups}`,
    );
  }
  // (n, c): ONNX Runtime multiplies (n, c, 1, 1) by a number several times as slowly.
  const pixelMean = (values: Tensor) => tf.mean(values, [1, 2]);
  const normalise = tf.customGrad((...args) => {
    const [x, scale, offset, save] = args as unknown as [Tensor, Tensor, Tensor, tf.GradSaveFunc];
    const centred = tf.sub(x, spread(overGroups(pixelMean(x), groups)));
    const variance = overGroups(pixelMean(tf.square(centred)), groups);
    const inverseDeviation = tf.rsqrt(tf.add(variance, EPSILON)); // (n, c)
    save([centred, inverseDeviation, scale]);
    const gradFunc = (dy: Tensor | Tensor[], saved: Tensor[]) => {
      const [centred, inverseDeviation, scale] = saved as [Tensor, Tensor, Tensor];
      const upstream = dy as Tensor;
      const pixels = centred.shape[1]! * centred.shape[2]!;
      // Means over the pixels of dy and of dy · x̂, with x̂ = centred · inverseDeviation.
      const mean = pixelMean(upstream);
      const product = tf.mul(pixelMean(tf.mul(upstream, centred)), inverseDeviation);
      const sum = (means: Tensor) => tf.mul(tf.sum(means, 0), pixels);
      // dx = inverseDeviation · (γ dy − mean(γ dy) − x̂ · mean(γ dy · x̂)), with means over groups.
      const gain = tf.mul(inverseDeviation, scale);
      const constant = tf.mul(inverseDeviation, overGroups(tf.mul(mean, scale), groups));
      const slope = tf.mul(
        tf.square(inverseDeviation),
        overGroups(tf.mul(product, scale), groups),
      );
      const along = tf.add(tf.mul(centred, spread(slope)), spread(constant));
      return [tf.sub(tf.mul(upstream, spread(gain)), along), sum(product), sum(mean)];
    };
    const gain = spread(tf.mul(inverseDeviation, scale));
    return { value: tf.add(tf.mul(centred, gain), offset), gradFunc };
  });
  return normalise(x, parameter(params, `${name}/scale`), parameter(params, `${name}/offset`));
}
