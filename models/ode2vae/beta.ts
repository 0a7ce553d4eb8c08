/**
 * The weight β of the field's KL term.
 *
 * @module
 */

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
