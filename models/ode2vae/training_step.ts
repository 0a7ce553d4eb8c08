/**
 * One optimiser step of ODE2VAE as a pure step over named tensors, ready for a backend's `compile`.
 *
 * @module
 */
import type { Step, TensorSpecs } from "../backend/backend.ts";
import type { HostArrays, Tensors } from "../backend/tensors.ts";
import { valueAndGradients } from "../backend/engine.ts";
import type { BatchShape } from "../latent_paths/model.ts";
import { frameShape } from "../networks/observation.ts";
import { weightCount } from "../nn/bayesian_mlp.ts";
import { shapesOf, under } from "../training/arrays.ts";
import { gradientStep, type LossFunction } from "../training/network_training.ts";
import { adam } from "../training/optimisers.ts";
import { type Loss, loss } from "./loss.ts";
import { fieldWidths, type Ode2vaeSettings } from "./settings.ts";

/** Inputs of the loss: batch and noise. */
export function batchInputs(
  { sequences, length, grid }: BatchShape,
  settings: Ode2vaeSettings,
): TensorSpecs {
  const q = settings.latentDimensions;
  return {
    frames: { shape: [sequences, length, ...frameShape(settings.observation)] },
    selection: { shape: [sequences, length, grid] },
    "noise/initial": { shape: [sequences, 2 * q] },
    "noise/weights": { shape: [weightCount(fieldWidths(settings))] },
    ...(settings.trace === "hutchinson" ? { "noise/trace": { shape: [sequences, q] } } : {}),
  };
}

/** Inputs of {@link trainingStep}: the carried `trainingState`, batch, noise and the optimiser's rate. */
export function trainingInputs(
  trainingState: HostArrays,
  shape: BatchShape,
  settings: Ode2vaeSettings,
): TensorSpecs {
  return { ...shapesOf(trainingState), ...batchInputs(shape, settings), rate: { shape: [] } };
}

/** The loss of a minibatch, its inputs as {@link batchInputs} names them. */
export function batchLoss(settings: Ode2vaeSettings): LossFunction {
  return (params, state, inputs) => {
    const { initial, weights, trace } = under("noise/", inputs);
    return loss(
      params,
      state,
      { frames: inputs.frames!, selection: inputs.selection! },
      { initial: initial!, weights: weights!, ...(trace ? { trace } : {}) },
      settings,
    );
  };
}

/** Loss and gradients of all parameters. */
export function lossAndGradients(
  params: Tensors,
  state: Tensors,
  inputs: Tensors,
  settings: Ode2vaeSettings,
): { readonly result: Loss; readonly gradients: Tensors } {
  const { result, gradients } = valueAndGradients(
    () => batchLoss(settings)(params, state, inputs),
    params,
  );
  return { result: result as Loss, gradients };
}

/** The training step with Adam; see `gradientStep`. */
export function trainingStep(settings: Ode2vaeSettings): Step {
  return gradientStep(batchLoss(settings), adam());
}
