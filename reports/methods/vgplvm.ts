/**
 * VGPLVM in equations: what `models/vgplvm/` computes.
 *
 * @module
 */
import { defaultSettings, parseSettings } from "../../models/training/settings.ts";
import { JITTER } from "../../models/vgplvm/psi.ts";
import { VGPLVM_SETTINGS } from "../../models/vgplvm/settings.ts";
import { html } from "../markup.ts";
import { DAMIANOU_2011, LIU_1989, TITSIAS_2010 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

const settings = parseSettings("VGPLVM", VGPLVM_SETTINGS, defaultSettings(VGPLVM_SETTINGS));
const { latentDimensions, inducingInputs, fixedNoiseIterations, iterations } = settings;

/** The section. */
export const VGPLVM_METHOD: MethodSection = {
  anchor: "vgplvm",
  title: "VGPLVM",
  settings: VGPLVM_SETTINGS,
  sources: [DAMIANOU_2011, TITSIAS_2010, LIU_1989],
  body: html`
    <p>Each of the ${m`Q`} = ${latentDimensions} dimensions of the latents ${m`X`} of a walk's ${m`N`}
    frames ${m`Y`} is a Gaussian process of time, and each of the ${m`D`} channels of a frame is one of the
    latent.</p>
    ${equation(
      "The model of VGPLVM",
      String.raw`\begin{aligned}
x_{\cdot q} &\sim \mathcal{N}(0, K_t), \qquad
y_{\cdot d} \sim \mathcal{N}\!\left(0, K + \beta^{-1} I\right), \qquad q = 1, \dots, Q, \quad d = 1, \dots, D, \\
k(x, x') &= \sigma^2 \exp\!\left( -\frac{1}{2} \sum_{q=1}^{Q} \alpha_q \left( x_q - x'_q \right)^2 \right) + b, \\
k_t(t, t') &= \exp\!\left( -\frac{\gamma}{2} (t - t')^2 \right) + b_t + w\, \delta_{t t'},
\end{aligned}`,
    )}
    <p>or a Matérn kernel of order 3/2 over time, or a periodic one,
    ${m`\exp(-2 \gamma_p \sin^2(\pi (t - t') / p))`}, beside the smooth one with a variance of its own. The
    latents' posterior is a Gaussian with ${m`2 N`} parameters for each dimension, ${m`\bar{\mu}_q`} and the
    diagonal ${m`\Lambda_q`}.</p>
    ${equation(
      "The posterior of the latents and its divergence from the prior",
      String.raw`\begin{aligned}
q(x_{\cdot q}) &= \mathcal{N}\!\left(K_t \bar{\mu}_q, S_q\right), \qquad S_q = \left( K_t^{-1} + \Lambda_q \right)^{-1}, \\
\operatorname{KL}_q &= \frac{1}{2} \left( \bar{\mu}_q^{\mathsf{T}} K_t \bar{\mu}_q - \operatorname{tr}(S_q \Lambda_q) + \log \left| I + K_t \Lambda_q \right| \right).
\end{aligned}`,
    )}
    <p>The mapping's values at ${m`M`} = ${inducingInputs} inducing inputs ${m`Z`} (or ${m`N`}, where that
    is less) are integrated out. What is left depends on the latents through expectations of the kernel,
    which are known in closed form.</p>
    ${equation(
      "The bound of VGPLVM",
      String.raw`\begin{aligned}
\log p(Y) \ge\; & \frac{N D}{2} \log \frac{\beta}{2 \pi} - \frac{D}{2} \log |A| - \frac{\beta}{2} \Vert Y \Vert^2
+ \frac{\beta^2}{2} \operatorname{tr}\!\left( Y^{\mathsf{T}} \Psi_1 L^{-\mathsf{T}} A^{-1} L^{-1} \Psi_1^{\mathsf{T}} Y \right) \\
& - \frac{D \beta}{2} \left( \psi_0 - \operatorname{tr} C \right) - \sum_{q} \operatorname{KL}_q, \\
C =\; & L^{-1} \Psi_2 L^{-\mathsf{T}}, \qquad A = I + \beta C, \qquad L L^{\mathsf{T}} = k(Z, Z), \\
\psi_0 =\; & \sum_n \langle k(x_n, x_n) \rangle, \qquad (\Psi_1)_{n m} = \langle k(x_n, z_m) \rangle, \qquad
(\Psi_2)_{m m'} = \sum_n \langle k(x_n, z_m)\, k(x_n, z_{m'}) \rangle.
\end{aligned}`,
    )}
    <p>The diagonal of ${m`k(Z, Z)`} has ${JITTER} of ${m`\sigma^2`} more, so that it can be factored. Training
    begins at whitened principal components, smoothed over time, with noise by the seed. L-BFGS (the released
    code: scaled conjugate gradients) maximises the bound, with fixed noise in the first
    ${fixedNoiseIterations} iterations, then everything in ${iterations} more. All of it is double precision;
    gradients are tested against central differences, expectations against quadrature.</p>
    <p>A prediction is the mean of the mapping under the latents' posterior at the asked times:</p>
    ${equation(
      "The prediction of VGPLVM",
      String.raw`\begin{aligned}
x_{* q} &\sim \mathcal{N}\!\left( k_*^{\mathsf{T}} \bar{\mu}_q,\; k_{* *} - k_*^{\mathsf{T}} \left( K_t + \Lambda_q^{-1} \right)^{-1} k_* \right), \\
\langle y_* \rangle &= \beta\, \langle k(x_*, Z) \rangle\, L^{-\mathsf{T}} A^{-1} L^{-1} \Psi_1^{\mathsf{T}} Y.
\end{aligned}`,
    )}
    <p>Given frames that training did not see, their latents are found first, by maximising the bound on all
    frames over the latents alone. A draw is one of the latents' joint posterior at the asked times, mapped
    without their noise. Far from all frames a smooth prior says nothing: the prediction is then one
    frame, the mean under the prior.</p>
    ${inCode(
      "models/vgplvm/time_kernel.ts",
      "models/vgplvm/posterior.ts",
      "models/vgplvm/psi.ts",
      "models/vgplvm/bound.ts",
      "models/vgplvm/model.ts",
      "models/vgplvm/context.ts",
      "models/vgplvm/predict.ts",
    )}
  `,
};
