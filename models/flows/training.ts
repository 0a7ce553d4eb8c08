/**
 * Training of flows of the plane by the reparameterised KL divergence, and what a trained flow answers.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { fold, type Key, normal, rootKey } from "../../data/random/mod.ts";
import type { HostArrays, Tensors } from "../backend/tensors.ts";
import { standardNormalLogDensity } from "../inference/densities.ts";
import { initialise } from "../nn/init.ts";
import { row } from "../ode/adaptive.ts";
import { concatenated } from "../training/arrays.ts";
import type { DensityData, DensityModel, PlaneTarget } from "../training/density.ts";
import { gradientTraining } from "../training/gradient_training.ts";
import type { CurveDescriptions, Trainer, TrainingTask } from "../training/method.ts";
import { CompiledPredictions, type LossFunction } from "../training/network_training.ts";
import { adam, type Optimiser, rmsprop } from "../training/optimisers.ts";
import { parseSettings } from "../training/settings.ts";
import { cnfFlow } from "./cnf.ts";
import type { Flow } from "./flow.ts";
import { planarMaps } from "./planar.ts";
import { CNF_SETTINGS, type FlowTrainingSettings, PLANAR_SETTINGS } from "./settings.ts";

type Task = TrainingTask<DensityData, DensityModel>;

/** Points that are moved at once in a test. */
const CHUNK = 5000;

const swapped = (points: tf.Tensor): tf.Tensor => tf.transpose(points, [0, 2, 1]);

/** Standard normal points (T, 2, n) that a flow has moved, and log q there (T, n). */
function drawn(flow: Flow, params: Tensors, base: tf.Tensor, fine: boolean) {
  const { points, logDeterminant } = flow.map(params, base, fine);
  return { points, logDensity: tf.sub(standardNormalLogDensity(swapped(base)), logDeterminant) };
}

/** Σ over the targets of the mean of log q(z) + energy(z) + log Z over the minibatch: an estimate of KL[q ‖ p] of each. */
export function flowLoss(flow: Flow, targets: readonly PlaneTarget[]): LossFunction {
  return (params, _, { base }) => {
    const { points, logDensity } = drawn(flow, params, base!, false);
    const terms = targets.map(({ name, tensorEnergy, logNormaliser }, t) => {
      const coordinate = (i: number) => row(row(points, t), i);
      const energy = tensorEnergy(coordinate(0), coordinate(1)); // (n)
      const kl = tf.add(tf.mean(tf.add(row(logDensity, t), energy)), logNormaliser);
      return [`kl${name}`, kl as tf.Scalar] as const;
    });
    const loss = tf.addN(terms.map(([, kl]) => kl)) as tf.Scalar;
    return { loss, terms: Object.fromEntries(terms), state: {} };
  };
}

/** Row t of arrays (T, …), one after the other. */
function joined(chunks: readonly HostArrays[], name: string, t: number, targets: number) {
  return concatenated(chunks.map((chunk) => {
    const data = chunk[name]!.data as Float32Array;
    return data.subarray(t * data.length / targets, (t + 1) * data.length / targets);
  }));
}

function model(
  flow: Flow,
  targets: number,
  predictions: CompiledPredictions,
  arrays: HostArrays,
  key: Key,
): DensityModel {
  /** Runs a step on points (T, n, 2), a chunk of them at a time; rows of an output by its name. */
  const run = async (
    what: string,
    count: number,
    chunk: (from: number, n: number) => Float32Array,
    step: (params: Tensors, points: tf.Tensor) => Tensors,
  ) => {
    const chunks: HostArrays[] = [];
    for (let from = 0; from < count; from += CHUNK) {
      const n = Math.min(CHUNK, count - from);
      chunks.push(
        await predictions.run(
          `${what} ${n}`,
          (params, _, inputs) => step(params, inputs.points!),
          arrays,
          { points: { shape: [targets, n, 2], data: chunk(from, n) } },
        ),
      );
    }
    return (name: string, t: number) => joined(chunks, name, t, targets);
  };
  const each = <R>(f: (t: number) => R) => Array.from({ length: targets }, (_, t) => f(t));
  return {
    async sample(count, draw) {
      const rows = await run(
        "sample",
        count,
        (from, n) => normal(fold(key, "sample", ...draw, from), targets * n * 2),
        (params, base) => {
          const { points, logDensity } = drawn(flow, params, swapped(base), true);
          return { points: swapped(points), logDensity };
        },
      );
      return each((t) => ({ points: rows("points", t), logDensity: rows("logDensity", t) }));
    },
    async logDensity(points) {
      const rows = await run(
        "density",
        points.length / 2,
        (from, n) => {
          const part = points.subarray(2 * from, 2 * (from + n));
          return Float32Array.from(
            { length: targets * part.length },
            (_, i) => part[i % part.length]!,
          );
        },
        (params, points) => {
          const base = flow.inverse(params, swapped(points));
          const logDensity = tf.add(
            standardNormalLogDensity(swapped(base.points)),
            base.logDeterminant,
          );
          return { logDensity };
        },
      );
      return each((t) => rows("logDensity", t));
    },
  };
}

/** Curves of the loss and of each target's divergence. */
function curvesOf(targets: readonly PlaneTarget[]): CurveDescriptions {
  const kl = (label: string) => ({ label, unit: "nats", direction: "lower" as const });
  return {
    loss: kl("sum of the divergences"),
    ...Object.fromEntries(
      targets.map(({ name }) => [`kl${name}`, kl(`KL[q ‖ p] of ${name} in training`)]),
    ),
  };
}

async function start(
  task: Task,
  stream: string,
  settings: FlowTrainingSettings,
  flow: Flow,
  optimiser: Optimiser,
): Promise<Trainer<DensityModel>> {
  const { targets } = task.data;
  const { batchSize, learningRate, stepsPerEpoch, epochs } = settings;
  const backend = await task.backend();
  const key = fold(rootKey(task.seed), stream);
  const predictions = new CompiledPredictions(backend);
  const base = [targets.length, 2, batchSize];
  const live = (arrays: HostArrays) => model(flow, targets.length, predictions, arrays, key);
  return gradientTraining<DensityModel>({
    backend,
    params: initialise(fold(key, "parameters"), flow.specs),
    state: {},
    optimiser,
    epochs,
    curves: curvesOf(targets),
    epoch: () => ({
      kind: "step",
      loss: flowLoss(flow, targets),
      shapes: { base: { shape: base } },
      batches: Array.from({ length: stepsPerEpoch }, () => new Int32Array()),
      learningRate: () => learningRate,
      inputs: (_, step) => ({
        base: {
          shape: base,
          data: normal(fold(key, "noise", step), targets.length * batchSize * 2),
        },
      }),
    }),
    watch: task.watch,
    live,
    trained: ({ last }) => live(last),
    compilationSeconds: () => predictions.compilationSeconds,
    dispose: () => predictions.dispose(),
  });
}

/** A trainer of continuous flows at epoch 0. @throws RangeError for settings that do not fit */
export async function startCnf(task: Task): Promise<Trainer<DensityModel>> {
  const settings = parseSettings("CNF", CNF_SETTINGS, task.settings);
  return await start(task, "cnf", settings, cnfFlow(task.data.targets.length, settings), adam());
}

/** A trainer of planar flows at epoch 0. @throws RangeError for settings that do not fit */
export async function startPlanarFlow(task: Task): Promise<Trainer<DensityModel>> {
  const settings = parseSettings("the planar flow", PLANAR_SETTINGS, task.settings);
  const flow = planarMaps(task.data.targets.length, settings.depth);
  return await start(task, "planarFlow", settings, flow, rmsprop());
}
