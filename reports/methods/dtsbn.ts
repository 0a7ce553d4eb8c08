/**
 * DTSBN-S in equations: what `models/dtsbn/` computes.
 *
 * @module
 */
import { DTSBN_SETTINGS } from "../../models/dtsbn/settings.ts";
import { html } from "../markup.ts";
import { GAN_2015, MNIH_2014 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

const { hiddenUnits, topUnits, order, minimumDeviation, signalDecay, contextFrames } =
  DTSBN_SETTINGS;

/** The section. */
export const DTSBN_METHOD: MethodSection = {
  anchor: "dtsbn",
  title: "DTSBN-S",
  settings: DTSBN_SETTINGS,
  sources: [GAN_2015, MNIH_2014],
  body: html`
    <p>Each frame ${m`v_t`} has two layers of binary states: ${m`h_t`} (${m`K`} = ${hiddenUnits
      .default}
    units) next to it and ${m`z_t`} (${m`J`} = ${topUnits
      .default}) above. All depend on the ${m`n`} frames
    before (here ${order
      .default}), written ${m`<t`}, with zeros before the first; a bracket stands for its
    parts side by side.</p>
    <h3>Generative model</h3>
    ${equation(
      "The generative model of DTSBN-S",
      String.raw`\begin{aligned}
z_t &\sim \operatorname{Bernoulli}\!\left( \sigma\!\left( W_z [z_{<t}, h_{<t}] + b_z \right) \right), \\
h_t &\sim \operatorname{Bernoulli}\!\left( \sigma\!\left( W_h [z_t, h_{<t}, v_{<t}] + b_h \right) \right), \\
v_t &\sim \mathcal{N}\!\left( W_\mu [h_t, v_{<t}] + b_\mu, \ \operatorname{diag} s_t^2 \right), \qquad
\log s_t = \max\!\left( W_s [h_t, v_{<t}] + b_s, \ \log s_{\min} \right)
\end{aligned}`,
    )}
    <p>Vectors are standardised by the training frames' means and deviations, and
    ${m`s_{\min}`} = ${minimumDeviation.default}. Pixels of images have the probabilities
    ${m`\sigma(W_\mu [h_t, v_{<t}] + b_\mu)`} instead.</p>
    <h3>Recognition network and bound</h3>
    ${equation(
      "The recognition network and the bound of a frame",
      String.raw`\begin{aligned}
q(h_t) &= \operatorname{Bernoulli}\!\left( \sigma\!\left( U_h [v_t, h_{<t}, v_{<t}] + c_h \right) \right), \qquad
q(z_t) = \operatorname{Bernoulli}\!\left( \sigma\!\left( U_z [h_t, z_{<t}, h_{<t}] + c_z \right) \right), \\
\ell_t &= \log p(v_t \mid h_t, v_{<t}) + \log p(h_t, z_t \mid \cdot) - \log q(h_t, z_t \mid \cdot), \qquad
\log p(v) \ge \sum_t \mathbb{E}_q\, \ell_t
\end{aligned}`,
    )}
    ${inCode("models/dtsbn/network.ts")}
    <h3>NVIL</h3>
    <p>States are sampled once. The model's weights follow the gradient of the sampled bound; the
    recognition network's and the baseline's ${m`b(v_t) = a^{\mathsf{T}} \tanh(A v_t)`} follow the signal
    ${m`r_t`}, whose mean and variance ${m`m, s^2`} run with decay ${signalDecay.default}:</p>
    ${equation(
      "The gradients of the recognition network and of the baseline",
      String.raw`\begin{aligned}
r_t &= \frac{\ell_t - b(v_t) - m}{\max(1, s)}, \\
\Delta_q &= \frac{1}{T} \sum_t r_t\, \nabla \log q(h_t, z_t \mid \cdot), \qquad
\Delta_b = \frac{1}{T} \sum_t r_t\, \nabla b(v_t)
\end{aligned}`,
    )}
    <p>As in the released code, a state is rewarded by its own frame's ${m`\ell_t`}, though it matters to
    later frames too. With the setting <code>learningSignal</code> at <code>future</code> it is
    ${m`\sum_{u \ge t} \ell_u`}, and the gradient is the bound's in expectation. Steps are RMSprop's,
    divided by the running deviation of the gradient, with momentum and weight decay.</p>
    ${inCode("models/dtsbn/loss.ts", "models/training/optimisers.ts")}
    <h3>Prediction</h3>
    <p>States of the context are sampled by the recognition network, later ones by the model; every later
    frame is the mean of ${m`v_t`} given its state and the means before it. A mean prediction averages such
    futures. The epoch is selected by the squared error of a future of the validation sequences after their
    first ${contextFrames.default} frames.</p>
    ${inCode("models/dtsbn/training.ts")}
  `,
};
