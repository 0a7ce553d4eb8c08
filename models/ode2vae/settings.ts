/**
 * Settings of ODE2VAE and ODE2VAE-KL; the published ones as data.
 *
 * @module
 */
import type { FieldActivation } from "../ode/second_order_mlp.ts";
import type { Method } from "../ode/tableaus.ts";

/** One transposed convolution of the image decoder. */
export interface DecoderLayer {
  /** Side of the square kernel. */
  readonly kernelSize: number;
  /** Stride in both directions. */
  readonly stride: number;
  /** Padding of the convolution that it transposes. */
  readonly padding: "same" | "valid";
  /** Channels out. */
  readonly channels: number;
}

/** Frames are grey images in [0, 1]; convolutional encoders and decoder, Bernoulli likelihood. */
export interface ImageObservation {
  /** Marks images. */
  readonly kind: "image";
  /** Pixels. */
  readonly height: number;
  /** Pixels. */
  readonly width: number;
  /** Channels F of the first encoder layer; the others have 2F, 4F, 8F. */
  readonly encoderFilters: number;
  /** Shape (height, width, channels) that the decoder's dense layer is reshaped to. */
  readonly decoderBase: readonly [number, number, number];
  /** Layers after it; the last has one channel. */
  readonly decoderLayers: readonly DecoderLayer[];
}

/** Frames are real vectors; dense tanh encoders and decoder, Gaussian likelihood. */
export interface VectorObservation {
  /** Marks vectors. */
  readonly kind: "vector";
  /** Dimensions of a frame. */
  readonly dimensions: number;
  /** Width of both hidden layers of encoders and decoder. */
  readonly hidden: number;
}

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

/** A model with all its settings. */
export interface Ode2vaeSettings {
  /** What a frame is, with encoder and decoder. */
  readonly observation: ImageObservation | VectorObservation;
  /** q: dimensions of position and of velocity each. */
  readonly latentDimensions: number;
  /** Hf: width of the field's two hidden layers. */
  readonly fieldHidden: number;
  /** Non-linearity of the field. */
  readonly fieldActivation: FieldActivation;
  /** Initial variance of the field's weights. */
  readonly initialWeightVariance: number;
  /** m: frames that the velocity encoder sees. */
  readonly velocityFrames: number;
  /** Whether the term γ (log q_ode − log q_enc) is part of the loss: ODE2VAE-KL. */
  readonly klEncoder: boolean;
  /** γ; used with `klEncoder` only. */
  readonly klWeight: number;
  /** The weight β of the field's KL term: with the released code's count of weights, or with the true one. */
  readonly beta: "released-code" | "paper";
  /**
   * Which frames' log q_ode the term of γ has: all of them, as in the released code, or the windows that have a log
   * q_enc.
   */
  readonly klFrames: "all" | "windows";
  /**
   * Where log q begins: "paper" at log N(z₀; μ, σ²); "released-code" at log N(ε; 0, I), which lacks −½ Σ log σ² and with
   * it the gradient of the encoder's entropy.
   */
  readonly initialLogDensity: "paper" | "released-code";
  /** How tr(∂f/∂v) is found: in closed form, or by Hutchinson's estimator with noise fixed per solve. */
  readonly trace: "exact" | "hutchinson";
  /** Fixed-step method. */
  readonly method: Method;
  /** Time between two frames. */
  readonly frameInterval: number;
  /** Solver steps between two frames. */
  readonly stepsPerFrame: number;
  /** Training. */
  readonly optimisation: OptimisationSettings;
}

const COMMON = {
  fieldActivation: "relu",
  initialWeightVariance: 1e-4,
  velocityFrames: 3,
  klEncoder: true,
  beta: "released-code",
  klFrames: "all",
  initialLogDensity: "paper",
  trace: "exact",
  method: "rk4",
  frameInterval: 0.1,
  stepsPerFrame: 5,
} as const;

const SCHEDULE = { learningRateDecay: 0.995, learningRateDecaySteps: 200, epochs: 1000 } as const;

/** 28×28: 3×3 → 7×7 → 14×14 → 28×28, with G, 2G, 4G channels. */
export function mnistObservation(encoderFilters: number, decoderFilters: number): ImageObservation {
  return Object.freeze<ImageObservation>({
    kind: "image",
    height: 28,
    width: 28,
    encoderFilters,
    decoderBase: [3, 3, 8],
    decoderLayers: [
      { kernelSize: 3, stride: 2, padding: "valid", channels: 4 * decoderFilters },
      { kernelSize: 5, stride: 2, padding: "same", channels: 2 * decoderFilters },
      { kernelSize: 5, stride: 2, padding: "same", channels: decoderFilters },
      { kernelSize: 5, stride: 1, padding: "same", channels: 1 },
    ],
  });
}

/** 32×32: 4×4 → 8×8 → 16×16 → 32×32. */
function balls(encoderFilters: number, decoderFilters: number): ImageObservation {
  return Object.freeze<ImageObservation>({
    kind: "image",
    height: 32,
    width: 32,
    encoderFilters,
    decoderBase: [4, 4, 8],
    decoderLayers: [
      { kernelSize: 5, stride: 2, padding: "same", channels: 4 * decoderFilters },
      { kernelSize: 5, stride: 2, padding: "same", channels: 2 * decoderFilters },
      { kernelSize: 5, stride: 2, padding: "same", channels: decoderFilters },
      { kernelSize: 5, stride: 1, padding: "same", channels: 1 },
    ],
  });
}

const MOCAP: VectorObservation = Object.freeze({ kind: "vector", dimensions: 50, hidden: 30 });

/** Rotating MNIST with missing frames: the setting of the paper's table. */
export const RMNIST_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...COMMON,
  observation: mnistObservation(8, 12),
  latentDimensions: 8,
  fieldHidden: 50,
  velocityFrames: 1, // frames are missing at random, so no window has a constant interval
  klWeight: 0.1,
  optimisation: { ...SCHEDULE, batchSize: 60, learningRate: 1e-3 },
});

/** Rotating MNIST with all 16 frames. */
export const UNIFORM_MNIST_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...COMMON,
  observation: mnistObservation(8, 16),
  latentDimensions: 20,
  fieldHidden: 50,
  klWeight: 0.1,
  optimisation: { ...SCHEDULE, batchSize: 40, learningRate: 1e-3 },
});

/** Bouncing balls. */
export const BOUNCING_BALLS_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...COMMON,
  observation: balls(16, 32),
  latentDimensions: 25,
  fieldHidden: 100,
  klWeight: 1,
  optimisation: { ...SCHEDULE, batchSize: 10, learningRate: 8e-4 },
});

/** Motion capture, many walks (Mocap-2). */
export const MOCAP_MANY_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...COMMON,
  observation: MOCAP,
  latentDimensions: 3,
  fieldHidden: 30,
  fieldActivation: "tanh",
  klWeight: 1,
  optimisation: { ...SCHEDULE, batchSize: 20, learningRate: 3e-3 },
});

/** Motion capture, one model for all single walks (Mocap-1). */
export const MOCAP_SINGLE_SETTINGS: Ode2vaeSettings = Object.freeze({
  ...MOCAP_MANY_SETTINGS,
  optimisation: { ...SCHEDULE, batchSize: 10, learningRate: 3e-3 },
});

/** Widths of the field's perceptron: 2q (velocity, position) → Hf → Hf → q. */
export function fieldWidths(settings: Ode2vaeSettings): readonly [number, number, number, number] {
  const { latentDimensions: q, fieldHidden: hidden } = settings;
  return [2 * q, hidden, hidden, q];
}
