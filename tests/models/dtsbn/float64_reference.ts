/**
 * DTSBN-S in plain double-precision numbers: unit by unit, from the equations, with no tensor library.
 *
 * @module
 */
import type { DtsbnModel } from "../../../models/dtsbn/settings.ts";
import { BERNOULLI_EPSILON } from "../../../models/inference/densities.ts";

/** Parameters by name: kernels [input][output] row by row, biases [output]. */
export type Params64 = Readonly<Record<string, readonly number[]>>;

/** States of all frames: [frame][unit]. */
export interface States64 {
  readonly hidden: readonly (readonly number[])[];
  readonly top: readonly (readonly number[])[];
}

/** Terms of a frame. */
export interface Terms64 {
  readonly likelihood: number;
  readonly prior: number;
  readonly posterior: number;
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Σᵢ inputᵢ kernelᵢₒ + biasₒ for each output. */
function affine(params: Params64, name: string, input: readonly number[]): number[] {
  const kernel = params[`${name}/kernel`]!;
  const outputs = kernel.length / input.length;
  return Array.from(
    { length: outputs },
    (_, o) =>
      input.reduce((sum, x, i) => sum + x * kernel[i * outputs + o]!, 0) +
      (params[`${name}/bias`]?.[o] ?? 0),
  );
}

/** What the n frames before t have, the latest first; zeros before the first frame. */
function before(
  rows: readonly (readonly number[])[],
  t: number,
  order: number,
  width: number,
): number[] {
  return Array.from({ length: order }, (_, d) => rows[t - 1 - d] ?? Array(width).fill(0)).flat();
}

const logBernoulli = (x: readonly number[], logits: readonly number[]) =>
  logits.reduce((sum, logit, i) => sum + Math.log(sigmoid(x[i] === 1 ? logit : -logit)), 0);

/** All layers of one frame. */
export function layers64(
  params: Params64,
  frames: readonly (readonly number[])[],
  { hidden, top }: States64,
  t: number,
  { order, dimensions, hiddenUnits, topUnits }: DtsbnModel,
) {
  const v = before(frames, t, order, dimensions);
  const h = before(hidden, t, order, hiddenUnits);
  const z = before(top, t, order, topUnits);
  const recurrent = affine(params, "recognition/hiddenBefore", h);
  return {
    recogniseHidden: () =>
      affine(params, "recognition/hidden", [...frames[t]!, ...v]).map((x, i) => x + recurrent[i]!),
    recogniseTop: () => affine(params, "recognition/top", [...hidden[t]!, ...h, ...z]),
    priorTop: () => affine(params, "prior/top", [...z, ...h]),
    priorHidden: () => affine(params, "prior/hidden", [...top[t]!, ...h, ...v]),
    mean: () => affine(params, "frame/mean", [...hidden[t]!, ...v]),
    logDeviation: () => affine(params, "frame/logDeviation", [...hidden[t]!, ...v]),
  };
}

/** Terms of each frame's bound at given states. @param paramsAt parameters of each frame */
export function terms64(
  paramsAt: (frame: number) => Params64,
  frames: readonly (readonly number[])[],
  states: States64,
  model: DtsbnModel,
): Terms64[] {
  return frames.map((v, t) => {
    const layer = layers64(paramsAt(t), frames, states, t, model);
    const [h, z] = [states.hidden[t]!, states.top[t]!];
    const mean = layer.mean();
    const likelihood = model.observation === "bernoulli"
      ? v.reduce((sum, x, i) => {
        const p = sigmoid(mean[i]!);
        return sum + x * Math.log(p + BERNOULLI_EPSILON) +
          (1 - x) * Math.log(1 - p + BERNOULLI_EPSILON);
      }, 0)
      : layer.logDeviation().reduce((sum, given, i) => {
        const deviation = Math.max(Math.exp(given), model.minimumDeviation);
        return sum - Math.log(deviation * Math.sqrt(2 * Math.PI)) -
          ((v[i]! - mean[i]!) / deviation) ** 2 / 2;
      }, 0);
    return {
      likelihood,
      prior: logBernoulli(z, layer.priorTop()) + logBernoulli(h, layer.priorHidden()),
      posterior: logBernoulli(h, layer.recogniseHidden()) + logBernoulli(z, layer.recogniseTop()),
    };
  });
}

/** Every configuration of the states of some frames. */
export function allStates(
  frames: number,
  { hiddenUnits, topUnits }: DtsbnModel,
): States64[] {
  const units = hiddenUnits + topUnits;
  return Array.from({ length: 2 ** (frames * units) }, (_, code) => {
    const bit = (t: number, unit: number) => (code >> (t * units + unit)) & 1;
    const layer = (from: number, count: number) =>
      Array.from(
        { length: frames },
        (_, t) => Array.from({ length: count }, (_, i) => bit(t, from + i)),
      );
    return { hidden: layer(0, hiddenUnits), top: layer(hiddenUnits, topUnits) };
  });
}

/** E_q of each frame's part of the bound, over every configuration of the states. */
export function expectedBound(
  paramsAt: (frame: number) => Params64,
  frames: readonly (readonly number[])[],
  model: DtsbnModel,
): number[] {
  const sums = frames.map(() => 0);
  for (const states of allStates(frames.length, model)) {
    const terms = terms64(paramsAt, frames, states, model);
    const probability = Math.exp(terms.reduce((sum, { posterior }) => sum + posterior, 0));
    terms.forEach(({ likelihood, prior, posterior }, t) => {
      sums[t]! += probability * (likelihood + prior - posterior);
    });
  }
  return sums;
}

/** The expected learning signal of a frame. */
export function baseline64(params: Params64, frame: readonly number[]): number {
  const hidden = affine(params, "baseline/hidden", frame).map(Math.tanh);
  return affine(params, "baseline/output", hidden)[0]!;
}

/**
 * Central differences of a function of parameters.
 *
 * @param f gets the parameters with one number changed
 */
export function centralDifferences(
  params: Params64,
  name: string,
  f: (changed: Params64) => number,
): number[] {
  const step = 1e-4;
  return params[name]!.map((value, i) => {
    const at = (x: number) => f({ ...params, [name]: params[name]!.with(i, x) });
    return (at(value + step) - at(value - step)) / (2 * step);
  });
}

/** States and means of frames after the given ones, by the noise (T + steps, K + J). */
export function sample64(
  params: Params64,
  given: readonly (readonly number[])[],
  uniform: readonly (readonly number[])[],
  model: DtsbnModel,
): { readonly means: number[][]; readonly states: States64 } {
  const frames: (readonly number[])[] = [...given];
  const [hidden, top]: [number[][], number[][]] = [[], []];
  const means: number[][] = [];
  const on = (logits: readonly number[], u: readonly number[]) =>
    logits.map((logit, i) => Number(u[i]! < sigmoid(logit)));
  uniform.forEach((u, t) => {
    const [uHidden, uTop] = [u.slice(0, model.hiddenUnits), u.slice(model.hiddenUnits)];
    const layer = layers64(params, frames, { hidden, top }, t, model);
    if (t < given.length) {
      hidden.push(on(layer.recogniseHidden(), uHidden));
      top.push(on(layer.recogniseTop(), uTop));
    } else {
      top.push(on(layer.priorTop(), uTop));
      hidden.push(on(layer.priorHidden(), uHidden));
    }
    const mean = layer.mean();
    means.push(model.observation === "bernoulli" ? mean.map(sigmoid) : mean);
    if (t >= given.length) frames.push(means[t]!);
  });
  return { means, states: { hidden, top } };
}
