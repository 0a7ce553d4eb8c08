/**
 * The families of models with their equations, in the order of the page on methods.
 *
 * @module
 */
import { DDPAE_METHOD } from "./ddpae.ts";
import { DTSBN_METHOD } from "./dtsbn.ts";
import { CNF_METHOD, PLANAR_FLOW_METHOD } from "./flows.ts";
import { GPDM_METHOD } from "./gpdm.ts";
import { GPPVAE_METHOD } from "./gppvae.ts";
import { LATENT_ODE_METHOD } from "./latent_ode.ts";
import { LATENT_SDE_METHOD } from "./latent_sde.ts";
import type { MethodSection } from "./mathematics.ts";
import { NPODE_METHOD } from "./npode.ts";
import { ODE2VAE_METHOD } from "./ode2vae.ts";
import { RECURRENT_METHOD } from "./recurrent.ts";
import { ODENET_METHOD } from "./odenet.ts";
import { RECURRENT_VAE_METHOD } from "./recurrent_vae.ts";
import { VGPLVM_METHOD } from "./vgplvm.ts";

/** One section for each family. */
export const METHODS: readonly MethodSection[] = Object.freeze([
  ODE2VAE_METHOD,
  LATENT_ODE_METHOD,
  RECURRENT_VAE_METHOD,
  LATENT_SDE_METHOD,
  RECURRENT_METHOD,
  GPPVAE_METHOD,
  DTSBN_METHOD,
  DDPAE_METHOD,
  NPODE_METHOD,
  GPDM_METHOD,
  VGPLVM_METHOD,
  ODENET_METHOD,
  CNF_METHOD,
  PLANAR_FLOW_METHOD,
]);
