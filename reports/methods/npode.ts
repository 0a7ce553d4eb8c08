/**
 * npODE in equations: what `models/npode/` computes.
 *
 * @module
 */
import { NPODE_SETTINGS } from "../../models/npode/settings.ts";
import { defaultSettings, parseSettings } from "../../models/training/settings.ts";
import { html } from "../markup.ts";
import { HEINONEN_2018, LIU_1989 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

const settings = parseSettings("npODE", NPODE_SETTINGS, defaultSettings(NPODE_SETTINGS));
const { latentDimensions, gridWidth, frameStride, frameInterval } = settings;
const { restarts, iterations, growthStages } = settings;

/** The section. */
export const NPODE_METHOD: MethodSection = {
  anchor: "npode",
  title: "npODE",
  settings: NPODE_SETTINGS,
  sources: [HEINONEN_2018, LIU_1989],
  body: html`
    <p>A frame is a point in the space of the first ${m`q`} = ${latentDimensions} principal components of
    the training frames, each scaled to variance 1. Its path follows an autonomous differential equation
    whose right-hand side is a Gaussian process, given by its vectors ${m`U`} at the ${gridWidth}<sup>q</sup>
    points ${m`Z`} of a grid over the states.</p>
    ${equation(
      "The vector field of npODE",
      String.raw`\begin{aligned}
\dot{x} = f(x) &= k(x, Z)\, K^{-1} U = k(x, Z)\, L^{-\mathsf{T}} \tilde{U}, \qquad K = k(Z, Z) + 10^{-4} I = L L^{\mathsf{T}}, \\
k(x, z) &= \sigma_f^2 \exp\!\left( -\frac{1}{2} \sum_{d=1}^{q} \frac{(x_d - z_d)^2}{\ell_d^2} \right).
\end{aligned}`,
    )}
    <p>The whitened vectors ${m`\tilde{U}`} and the noise ${m`\sigma`} of each dimension are the most
    probable ones given every ${frameStride}th frame, ${frameInterval} of time apart; a path begins at the
    first frame's state.</p>
    ${equation(
      "The posterior of npODE",
      String
        .raw`-\log p(Y, \tilde{U}) = -\sum_{i,d} \log \mathcal{N}\!\left(y_{id}; x_d(t_i), \sigma_d^2\right) - \log \mathcal{N}\!\left(\tilde{U}; 0, I\right)`,
    )}
    <p>The gradient goes back through each step of the fourth-order Runge–Kutta method, exact to rounding
    (the released code solves sensitivity equations); the minimiser is L-BFGS. All of it is double
    precision and tested against central differences and SciPy.</p>
    <p>The field begins as the posterior mean given differences of consecutive states. Each of
    ${restarts} restarts has other length scales and ${iterations} iterations, in ${growthStages} stages
    that fit longer and longer beginnings of the walks with a fixed noise. The one that continues validation
    walks with the least squared error is taken; with final iterations it then sees all frames of
    validation. Predictions are the path from the context's state, decoded; nothing is drawn.</p>
    ${inCode(
      "models/npode/field.ts",
      "models/npode/path.ts",
      "models/npode/posterior.ts",
      "models/npode/training.ts",
      "models/linalg/lbfgs.ts",
    )}
  `,
};
