/**
 * The papers that published numbers come from.
 *
 * @module
 */
import type { Source } from "./published_cell.ts";

/** The paper whose tables the suite reproduces. */
export const YILDIZ_2019: Source = Object.freeze({
  short: "Yıldız et al. 2019",
  reference: "Ç. Yıldız, M. Heinonen, H. Lähdesmäki. ODE2VAE: Deep generative second order ODEs " +
    "with Bayesian neural networks. NeurIPS 2019.",
  url: "https://arxiv.org/abs/1905.10994",
});

/** A later shooting formulation with a number on the same rotating-MNIST split. */
export const VIALARD_2020: Source = Object.freeze({
  short: "Vialard et al. 2020",
  reference: "F.-X. Vialard, R. Kwitt, S. Wei, M. Niethammer. A shooting formulation of deep " +
    "learning. NeurIPS 2020.",
  url: "https://arxiv.org/abs/2006.10330",
});

/** Latent stochastic differential equations, with numbers on the same Mocap-2 split. */
export const LI_2020: Source = Object.freeze({
  short: "Li et al. 2020",
  reference: "X. Li, T.-K. L. Wong, R. T. Q. Chen, D. Duvenaud. Scalable gradients for " +
    "stochastic differential equations. AISTATS 2020.",
  url: "https://arxiv.org/abs/2001.01328",
});
