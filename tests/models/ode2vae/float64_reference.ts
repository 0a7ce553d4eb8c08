/**
 * The loss of ODE2VAE in plain double-precision numbers: written from the model's equations, sequence by sequence, with
 * no tensor library, as an oracle for the tensor code.
 *
 * @module
 */
import type { Ode2vaeSettings } from "../../../models/ode2vae/settings.ts";

/** A dense array of doubles. */
export interface Array64 {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Parameters by name. */
export type Params64 = Readonly<Record<string, Array64>>;

/** One minibatch in plain numbers. */
export interface Batch64 {
  /** [sequence][observed frame][pixel or dimension]. */
  readonly frames: readonly (readonly number[][])[];
  /** [sequence][observed frame]: offset on the time grid. */
  readonly offsets: readonly (readonly number[])[];
  /** [sequence]: q position draws, then q velocity draws. */
  readonly initialNoise: readonly number[][];
  /** Flat weight draws. */
  readonly weightNoise: readonly number[];
}

/** Terms of the loss, as documented in `ode2vae.md`. */
export interface Terms64 {
  readonly loss: number;
  readonly reconstruction: number;
  readonly latentPrior: number;
  readonly logDensity: number;
  readonly fieldKl: number;
  readonly encoderKl: number;
}

/** A stack of images: [image][row][column][channel]. */
type Images = number[][][][];

const LOG_2_PI = Math.log(2 * Math.PI);
const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const logNormal = (x: number, mean: number, logVariance: number) =>
  -0.5 * (LOG_2_PI + logVariance + (x - mean) ** 2 / Math.exp(logVariance));

/** The loss and its terms for one draw. */
export function referenceLoss(
  params: Params64,
  batch: Batch64,
  settings: Ode2vaeSettings,
): Terms64 {
  const { latentDimensions: q, velocityFrames: m, observation } = settings;
  const sequences = batch.frames.length;
  const length = batch.frames[0]!.length;
  const windows = settings.klEncoder ? Math.max(1, length - m) : 1;

  // [sequence][window] -> Gaussians over s and v
  const rows = batch.frames.flatMap((frames) =>
    range(windows).map((t) => frames.slice(t, t + m) as number[][])
  );
  const position = encoder(params, "positionEncoder", rows.map((row) => [row[0]!]), settings);
  const velocity = encoder(params, "velocityEncoder", rows, settings);

  const weights = drawWeights(params, batch.weightNoise, settings);
  const paths = batch.offsets.map((offsets, b) => {
    const row = b * windows;
    const s = range(q).map((i) =>
      position[row]!.mean[i]! +
      Math.exp(position[row]!.logVariance[i]! / 2) * batch.initialNoise[b]![i]!
    );
    const v = range(q).map((i) =>
      velocity[row]!.mean[i]! +
      Math.exp(velocity[row]!.logVariance[i]! / 2) * batch.initialNoise[b]![q + i]!
    );
    let logQ = total(batch.initialNoise[b]!.map((e) => logNormal(e, 0, 0)));
    if (settings.initialLogDensity === "paper") {
      logQ -= 0.5 * total([...position[row]!.logVariance, ...velocity[row]!.logVariance]);
    }
    const grid = integrate(weights, { s, v, logQ }, Math.max(...offsets), settings);
    return offsets.map((offset) => grid[offset]!);
  });

  const decoded = decoder(params, paths.flat().map(({ s }) => s), settings);
  const reconstruction = total(
    batch.frames.flat().map((frame, i) =>
      total(frame.map((x, d) => {
        const { mean, logVariance } = decoded[i]!;
        return observation.kind === "image"
          ? x * Math.log(1e-5 + mean[d]!) + (1 - x) * Math.log(1e-5 + 1 - mean[d]!)
          : logNormal(x, mean[d]!, logVariance[d]!);
      }))
    ),
  ) / sequences;
  const latentPrior = total(
    paths.flat().map(({ s, v }) => total([...s, ...v].map((z) => logNormal(z, 0, 0)))),
  ) / sequences;
  const logDensity = total(paths.flat().map(({ logQ }) => logQ)) / sequences;
  const encoded = total(paths.flatMap((path, b) =>
    range(windows).map((t) => {
      const row = b * windows + t;
      return total(
        range(q).map((i) =>
          logNormal(path[t]!.s[i]!, position[row]!.mean[i]!, position[row]!.logVariance[i]!) +
          logNormal(path[t]!.v[i]!, velocity[row]!.mean[i]!, velocity[row]!.logVariance[i]!)
        ),
      );
    })
  )) / sequences;
  const compared = settings.klFrames === "all"
    ? logDensity
    : total(paths.flatMap((path) => path.slice(0, windows).map(({ logQ }) => logQ))) / sequences;
  const encoderKl = settings.klEncoder ? compared - encoded : 0;
  const fieldKl = weightKl(params);
  const hidden = settings.fieldHidden;
  const weightsAndBiases = 2 * q * hidden + hidden + hidden * hidden + hidden + hidden * q + q;
  const beta = q /
    (settings.beta === "paper" ? weightsAndBiases : hidden * (3 * q + 2 * hidden + 3) + q);
  return {
    loss: -(reconstruction + latentPrior - logDensity - beta * fieldKl -
      settings.klWeight * encoderKl),
    reconstruction,
    latentPrior,
    logDensity,
    fieldKl,
    encoderKl,
  };
}

// --- field ----------------------------------------------------------------------------------------------------------

interface Layer {
  readonly kernel: number[][]; // [in][out]
  readonly bias: number[];
}

interface State {
  readonly s: number[];
  readonly v: number[];
  readonly logQ: number;
}

const FIELD_LAYERS = ["layer1", "layer2", "layer3"];

function drawWeights(params: Params64, noise: readonly number[], settings: Ode2vaeSettings) {
  const deviation = Math.sqrt(Math.exp(params["field/logVariance"]!.data[0]!));
  const { latentDimensions: q, fieldHidden: h } = settings;
  const sizes = [2 * q, h, h, q];
  let next = 0;
  return FIELD_LAYERS.map((name, layer): Layer => {
    const [inputs, outputs] = [sizes[layer]!, sizes[layer + 1]!];
    const mean = params[`field/${name}/kernel`]!.data;
    const bias = params[`field/${name}/bias`]!.data;
    return {
      kernel: range(inputs).map((i) =>
        range(outputs).map((o) => mean[i * outputs + o]! + deviation * noise[next++]!)
      ),
      bias: range(outputs).map((o) => bias[o]! + deviation * noise[next++]!),
    };
  });
}

function weightKl(params: Params64): number {
  const logVariance = params["field/logVariance"]!.data[0]!;
  return total(FIELD_LAYERS.flatMap((name) =>
    ["kernel", "bias"].flatMap((part) =>
      Array.from(
        params[`field/${name}/${part}`]!.data,
        (mean) => 0.5 * (Math.exp(logVariance) + mean * mean - 1 - logVariance),
      )
    )
  ));
}

/** Derivative of the state, with the trace summed entry by entry from the Jacobian's chain rule. */
function derivative(layers: readonly Layer[], { s, v }: State, tanh: boolean): State {
  const apply = ({ kernel, bias }: Layer, x: readonly number[]) =>
    bias.map((b, o) => b + total(x.map((value, i) => value * kernel[i]![o]!)));
  const h1 = apply(layers[0]!, [...v, ...s]);
  const h2 = apply(layers[1]!, h1.map((h) => tanh ? Math.tanh(h) : Math.max(h, 0)));
  const f = apply(layers[2]!, h2.map((h) => tanh ? Math.tanh(h) : Math.max(h, 0)));
  const slope = (h: number) => tanh ? 1 - Math.tanh(h) ** 2 : h > 0 ? 1 : 0;
  // ∂f_i/∂v_i for every i, forwards
  const trace = total(v.map((_, i) => {
    const t1 = h1.map((h, k) => slope(h) * layers[0]!.kernel[i]![k]!);
    const t2 = h2.map((h, l) => slope(h) * total(t1.map((t, k) => t * layers[1]!.kernel[k]![l]!)));
    return total(t2.map((t, l) => t * layers[2]!.kernel[l]![i]!));
  }));
  return { v: f, s: v, logQ: -trace };
}

function integrate(
  layers: readonly Layer[],
  start: State,
  frames: number,
  settings: Ode2vaeSettings,
): State[] {
  const tanh = settings.fieldActivation === "tanh";
  const step = settings.frameInterval / settings.stepsPerFrame;
  const move = (a: State, b: State, h: number): State => ({
    s: a.s.map((value, i) => value + h * b.s[i]!),
    v: a.v.map((value, i) => value + h * b.v[i]!),
    logQ: a.logQ + h * b.logQ,
  });
  const states = [start];
  let state = start;
  for (let k = 1; k <= frames * settings.stepsPerFrame; k++) {
    const k1 = derivative(layers, state, tanh);
    const k2 = derivative(layers, move(state, k1, step / 2), tanh);
    const k3 = derivative(layers, move(state, k2, step / 2), tanh);
    const k4 = derivative(layers, move(state, k3, step), tanh);
    for (const [slope, weight] of [[k1, 1], [k2, 2], [k3, 2], [k4, 1]] as const) {
      state = move(state, slope, weight * step / 6);
    }
    if (k % settings.stepsPerFrame === 0) states.push(state);
  }
  return states;
}

// --- encoders and decoder -------------------------------------------------------------------------------------------

function denseRows(params: Params64, name: string, rows: readonly number[][]): number[][] {
  const { shape, data } = params[`${name}/kernel`]!;
  const [inputs, outputs] = shape as [number, number];
  const bias = params[`${name}/bias`]!.data;
  return rows.map((row) =>
    range(outputs).map((o) =>
      bias[o]! + total(range(inputs).map((i) => row[i]! * data[i * outputs + o]!))
    )
  );
}

/** rows: [window][frame of the window][pixel or dimension]. */
function encoder(
  params: Params64,
  name: string,
  rows: readonly number[][][],
  settings: Ode2vaeSettings,
): { mean: number[]; logVariance: number[] }[] {
  const { observation } = settings;
  let flat: number[][];
  if (observation.kind === "vector") {
    flat = rows.map((frames) => frames.flat());
    for (const layer of ["dense1", "dense2"]) {
      flat = denseRows(params, `${name}/${layer}`, flat).map((row) => row.map(Math.tanh));
    }
  } else {
    const { height, width } = observation;
    let images: Images = rows.map((frames) =>
      range(height).map((i) => range(width).map((j) => frames.map((f) => f[i * width + j]!)))
    );
    for (let layer = 1; layer <= 4; layer++) {
      images = convSame(images, params[`${name}/conv${layer}/kernel`]!, 2);
      images = normRelu(images, params, `${name}/batchNorm${layer}`);
    }
    flat = images.map((image) => image.flat(2));
  }
  const mean = denseRows(params, `${name}/mean`, flat);
  const logVariance = denseRows(params, `${name}/logVariance`, flat);
  return rows.map((_, i) => ({ mean: mean[i]!, logVariance: logVariance[i]! }));
}

function decoder(
  params: Params64,
  positions: readonly number[][],
  { observation }: Ode2vaeSettings,
): { mean: number[]; logVariance: number[] }[] {
  if (observation.kind === "vector") {
    let x = positions as number[][];
    for (const layer of ["dense1", "dense2"]) {
      x = denseRows(params, `decoder/${layer}`, x).map((row) => row.map(Math.tanh));
    }
    const { variance = "sigmoid" } = observation;
    const unit = variance === "sigmoid" ? denseRows(params, "decoder/logVariance", x) : [];
    const logVariance = (i: number, d: number) =>
      variance === "unit"
        ? 0
        : variance === "learned"
        ? params["decoder/logVariance"]!.data[d]!
        : 1 / (1 + Math.exp(-unit[i]![0]!));
    return denseRows(params, "decoder/dense3", x)
      .map((mean, i) => ({ mean, logVariance: mean.map((_, d) => logVariance(i, d)) }));
  }
  const [height, width, channels] = observation.decoderBase;
  let images: Images = denseRows(params, "decoder/dense", positions).map((row) =>
    range(height).map((i) =>
      range(width).map((j) => row.slice((i * width + j) * channels, (i * width + j + 1) * channels))
    )
  );
  const last = observation.decoderLayers.length;
  for (const [i, { stride, padding }] of observation.decoderLayers.entries()) {
    const kernel = params[`decoder/conv${i + 1}/kernel`]!;
    images = convTransposed(images, kernel, stride, padding);
    if (i + 1 < last) images = normRelu(images, params, `decoder/batchNorm${i + 1}`);
  }
  const bias = params[`decoder/conv${last}/bias`]!.data[0]!;
  return images.map((image) => ({
    mean: image.flat(2).map((x) => 1 / (1 + Math.exp(-(x + bias)))),
    logVariance: [],
  }));
}

/** Pixels before the image in TensorFlow's SAME padding. */
const paddingBefore = (size: number, out: number, kernel: number, stride: number) =>
  Math.floor(Math.max((out - 1) * stride + kernel - size, 0) / 2);

function convSame(images: Images, { shape, data }: Array64, stride: number): Images {
  const [kh, kw, cin, cout] = shape as [number, number, number, number];
  const [h, w] = [images[0]!.length, images[0]![0]!.length];
  const [oh, ow] = [Math.ceil(h / stride), Math.ceil(w / stride)];
  const [top, left] = [paddingBefore(h, oh, kh, stride), paddingBefore(w, ow, kw, stride)];
  return images.map((image) =>
    range(oh).map((i) =>
      range(ow).map((j) =>
        range(cout).map((o) => {
          let sum = 0;
          for (let a = 0; a < kh; a++) {
            for (let b = 0; b < kw; b++) {
              const pixel = image[i * stride + a - top]?.[j * stride + b - left];
              if (pixel === undefined) continue;
              for (let c = 0; c < cin; c++) {
                sum += pixel[c]! * data[((a * kw + b) * cin + c) * cout + o]!;
              }
            }
          }
          return sum;
        })
      )
    )
  );
}

/** Scatters every pixel times the kernel (kh, kw, cout, cin). */
function convTransposed(
  images: Images,
  { shape, data }: Array64,
  stride: number,
  padding: "same" | "valid",
): Images {
  const [kh, kw, cout, cin] = shape as [number, number, number, number];
  const [h, w] = [images[0]!.length, images[0]![0]!.length];
  const same = padding === "same";
  const [oh, ow] = same ? [h * stride, w * stride] : [(h - 1) * stride + kh, (w - 1) * stride + kw];
  const top = same ? paddingBefore(oh, h, kh, stride) : 0;
  const left = same ? paddingBefore(ow, w, kw, stride) : 0;
  return images.map((image) => {
    const out = range(oh).map(() => range(ow).map(() => range(cout).map(() => 0)));
    for (let i = 0; i < h; i++) {
      for (let j = 0; j < w; j++) {
        for (let a = 0; a < kh; a++) {
          for (let b = 0; b < kw; b++) {
            const pixel = out[i * stride + a - top]?.[j * stride + b - left];
            if (pixel === undefined) continue;
            for (let o = 0; o < cout; o++) {
              for (let c = 0; c < cin; c++) {
                pixel[o]! += image[i]![j]![c]! * data[((a * kw + b) * cout + o) * cin + c]!;
              }
            }
          }
        }
      }
    }
    return out;
  });
}

function normRelu(images: Images, params: Params64, name: string): Images {
  const pixels = images.flat(2);
  const channels = pixels[0]!.length;
  const scale = params[`${name}/scale`]!.data;
  const offset = params[`${name}/offset`]!.data;
  const means = range(channels).map((c) => total(pixels.map((p) => p[c]!)) / pixels.length);
  const variances = range(channels).map((c) =>
    total(pixels.map((p) => (p[c]! - means[c]!) ** 2)) / pixels.length
  );
  return images.map((image) =>
    image.map((row) =>
      row.map((pixel) =>
        pixel.map((x, c) =>
          Math.max(
            0,
            (x - means[c]!) / Math.sqrt(variances[c]! + 1e-5) * scale[c]! + offset[c]!,
          )
        )
      )
    )
  );
}
