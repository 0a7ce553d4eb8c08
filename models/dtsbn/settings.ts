/**
 * Settings of the deep temporal sigmoid belief network with stochastic hidden layers.
 *
 * @module
 */
import {
  choice,
  count,
  fraction,
  natural,
  number,
  positive,
  share,
  type TableOf,
} from "../training/settings.ts";

/** Parsed settings. */
export type DtsbnSettings = Readonly<
  & Record<
    | "hiddenUnits"
    | "topUnits"
    | "order"
    | "baselineUnits"
    | "initialDeviation"
    | "minimumDeviation"
    | "signalDecay"
    | "batchSize"
    | "stepsPerEpoch"
    | "epochs"
    | "learningRate"
    | "momentum"
    | "momentDecay"
    | "weightDecay"
    | "contextFrames"
    | "posteriorSamples"
    | "testEvery",
    number
  >
  & { observation: "gaussian" | "bernoulli"; learningSignal: "frame" | "future" }
>;

/**
 * DTSBN-S (Gan et al. 2015). Defaults are those of the released code for motion capture, but for what is marked "ours",
 * which it does not have: it trains for a fixed number of steps, and predicts one step ahead of true frames.
 */
export const DTSBN_SETTINGS: TableOf<DtsbnSettings> = {
  observation: choice(
    ["gaussian", "bernoulli"],
    "gaussian",
    "distribution of a frame's numbers: Gaussian, of standardised frames, or Bernoulli, of images",
  ),
  hiddenUnits: count(100, "K: binary units of h, the layer next to the frames"),
  topUnits: count(100, "J: binary units of z, the layer above"),
  order: count(1, "n: frames and states before that a frame depends on; 2 for bouncing balls"),
  baselineUnits: count(100, "hidden units of the network that predicts the learning signal"),
  initialDeviation: positive(1e-3, "standard deviation of initial weights"),
  minimumDeviation: positive(
    0.01,
    "least standard deviation of a standardised number given the states; ours, so that a channel that never moves " +
      "has a finite density",
  ),
  learningSignal: choice(
    ["frame", "future"],
    "frame",
    "what rewards a sampled state: its frame's part of the bound, as in the released code, or all parts from there " +
      "on, whose gradient is unbiased",
  ),
  signalDecay: share(0.8, "decay of the signal's running mean and variance"),
  batchSize: count(1, "sequences in a minibatch"),
  stepsPerEpoch: count(500, "optimiser steps between two validations"),
  epochs: count(200, "times so many steps; the released code has 100,000 steps"),
  learningRate: number(1e-4, "rate of centred RMSprop"),
  momentum: number(0.9, "its momentum"),
  momentDecay: fraction(0.95, "decay of its running moments of the gradient"),
  weightDecay: number(1e-4, "share of a parameter that is added to its gradient"),
  contextFrames: count(
    3,
    "first frames of a validation sequence that the future which selects an epoch is sampled from; ours",
  ),
  posteriorSamples: count(50, "sampled futures in a mean prediction; ours"),
  testEvery: natural(
    20,
    "add a point to the test curve every so many epochs, 0 for never; selects nothing",
  ),
};

/** A model with its sizes: settings that its equations read, and D, the numbers of a frame. */
export type DtsbnModel =
  & Pick<
    DtsbnSettings,
    | "observation"
    | "hiddenUnits"
    | "topUnits"
    | "order"
    | "baselineUnits"
    | "minimumDeviation"
    | "learningSignal"
    | "signalDecay"
  >
  & {
    /** D: numbers of a frame. */
    readonly dimensions: number;
  };
