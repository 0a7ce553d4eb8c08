/**
 * Settings of the decompositional disentangled predictive auto-encoder.
 *
 * @module
 */
import { count, natural, number, positive, share, type TableOf } from "../training/settings.ts";

/** Settings that the equations read. */
type EquationSettings = Readonly<
  Record<
    | "components"
    | "hiddenUnits"
    | "imageFeatures"
    | "contentDimensions"
    | "filters"
    | "scalePrior"
    | "transitionDeviation"
    | "observationDeviation",
    number
  >
>;

/** Parsed settings. */
export type DdpaeSettings =
  & EquationSettings
  & Readonly<
    Record<
      | "contextFrames"
      | "predictedFrames"
      | "batchSize"
      | "epochs"
      | "learningRate"
      | "lateRate"
      | "validationEvery"
      | "posteriorSamples"
      | "testEvery",
      number
    >
  >;

/**
 * DDPAE (Hsieh et al. 2018). Defaults are those of the released code for its bouncing balls, but for what is marked "ours";
 * it has four balls in 128×128 pixels there, and as many components.
 */
export const DDPAE_SETTINGS: TableOf<DdpaeSettings> = {
  components: count(4, "C: objects that a frame is the sum of"),
  contextFrames: count(10, "K: frames that a training window gives"),
  predictedFrames: count(10, "frames after them in it, which are predicted"),
  hiddenUnits: count(128, "units of every LSTM"),
  imageFeatures: count(256, "numbers that a frame is encoded to"),
  contentDimensions: count(128, "Z: latent dimensions of an object's appearance"),
  filters: count(8, "channels of the first convolution; each further one has twice as many"),
  scalePrior: positive(
    4,
    "a frame's side by that of an object's window, the prior's mean; poses lie within 1 of it",
  ),
  transitionDeviation: positive(0.1, "standard deviation of a pose's steps under the prior"),
  observationDeviation: positive(0.3, "standard deviation of a pixel's noise"),
  batchSize: count(100, "sequences in a minibatch"),
  epochs: count(2000, "passes over the training data; 200,000 steps on 10,000 sequences"),
  learningRate: number(1e-3, "Adam's rate, with β₁ = 0.5"),
  lateRate: share(0.1, "what the rate is multiplied by in the second half of the epochs"),
  validationEvery: count(10, "epochs between two measurements of the validation error"),
  posteriorSamples: count(10, "posterior draws in averages over draws; ours"),
  testEvery: natural(
    100,
    "add a point to the test curve every so many epochs, 0 for never; selects nothing",
  ),
};

/** A model with its sizes: settings that its equations read, and the frames' side. */
export interface DdpaeModel extends EquationSettings {
  /** Pixels along each side of a frame, a power of 2 from 16 on; an object has half as many. */
  readonly side: number;
}

/** Numbers of a pose: scale, x, y. */
export const POSE = 3;
