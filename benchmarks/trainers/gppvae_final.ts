/**
 * The test of a trained GPPVAE: images at angles that a digit was not seen from, by the posterior mean of its codes.
 *
 * @module
 */
import type { HostArrays } from "../../models/backend/tensors.ts";
import { type FactoredCovariance, predictCodes } from "../../models/gppvae/likelihood.ts";
import { toJsonNumber } from "../record/json_number.ts";
import type { Metric, SequenceSample } from "../record/record.ts";
import type { Evaluation } from "../trainer.ts";
import type { CodeNetworks, Codes } from "./gppvae_codes.ts";
import { processMatrices } from "./gppvae_matrices.ts";
import type { ObservedSequences } from "./observed_batch.ts";
import { framesAt, meanSquaredError } from "./ode2vae_evaluation.ts";
import { missingFrames, sequenceSample } from "./samples.ts";

/** Sequences that a record shows. */
const SHOWN_SEQUENCES = 4;

/** What predictions are made from. */
export interface GppvaePrediction {
  readonly networks: CodeNetworks;
  /** Parameters and batch-norm state of the networks. */
  readonly state: HostArrays;
  readonly process: FactoredCovariance;
  /** The same process where each digit is seen at one frame alone. */
  readonly oneFrame: (frame: number) => FactoredCovariance;
  /** Codes of the observed images. */
  readonly codes: Codes;
  readonly train: ObservedSequences;
}

/** Images of every training digit at angle `frame`: (count, pixels). */
export async function predictFrame(
  { networks, state, process, codes, train }: GppvaePrediction,
  frame: number,
): Promise<Float32Array> {
  const objects = Int32Array.from({ length: train.count }, (_, p) => p);
  const predicted = predictCodes(process, codes.mean, { objects, views: objects.map(() => frame) });
  return await networks.decode(state, predicted);
}

/** The headline error: per pixel, at an angle that no training sequence shows. */
export async function unseenMse(prediction: GppvaePrediction, frame: number): Promise<number> {
  return meanSquaredError(
    await predictFrame(prediction, frame),
    framesAt(prediction.train, frame),
  );
}

/** The same, each digit's code predicted from that of its frame 0 alone: all that ODE2VAE encodes. */
async function oneFrameMse(prediction: GppvaePrediction, unseen: number): Promise<number> {
  const { networks, state, oneFrame, train } = prediction;
  const codes = await networks.encode(state, framesAt(train, 0));
  return await unseenMse({ ...prediction, process: oneFrame(0), codes }, unseen);
}

/** The first sequences: truth and prediction at all angles. */
function shownSequences(
  { train }: GppvaePrediction,
  predicted: readonly Float32Array[],
): SequenceSample[] {
  const { frameCount, pixels, observed, observedCount } = train;
  const side = Math.sqrt(pixels);
  return Array.from({ length: Math.min(train.count, SHOWN_SEQUENCES) }, (_, s) => {
    const reconstruction = new Float32Array(frameCount * pixels);
    predicted.forEach((images, frame) =>
      reconstruction.set(images.subarray(s * pixels, (s + 1) * pixels), frame * pixels)
    );
    return sequenceSample({
      label: `training digit ${s}, from its observed frames by the posterior mean`,
      height: side,
      width: side,
      missing: missingFrames(
        observed.subarray(s * observedCount, (s + 1) * observedCount),
        frameCount,
      ),
      truth: train.frames.subarray(s * frameCount * pixels, (s + 1) * frameCount * pixels),
      reconstruction,
    });
  });
}

/** Metrics, the error at every angle, sequences, and the Gaussian process as matrices. */
export async function evaluateGppvae(
  prediction: GppvaePrediction,
  unseenFrame: number,
): Promise<Evaluation> {
  const { networks, state, train, process, codes } = prediction;
  const predicted: Float32Array[] = [];
  for (let frame = 0; frame < train.frameCount; frame++) {
    predicted.push(await predictFrame(prediction, frame));
  }
  const errors = predicted.map((images, frame) => meanSquaredError(images, framesAt(train, frame)));
  const unseen = framesAt(train, unseenFrame);
  const own = await networks.encode(state, unseen);
  const reconstructed = await networks.decode(state, own.mean);
  const metric = (name: string, label: string, value: number): Metric => ({
    name,
    label,
    value: toJsonNumber(value),
    unit: "per pixel",
    direction: "lower",
  });
  return {
    metrics: [
      metric("testMse", "MSE at the unseen angle", errors[unseenFrame]!),
      metric(
        "testMseOneFrame",
        "MSE at the unseen angle, from frame 0 alone instead of all observed frames",
        await oneFrameMse(prediction, unseenFrame),
      ),
      metric(
        "testMseEncoded",
        "MSE at the unseen angle where its own image is encoded: the networks' share of the error",
        meanSquaredError(reconstructed, unseen),
      ),
      {
        name: "noiseVariance",
        label: "noise of the Gaussian process",
        value: toJsonNumber(process.covariance.noise),
        unit: "share of the codes' variance",
        direction: "lower",
      },
    ],
    curves: [{
      name: "errorPerAngle",
      label: "MSE per pixel, every angle by the posterior mean given all observed frames",
      xLabel: "angle (degrees)",
      x: errors.map((_, frame) => train.degrees[frame]!),
      y: errors.map(toJsonNumber),
    }],
    sequences: shownSequences(prediction, predicted),
    matrices: processMatrices(process, codes.mean),
  };
}
