/**
 * One optimiser step of ODE2VAE as a pure step over named tensors, ready for a backend's `compile`.
 *
 * @module
 */
import type { Step, TensorSpecs } from "../backend/backend.ts";
import type { HostArrays, Tensors } from "../backend/tensors.ts";
import { valueAndGradients } from "../backend/engine.ts";
import { type AdamMoments, adamUpdate, initAdam } from "../nn/adam.ts";
import { weightCount } from "../nn/bayesian_mlp.ts";
import { type Loss, loss } from "./loss.ts";
import { fieldWidths, type Ode2vaeSettings } from "./settings.ts";

/** Sizes that a compilation fixes. */
export interface BatchShape {
  /** B: sequences. */
  readonly sequences: number;
  /** L: observed frames of each. */
  readonly length: number;
  /** G: grid points from the first observed frame on. */
  readonly grid: number;
}

/** Prefixes of what a step takes and gives back: parameters, batch-norm state, Adam's moments, loss terms. */
export const PREFIXES = {
  params: "params/",
  state: "state/",
  moments: "adam/",
  terms: "terms/",
} as const;

/** The part of named things under a prefix, without it. */
export function under<T>(
  prefix: string,
  named: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(named)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, value]) => [name.slice(prefix.length), value]),
  );
}

/** Named things with a prefix before each name. */
export function prefixed<T>(
  prefix: string,
  named: Readonly<Record<string, T>>,
): Readonly<Record<string, T>> {
  return Object.fromEntries(
    Object.entries(named).map(([name, value]) => [prefix + name, value]),
  );
}

/** All that training carries from step to step, at its start. */
export function initialTrainingState(params: HostArrays, state: HostArrays): HostArrays {
  return {
    ...prefixed(PREFIXES.params, params),
    ...prefixed(PREFIXES.state, state),
    ...prefixed(PREFIXES.moments, initAdam(params)),
  };
}

/** Shape of a frame: (H, W) or (D). */
export function frameShape({ observation }: Ode2vaeSettings): readonly number[] {
  return observation.kind === "image"
    ? [observation.height, observation.width]
    : [observation.dimensions];
}

/** Inputs of {@link trainingStep}: those of the batch and the noise beside the carried `trainingState`. */
export function trainingInputs(
  trainingState: HostArrays,
  { sequences, length, grid }: BatchShape,
  settings: Ode2vaeSettings,
): TensorSpecs {
  const q = settings.latentDimensions;
  return {
    ...Object.fromEntries(
      Object.entries(trainingState).map(([name, { shape }]) => [name, { shape }]),
    ),
    frames: { shape: [sequences, length, ...frameShape(settings)] },
    selection: { shape: [sequences, length, grid] },
    "noise/initial": { shape: [sequences, 2 * q] },
    "noise/weights": { shape: [weightCount(fieldWidths(settings))] },
    ...(settings.trace === "hutchinson" ? { "noise/trace": { shape: [sequences, q] } } : {}),
    rate: { shape: [] },
  };
}

/** Loss and gradients of all parameters. */
export function lossAndGradients(
  params: Tensors,
  state: Tensors,
  inputs: Tensors,
  settings: Ode2vaeSettings,
): { readonly result: Loss; readonly gradients: Tensors } {
  const noise = under("noise/", inputs);
  return valueAndGradients(
    () =>
      loss(
        params,
        state,
        { frames: inputs.frames!, selection: inputs.selection! },
        {
          initial: noise.initial!,
          weights: noise.weights!,
          ...(noise.trace ? { trace: noise.trace } : {}),
        },
        settings,
      ),
    params,
  );
}

/**
 * The step: carried state, batch, noise and Adam's rate in; new carried state under the same names, `loss` and
 * `terms/…` out.
 */
export function trainingStep(settings: Ode2vaeSettings): Step {
  return (inputs) => {
    const params = under(PREFIXES.params, inputs);
    const state = under(PREFIXES.state, inputs);
    const { result, gradients } = lossAndGradients(params, state, inputs, settings);
    const moments = under(PREFIXES.moments, inputs) as AdamMoments;
    const update = adamUpdate(params, gradients, moments, inputs.rate!);
    return {
      ...prefixed(PREFIXES.params, update.params),
      ...prefixed(PREFIXES.state, result.state),
      ...prefixed(PREFIXES.moments, update.moments),
      ...prefixed(PREFIXES.terms, result.terms),
      loss: result.loss,
    };
  };
}
