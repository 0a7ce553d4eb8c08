/**
 * How many floating-point operations one training step asks for, from the settings alone.
 *
 * Counted are the products, as usual: a multiplication and an addition for every tap of a convolution (those on its
 * padding included) and every element of a matrix product. What works element by element is left out, and so are products
 * that are only our way: with the one-hot matrix that picks observed states, and with zeros in the field.
 *
 * @module
 */
import { encodedSize, encoderChannels } from "../../models/networks/frames.ts";
import { tableau } from "../../models/ode/tableaus.ts";
import type { Arithmetic } from "./results.ts";
import type { Size } from "./sizes.ts";

type Observation = Size["settings"]["observation"];
type Image = Extract<Observation, { readonly kind: "image" }>;

/** A linear map: its operations forward; backward as many for the weights, and again for an input with a gradient. */
interface Linear {
  readonly forward: number;
  readonly inputGradient: boolean;
}

/** Rows times a matrix (inputs, outputs). */
function dense(rows: number, inputs: number, outputs: number, inputGradient = true): Linear {
  return { forward: 2 * rows * inputs * outputs, inputGradient };
}

/** One encoder of `windows` stacks of frames, and both its heads. Frames need no gradient. */
function encoder(observation: Observation, windows: number, frames: number, q: number): Linear[] {
  const heads = (inputs: number) => [dense(windows, inputs, q), dense(windows, inputs, q)];
  if (observation.kind === "vector") {
    const { dimensions, hidden } = observation;
    const first = dense(windows, frames * dimensions, hidden, false);
    return [first, dense(windows, hidden, hidden), ...heads(hidden)];
  }
  const channels = encoderChannels(observation.encoderFilters);
  const layers = channels.map((outputs, i) => {
    const [height, width] = [observation.height, observation.width]
      .map((pixels) => Math.ceil(pixels / 2 ** (i + 1))) as [number, number];
    return dense(windows * height * width, 5 * 5 * (channels[i - 1] ?? frames), outputs, i > 0);
  });
  return [...layers, ...heads(encodedSize(observation))];
}

function imageDecoder({ decoderBase, decoderLayers }: Image, frames: number, q: number): Linear[] {
  let [height, width, channels] = decoderBase;
  const layers = [dense(frames, q, height * width * channels)];
  for (const { kernelSize, stride, padding, channels: outputs } of decoderLayers) {
    // Every pixel that goes in is scattered over all taps.
    layers.push(dense(frames * height * width, channels, kernelSize ** 2 * outputs));
    const grown = (pixels: number) =>
      padding === "same" ? pixels * stride : (pixels - 1) * stride + kernelSize;
    [height, width, channels] = [grown(height), grown(width), outputs];
  }
  return layers;
}

function decoder(observation: Observation, frames: number, q: number): Linear[] {
  if (observation.kind === "image") return imageDecoder(observation, frames, q);
  const { dimensions, hidden } = observation;
  return [
    dense(frames, q, hidden),
    dense(frames, hidden, hidden),
    dense(frames, hidden, dimensions),
    dense(frames, hidden, 1), // the log-variance
  ];
}

/** Evaluations of the field in the rollout of one step. */
export function fieldEvaluations({ settings, grid }: Pick<Size, "settings" | "grid">): number {
  return (grid - 1) * settings.stepsPerFrame * tableau(settings.method).stages.length;
}

/** The field for all states that a rollout evaluates it at, with the trace in closed form. */
function field({ settings }: Size, rows: number): Linear[] {
  const { latentDimensions: q, fieldHidden: hidden, fieldActivation } = settings;
  return [
    dense(rows, 2 * q, hidden),
    dense(rows, hidden, hidden),
    dense(rows, hidden, q),
    // d1·M: the slope of a rectifier is a step, which has no gradient.
    dense(rows, hidden, hidden, fieldActivation !== "relu"),
    // M = W2 ∘ (W3 W1v)ᵀ, formed once.
    dense(hidden, q, hidden),
  ];
}

/** The arithmetic of one training step of ODE2VAE-KL at a size, with the exact trace in closed form. */
export function stepArithmetic(size: Size): Arithmetic {
  const { settings, sequences, frames } = size;
  const { observation, latentDimensions: q, velocityFrames, klEncoder } = settings;
  const windows = sequences * (klEncoder ? Math.max(1, frames - velocityFrames) : 1);
  const maps = [
    ...encoder(observation, windows, 1, q),
    ...encoder(observation, windows, velocityFrames, q),
    ...decoder(observation, sequences * frames, q),
    ...field(size, sequences * fieldEvaluations(size)),
  ];
  const sum = (operations: (map: Linear) => number) =>
    maps.reduce((total, map) => total + operations(map), 0);
  const forward = sum((map) => map.forward);
  const backward = sum((map) => map.inputGradient ? 2 * map.forward : map.forward);
  return { forward, backward, total: forward + backward };
}
