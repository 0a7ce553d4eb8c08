/**
 * One optimiser step of GPPVAE's networks as a pure step over named tensors, ready for a backend's `compile`.
 *
 * @module
 */
import type { Step, TensorSpecs } from "../backend/backend.ts";
import type { HostArrays } from "../backend/tensors.ts";
import { valueAndGradients } from "../backend/engine.ts";
import { type AdamMoments, adamUpdate } from "../nn/adam.ts";
import { prefixed, PREFIXES, under } from "../ode2vae/training_step.ts";
import { codeLoss } from "./loss.ts";
import type { GppvaeSettings } from "./settings.ts";

/** Prior of the codes in a step: N(0, I), or the Gaussian process by its Taylor expansion. */
export type CodePrior = "standard" | "process";

/** Inputs of {@link codeStep}: a batch of b images beside the carried `trainingState`. */
export function codeInputs(
  trainingState: HostArrays,
  batch: number,
  prior: CodePrior,
  { observation, codeDimensions }: GppvaeSettings,
): TensorSpecs {
  return {
    ...Object.fromEntries(
      Object.entries(trainingState).map(([name, { shape }]) => [name, { shape }]),
    ),
    images: { shape: [batch, observation.height, observation.width] },
    noise: { shape: [batch, codeDimensions] },
    ...(prior === "process" ? { codeGradients: { shape: [batch, codeDimensions] } } : {}),
    rate: { shape: [] },
  };
}

/**
 * The step: carried state, images, noise, a and Adam's rate in; new carried state under the same names, `loss` and
 * `terms/…` out.
 */
export function codeStep(settings: GppvaeSettings): Step {
  return (inputs) => {
    const params = under(PREFIXES.params, inputs);
    const state = under(PREFIXES.state, inputs);
    const { codeGradients } = inputs;
    const { result, gradients } = valueAndGradients(
      () =>
        codeLoss(params, state, {
          images: inputs.images!,
          noise: inputs.noise!,
          ...(codeGradients === undefined ? {} : { codeGradients }),
        }, settings),
      params,
    );
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
