/**
 * Settings that all models of latent paths have: solver, schedules, minibatches, validation, networks.
 *
 * @module
 */
import {
  imageObservation,
  type Observation,
  type VectorVariance,
} from "../networks/observation.ts";
import type { SolverName } from "../ode/tableaus.ts";
import type { TimeOrigin } from "../training/sequences.ts";
import {
  choice,
  count,
  flag,
  natural,
  number,
  positive,
  share,
  type TableOf,
} from "../training/settings.ts";

/** How Adam is run. */
export interface OptimisationSettings {
  /** Sequences in a minibatch. */
  readonly batchSize: number;
  /** Initial learning rate. */
  readonly learningRate: number;
  /** Factor of the learning rate … */
  readonly learningRateDecay: number;
  /** … every so many steps (staircase). */
  readonly learningRateDecaySteps: number;
  /** Passes over the training sequences. */
  readonly epochs: number;
}

/** How paths are integrated. */
export interface SolverSettings {
  /** Fixed-step method. */
  readonly method: SolverName;
  /** Time between two frames. */
  readonly frameInterval: number;
  /** Solver steps between two frames. */
  readonly stepsPerFrame: number;
}

/** The released code's solver; the paper says Runge–Kutta of order 4. */
export const SOLVER: SolverSettings = Object.freeze({
  method: "rk4",
  frameInterval: 0.1,
  stepsPerFrame: 5,
});

const SCHEDULE = { learningRateDecay: 0.995, learningRateDecaySteps: 200, epochs: 1000 } as const;

/** How the paper trains on rotating MNIST. */
export const RMNIST_OPTIMISATION: OptimisationSettings = Object.freeze({
  ...SCHEDULE,
  batchSize: 60,
  learningRate: 1e-3,
});

/** How the paper trains on many walks (Mocap-2). */
export const MOCAP_MANY_OPTIMISATION: OptimisationSettings = Object.freeze({
  ...SCHEDULE,
  batchSize: 20,
  learningRate: 3e-3,
});

/**
 * Observed frames of each sequence that are used in an epoch: max(min(T, ⌊T/5⌋ + ⌊epoch/2⌋), m + 1).
 *
 * @param epoch 0-based
 * @param frames T, observed frames of a sequence
 * @param velocityFrames m, frames that the velocity encoder sees
 */
export function subsequenceLength(epoch: number, frames: number, velocityFrames: number): number {
  return Math.max(
    Math.min(frames, Math.floor(frames / 5) + Math.floor(epoch / 2)),
    velocityFrames + 1,
  );
}

/**
 * Learning rate of a step, in a staircase: initial · decay^⌊step / decaySteps⌋.
 *
 * @param step optimiser step, 0-based
 */
export function learningRate(
  step: number,
  settings: Pick<
    OptimisationSettings,
    "learningRate" | "learningRateDecay" | "learningRateDecaySteps"
  >,
): number {
  return settings.learningRate *
    settings.learningRateDecay ** Math.floor(step / settings.learningRateDecaySteps);
}

/** Parsed settings of how paths are trained, of both kinds of frames and of all transitions. */
export type TrainedPathSettings = Readonly<
  & Record<
    | keyof OptimisationSettings
    | "averagedShare"
    | "validationEvery"
    | "testEvery"
    | "posteriorSamples",
    number
  >
  & Record<"growth" | "reshuffle", boolean>
  & { timeOrigin: TimeOrigin; evaluationStatistics: "running" | "batch" }
>;

/** The same with those of a solver. */
export type SharedPathSettings = Readonly<SolverSettings & TrainedPathSettings>;

/** Those of images. */
export type ImagePathSettings = Readonly<Record<"encoderFilters" | "decoderFilters", number>>;

/** Those of vectors. */
export type VectorPathSettings = Readonly<
  & Record<"networkHidden" | "windowFrames" | "growthFrames", number>
  & { variance: VectorVariance; validationLength: "all" | "trained" }
>;

/** How paths are trained. @param base the defaults */
export const trainedPathSettings = (base: OptimisationSettings): TableOf<TrainedPathSettings> => ({
  batchSize: count(base.batchSize, "sequences in a minibatch"),
  learningRate: number(base.learningRate, "Adam's initial rate"),
  learningRateDecay: positive(base.learningRateDecay, "factor by which the rate decays"),
  learningRateDecaySteps: count(
    base.learningRateDecaySteps,
    "optimiser steps between two decays of the rate",
  ),
  epochs: count(base.epochs, "passes over the training sequences"),
  growth: flag(true, "grow the sub-sequences as the released code does; else train on all frames"),
  timeOrigin: choice(
    ["first-observed", "frame-0"],
    "first-observed",
    "what training takes for time zero; the released code takes frame-0",
  ),
  reshuffle: flag(true, "draw new minibatches each epoch; the released code keeps the first ones"),
  averagedShare: share(0.2, "final fraction of the epochs over which parameters are averaged"),
  validationEvery: count(1, "validate every so many epochs"),
  testEvery: natural(
    10,
    "add a point to the test curve every so many epochs, 0 for never; selects nothing",
  ),
  posteriorSamples: count(20, "posterior draws in the final evaluation"),
  evaluationStatistics: choice(
    ["running", "batch"],
    "running",
    "which statistics batch norm uses outside training",
  ),
});

/** What both kinds of frames have. @param base the defaults */
export const pathSettings = (
  base: SolverSettings & { readonly optimisation: OptimisationSettings },
): TableOf<SharedPathSettings> => ({
  method: choice(
    ["euler", "midpoint", "rk4", "dopri5"],
    base.method,
    "fixed-step solver",
  ),
  frameInterval: positive(base.frameInterval, "time between two frames"),
  stepsPerFrame: count(base.stepsPerFrame, "solver steps between two frames"),
  ...trainedPathSettings(base.optimisation),
});

/** What a model with one Gaussian initial state is, beside its transition. */
export interface InitialStateSettings {
  /** What a frame is, with encoder and decoder. */
  readonly observation: Observation;
  /** d: dimensions of the latent state. */
  readonly latentDimensions: number;
  /** m: frames that the encoder sees. */
  readonly encoderFrames: number;
  /** p(z₀): N(0, I), or a Gaussian with learned mean and variances. */
  readonly initialPrior: "standard" | "learned";
}

/** Parsed settings of the initial state and of the terms of the loss. */
export type InitialFlatSettings = Readonly<
  & Omit<InitialStateSettings, "observation">
  & Record<"klWeight" | "klAnnealingSteps" | "clipNorm", number>
>;

/** Their table. @param base the defaults */
export const initialStateSettings = (
  base: Pick<InitialStateSettings, "latentDimensions" | "encoderFrames">,
): TableOf<InitialFlatSettings> => ({
  latentDimensions: count(base.latentDimensions, "d: dimensions of the latent state"),
  encoderFrames: count(
    base.encoderFrames,
    "m: frames that the encoder sees; 1 where frames are missing",
  ),
  initialPrior: choice(
    ["standard", "learned"],
    "standard",
    "p(z₀): N(0, I), or with learned mean and variances",
  ),
  klWeight: number(1, "weight of the KL terms after annealing"),
  klAnnealingSteps: natural(0, "optimiser steps in which that weight grows linearly from 0"),
  clipNorm: number(0, "the gradients' norm is cut here; 0 for never"),
});

/** What images have beside {@link pathSettings}. */
export const IMAGE_PATH_SETTINGS: TableOf<ImagePathSettings> = {
  encoderFilters: count(8, "channels of the encoders' first layer; then twice, four, eight times"),
  decoderFilters: count(12, "channels of the decoder's last hidden layer"),
};

/** What vectors have beside {@link pathSettings}. */
export const VECTOR_PATH_SETTINGS: TableOf<VectorPathSettings> = {
  networkHidden: count(30, "width of both hidden layers of encoders and decoder"),
  variance: choice(
    ["sigmoid", "unit", "learned", "decoded"],
    "sigmoid",
    "variance of a frame given its code: a sigmoid unit's in [1, e], as in the released code, 1, learned for each " +
      "dimension, or decoded for each dimension of a frame; data that vary by less than 1 need one of the last two",
  ),
  windowFrames: natural(
    0,
    "frames of the windows that training takes from random places of a sequence; 0 for its first frames",
  ),
  growthFrames: count(1, "sub-sequences grow by multiples of so many frames"),
  validationLength: choice(
    ["all", "trained"],
    "all",
    "frames that select an epoch: all, or as many as it trains on, as in the released code",
  ),
};

/** Parsed settings of either kind of frames, as far as all models of latent paths have them. */
export type PathFlatSettings =
  & TrainedPathSettings
  & Partial<ImagePathSettings & VectorPathSettings>;

/** How many of T observed frames of each sequence an epoch (0-based) trains on. @param encoded frames that are encoded */
export function trainedFrames(
  { growth, growthFrames = 1, windowFrames = 0 }: PathFlatSettings,
  encoded: number,
  epoch: number,
  observedCount: number,
): number {
  const most = windowFrames > 0 ? windowFrames : observedCount;
  if (!growth) return most;
  const length = subsequenceLength(epoch, most, encoded);
  return Math.min(most, growthFrames * Math.ceil(length / growthFrames));
}

/**
 * What frames are, with the sizes of encoders and decoder.
 *
 * @param family names the model in errors
 * @throws RangeError where frames of this shape do not fit the settings
 */
export function observationOf(
  family: string,
  { encoderFilters, decoderFilters, networkHidden, variance }: PathFlatSettings,
  shape: readonly number[],
): Observation {
  const images = encoderFilters !== undefined;
  if (shape.length !== (images ? 2 : 1)) {
    throw new RangeError(
      `Cannot train ${family}: frames must be ${images ? "grey images" : "vectors"}, are ` +
        shape.join("×"),
    );
  }
  return images
    ? imageObservation(shape[0]!, shape[1]!, encoderFilters, decoderFilters!)
    : { kind: "vector", dimensions: shape[0]!, hidden: networkHidden!, variance: variance! };
}
