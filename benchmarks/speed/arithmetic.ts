/**
 * How many floating-point operations one training step asks for, from the settings alone.
 *
 * Counted are the products, as usual: a multiplication and an addition for every tap of a convolution (those on its
 * padding included) and every element of a matrix product. What works element by element is left out, and so is the
 * picking of observed states, for which a product with a one-hot matrix is only our way.
 *
 * @module
 */
import { encodedSize, encoderChannels } from "../../models/ode2vae/initialise.ts";
import type {
  ImageObservation,
  Ode2vaeSettings,
  VectorObservation,
} from "../../models/ode2vae/settings.ts";
import { tableau } from "../../models/ode/tableaus.ts";
import type { Arithmetic } from "./measurement.ts";
import type { Size } from "./sizes.ts";

/** Operations of a part of the model, forward and backward. */
type Cost = Pick<Arithmetic, "forward" | "backward">;

const NOTHING: Cost = { forward: 0, backward: 0 };

/**
 * A linear map of `forward` operations. Its gradient takes as many for the weights, and as many again for what goes in,
 * where that needs a gradient.
 */
function linear(forward: number, inputGradient = true): Cost {
  return { forward, backward: inputGradient ? 2 * forward : forward };
}

function sum(costs: readonly Cost[]): Cost {
  return costs.reduce((a, b) => ({
    forward: a.forward + b.forward,
    backward: a.backward + b.backward,
  }), NOTHING);
}

function times(count: number, { forward, backward }: Cost): Cost {
  return { forward: count * forward, backward: count * backward };
}

/** Rows times a matrix (inputs, outputs). */
function dense(rows: number, inputs: number, outputs: number, inputGradient = true): Cost {
  return linear(2 * rows * inputs * outputs, inputGradient);
}

/** Both heads of an encoder. */
function heads(rows: number, inputs: number, q: number): Cost {
  return times(2, dense(rows, inputs, q));
}

/** One encoder of `windows` images with `frames` channels. */
function imageEncoder(
  observation: ImageObservation,
  windows: number,
  frames: number,
  q: number,
): Cost {
  const channels = encoderChannels(observation.encoderFilters);
  const layers = channels.map((outputs, i) => {
    const shrunk = (pixels: number) => Math.ceil(pixels / 2 ** (i + 1));
    const pixels = shrunk(observation.height) * shrunk(observation.width);
    const taps = 5 * 5 * (channels[i - 1] ?? frames) * outputs;
    return linear(2 * windows * pixels * taps, i > 0); // frames need no gradient
  });
  return sum([...layers, heads(windows, encodedSize(observation), q)]);
}

function imageDecoder({ decoderBase, decoderLayers }: ImageObservation, frames: number, q: number) {
  let [height, width, channels] = decoderBase;
  const layers = [dense(frames, q, height * width * channels)];
  for (const { kernelSize, stride, padding, channels: outputs } of decoderLayers) {
    // Every pixel that goes in is scattered over all taps.
    layers.push(linear(2 * frames * height * width * kernelSize ** 2 * channels * outputs));
    const grown = (pixels: number) =>
      padding === "same" ? pixels * stride : (pixels - 1) * stride + kernelSize;
    [height, width, channels] = [grown(height), grown(width), outputs];
  }
  return sum(layers);
}

function vectorEncoder(
  { dimensions, hidden }: VectorObservation,
  windows: number,
  frames: number,
  q: number,
): Cost {
  return sum([
    dense(windows, frames * dimensions, hidden, false), // frames need no gradient
    dense(windows, hidden, hidden),
    heads(windows, hidden, q),
  ]);
}

function vectorDecoder({ dimensions, hidden }: VectorObservation, frames: number, q: number): Cost {
  return sum([
    dense(frames, q, hidden),
    dense(frames, hidden, hidden),
    dense(frames, hidden, dimensions),
    dense(frames, hidden, 1), // the log-variance
  ]);
}

/** One evaluation of the field for `rows` states, with the trace in closed form. */
function field(settings: Ode2vaeSettings, rows: number): Cost {
  const { latentDimensions: q, fieldHidden: hidden, fieldActivation } = settings;
  return sum([
    dense(rows, 2 * q, hidden),
    dense(rows, hidden, hidden),
    dense(rows, hidden, q),
    // d1·M: the slope of a rectifier is a step, which has no gradient.
    dense(rows, hidden, hidden, fieldActivation !== "relu"),
  ]);
}

/** All evaluations of the field in the rollout over a grid. */
function rollout(settings: Ode2vaeSettings, sequences: number, grid: number): Cost {
  const steps = (grid - 1) * settings.stepsPerFrame;
  const evaluations = steps * tableau(settings.method).stages.length;
  return times(evaluations, field(settings, sequences));
}

/** The arithmetic of one training step of ODE2VAE-KL at a size, with the exact trace in closed form. */
export function stepArithmetic({ settings, sequences, frames, grid }: Size): Arithmetic {
  const { observation, latentDimensions: q, fieldHidden: hidden, velocityFrames } = settings;
  const windows = sequences * (settings.klEncoder ? Math.max(1, frames - velocityFrames) : 1);
  const decoded = sequences * frames;
  const body = observation.kind === "image"
    ? [
      imageEncoder(observation, windows, 1, q),
      imageEncoder(observation, windows, velocityFrames, q),
      imageDecoder(observation, decoded, q),
    ]
    : [
      vectorEncoder(observation, windows, 1, q),
      vectorEncoder(observation, windows, velocityFrames, q),
      vectorDecoder(observation, decoded, q),
    ];
  // M = W2 ∘ (W3 W1v)ᵀ, formed once.
  const { forward, backward } = sum([
    ...body,
    rollout(settings, sequences, grid),
    dense(hidden, q, hidden),
  ]);
  return { forward, backward, total: forward + backward };
}
