/**
 * The final test of a trained ODE2VAE: the unseen angle by the mean path and by samples, the error at every angle, and
 * sequences to look at.
 *
 * @module
 */
import { fold, type Key } from "../../data/random/mod.ts";
import type { HostArrays } from "../../models/backend/tensors.ts";
import type { Exhibit } from "../record/exhibit.ts";
import { frameStrips, missingFrames } from "../record/frame_strips.ts";
import type { Metric } from "../record/record.ts";
import type { Evaluation } from "../trainer.ts";
import { toJsonNumber } from "../record/json_number.ts";
import type { ObservedSequences } from "./observed_batch.ts";
import {
  frameOf,
  framesAt,
  meanSquaredError,
  type Ode2vaePredictor,
} from "./ode2vae_evaluation.ts";

/** Sequences that a record shows. */
const SHOWN_SEQUENCES = 4;

/** What {@link evaluateOde2vae} takes. */
export interface FinalTest {
  readonly predictor: Ode2vaePredictor;
  /** The same by the batch's statistics in its batch norms. */
  readonly byBatch: Ode2vaePredictor;
  /** Parameters and batch-norm states. */
  readonly states: {
    /** Of the epoch selected on observed validation frames: the headline. */
    readonly selected: HostArrays;
    /** Of the epoch selected on complete validation sequences. */
    readonly selectedComplete: HostArrays;
    /** Mean over the last epochs. */
    readonly averaged: HostArrays;
    /** Of the last epoch. */
    readonly last: HostArrays;
  };
  /** Square images. */
  readonly test: ObservedSequences;
  readonly unseenFrame: number;
  /** What captions call one of the test's digits. */
  readonly digit: string;
  /** Posterior draws. */
  readonly posteriorSamples: number;
  /** Key of the posterior draws. */
  readonly key: Key;
  readonly bestLogLikelihood: number;
}

const PER_PIXEL = { unit: "per pixel", direction: "lower" } as const;

/** The headline error: frame 0 of every test digit encoded, the unseen frame decoded by the mean path. */
export async function unseenMse(
  predictor: Ode2vaePredictor,
  state: HostArrays,
  test: ObservedSequences,
  unseenFrame: number,
): Promise<number> {
  const horizon = { forward: unseenFrame, only: unseenFrame };
  const predicted = await predictor.predict(state, framesAt(test, 0), horizon);
  return meanSquaredError(predicted, framesAt(test, unseenFrame));
}

/** The strict error: the first observed frame is encoded, in time before or after the unseen one. */
async function strictMse({ predictor, states, test, unseenFrame }: FinalTest): Promise<number> {
  const first = (sequence: number) => test.observed[sequence * test.observedCount]!;
  const offsets = Array.from({ length: test.count }, (_, s) => unseenFrame - first(s));
  const forward = Math.max(0, ...offsets);
  const backward = Math.max(0, ...offsets.map((offset) => -offset));
  const path = await predictor.predict(
    states.selected,
    framesAt(test, first),
    { forward, backward },
  );
  const predicted = frameOf(
    path,
    backward + 1 + forward,
    test.pixels,
    (sequence) => backward + offsets[sequence]!,
  );
  return meanSquaredError(predicted, framesAt(test, unseenFrame));
}

/** Error of the mean over posterior draws of the decoded unseen frame, and the mean error of the single draws. */
async function sampledMse(
  { predictor, states, test, unseenFrame, posteriorSamples, key }: FinalTest,
): Promise<{ readonly ofMean: number; readonly single: number }> {
  const mean = new Float64Array(test.count * test.pixels);
  const images = framesAt(test, 0);
  const truth = framesAt(test, unseenFrame);
  const horizon = { forward: unseenFrame, only: unseenFrame };
  let single = 0;
  for (let draw = 0; draw < posteriorSamples; draw++) {
    const noise = fold(key, "error", draw);
    const predicted = await predictor.predict(states.selected, images, horizon, noise);
    for (let i = 0; i < mean.length; i++) mean[i]! += predicted[i]! / posteriorSamples;
    single += meanSquaredError(predicted, truth) / posteriorSamples;
  }
  return { ofMean: meanSquaredError(Float32Array.from(mean), truth), single };
}

/** The first sequences: truth, mean path and standard deviation over posterior draws. */
async function shownSequences(final: FinalTest): Promise<Exhibit[]> {
  const { predictor, states, test, posteriorSamples, key, digit } = final;
  const { frameCount, pixels, observedCount } = test;
  const side = Math.sqrt(pixels);
  const count = Math.min(test.count, SHOWN_SEQUENCES);
  const images = framesAt({ ...test, count }, 0);
  const horizon = { forward: frameCount - 1 };
  const mean = await predictor.predict(states.selected, images, horizon);
  const sum = new Float64Array(mean.length);
  const squares = new Float64Array(mean.length);
  for (let draw = 0; draw < posteriorSamples; draw++) {
    const noise = fold(key, "shown", draw);
    const path = await predictor.predict(states.selected, images, horizon, noise);
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
    return frameStrips({
      name: `sequence${s}`,
      label: `${digit} ${s}, from frame 0 by the mean path`,
      height: side,
      width: side,
      marked: missingFrames(
        test.observed.subarray(s * observedCount, (s + 1) * observedCount),
        frameCount,
      ),
      markedLabel: "hidden from training",
      strips: [
        { label: "truth", values: part(test.frames) },
        { label: "reconstruction", values: part(mean) },
        { label: "standard deviation", values: part(deviation), white: 0.5 },
      ],
      ofData: true,
    });
  });
}

/** Metrics, the error at every angle and sequences of the trained parameters. */
export async function evaluateOde2vae(final: FinalTest): Promise<Evaluation> {
  const { predictor, byBatch, states, test, unseenFrame, bestLogLikelihood } = final;
  const { frameCount, pixels, degrees } = test;
  const path = await predictor.predict(states.selected, framesAt(test, 0), {
    forward: frameCount - 1,
  });
  const errors = Array.from(
    { length: frameCount },
    (_, frame) => meanSquaredError(frameOf(path, frameCount, pixels, frame), framesAt(test, frame)),
  );
  const sampled = await sampledMse(final);
  const mse = (state: HostArrays, by = predictor) => unseenMse(by, state, test, unseenFrame);
  const metric = (name: string, variant: string, value: number): Metric => ({
    name: `testMse${name}`,
    label: `MSE at the unseen angle${variant && ", "}${variant}`,
    value: toJsonNumber(value),
    ...PER_PIXEL,
  });
  return {
    metrics: [
      metric("", "", errors[unseenFrame]!),
      metric("Strict", "from the first observed frame", await strictMse(final)),
      metric("Samples", `mean of ${final.posteriorSamples} posterior draws`, sampled.ofMean),
      metric("SingleDraw", "one posterior draw", sampled.single),
      metric("Last", "parameters of the last epoch", await mse(states.last)),
      metric("Averaged", "mean parameters of the last epochs", await mse(states.averaged)),
      metric(
        "CompleteSelection",
        "epoch selected on complete validation sequences",
        await mse(states.selectedComplete),
      ),
      metric(
        "BatchStatistics",
        "batch norms by the test batch's statistics",
        await mse(states.selected, byBatch),
      ),
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
      unit: "",
      xLabel: "angle",
      xUnit: "degrees",
      x: errors.map((_, frame) => degrees[frame]!),
      y: errors.map(toJsonNumber),
    }],
    exhibits: await shownSequences(final),
  };
}
