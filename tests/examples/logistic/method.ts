/**
 * An example of a model family: a classifier of vectors, logistic regression or a perceptron with one hidden layer. It is
 * all that a family needs: its settings, its loss, and what the trained model answers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { fold, permutation, rootKey } from "../../../data/random/mod.ts";
import type { HostArrays, Tensors } from "../../../models/backend/tensors.ts";
import { dense } from "../../../models/nn/layers.ts";
import { denseSpecs, initialise } from "../../../models/nn/init.ts";
import { gradientTraining } from "../../../models/training/gradient_training.ts";
import type { Method } from "../../../models/training/method.ts";
import { CompiledPredictions, minibatches } from "../../../models/training/network_training.ts";
import { sgd } from "../../../models/training/optimisers.ts";
import { count, natural, number, parseSettings } from "../../../models/training/settings.ts";

/** Points in the plane with a class of 0 or 1 each. */
export interface Points {
  /** (n, 2) */
  readonly points: Float32Array;
  /** (n) */
  readonly classes: Uint8Array;
}

/** What is trained on, and what is tested on. */
export interface PointData {
  readonly train: Points;
  readonly test: Points;
}

/** A trained classifier: the probability of class 1 at points (n, 2). */
export type Classifier = (points: Float32Array) => Promise<Float32Array>;

const SETTINGS = {
  hidden: natural(0, "width of the hidden layer; 0 for none, which is logistic regression"),
  learningRate: number(0.5, "rate of gradient descent with momentum 0.9"),
  batchSize: count(50, "points in a minibatch"),
  epochs: count(30, "passes over the training points"),
};

/** Logits (n) of points (n, 2). */
function logits(params: Tensors, points: tf.Tensor): tf.Tensor {
  const top = "hidden/kernel" in params ? dense(params, "hidden", points, "tanh") : points;
  return tf.reshape(dense(params, "output", top), [-1]);
}

/** The family. */
export const logistic: Method<PointData, Classifier> = {
  name: "Logistic",
  settings: SETTINGS,
  async start({ settings, seed, data: { train }, backend, watch }) {
    const { hidden, learningRate, batchSize, epochs } = parseSettings("it", SETTINGS, settings);
    const key = fold(rootKey(seed), "logistic");
    const engine = await backend();
    const predictions = new CompiledPredictions(engine);
    const classifier = (arrays: HostArrays): Classifier => async (points) => {
      const { probability } = await predictions.run(
        String(points.length),
        (params, _, inputs) => ({ probability: tf.sigmoid(logits(params, inputs.points!)) }),
        arrays,
        { points: { shape: [points.length / 2, 2], data: points } },
      );
      return probability!.data as Float32Array;
    };
    return gradientTraining<Classifier>({
      backend: engine,
      params: initialise(fold(key, "parameters"), [
        ...(hidden > 0 ? denseSpecs("hidden", 2, hidden) : []),
        ...denseSpecs("output", hidden || 2, 1),
      ]),
      state: {},
      optimiser: sgd(0.9),
      epochs,
      curves: { loss: { label: "cross-entropy", unit: "nats per point", direction: "lower" } },
      epoch: (epoch) => ({
        kind: "step",
        shapes: { points: { shape: [batchSize, 2] }, signs: { shape: [batchSize] } },
        batches: minibatches(
          permutation(fold(key, "order", epoch), train.classes.length),
          batchSize,
        ),
        learningRate: () => learningRate,
        inputs: (rows) => ({
          points: {
            shape: [batchSize, 2],
            data: Float32Array.from(
              { length: 2 * batchSize },
              (_, i) => train.points[2 * rows[i >> 1]! + i % 2]!,
            ),
          },
          signs: {
            shape: [batchSize],
            data: Float32Array.from(rows, (row) => 2 * train.classes[row]! - 1),
          },
        }),
        // log(1 + exp(−±logit)): −log of the probability of the true class.
        loss: (params, _, inputs) => ({
          loss: tf.mean(
            tf.softplus(tf.neg(tf.mul(inputs.signs!, logits(params, inputs.points!)))),
          ) as tf.Scalar,
          terms: {},
          state: {},
        }),
      }),
      watch,
      watchEvery: 10,
      live: classifier,
      trained: ({ last }) => classifier(last),
      compilationSeconds: () => predictions.compilationSeconds,
      dispose: () => predictions.dispose(),
    });
  },
};
