/**
 * Reports by the registry name of their benchmark.
 *
 * @module
 */
import type { BenchmarkReport } from "./benchmark_report.ts";
import { ADJOINT } from "./adjoint.ts";
import { CNF } from "./cnf.ts";
import { BOUNCING_BALLS, BOUNCING_BALLS_ABLATION } from "./bouncing_balls.ts";
import { MOCAP_MANY, MOCAP_MANY_200, MOCAP_SINGLE } from "./mocap.ts";
import { ODENET } from "./odenet.ts";
import {
  RMNIST,
  RMNIST_ABLATION_GPPVAE,
  RMNIST_ABLATION_ODE2VAE,
  RMNIST_NEW_DIGITS,
  RMNIST_T10K,
} from "./rotating_mnist.ts";
import { SPIRALS, SPIRALS_LOW_NOISE } from "./spirals.ts";

/** Every report of the suite. */
export const REPORTS: Readonly<Record<string, BenchmarkReport>> = Object.freeze({
  rmnist: RMNIST,
  rmnist_t10k: RMNIST_T10K,
  rmnist_new_digits: RMNIST_NEW_DIGITS,
  rmnist_ablation_ode2vae: RMNIST_ABLATION_ODE2VAE,
  rmnist_ablation_gppvae: RMNIST_ABLATION_GPPVAE,
  mocap_single: MOCAP_SINGLE,
  mocap_many: MOCAP_MANY,
  mocap_many_200: MOCAP_MANY_200,
  bouncing_balls: BOUNCING_BALLS,
  spirals: SPIRALS,
  spirals_low_noise: SPIRALS_LOW_NOISE,
  odenet: ODENET,
  cnf: CNF,
  adjoint: ADJOINT,
  bouncing_balls_ablation: BOUNCING_BALLS_ABLATION,
});
