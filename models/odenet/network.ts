/**
 * The networks: down-sampling, then residual blocks, a solve of an ODE or nothing, then a head; or a perceptron.
 *
 * Names and layers are those of odenet_mnist.py; images are (n, h, w, c).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parameter, type Tensors, under } from "../backend/tensors.ts";
import { groupNorm, groupNormSpecs } from "../nn/group_norm.ts";
import { fanInUniform, type ParameterSpec } from "../nn/init.ts";
import { conv2d, dense } from "../nn/layers.ts";
import { odeSolveAdjoint, odeSolveBackprop } from "../ode/adjoint.ts";
import { row } from "../ode/adaptive.ts";
import { solveFixedStep } from "../ode/fixed_step.ts";
import { DOPRI5, RK4 } from "../ode/tableaus.ts";
import { atTime, type TimedField, withTime } from "../ode/timed_steps.ts";
import type { OdenetSettings } from "./settings.ts";

/** A network for images of a size. */
export interface Network extends OdenetSettings {
  /** Rows and columns of an image. */
  readonly size: readonly [height: number, width: number];
  /** Number of classes. */
  readonly classes: number;
}

/** Groups of a group normalisation: as in the released code, at most 32. */
export const groupsOf = (channels: number): number => Math.min(32, channels);

/** Evaluations of the field in a scan over dopri5's steps: six a step, and the first one's slope. */
export const scannedEvaluations = (steps: number): number =>
  (DOPRI5.weights.length - 1) * steps + 1;

/** Evaluations of the field in so many steps of RK4. */
export const fixedEvaluations = (steps: number): number => RK4.weights.length * steps;

/** Kernel, and bias where it has one, with PyTorch's initial values. */
function layer(name: string, kernel: readonly number[], bias = true): ParameterSpec[] {
  const fanIn = kernel.slice(0, -1).reduce((product, n) => product * n, 1);
  const initializer = fanInUniform(fanIn);
  return [
    { name: `${name}/kernel`, shape: kernel, initializer },
    ...(bias ? [{ name: `${name}/bias`, shape: kernel.slice(-1), initializer }] : []),
  ];
}

function residualBlockSpecs(name: string, c: number, strided = false): ParameterSpec[] {
  return [
    ...groupNormSpecs(`${name}/norm1`, c),
    ...(strided ? layer(`${name}/shortcut`, [1, 1, c, c], false) : []),
    ...layer(`${name}/conv1`, [3, 3, c, c], false),
    ...groupNormSpecs(`${name}/norm2`, c),
    ...layer(`${name}/conv2`, [3, 3, c, c], false),
  ];
}

function blockSpecs({ network, blocks, channels: c }: Network): ParameterSpec[] {
  if (network === "plain") return [];
  if (network === "residual") {
    return Array.from({ length: blocks }, (_, i) => residualBlockSpecs(`block${i + 1}`, c)).flat();
  }
  // One more input channel, the first one, is the time.
  return [1, 2].flatMap((i) => [
    ...groupNormSpecs(`field/norm${i}`, c),
    ...layer(`field/conv${i}`, [3, 3, c + 1, c]),
  ]).concat(groupNormSpecs("field/norm3", c));
}

/** All parameters. */
export function parameterSpecs(network: Network): ParameterSpec[] {
  const { size: [height, width], classes, channels: c, downsampling, hidden } = network;
  if (network.network === "mlp") {
    return [
      ...layer("mlp/layer1", [height * width, hidden]),
      ...layer("mlp/layer2", [hidden, classes]),
    ];
  }
  return [
    ...layer("down/conv1", [3, 3, 1, c]),
    ...(downsampling === "residual"
      ? [
        ...residualBlockSpecs("down/block1", c, true),
        ...residualBlockSpecs("down/block2", c, true),
      ]
      : [
        ...groupNormSpecs("down/norm1", c),
        ...layer("down/conv2", [4, 4, c, c]),
        ...groupNormSpecs("down/norm2", c),
        ...layer("down/conv3", [4, 4, c, c]),
      ]),
    ...blockSpecs(network),
    ...groupNormSpecs("head/norm", c),
    ...layer("head/dense", [c, classes]),
  ];
}

const normed = (params: Tensors, name: string, x: tf.Tensor) =>
  groupNorm(params, name, x, groupsOf(x.shape.at(-1)!));
const activated = (params: Tensors, name: string, x: tf.Tensor) => tf.relu(normed(params, name, x));

function convolved(params: Tensors, name: string, x: tf.Tensor, stride = 1, padding = 0) {
  const y = conv2d(x, parameter(params, `${name}/kernel`), { stride, padding });
  return `${name}/bias` in params ? tf.add(y, parameter(params, `${name}/bias`)) : y;
}

function residualBlock(params: Tensors, name: string, x: tf.Tensor, stride = 1): tf.Tensor {
  const active = activated(params, `${name}/norm1`, x);
  const shortcut = stride > 1 ? convolved(params, `${name}/shortcut`, active, stride) : x;
  const first = convolved(params, `${name}/conv1`, active, stride, 1);
  const second = convolved(
    params,
    `${name}/conv2`,
    activated(params, `${name}/norm2`, first),
    1,
    1,
  );
  return tf.add(second, shortcut);
}

/**
 * A convolution of x with the time as its first channel, as the sum of two: that of time is one image for all, and that of x
 * has a round number of channels.
 */
function timedConvolution(params: Tensors, name: string, x: tf.Tensor, time: tf.Tensor): tf.Tensor {
  const kernel = parameter(params, `${name}/kernel`); // (3, 3, 1 + c, c)
  const [rows, columns, inputs, c] = kernel.shape as [number, number, number, number];
  const options = { stride: 1, padding: 1 };
  const ofTime = tf.slice(kernel, [0, 0, 0, 0], [rows, columns, 1, c]);
  const ofX = tf.slice(kernel, [0, 0, 1, 0], [rows, columns, inputs - 1, c]);
  const ones = tf.ones([1, x.shape[1]!, x.shape[2]!, 1]);
  const shift = tf.mul(conv2d(ones, ofTime, options), time); // (1, h, w, c)
  return tf.add(conv2d(x, ofX, options), tf.add(shift, parameter(params, `${name}/bias`)));
}

/** The right-hand side: norm, ReLU, convolution with time, twice, and a norm. */
export const field: TimedField = (params, { z }, time) => {
  const first = timedConvolution(params, "conv1", activated(params, "norm1", z!), time);
  const second = timedConvolution(params, "conv2", activated(params, "norm2", first), time);
  return { z: normed(params, "norm3", second) };
};

/** Features at t = 1, and the evaluations of the field that it took. */
function solved(
  params: Tensors,
  z: tf.Tensor,
  { network, gradient, solverSteps, tolerance, maxSteps }: OdenetSettings,
  backwardEvaluations: tf.Tensor | undefined,
): { readonly z: tf.Tensor; readonly evaluations: tf.Tensor } {
  const own = under("field/", params);
  if (network === "runge-kutta") {
    const states = solveFixedStep({
      field: withTime(field),
      params: own,
      state: atTime({ z }, tf.scalar(0)),
      tableau: RK4,
      frames: 1,
      stepsPerFrame: solverSteps,
      stepSize: 1 / solverSteps,
    });
    return { z: row(states.z!, 1), evaluations: tf.scalar(fixedEvaluations(solverSteps)) };
  }
  const options = { relativeTolerance: tolerance, absoluteTolerance: tolerance, maxSteps };
  const solution = gradient === "adjoint"
    ? odeSolveAdjoint(field, own, { z }, [0, 1], {
      ...options,
      ...(backwardEvaluations && { backwardEvaluations }),
    })
    : odeSolveBackprop(field, own, { z }, [0, 1], options);
  const { states, evaluations } = solution;
  return {
    z: row(states.z!, 1),
    // The solve that finds the steps, then all of them again.
    evaluations: gradient === "adjoint"
      ? evaluations
      : tf.add(evaluations, scannedEvaluations(maxSteps)),
  };
}

/** What {@link classify} gives. */
export interface Classified {
  /** (n, classes) */
  readonly logits: tf.Tensor;
  /** Evaluations of the field (scalar); absent where there is none. */
  readonly evaluations?: tf.Tensor;
}

/**
 * Logits of images.
 *
 * @param images (n, h, w, 1) in [0, 1]
 * @param backwardEvaluations a scalar whose gradient is the adjoint's number of evaluations
 */
export function classify(
  params: Tensors,
  images: tf.Tensor,
  network: Network,
  backwardEvaluations?: tf.Tensor,
): Classified {
  if (network.network === "mlp") {
    const pixels = tf.reshape(images, [images.shape[0]!, -1]);
    return { logits: dense(params, "mlp/layer2", dense(params, "mlp/layer1", pixels, "relu")) };
  }
  let z = convolved(params, "down/conv1", images);
  if (network.downsampling === "residual") {
    for (const block of ["down/block1", "down/block2"]) z = residualBlock(params, block, z, 2);
  } else {
    z = convolved(params, "down/conv2", activated(params, "down/norm1", z), 2, 1);
    z = convolved(params, "down/conv3", activated(params, "down/norm2", z), 2, 1);
  }
  let evaluations: tf.Tensor | undefined;
  if (network.network === "residual") {
    for (let i = 1; i <= network.blocks; i++) z = residualBlock(params, `block${i}`, z);
  } else if (network.network !== "plain") {
    ({ z, evaluations } = solved(params, z, network, backwardEvaluations));
  }
  const pooled = tf.mean(activated(params, "head/norm", z), [1, 2]); // (n, c)
  const logits = dense(params, "head/dense", pooled);
  return { logits, ...(evaluations && { evaluations }) };
}

/** Mean cross-entropy (nats an image) of logits and one-hot classes, (n, classes) each. */
export function crossEntropy(logits: tf.Tensor, classes: tf.Tensor): tf.Scalar {
  return tf.neg(tf.mean(tf.sum(tf.mul(tf.logSoftmax(logits), classes), 1)));
}
