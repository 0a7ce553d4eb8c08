/**
 * The deep temporal sigmoid belief network: binary states z (J units) above h (K units) above frames v (D numbers), each
 * given the n frames before; and the recognition network, which goes from frames up to states.
 *
 * Tensors are (T, B, …): frames first, then sequences. Before the first frame all is zero.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { scan } from "../backend/scan.ts";
import { parameter, type Tensors } from "../backend/tensors.ts";
import { bernoulliLogLikelihood, gaussianLogDensity } from "../inference/densities.ts";
import { dense } from "../nn/layers.ts";
import { constant, type ParameterSpec } from "../nn/init.ts";
import type { DtsbnModel } from "./settings.ts";

/** States of both layers at the same frames. */
export interface States {
  /** h (T, B, K), of zeros and ones. */
  readonly hidden: tf.Tensor;
  /** z (T, B, J), of zeros and ones. */
  readonly top: tf.Tensor;
}

/** All parameters, with their initial values. @param deviation standard deviation of initial weights */
export function parameterSpecs(model: DtsbnModel, deviation: number): ParameterSpec[] {
  const { observation, dimensions: d, hiddenUnits: k, topUnits: j, order, baselineUnits } = model;
  const kernel = (name: string, inputs: number, outputs: number): ParameterSpec => ({
    name: `${name}/kernel`,
    shape: [inputs, outputs],
    initializer: { kind: "normal", deviation },
  });
  const layer = (name: string, inputs: number, outputs: number): ParameterSpec[] => [
    kernel(name, inputs, outputs),
    constant(`${name}/bias`, [outputs], 0),
  ];
  return [
    ...layer("prior/top", order * (j + k), j),
    ...layer("prior/hidden", j + order * (k + d), k),
    ...layer("frame/mean", k + order * d, d),
    ...(observation === "gaussian" ? layer("frame/logDeviation", k + order * d, d) : []),
    ...layer("recognition/hidden", d + order * d, k),
    kernel("recognition/hiddenBefore", order * k, k),
    ...layer("recognition/top", k + order * (j + k), j),
    kernel("baseline/hidden", d, baselineUnits),
    kernel("baseline/output", baselineUnits, 1),
  ];
}

/** What comes before each frame and after the last: (T, B, F) → (T + 1, B, n F), the latest first. */
function before(x: tf.Tensor, order: number): tf.Tensor {
  const [frames, batch, size] = x.shape as [number, number, number];
  const padded = tf.pad(x, [[order, 0], [0, 0], [0, 0]]); // (n + T, B, F)
  const delays = Array.from({ length: order }, (_, i) => order - 1 - i);
  return tf.concat(
    delays.map((start) => tf.slice(padded, [start, 0, 0], [frames + 1, batch, size])),
    2,
  );
}

/** Rows `from` … `from + count - 1` along the first axis. */
function rows(x: tf.Tensor, from: number, count: number): tf.Tensor {
  return tf.slice(x, [from, 0, 0], [count, x.shape[1]!, x.shape[2]!]);
}

/** What comes before the next frame: x (B, F) in front of (B, n F), without the oldest. */
function shifted(x: tf.Tensor, past: tf.Tensor): tf.Tensor {
  const [batch, width] = past.shape as [number, number];
  return tf.concat([x, tf.slice(past, [0, 0], [batch, width - x.shape[1]!])], 1);
}

/** A layer at all frames at once: inputs (T, B, …) side by side → (T, B, out). */
function layer(params: Tensors, name: string, inputs: readonly tf.Tensor[]): tf.Tensor {
  const x = tf.concat([...inputs], 2);
  const [frames, batch, width] = x.shape as [number, number, number];
  return tf.reshape(dense(params, name, tf.reshape(x, [frames * batch, width])), [
    frames,
    batch,
    -1,
  ]);
}

/** Logistic noise: a unit is on where its logit is above it, that is with the logit's probability. */
function logistic(uniform: tf.Tensor): tf.Tensor {
  return tf.sub(tf.log(uniform), tf.log(tf.sub(1, uniform)));
}

/** Noise (T, B, K + J) as that of both layers. */
function layerNoise(uniform: tf.Tensor, { hiddenUnits: k, topUnits: j }: DtsbnModel): States {
  const [hidden, top] = tf.split(logistic(uniform), [k, j], 2);
  return { hidden: hidden!, top: top! };
}

/**
 * Samples the states of frames by the recognition network.
 *
 * @param frames (T, B, D)
 * @param uniform noise in [0, 1): (T, B, K + J)
 */
export function recognise(
  params: Tensors,
  frames: tf.Tensor,
  uniform: tf.Tensor,
  model: DtsbnModel,
): States {
  const [length, batch] = frames.shape as [number, number];
  const { hiddenUnits: k, topUnits: j, order } = model;
  const past = rows(before(frames, order), 0, length);
  const noise = layerNoise(uniform, model);
  const { ys } = scan(
    (weights, carry, x) => {
      const [hiddens, tops] = [parameter(carry, "hiddens"), parameter(carry, "tops")];
      const recurrent = tf.matMul(hiddens, parameter(weights, "recurrent")); // (B, n K) x (n K, K) -> (B, K)
      const hidden = tf.step(tf.add(parameter(x, "hidden"), recurrent));
      const logits = dense(weights, "top", tf.concat([hidden, hiddens, tops], 1)); // (B, J)
      const top = tf.step(tf.sub(logits, parameter(x, "top")));
      return {
        carry: { hiddens: shifted(hidden, hiddens), tops: shifted(top, tops) },
        y: { hidden, top },
      };
    },
    {
      params: {
        recurrent: parameter(params, "recognition/hiddenBefore/kernel"),
        "top/kernel": parameter(params, "recognition/top/kernel"),
        "top/bias": parameter(params, "recognition/top/bias"),
      },
      carry: { hiddens: tf.zeros([batch, order * k]), tops: tf.zeros([batch, order * j]) },
      xs: {
        hidden: tf.sub(layer(params, "recognition/hidden", [frames, past]), noise.hidden),
        top: noise.top,
      },
      length,
    },
  );
  return { hidden: parameter(ys, "hidden"), top: parameter(ys, "top") };
}

/** log of the probability of binary x (T, B, F) with these logits: (T, B). */
function logProbability(x: tf.Tensor, logits: tf.Tensor): tf.Tensor {
  return tf.sum(tf.sub(tf.mul(x, logits), tf.softplus(logits)), 2);
}

/** Terms of the bound of each frame, in nats: (T, B) each. Their sum, the last one subtracted, is a sample of the bound. */
export interface BoundTerms {
  /** log p(v | h, past). */
  readonly likelihood: tf.Tensor;
  /** log p(z | past) + log p(h | z, past). */
  readonly prior: tf.Tensor;
  /** log q(h | v, past) + log q(z | h, past). */
  readonly posterior: tf.Tensor;
}

/** The terms of the bound for frames (T, B, D) and states, differentiable in the parameters. */
export function boundTerms(
  params: Tensors,
  frames: tf.Tensor,
  { hidden, top }: States,
  model: DtsbnModel,
): BoundTerms {
  const { order } = model;
  const past = (x: tf.Tensor) => rows(before(x, order), 0, frames.shape[0]!);
  const [framesBefore, hiddenBefore, topBefore] = [past(frames), past(hidden), past(top)];
  const [length, batch] = frames.shape as [number, number];
  const recurrent = tf.matMul(
    tf.reshape(hiddenBefore, [length * batch, -1]),
    parameter(params, "recognition/hiddenBefore/kernel"),
  ); // (T B, n K) x (n K, K) -> (T B, K)
  const hiddenLogits = tf.add(
    layer(params, "recognition/hidden", [frames, framesBefore]),
    tf.reshape(recurrent, [length, batch, -1]),
  );
  return {
    likelihood: frameLogDensity(params, frames, [hidden, framesBefore], model),
    prior: tf.add(
      logProbability(top, layer(params, "prior/top", [topBefore, hiddenBefore])),
      logProbability(hidden, layer(params, "prior/hidden", [top, hiddenBefore, framesBefore])),
    ),
    posterior: tf.add(
      logProbability(hidden, hiddenLogits),
      logProbability(top, layer(params, "recognition/top", [hidden, hiddenBefore, topBefore])),
    ),
  };
}

/** log p(v | h, past): (T, B). @param inputs h and the frames before, as the layers of a frame take them */
function frameLogDensity(
  params: Tensors,
  frames: tf.Tensor,
  inputs: readonly tf.Tensor[],
  { observation, minimumDeviation }: DtsbnModel,
): tf.Tensor {
  const mean = layer(params, "frame/mean", inputs);
  if (observation === "bernoulli") {
    return tf.sum(bernoulliLogLikelihood(frames, tf.sigmoid(mean)), 2);
  }
  const logDeviation = tf.maximum(
    layer(params, "frame/logDeviation", inputs),
    Math.log(minimumDeviation),
  );
  return gaussianLogDensity(frames, { mean, logVariance: tf.mul(2, logDeviation) });
}

/** What the learning signal is expected to be, by the frame alone: (T, B, D) → (T, B). */
export function baseline(params: Tensors, frames: tf.Tensor): tf.Tensor {
  const [length, batch, size] = frames.shape as [number, number, number];
  const hidden = tf.tanh(
    tf.matMul(
      tf.reshape(frames, [length * batch, size]),
      parameter(params, "baseline/hidden/kernel"),
    ),
  );
  return tf.reshape(tf.matMul(hidden, parameter(params, "baseline/output/kernel")), [
    length,
    batch,
  ]);
}

/**
 * Samples the states of the given frames by the recognition network, then states of frames after them by the model. A frame
 * is its mean given its state and the frames before, those given or, after them, such means.
 *
 * @param frames given (T, B, D)
 * @param uniform noise in [0, 1) of given and later frames: (T + steps, B, K + J)
 * @returns (T + steps, B, D)
 */
export function sampleFuture(
  params: Tensors,
  frames: tf.Tensor,
  uniform: tf.Tensor,
  model: DtsbnModel,
): tf.Tensor {
  const given = frames.shape[0]!;
  const steps = uniform.shape[0]! - given;
  const activation = (x: tf.Tensor) => model.observation === "bernoulli" ? tf.sigmoid(x) : x;
  const states = recognise(params, frames, rows(uniform, 0, given), model);
  const past = before(frames, model.order);
  const means = activation(layer(params, "frame/mean", [states.hidden, rows(past, 0, given)]));
  if (steps === 0) return means;
  const noise = layerNoise(rows(uniform, given, steps), model);
  const last = (x: tf.Tensor) => tf.squeeze(rows(before(x, model.order), given, 1), [0]);
  const { ys } = scan(
    (weights, carry, x) => {
      const [tops, hiddens] = [parameter(carry, "tops"), parameter(carry, "hiddens")];
      const pastFrames = parameter(carry, "frames");
      const on = (name: string, inputs: tf.Tensor[], noise: tf.Tensor) =>
        tf.step(tf.sub(dense(weights, name, tf.concat(inputs, 1)), noise));
      const top = on("prior/top", [tops, hiddens], parameter(x, "top"));
      const hidden = on("prior/hidden", [top, hiddens, pastFrames], parameter(x, "hidden"));
      const frame = activation(
        dense(weights, "frame/mean", tf.concat([hidden, pastFrames], 1)),
      );
      return {
        carry: {
          tops: shifted(top, tops),
          hiddens: shifted(hidden, hiddens),
          frames: shifted(frame, pastFrames),
        },
        y: { frame },
      };
    },
    {
      params: Object.fromEntries(
        ["prior/top", "prior/hidden", "frame/mean"].flatMap((name) =>
          [`${name}/kernel`, `${name}/bias`].map((key) => [key, parameter(params, key)])
        ),
      ),
      carry: { tops: last(states.top), hiddens: last(states.hidden), frames: last(frames) },
      xs: { top: noise.top, hidden: noise.hidden },
      length: steps,
    },
  );
  return tf.concat([means, parameter(ys, "frame")], 0);
}

/**
 * Mean squared error of a sampled future of frames (T, B, D) after the first `given` of them: scalar.
 *
 * @param scale what an error of each number is multiplied by, to be in the data's units (D)
 */
export function futureMse(
  params: Tensors,
  { frames, uniform, scale }: { frames: tf.Tensor; uniform: tf.Tensor; scale: tf.Tensor },
  given: number,
  model: DtsbnModel,
): tf.Scalar {
  const later = frames.shape[0]! - given;
  const path = sampleFuture(params, rows(frames, 0, given), uniform, model);
  const error = tf.sub(rows(path, given, later), rows(frames, given, later));
  return tf.mean(tf.square(tf.mul(error, scale))) as tf.Scalar;
}
