/**
 * A Bayesian multi-layer perceptron: independent Gaussian weights with their own means and **one** shared trainable
 * log-variance (Yıldız et al. 2019, released code).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parameter, sizeOf, type Tensors } from "../backend/tensors.ts";
import { constant, mlpSpecs, type ParameterSpec } from "./init.ts";

/** Name and shape of one weight array; the order of a list of these is the order of flat noise. */
export interface WeightShape {
  /** Name without the network's prefix, e.g. `layer1/kernel`. */
  readonly name: string;
  /** Kernel (in, out) or bias (out). */
  readonly shape: readonly number[];
}

/** Arrays of a perceptron of the given widths, in order: layer 1 kernel, layer 1 bias, layer 2 kernel, … */
export function weightShapes(widths: readonly number[]): WeightShape[] {
  return widths.slice(1).flatMap((outputs, i) => [
    { name: `layer${i + 1}/kernel`, shape: [widths[i]!, outputs] },
    { name: `layer${i + 1}/bias`, shape: [outputs] },
  ]);
}

/** Number of weights and biases of a perceptron of the given widths. */
export function weightCount(widths: readonly number[]): number {
  return weightShapes(widths).reduce((sum, { shape }) => sum + sizeOf(shape), 0);
}

/** Trainable parameters: means (Xavier weights, zero biases) and `PREFIX/logVariance` (scalar). */
export function bayesianMlpSpecs(
  prefix: string,
  widths: readonly number[],
  initialVariance: number,
): ParameterSpec[] {
  return [
    ...mlpSpecs(prefix, widths),
    constant(`${prefix}/logVariance`, [], Math.log(initialVariance)),
  ];
}

/** The mean weights, under their names without prefix. */
export function meanWeights(params: Tensors, prefix: string, widths: readonly number[]): Tensors {
  return Object.fromEntries(
    weightShapes(widths).map(({ name }) => [name, parameter(params, `${prefix}/${name}`)]),
  );
}

/**
 * One draw of all weights: mean + exp(½ log-variance) · noise.
 *
 * @param noise standard normal (n), flat in the order of {@link weightShapes}
 * @returns the weights under their names without prefix
 * @throws RangeError when the noise has another length
 */
export function sampleWeights(
  params: Tensors,
  prefix: string,
  widths: readonly number[],
  noise: tf.Tensor,
): Tensors {
  const count = weightCount(widths);
  if (noise.size !== count) {
    throw new RangeError(
      `Cannot draw the weights of "${prefix}": noise must have ${count} numbers, has ${noise.size}`,
    );
  }
  const deviation = tf.exp(tf.mul(parameter(params, `${prefix}/logVariance`), 0.5));
  const scaled = tf.mul(noise, deviation); // (n)
  let offset = 0;
  return Object.fromEntries(
    weightShapes(widths).map(({ name, shape }) => {
      const part = tf.slice(scaled, [offset], [sizeOf(shape)]);
      offset += sizeOf(shape);
      const draw = tf.add(parameter(params, `${prefix}/${name}`), tf.reshape(part, [...shape]));
      return [name, draw];
    }),
  );
}

/** KL[q(W) ‖ N(0, I)] in nats (scalar): ½ (n σ² + Σ μ² − n − n log σ²) for n weights of shared variance σ². */
export function bayesianMlpKl(
  params: Tensors,
  prefix: string,
  widths: readonly number[],
): tf.Scalar {
  const logVariance = parameter(params, `${prefix}/logVariance`);
  const squaredMeans = Object.values(meanWeights(params, prefix, widths))
    .map((mean) => tf.sum(tf.square(mean)))
    .reduce((sum, term) => tf.add(sum, term));
  const perWeight = tf.sub(tf.sub(tf.exp(logVariance), logVariance), 1);
  return tf.mul(tf.add(squaredMeans, tf.mul(perWeight, weightCount(widths))), 0.5) as tf.Scalar;
}
