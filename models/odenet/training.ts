/**
 * Training of the classifiers, and what a trained one answers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Images, LabelledImages } from "../../data/mnist.ts";
import { fold, integers, type Key, permutation, rootKey } from "../../data/random/mod.ts";
import { valueAndGradients } from "../backend/engine.ts";
import type { HostArrays, Tensors } from "../backend/tensors.ts";
import { initialise } from "../nn/init.ts";
import { valueCount } from "../training/arrays.ts";
import type {
  ClassificationData,
  ClassificationModel,
  StepCost,
} from "../training/classification.ts";
import { gradientTraining } from "../training/gradient_training.ts";
import type { CurveDescriptions, Trainer, TrainingTask } from "../training/method.ts";
import { CompiledPredictions, minibatches } from "../training/network_training.ts";
import { sgd } from "../training/optimisers.ts";
import { parseSettings } from "../training/settings.ts";
import {
  classify,
  crossEntropy,
  fixedEvaluations,
  type Network,
  parameterSpecs,
  scannedEvaluations,
} from "./network.ts";
import { ODENET_SETTINGS } from "./settings.ts";
import { storedBytes } from "./stored_activations.ts";

/** Images of a prediction at a time. A solve's steps are chosen for all of them together. */
const PREDICTED = 250;
/** Where the rate falls to a tenth, as shares of what follows the first drop: after 60, 100 and 140 of 160 epochs. */
const DROPS = [0, 0.4, 0.8];

const LOSS = { label: "cross-entropy", unit: "nats per image", direction: "lower" } as const;
const EVALUATIONS = { label: "evaluations of the field, forward", unit: "per step" } as const;

/** Images (n, h, w, 1) in [0, 1] at these rows; a row beyond the last repeats it. */
function imagesOf({ count, height, width, pixels }: Images, rows: ArrayLike<number>) {
  const size = height * width;
  const data = new Float32Array(rows.length * size);
  for (let i = 0; i < rows.length; i++) {
    const from = Math.min(rows[i]!, count - 1) * size;
    for (let pixel = 0; pixel < size; pixel++) {
      data[i * size + pixel] = pixels[from + pixel]! / 255;
    }
  }
  return { shape: [rows.length, height, width, 1], data };
}

/** The images moved by −padding … padding rows and columns at random, zeros around them: crops of padded images. */
export function cropped(
  { shape, data }: { readonly shape: readonly number[]; readonly data: Float32Array },
  padding: number,
  key: Key,
): { readonly shape: readonly number[]; readonly data: Float32Array } {
  if (padding === 0) return { shape, data };
  const [count, height, width] = shape as [number, number, number];
  const offsets = integers(key, 2 * count, 2 * padding + 1);
  const moved = new Float32Array(data.length);
  for (let i = 0; i < count; i++) {
    const [down, right] = [offsets[2 * i]! - padding, offsets[2 * i + 1]! - padding];
    const [first, last] = [Math.max(0, -right), Math.min(width, width - right)];
    for (let y = Math.max(0, -down); y < Math.min(height, height - down); y++) {
      const [from, to] = [(i * height + y + down) * width, (i * height + y) * width];
      moved.set(data.subarray(from + first + right, from + last + right), to + first);
    }
  }
  return { shape, data: moved };
}

function classesOf({ labels }: LabelledImages, rows: Int32Array, classes: number) {
  const data = new Float32Array(rows.length * classes);
  rows.forEach((row, i) => data[i * classes + labels[row]!] = 1);
  return { shape: [rows.length, classes], data };
}

/** A trainer at epoch 0. @throws RangeError for settings or data that do not fit */
export async function startOdenet(
  task: TrainingTask<ClassificationData, ClassificationModel>,
): Promise<Trainer<ClassificationModel>> {
  const { seed, data: { train, classes }, watch } = task;
  const settings = parseSettings("a classifier", ODENET_SETTINGS, task.settings);
  const { batchSize, epochs, learningRate, firstDrop, momentum, cropPadding, validationEvery } =
    settings;
  const network: Network = { ...settings, size: [train.height, train.width], classes };
  const key = fold(rootKey(seed), "odenet");
  const params = initialise(fold(key, "parameters"), parameterSpecs(network));
  const backend = await task.backend();
  const predictions = new CompiledPredictions(backend);
  const order = (epoch: number) => permutation(fold(key, "order", epoch), train.count);
  const stepsPerEpoch = Math.floor(train.count / batchSize);
  const isSolved = network.network === "ode" || network.network === "runge-kutta";

  const inputs = (rows: Int32Array, step: number) => ({
    images: cropped(imagesOf(train, rows), cropPadding, fold(key, "crop", step)),
    classes: classesOf(train, rows, classes),
  });
  const loss = (params: Tensors, _state: Tensors, { images, classes }: Tensors) => {
    const { logits, evaluations } = classify(params, images!, network);
    return {
      loss: crossEntropy(logits, classes!),
      terms: { ...(evaluations && { evaluations: evaluations as tf.Scalar }) },
      state: {},
    };
  };

  async function probabilities(arrays: HostArrays, images: Images): Promise<Float32Array> {
    const all = new Float32Array(images.count * classes);
    for (let from = 0; from < images.count; from += PREDICTED) {
      const rows = Int32Array.from({ length: PREDICTED }, (_, i) => from + i);
      const { probability } = await predictions.run(
        "probabilities",
        (params, _, { images }) => ({
          probability: tf.exp(tf.logSoftmax(classify(params, images!, network).logits)),
        }),
        arrays,
        { images: imagesOf(images, rows) },
      );
      const some = probability!.data.subarray(0, (images.count - from) * classes);
      all.set(some as Float32Array, from * classes);
    }
    return all;
  }

  /** Of a step on the first minibatch of all, with the parameters as they are. */
  async function cost(arrays: HostArrays): Promise<StepCost> {
    const bytes = { storedBytes: storedBytes(network) };
    if (!isSolved) return bytes;
    const [rows] = minibatches(order(0), batchSize);
    const { forward, backward } = await predictions.run(
      "cost",
      (params, _, { images, classes }) => {
        const counter = tf.scalar(0);
        const { result, gradients } = valueAndGradients(() => {
          const { logits, evaluations } = classify(params, images!, network, counter);
          return { loss: crossEntropy(logits, classes!), evaluations: evaluations! };
        }, { ...params, counter });
        return { forward: result.evaluations, backward: gradients.counter! };
      },
      arrays,
      inputs(rows!, 0),
    );
    // Back-propagation goes through each evaluation once.
    const known = network.network === "runge-kutta"
      ? fixedEvaluations(network.solverSteps)
      : scannedEvaluations(network.maxSteps);
    const isAdjoint = network.network === "ode" && network.gradient === "adjoint";
    return {
      ...bytes,
      forwardEvaluations: forward!.data[0]!,
      backwardEvaluations: isAdjoint ? backward!.data[0]! : known,
    };
  }

  const model = (arrays: HostArrays): ClassificationModel => ({
    probabilities: (images) => probabilities(arrays, images),
    parameters: valueCount(params),
    cost: () => cost(arrays),
  });
  const curves: CurveDescriptions = { loss: LOSS, ...(isSolved && { evaluations: EVALUATIONS }) };
  return gradientTraining<ClassificationModel>({
    backend,
    params,
    state: {},
    optimiser: sgd(momentum),
    epochs,
    curves,
    epoch: (epoch) => ({
      kind: "step",
      shapes: {
        images: { shape: [batchSize, train.height, train.width, 1] },
        classes: { shape: [batchSize, classes] },
      },
      batches: minibatches(order(epoch), batchSize),
      learningRate: (step) => {
        const sinceDrop = (step / (stepsPerEpoch * epochs) - firstDrop) / (1 - firstDrop);
        return learningRate * 0.1 ** DROPS.filter((drop) => sinceDrop >= drop).length;
      },
      inputs,
      loss,
    }),
    watch,
    watchEvery: validationEvery,
    live: model,
    trained: ({ last }) => model(last),
    compilationSeconds: () => predictions.compilationSeconds,
    dispose: () => predictions.dispose(),
  });
}
