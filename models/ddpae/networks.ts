/**
 * Networks of DDPAE: convolutions of frames and of objects, as in DCGAN, and the two LSTMs of poses.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { scan } from "../backend/scan.ts";
import { parameter, type Tensors } from "../backend/tensors.ts";
import { normalise, type Statistics } from "../networks/frames.ts";
import { constant, type Initializer, type ParameterSpec } from "../nn/init.ts";
import { conv2d, convTranspose2d } from "../nn/layers.ts";
import { lstmCell, lstmSpecs } from "../nn/lstm.ts";
import { type DdpaeModel, POSE } from "./settings.ts";

/** Slope of the encoders' rectifiers below 0. */
const LEAK = 0.2;
/** Side of what convolutions end with and begin from. */
const BASE = 4;

const weights: Initializer = { kind: "normal", deviation: 0.02 };
const kernel = (name: string, ...shape: readonly number[]): ParameterSpec => ({
  ...{ name: `${name}/kernel`, shape, initializer: weights },
});
const batchNormSpecs = (name: string, channels: number): ParameterSpec[] => [
  {
    name: `${name}/scale`,
    shape: [channels],
    initializer: { kind: "normal", deviation: 0.02, mean: 1 },
  },
  constant(`${name}/offset`, [channels], 0),
];
/** A dense layer to mean and deviation of a Gaussian. */
const gaussianSpecs = (name: string, inputs: number, outputs: number): ParameterSpec[] =>
  ["mean", "deviation"].flatMap((part) => [
    kernel(`${name}/${part}`, inputs, outputs),
    constant(`${name}/${part}/bias`, [outputs], 0),
  ]);

/** Channels of the strided convolutions between an image of this side and {@link BASE}. */
function channelsOf(side: number, filters: number): number[] {
  return Array.from({ length: Math.log2(side / BASE) }, (_, i) => filters * 2 ** i);
}

function encoderSpecs(name: string, side: number, filters: number, outputs: number) {
  const channels = channelsOf(side, filters);
  return [
    ...channels.flatMap((count, i) => [
      kernel(`${name}/conv${i + 1}`, 4, 4, channels[i - 1] ?? 1, count),
      ...(i > 0 ? batchNormSpecs(`${name}/batchNorm${i + 1}`, count) : []),
    ]),
    kernel(`${name}/output`, BASE * BASE * channels.at(-1)!, outputs),
  ];
}

function decoderSpecs(name: string, side: number, filters: number, inputs: number) {
  const channels = channelsOf(side, filters).reverse();
  return [
    kernel(`${name}/input`, inputs, BASE * BASE * channels[0]!),
    ...channels.flatMap((count, i) => [
      ...batchNormSpecs(`${name}/batchNorm${i + 1}`, count),
      kernel(`${name}/conv${i + 1}`, 4, 4, channels[i + 1] ?? 1, count),
    ]),
  ];
}

/** All parameters, with the released code's initial values. */
export function parameterSpecs(model: DdpaeModel): ParameterSpec[] {
  const { side, filters, imageFeatures, hiddenUnits, contentDimensions } = model;
  return [
    ...encoderSpecs("frameEncoder", side, filters, imageFeatures),
    ...lstmSpecs("givenPoses", imageFeatures + hiddenUnits, hiddenUnits),
    ...lstmSpecs("laterPoses", 2 * hiddenUnits, hiddenUnits),
    ...lstmSpecs("firstPoses", hiddenUnits, hiddenUnits),
    ...gaussianSpecs("transition", hiddenUnits, POSE),
    ...gaussianSpecs("firstPose", hiddenUnits, POSE),
    ...encoderSpecs("objectEncoder", side / 2, filters, contentDimensions),
    ...lstmSpecs("contents", contentDimensions, hiddenUnits),
    ...gaussianSpecs("content", hiddenUnits, contentDimensions),
    ...decoderSpecs("objectDecoder", side / 2, filters, contentDimensions),
  ];
}

/** What a network gives, with the batch-norm state after this pass. */
interface Output {
  readonly y: tf.Tensor;
  readonly state: Tensors;
}

/** Encodes square images (n, side, side): (n, outputs). */
export function encodeSquares(
  params: Tensors,
  state: Tensors,
  name: string,
  images: tf.Tensor,
  statistics: Statistics,
): Output {
  const [n, side] = images.shape as [number, number, number];
  let x: tf.Tensor = tf.reshape(images, [n, side, side, 1]);
  let updates: Tensors = {};
  for (let layer = 1; x.shape[1]! > BASE; layer++) {
    x = conv2d(x, parameter(params, `${name}/conv${layer}/kernel`), { stride: 2, padding: "same" });
    if (layer > 1) {
      const normalised = normalise(params, state, `${name}/batchNorm${layer}`, x, statistics);
      updates = { ...updates, ...normalised.state };
      x = normalised.y;
    }
    x = tf.leakyRelu(x, LEAK);
  }
  const y = tf.matMul(tf.reshape(x, [n, -1]), parameter(params, `${name}/output/kernel`));
  return { y, state: updates };
}

/** Decodes contents (n, Z) to objects (n, side, side) in [0, 1]. */
export function decodeSquares(
  params: Tensors,
  state: Tensors,
  name: string,
  contents: tf.Tensor,
  side: number,
  statistics: Statistics,
): Output {
  const n = contents.shape[0]!;
  const flat = tf.matMul(contents, parameter(params, `${name}/input/kernel`));
  let x: tf.Tensor = tf.reshape(flat, [n, BASE, BASE, -1]);
  let updates: Tensors = {};
  for (let layer = 1; x.shape[1]! < side; layer++) {
    const normalised = normalise(params, state, `${name}/batchNorm${layer}`, x, statistics);
    updates = { ...updates, ...normalised.state };
    x = convTranspose2d(
      tf.relu(normalised.y),
      parameter(params, `${name}/conv${layer}/kernel`),
      { stride: 2, padding: "same" },
    );
  }
  return { y: tf.sigmoid(tf.reshape(x, [n, side, side])), state: updates };
}

/** Outputs of an LSTM over components within one over frames, and its states after the last frame. */
interface PosePath {
  /** (T, B, C, units). */
  readonly outputs: tf.Tensor;
  /** Hidden and cell state of each component: (B, units). */
  readonly carry: Tensors;
}

/**
 * An LSTM over frames for each component, which also sees the component before it at the same frame.
 *
 * @param own kernel of the component's state (units, 4 units)
 * @param other kernel of the component before (units, 4 units)
 * @param drive what is added to the gates: at each frame (T, B, 4 units), or always (4 units)
 */
function overComponents(
  { own, other, drive }: Readonly<Record<"own" | "other" | "drive", tf.Tensor>>,
  carry: Tensors,
  components: number,
  length: number,
): PosePath {
  const isConstant = drive.rank === 1;
  const { carry: last, ys } = scan(
    (weights, states, xs) => {
      const next: Record<string, tf.Tensor> = {};
      const hiddens: tf.Tensor[] = [];
      for (let i = 0; i < components; i++) {
        const before = hiddens.at(-1);
        const recurrent = tf.matMul(parameter(states, `hidden${i}`), parameter(weights, "own"));
        const seen = before === undefined
          ? recurrent
          : tf.add(recurrent, tf.matMul(before, parameter(weights, "other")));
        const gates = tf.add(seen, isConstant ? parameter(weights, "drive") : xs.drive!);
        const { hidden, cell } = lstmCell(gates, parameter(states, `cell${i}`));
        hiddens.push(hidden);
        next[`hidden${i}`] = hidden;
        next[`cell${i}`] = cell;
      }
      return { carry: next, y: { hiddens: tf.stack(hiddens, 1) } };
    },
    {
      params: { own, other, ...(isConstant ? { drive } : {}) },
      carry,
      xs: isConstant ? {} : { drive },
      length,
    },
  );
  return { outputs: parameter(ys, "hiddens"), carry: last };
}

/**
 * Hidden states of poses: at given frames from what these show, at later ones from there on.
 *
 * @param features of the given frames (K, B, features)
 * @param later frames after them
 * @returns (K + later, B, C, units)
 */
export function poseStates(
  params: Tensors,
  features: tf.Tensor,
  later: number,
  { components, hiddenUnits, imageFeatures }: DdpaeModel,
): tf.Tensor {
  const [given, batch] = features.shape as [number, number, number];
  const zeros = tf.zeros([batch, hiddenUnits]);
  const start = Object.fromEntries(
    Array.from({ length: components }, (_, i) => [[`hidden${i}`, zeros], [`cell${i}`, zeros]])
      .flat(),
  );
  const part = (name: string, sizes: number[]) =>
    tf.split(parameter(params, `${name}/input`), sizes, 0) as [tf.Tensor, tf.Tensor];
  const [ofFrame, ofBefore] = part("givenPoses", [imageFeatures, hiddenUnits]);
  const driven = tf.matMul(tf.reshape(features, [given * batch, -1]), ofFrame);
  const seen = overComponents(
    {
      own: parameter(params, "givenPoses/recurrent"),
      other: ofBefore,
      drive: tf.reshape(
        tf.add(driven, parameter(params, "givenPoses/bias")),
        [given, batch, -1],
      ),
    },
    start,
    components,
    given,
  );
  if (later === 0) return seen.outputs;
  // Its input is its own last output, that is its hidden state: both kernels multiply the same numbers.
  const [ofOutput, ofOther] = part("laterPoses", [hiddenUnits, hiddenUnits]);
  const own = tf.add(parameter(params, "laterPoses/recurrent"), ofOutput);
  const drive = parameter(params, "laterPoses/bias");
  const predicted = overComponents({ own, other: ofOther, drive }, seen.carry, components, later);
  return tf.concat([seen.outputs, predicted.outputs], 0);
}
