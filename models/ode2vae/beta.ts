/**
 * The weight β of the field's KL term.
 *
 * @module
 */
import { weightCount } from "../nn/bayesian_mlp.ts";
import { fieldWidths, type Ode2vaeSettings } from "./settings.ts";

/**
 * β = q / (Hf (3q + Nf·Hf + Nf + 1) + q): dimensions of z over number of weights, as the released code counts them (one
 * hidden layer too many for Nf = 2).
 *
 * @param q latent dimensions of position and of velocity each
 * @param hidden Hf, width of a hidden layer of the field
 * @param layers Nf, number of hidden layers
 */
export function betaKl(q: number, hidden: number, layers = 2): number {
  return q / (hidden * (3 * q + layers * hidden + layers + 1) + q);
}

/** β of a model: as the released code counts, or |q| / |W| with all weights and biases of the field, as the paper says. */
export function fieldKlWeight(settings: Ode2vaeSettings): number {
  const { latentDimensions: q, fieldHidden } = settings;
  return settings.beta === "released-code"
    ? betaKl(q, fieldHidden)
    : q / weightCount(fieldWidths(settings));
}
