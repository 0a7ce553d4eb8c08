/**
 * ODE2VAE and ODE2VAE-KL in equations: what `models/ode2vae/` computes.
 *
 * @module
 */
import { betaKl } from "../../models/ode2vae/loss.ts";
import { IMAGE_SETTINGS, RMNIST_SETTINGS } from "../../models/ode2vae/settings.ts";
import { html } from "../markup.ts";
import { CHEN_2018, KINGMA_2014, KINGMA_2015, YILDIZ_2019 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

/** ε inside the logarithms of the Bernoulli likelihood, in TeX; a test compares it with the model's own. */
export const BERNOULLI_EPSILON_TEXT = "10^{-5}";

const { latentDimensions, fieldHidden, klWeight, optimisation, frameInterval, stepsPerFrame } =
  RMNIST_SETTINGS;
const BETA = betaKl(latentDimensions, fieldHidden).toPrecision(4);

/** The section. */
export const ODE2VAE_METHOD: MethodSection = {
  anchor: "ode2vae",
  title: "ODE²VAE and ODE²VAE-KL",
  settings: IMAGE_SETTINGS,
  sources: [YILDIZ_2019, CHEN_2018, KINGMA_2014, KINGMA_2015],
  body: html`
    <p>A sequence of images is explained by a path in a latent space, and the path by a second-order
    ordinary differential equation. The state has a position ${m`s_t`} and a velocity ${m`v_t`}, each of
    ${m`q`} dimensions (here ${latentDimensions}); an image depends on the position alone.</p>
    <h3>Generative model</h3>
    ${equation(
      "The generative model",
      String.raw`\begin{aligned}
z_0 = (s_0, v_0) &\sim \mathcal{N}(0, I), & W &\sim \mathcal{N}(0, I), \\
\frac{\mathrm{d} s_t}{\mathrm{d} t} &= v_t, & \frac{\mathrm{d} v_t}{\mathrm{d} t} &= f_W(s_t, v_t), \\
x_t \mid s_t &\sim p(x_t \mid s_t). & &
\end{aligned}`,
    )}
    <p>The field ${m`f_W`} is a perceptron with two hidden layers of ${m`H`} units (here
    ${fieldHidden}, ReLU) and random weights. Images have the decoder's
    probabilities ${m`p_{ti}`} of a pixel ${m`i`} being on; grey values ${m`x_{ti} \in [0, 1]`} are taken
    as probabilities, so that this is a cross-entropy:</p>
    ${equation(
      "Log-likelihood of an image",
      String
        .raw`\log p(x_t \mid s_t) = \sum_i \left[ x_{ti} \log(\epsilon + p_{ti}) + (1 - x_{ti}) \log(1 + \epsilon - p_{ti}) \right], \qquad \epsilon = ${BERNOULLI_EPSILON_TEXT}`,
    )}
    ${inCode("models/networks/frames.ts", "models/inference/densities.ts")}
    <h3>Approximate posterior</h3>
    <p>Two convolutional encoders give diagonal Gaussians: the position's from the first image, the
    velocity's from ${m`m`} images (here one, as frames are missing at random). The weights have
    independent Gaussians with their own means and <em>one</em> shared trainable variance, which begins
    at 10<sup>−4</sup>; one draw of all weights serves a minibatch, at all times.</p>
    ${equation(
      "The approximate posterior",
      String
        .raw`q(z_0 \mid x) = \mathcal{N}\!\left(s_0; \mu_s(x_0), \sigma_s^2(x_0)\right) \mathcal{N}\!\left(v_0; \mu_v(x_{0:m-1}), \sigma_v^2(x_{0:m-1})\right), \qquad q(W) = \mathcal{N}(\mu_W, \sigma_W^2 I)`,
    )}
    ${inCode("models/ode2vae/encoder.ts", "models/nn/bayesian_mlp.ts")}
    <h3>Change of variables along the path</h3>
    <p>The density of the state changes with the divergence of its motion. Since
    ${m`\dot{s} = v`} does not depend on ${m`s`}, only the field's part is left:</p>
    ${equation(
      "Change of the log-density in time",
      String
        .raw`\frac{\mathrm{d} \log q(z_t)}{\mathrm{d} t} = -\operatorname{tr} \begin{pmatrix} \partial \dot{s} / \partial s & \partial \dot{s} / \partial v \\ \partial \dot{v} / \partial s & \partial \dot{v} / \partial v \end{pmatrix} = -\operatorname{tr}\!\left(\frac{\partial f_W(s_t, v_t)}{\partial v_t}\right)`,
    )}
    <p>The trace is exact and costs one product more than the field itself. With row vectors
    ${m`f = a(a(z W_1 + b_1) W_2 + b_2) W_3 + b_3`}, the rows ${m`W_{1v}`} of ${m`W_1`} that multiply
    ${m`v`}, and the slopes ${m`d_1, d_2`} of the two activations,</p>
    ${equation(
      "The trace in closed form",
      String
        .raw`\operatorname{tr}\!\left(\frac{\partial f}{\partial v}\right) = d_1 \left[ W_2 \circ (W_3 W_{1v})^{\mathsf{T}} \right] d_2^{\mathsf{T}}`,
    )}
    <p>where ∘ multiplies element by element; the bracket is formed once for each draw of the weights.
    State and log-density are integrated together by the classical Runge–Kutta method of order four,
    with ${stepsPerFrame} steps between frames that are ${frameInterval} apart (the quick tier takes one).
    The density begins at the encoder's:</p>
    ${equation(
      "The log-density at the start",
      String
        .raw`z_0 = \mu + \sigma \circ \varepsilon, \qquad \log q(z_0) = \log \mathcal{N}(\varepsilon; 0, I) - \tfrac{1}{2} \sum_j \log \sigma_j^2, \qquad \varepsilon \sim \mathcal{N}(0, I)`,
    )}
    ${inCode(
      "models/ode/second_order_mlp.ts",
      "models/ode/fixed_step.ts",
      "models/ode2vae/rollout.ts",
    )}
    <h3>Objective</h3>
    <p>Training maximises, for each sequence and its ${m`L`} observed frames ${m`t_1 < \dots < t_L`}, with
    one sample of ${m`z_0`} and of ${m`W`}, sums over frames and dimensions and the mean over a
    minibatch,</p>
    ${equation(
      "The evidence lower bound",
      String
        .raw`\mathcal{L} = \sum_{i=1}^{L} \left[ \log p(x_{t_i} \mid s_{t_i}) + \log \mathcal{N}(z_{t_i}; 0, I) - \log q(z_{t_i}) \right] - \beta \operatorname{KL}\!\left[ q(W) \,\Vert\, p(W) \right]`,
    )}
    <p>and for ODE²VAE-KL the same with a further term, which holds the path's density near the
    encoder's at later frames, ${m`\gamma`} = ${klWeight}:</p>
    ${equation(
      "The further term of ODE2VAE-KL",
      String
        .raw`\mathcal{L}_{\mathrm{KL}} = \mathcal{L} - \gamma \left[ \sum_{i=1}^{L} \log q(z_{t_i}) - \sum_{i=1}^{\max(1, L-m)} \log q_{\mathrm{enc}}(z_{t_i} \mid x_{t_i}) \right]`,
    )}
    <p>As in the released code, the first sum runs over all ${m`L`} frames and the second over the
    ${m`L - m`} that a window begins at (here windows of one image). The divergence of the
    ${m`n`} weights and its factor are</p>
    ${equation(
      "Divergence of the weights, and its factor",
      String
        .raw`\operatorname{KL}\!\left[ q(W) \,\Vert\, p(W) \right] = \tfrac{1}{2}\left( n \sigma_W^2 + \Vert \mu_W \Vert^2 - n - n \log \sigma_W^2 \right), \qquad \beta = \frac{q}{H(3q + 2H + 3) + q} = ${BETA}`,
    )}
    ${inCode("models/ode2vae/loss.ts", "models/ode2vae/settings.ts")}
    <h3>Training and prediction</h3>
    <p>Adam with learning rate ${optimisation.learningRate}, multiplied by
    ${optimisation.learningRateDecay} every ${optimisation
      .learningRateDecaySteps} steps; minibatches of
    ${optimisation.batchSize} sequences, ${optimisation
      .epochs} epochs (the tiers' own settings are on each
    record's page). In epoch ${m`e`} (from 0) of ${m`T`} observed frames, a sequence gives its first</p>
    ${equation(
      "Observed frames that an epoch uses",
      String
        .raw`\max\!\left( \min\!\left(T, \lfloor T / 5 \rfloor + \lfloor e / 2 \rfloor \right), m + 1 \right)`,
    )}
    <p>frames. Predictions follow the mean path: ${m`z_0`} and ${m`W`} at their means. The epoch whose
    mean path gives the observed frames of the validation sequences the highest log-likelihood is
    tested.</p>
    ${inCode(
      "models/ode2vae/settings.ts",
      "models/ode2vae/predict.ts",
      "models/training/optimisers.ts",
    )}
  `,
};
