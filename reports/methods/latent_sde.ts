/**
 * Latent SDEs in equations: what `models/latent_ode/` computes.
 *
 * @module
 */
import { LATENT_SDE_SETTINGS } from "../../models/latent_ode/sde_settings.ts";
import { html } from "../markup.ts";
import { KINGMA_2014, KINGMA_2015, LI_2020 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

const { contextDimensions, encoderFrames, posteriorSamples } = LATENT_SDE_SETTINGS;

/** The section. */
export const LATENT_SDE_METHOD: MethodSection = {
  anchor: "latent-sde",
  title: "Latent SDE",
  settings: LATENT_SDE_SETTINGS,
  sources: [LI_2020, KINGMA_2014, KINGMA_2015],
  body: html`
    <p>A latent ODE with noise along its path. Prior and approximate posterior are stochastic differential
    equations with different drifts and one diffusion, so that their laws have densities with respect to
    each other.</p>
    ${equation(
      "Prior and approximate posterior of a latent SDE",
      String.raw`\begin{aligned}
\text{prior:} \quad z_0 &\sim p(z_0), & \mathrm{d} z_t &= h(z_t)\, \mathrm{d} t + g(z_t)\, \mathrm{d} W_t, \\
\text{posterior:} \quad z_0 &\sim q(z_0 \mid x), & \mathrm{d} z_t &= f(z_t, c)\, \mathrm{d} t + g(z_t)\, \mathrm{d} W_t.
\end{aligned}`,
    )}
    <p>The encoder of the first ${m`m`} frames (${encoderFrames
      .default}) gives ${m`q(z_0 \mid x)`} and a
    context ${m`c`} of ${contextDimensions
      .default} numbers that stays the same along the path; in another
    variant a step from frame ${m`k`} has the context of the frames ${m`k + 1, \dots, k + m`}, which only
    training has. Each dimension ${m`i`} has a network of its own for its diffusion ${m`g_i(z_i) \in (0, 1)`}.</p>
    ${inCode("models/latent_ode/sde_model.ts")}
    ${equation(
      "The loss of a latent SDE",
      String
        .raw`-\sum_t \log p(x_t \mid z_t) + w \left( \operatorname{KL}\!\left[ q(z_0 \mid x) \,\Vert\, p(z_0) \right] + \tfrac{1}{2} \int \left\Vert \frac{f(z_t, c) - h(z_t)}{g(z_t)} \right\Vert^2 \mathrm{d} t \right)`,
    )}
    <p>with one path of the posterior for each sequence, by the steps of Euler and Maruyama. Summed over
    these steps, the last term is in the mean the exact divergence between the discrete paths. The weight
    ${m`w`} grows linearly from 0.</p>
    ${inCode("models/latent_ode/euler_maruyama.ts", "models/latent_paths/loss.ts")}
    <p>A prediction is the mean of the decoded frames of ${posteriorSamples
      .default} paths from draws of
    ${m`q(z_0 \mid x)`}, by default with the prior's drift ${m`h`}: the posterior's serves training. The
    likelihood of validation sequences that selects an epoch is a mean over such paths too.</p>
    ${inCode("models/latent_ode/sde_training.ts", "models/latent_paths/predictor.ts")}
  `,
};
