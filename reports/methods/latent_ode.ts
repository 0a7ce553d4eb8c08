/**
 * Latent ODEs of first order in equations: what `models/latent_ode/` computes.
 *
 * @module
 */
import { LATENT_ODE_VECTOR_SETTINGS } from "../../models/latent_ode/settings.ts";
import { html } from "../markup.ts";
import { CHEN_2018, KINGMA_2014, KINGMA_2015, LI_2020, YILDIZ_2019 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

const { latentDimensions, fieldHidden, encoderFrames } = LATENT_ODE_VECTOR_SETTINGS;

/** The section. */
export const LATENT_ODE_METHOD: MethodSection = {
  anchor: "latent-ode",
  title: "Latent ODE of first order (NeuralODE)",
  settings: LATENT_ODE_VECTOR_SETTINGS,
  sources: [CHEN_2018, YILDIZ_2019, LI_2020, KINGMA_2014, KINGMA_2015],
  body: html`
    <p>ODE²VAE's networks of frames with a field of first order that has fixed weights. The state has
    ${m`d`} dimensions (${latentDimensions
      .default} by default, as many as ODE²VAE's position and velocity
    together), all of which are decoded.</p>
    ${equation(
      "Model and approximate posterior of a latent ODE",
      String.raw`\begin{aligned}
z_0 &\sim p(z_0), & \frac{\mathrm{d} z_t}{\mathrm{d} t} &= f(z_t), & x_t \mid z_t &\sim p(x_t \mid z_t), \\
q(z_0 \mid x) &= \mathcal{N}\!\left(z_0; \mu(x_{0:m-1}), \sigma^2(x_{0:m-1})\right). & & & &
\end{aligned}`,
    )}
    <p>The encoder sees the first ${m`m`} frames (${encoderFrames
      .default}); the field is a perceptron of
    ${fieldHidden
      .default} units a hidden layer. ${m`p(z_0)`} is ${m`\mathcal{N}(0, I)`}, or has learned
    mean and variances.</p>
    ${inCode(
      "models/latent_ode/path.ts",
      "models/latent_paths/initial_state.ts",
      "models/networks/frames.ts",
    )}
    ${equation(
      "The loss of a latent ODE",
      String
        .raw`-\sum_t \log p(x_t \mid z_t) + w \operatorname{KL}\!\left[ q(z_0 \mid x) \,\Vert\, p(z_0) \right]`,
    )}
    <p>with one draw of ${m`z_0`} for each sequence and the sum over observed frames. The weight ${m`w`}
    grows linearly from 0 where annealing is asked for. Predictions decode the path from the mean of
    ${m`q(z_0 \mid x)`}, draws the path from a draw of it.</p>
    ${inCode("models/latent_paths/loss.ts", "models/latent_paths/predictor.ts")}
  `,
};
