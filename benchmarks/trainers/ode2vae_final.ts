/**
 * The final test of a trained ODE2VAE: the unseen angle by the mean path and by samples, the error at every angle, and
 * sequences to look at.
 *
 * @module
 */
import { fold, type Key } from "../../data/random/mod.ts";
import type { HostArrays } from "../../models/backend/tensors.ts";
import type { Metric, SequenceSample } from "../record.ts";
import type { Evaluation } from "../trainer.ts";
import { toJsonNumber } from "../json_number.ts";
import type { ObservedSequences } from "./observed_batch.ts";
import {
  frameOf,
  framesAt,
  meanSquaredError,
  type Ode2vaePredictor,
} from "./ode2vae_evaluation.ts";
import { missingFrames, sequenceSample } from "./samples.ts";

/** Sequences that a record shows. */
const SHOWN_SEQUENCES = 4;

/** What {@link evaluateOde2vae} takes. */
export interface FinalTest {
  readonly predictor: Ode2vaePredictor;
  /** The selected parameters. */
  readonly state: HostArrays;
  /** Error of the last epoch's parameters. */
  readonly lastMse: number;
  readonly train: ObservedSequences;
  readonly unseenFrame: number;
  /** Rows of an image; pixels / height columns. */
  readonly height: number;
  /** Posterior draws. */
  readonly posteriorSamples: number;
  /** Key of the posterior draws. */
  readonly key: Key;
  readonly bestLogLikelihood: number;
}

const PER_PIXEL = { unit: "per pixel", direction: "lower" } as const;

/** The strict error: the first observed frame is encoded, in time before or after the unseen one. */
async function strictMse({ predictor, state, train, unseenFrame }: FinalTest): Promise<number> {
  const first = (sequence: number) => train.observed[sequence * train.observedCount]!;
  const offsets = Array.from({ length: train.count }, (_, s) => unseenFrame - first(s));
  const forward = Math.max(0, ...offsets);
  const backward = Math.max(0, ...offsets.map((offset) => -offset));
  const path = await predictor.predict(state, framesAt(train, first), { forward, backward });
  const predicted = frameOf(
    path,
    backward + 1 + forward,
    train.pixels,
    (sequence) => backward + offsets[sequence]!,
  );
  return meanSquaredError(predicted, framesAt(train, unseenFrame));
}

/** Error of the mean over posterior draws of the decoded unseen frame. */
async function sampledMse(test: FinalTest): Promise<number> {
  const { predictor, state, train, unseenFrame, posteriorSamples, key } = test;
  const mean = new Float64Array(train.count * train.pixels);
  const images = framesAt(train, 0);
  const horizon = { forward: unseenFrame, only: unseenFrame };
  for (let draw = 0; draw < posteriorSamples; draw++) {
    const predicted = await predictor.predict(state, images, horizon, fold(key, "error", draw));
    for (let i = 0; i < mean.length; i++) mean[i]! += predicted[i]! / posteriorSamples;
  }
  return meanSquaredError(Float32Array.from(mean), framesAt(train, unseenFrame));
}

/** The first sequences: truth, mean path and standard deviation over posterior draws. */
async function shownSequences(test: FinalTest): Promise<SequenceSample[]> {
  const { predictor, state, train, posteriorSamples, key, height } = test;
  const { frameCount, pixels, observedCount } = train;
  const count = Math.min(train.count, SHOWN_SEQUENCES);
  const images = framesAt({ ...train, count }, 0);
  const horizon = { forward: frameCount - 1 };
  const mean = await predictor.predict(state, images, horizon);
  const sum = new Float64Array(mean.length);
  const squares = new Float64Array(mean.length);
  for (let draw = 0; draw < posteriorSamples; draw++) {
    const path = await predictor.predict(state, images, horizon, fold(key, "shown", draw));
    for (let i = 0; i < path.length; i++) {
      sum[i]! += path[i]!;
      squares[i]! += path[i]! ** 2;
    }
  }
  const n = posteriorSamples;
  const deviation = Float32Array.from(
    sum,
    (total, i) => n > 1 ? Math.sqrt(Math.max(0, (squares[i]! - total * total / n) / (n - 1))) : 0,
  );
  const size = frameCount * pixels;
  return Array.from({ length: count }, (_, s) => {
    const part = (values: Float32Array) => values.subarray(s * size, (s + 1) * size);
    return sequenceSample({
      label: `training digit ${s}, from frame 0 by the mean path`,
      height,
      width: pixels / height,
      missing: missingFrames(
        train.observed.subarray(s * observedCount, (s + 1) * observedCount),
        frameCount,
      ),
      truth: part(train.frames),
      reconstruction: part(mean),
      deviation: part(deviation),
    });
  });
}

/** Metrics, the error at every angle and sequences of the selected parameters. */
export async function evaluateOde2vae(test: FinalTest): Promise<Evaluation> {
  const { predictor, state, train, unseenFrame, lastMse, bestLogLikelihood } = test;
  const { frameCount, pixels } = train;
  const path = await predictor.predict(state, framesAt(train, 0), { forward: frameCount - 1 });
  const errors = Array.from(
    { length: frameCount },
    (_, frame) =>
      meanSquaredError(frameOf(path, frameCount, pixels, frame), framesAt(train, frame)),
  );
  const metric = (name: string, label: string, value: number): Metric => ({
    name,
    label,
    value: toJsonNumber(value),
    ...PER_PIXEL,
  });
  return {
    metrics: [
      metric("testMse", "MSE at the unseen angle", errors[unseenFrame]!),
      metric(
        "testMseStrict",
        "MSE at the unseen angle, from the first observed frame",
        await strictMse(test),
      ),
      metric(
        "testMseSamples",
        `MSE at the unseen angle, mean of ${test.posteriorSamples} posterior draws`,
        await sampledMse(test),
      ),
      metric("testMseLast", "MSE at the unseen angle, parameters of the last epoch", lastMse),
      {
        name: "validationLogLikelihood",
        label: "validation log-likelihood of the selected epoch",
        value: toJsonNumber(bestLogLikelihood),
        unit: "nats per frame",
        direction: "higher",
      },
    ],
    curves: [{
      name: "errorPerAngle",
      label: "MSE per pixel, every angle predicted from frame 0",
      xLabel: "angle (degrees)",
      x: errors.map((_, frame) => 360 * frame / frameCount),
      y: errors.map(toJsonNumber),
    }],
    sequences: await shownSequences(test),
  };
}
