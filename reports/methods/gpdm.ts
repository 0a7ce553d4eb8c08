/**
 * GPDM in equations: what `models/gpdm/` computes.
 *
 * @module
 */
import { GPDM_SETTINGS } from "../../models/gpdm/settings.ts";
import { defaultSettings, parseSettings } from "../../models/training/settings.ts";
import { html } from "../markup.ts";
import { LIU_1989, WANG_2008 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

const settings = parseSettings("GPDM", GPDM_SETTINGS, defaultSettings(GPDM_SETTINGS));
const { latentDimensions, epochs, iterationsPerEpoch } = settings;

/** The section. */
export const GPDM_METHOD: MethodSection = {
  anchor: "gpdm",
  title: "GPDM",
  settings: GPDM_SETTINGS,
  sources: [WANG_2008, LIU_1989],
  body: html`
    <p>The Gaussian process dynamical model is of one walk. Each of its ${m`n`} frames ${m`y_t`}, less their
    mean, has a latent state ${m`x_t`} of ${m`q`} = ${latentDimensions} dimensions. One Gaussian process
    gives the frame of a state, another one the next state.</p>
    ${equation(
      "The kernels of GPDM",
      String.raw`\begin{aligned}
k_Y(x, x') &= \exp\!\left( -\tfrac{1}{2} \gamma_Y |x - x'|^2 \right) + \delta_{x x'} / \nu_Y, \\
k_X(x, x') &= v \exp\!\left( -\tfrac{1}{2} \gamma_X |x - x'|^2 \right) + a\, x^{\mathsf{T}} x' + \delta_{x x'} / \nu_X.
\end{aligned}`,
    )}
    <p>Each dimension ${m`d`} of the ${m`D`} of a frame has a weight ${m`w_d`}. States, weights and the six
    hyperparameters ${m`\theta`} are the most probable ones, with ${m`\kappa`} = 1000.</p>
    ${equation(
      "The posterior of GPDM",
      String.raw`\begin{aligned}
-\log p(Y, X, W, \theta) = {} & \tfrac{D}{2} \log |K_Y| + \tfrac{1}{2} \sum_{d=1}^{D} w_d^2\, y_d^{\mathsf{T}} K_Y^{-1} y_d - n \sum_{d=1}^{D} \log w_d + \sum_{d=1}^{D} \frac{w_d^2}{2 \kappa^2} \\
& + \tfrac{q}{2} \log |K_X| + \tfrac{1}{2} \operatorname{tr}\!\left( X_{2:n}^{\mathsf{T}} K_X^{-1} X_{2:n} \right) + \tfrac{1}{2} |x_1|^2 + \sum_k \log \theta_k + \text{const}
\end{aligned}`,
    )}
    <p>The weights follow from the rest; the released code alternates between them and the rest, ours
    puts them into what is minimised, which has the same minima.</p>
    ${equation(
      "The weights of GPDM",
      String.raw`w_d^2 = \frac{n}{y_d^{\mathsf{T}} K_Y^{-1} y_d + 1 / \kappa^2}`,
    )}
    <p>States begin as whitened scores of the first principal components, with noise. The minimiser is
    L-BFGS, ${iterationsPerEpoch} iterations in each of ${epochs} epochs; the released code has scaled
    conjugate gradients. After each epoch the mean prediction continues the walk into the frames of
    validation: the epoch with the least error is taken, while the paper has no selection. All of it is
    double precision and tested against central differences and SciPy.</p>
    <p>Frames of the context after those of the training get the most probable states, with all else as it
    is, and both processes are conditioned on them too. From the last state on, the path is that of means;
    nothing is drawn.</p>
    ${equation(
      "The mean prediction of GPDM",
      String
        .raw`x_{t+1} = X_{2:n}^{\mathsf{T}} K_X^{-1} k_X(X_{1:n-1}, x_t), \qquad y_t = Y^{\mathsf{T}} K_Y^{-1} k_Y(X, x_t)`,
    )}
    ${inCode(
      "models/gpdm/kernel.ts",
      "models/gpdm/posterior.ts",
      "models/gpdm/predict.ts",
      "models/gpdm/training.ts",
      "models/linalg/lbfgs.ts",
    )}
  `,
};
