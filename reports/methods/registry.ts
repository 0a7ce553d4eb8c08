/**
 * The families of models with their equations, in the order of the page on methods.
 *
 * @module
 */
import { GPPVAE_METHOD } from "./gppvae.ts";
import type { MethodSection } from "./mathematics.ts";
import { NPODE_METHOD } from "./npode.ts";
import { ODE2VAE_METHOD } from "./ode2vae.ts";

/** One section for each family. */
export const METHODS: readonly MethodSection[] = Object.freeze([
  ODE2VAE_METHOD,
  GPPVAE_METHOD,
  NPODE_METHOD,
]);
