/**
 * Constants of the models as they stand in formulas.
 *
 * @module
 */

/** ε inside the logarithms of the Bernoulli likelihood, in TeX; a test holds it against the model's own. */
export const BERNOULLI_EPSILON_TEXT = "10^{-5}";
