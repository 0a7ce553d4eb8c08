/**
 * Models of irregular observations in equations: what `models/recurrent/` computes.
 *
 * @module
 */
import { RECURRENT_LATENT_ODE_SETTINGS } from "../../models/recurrent/settings.ts";
import { html } from "../markup.ts";
import { CHEN_2018, KINGMA_2014, KINGMA_2015 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

const { recurrentHidden, latentDimensions, framesPerStep } = RECURRENT_LATENT_ODE_SETTINGS;

/** The section. */
export const RECURRENT_METHOD: MethodSection = {
  anchor: "recurrent",
  title: "Latent ODE with a recurrent encoder, and an RNN",
  settings: RECURRENT_LATENT_ODE_SETTINGS,
  sources: [CHEN_2018, KINGMA_2014, KINGMA_2015],
  body: html`
    <p>Vectors ${m`x_t`} are observed at some points of a time grid, where the mask ${m`m_t`} is 1. The
    encoder, an Elman network of ${recurrentHidden
      .default} units, reads the grid from its end to its
    beginning; its last state gives a Gaussian of the ${latentDimensions.default} dimensions of
    ${m`z_0`}.</p>
    ${equation(
      "Recurrent encoder, path and likelihood of a latent ODE",
      String.raw`\begin{aligned}
h_t &= \tanh\!\left( [m_t x_t, m_t, h_{t+1}]\, W + b \right), & q(z_0 \mid x) &= \mathcal{N}\!\left(z_0; \mu(h_0), \sigma^2(h_0)\right), \\
\frac{\mathrm{d} z_t}{\mathrm{d} t} &= f(z_t), & p(x_t \mid z_t) &= \mathcal{N}\!\left(x_t; g(z_t), s^2 I\right).
\end{aligned}`,
    )}
    ${equation(
      "The loss of a latent ODE with a recurrent encoder",
      String
        .raw`-\sum_t m_t \log p(x_t \mid z_t) + \operatorname{KL}\!\left[ q(z_0 \mid x) \,\Vert\, \mathcal{N}(0, I) \right]`,
    )}
    <p>The noise ${m`s`} is known. A step of the classic Runge–Kutta method spans
    ${framesPerStep
      .default} points of the grid; between two steps the path is the cubic with the values
    and derivatives of both ends. Predictions decode the path from the mean of ${m`q`}.</p>
    ${inCode("models/recurrent/latent_ode.ts", "models/recurrent/dense_path.ts")}
    <p>The RNN has the same cell and runs forwards from observation to observation. It is told the time
    until the next one, in units of the mean time between observations, and predicts it.</p>
    ${equation(
      "The recurrent network",
      String
        .raw`h_i = \tanh\!\left( [x_i, t_{i+1} - t_i, h_{i-1}]\, W + b \right), \qquad p(x_{i+1} \mid x_{1 \ldots i}) = \mathcal{N}\!\left(x_{i+1}; h_i V + c, s^2 I\right)`,
    )}
    <p>Beyond the last observation its own predictions take the place of observations. Both models see
    all training sequences in each step of Adam.</p>
    ${inCode("models/recurrent/cell.ts", "models/recurrent/network.ts")}
  `,
};
