/**
 * Bouncing balls: error of each predicted step, a published figure rather than a table.
 *
 * @module
 */

/** Errors of one method at the steps 1 … 10. */
export interface PublishedCurve {
  /** Name as printed. */
  readonly method: string;
  /** Registry name of our model of that method. */
  readonly model: string;
  /** Per-pixel mean squared error at step 1, 2, …. */
  readonly mse: readonly number[];
}

/** A published figure as numbers. */
export interface PublishedFigure {
  /** Registry name of the benchmark. */
  readonly benchmark: string;
  /** Where the figure stands in its paper. */
  readonly location: string;
  /** How the numbers were got. */
  readonly note: string;
  /** One for each method. */
  readonly curves: readonly PublishedCurve[];
}

function curve(method: string, model: string, mse: readonly number[]): PublishedCurve {
  return Object.freeze({ method, model, mse: Object.freeze(mse) });
}

/** Per-pixel error of the ten frames after three given ones (Yıldız et al. 2019). */
export const BOUNCING_BALLS: PublishedFigure = Object.freeze({
  benchmark: "bouncing_balls",
  location: "ODE2VAE paper, figure of the bouncing-balls error by step",
  note: "Read off the figure by a later paper; no spread was published.",
  curves: Object.freeze([
    curve(
      "ODE2VAE",
      "ode2vae",
      [.0032, .0037, .0046, .0058, .0070, .0087, .0108, .0134, .0163, .0197],
    ),
    curve(
      "DDPAE",
      "ddpae",
      [.0105, .0132, .0162, .0192, .0221, .0252, .0285, .0318, .0355, .0400],
    ),
    curve(
      "DTSBN-S",
      "dtsbn-s",
      [.0067, .0182, .0337, .0506, .0683, .0849, .0996, .1126, .1237, .1333],
    ),
  ]),
});
