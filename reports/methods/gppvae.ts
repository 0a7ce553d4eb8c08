/**
 * GPPVAE in equations: what `models/gppvae/` computes.
 *
 * @module
 */
import { GPPVAE_SETTINGS } from "../../models/gppvae/settings.ts";
import { defaultSettings, parseSettings } from "../../models/training/settings.ts";
import { html } from "../markup.ts";
import { CASALE_2018, KINGMA_2014, KINGMA_2015 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

const settings = parseSettings("GPPVAE", GPPVAE_SETTINGS, defaultSettings(GPPVAE_SETTINGS));
const { codeDimensions, objectRank, pixelVariance } = settings;
const { noiseVariance, lengthScale, vaeEpochs, processEpochs, processSteps } = settings;

/** The section. */
export const GPPVAE_METHOD: MethodSection = {
  anchor: "gppvae",
  title: "GPPVAE-dis and GPPVAE-joint",
  settings: GPPVAE_SETTINGS,
  sources: [CASALE_2018, KINGMA_2014, KINGMA_2015],
  body: html`
      <p>Every image ${m`i`} of object (digit) ${m`o_i`} at view (angle) ${m`\theta_i`} has a code
      ${m`z_i`} of ${m`L`} dimensions (here ${codeDimensions}). A Gaussian process says how codes of the
      same object at different angles, and of different objects, go together; an angle that an object was
      not seen from is predicted by the process and decoded.</p>
      <h3>Prior</h3>
      <p>The dimensions of the codes are independent and share one covariance: an object kernel times a
      periodic view kernel, plus noise.</p>
      ${equation(
        "The prior of the codes",
        String.raw`\begin{aligned}
z_{\cdot l} &\sim \mathcal{N}(0, K), \qquad l = 1, \dots, L, \\
K_{ij} &= v \left( x_{o_i}^{\mathsf{T}} x_{o_j} \right) k(\theta_i, \theta_j) + \alpha\, \delta_{ij}, \\
k(\theta, \theta') &= \exp\!\left( -\frac{2}{\ell^2} \sin^2 \frac{\theta - \theta'}{2} \right).
\end{aligned}`,
      )}
      <p>Each object has a learned vector ${m`x_o`} of ${m`M`} = ${objectRank} dimensions and unit length;
      ${m`\ell`} (from ${lengthScale}) and the shares ${m`v + \alpha = 1`} (${m`\alpha`} from
      ${noiseVariance}) are learned too. The view kernel's diagonal has 10<sup>−6</sup> more, so that it can
      be factored. With its Cholesky factor ${m`w`} and ${m`Q`} angles, ${m`K`} is of low rank plus noise, and
      all inverses are of size ${m`M Q`}:</p>
      ${equation(
        "The covariance in low-rank form, its inverse and determinant",
        String.raw`\begin{aligned}
K &= V V^{\mathsf{T}} + \alpha I, \qquad V_i = \sqrt{v}\; x_{o_i} \otimes w_{\theta_i}, \\
K^{-1} &= \frac{1}{\alpha} \left( I - V (\alpha I + V^{\mathsf{T}} V)^{-1} V^{\mathsf{T}} \right), \\
\log |K| &= (n - M Q) \log \alpha + \log \left| \alpha I + V^{\mathsf{T}} V \right|.
\end{aligned}`,
      )}
      ${inCode("models/gppvae/covariance.ts", "models/gppvae/likelihood.ts")}
      <h3>Taylor expansion of the likelihood</h3>
      <p>The prior ties all images together, so that a minibatch alone has no likelihood. Its first-order
      expansion, made from a sample of all codes, is a sum over images. Joint training makes it once an
    epoch, the process alone at each of its steps.</p>
      ${equation(
        "The Taylor expansion of the negative log-likelihood",
        String.raw`\begin{aligned}
F = -\log p(Z) &= \tfrac{1}{2} \sum_{l} z_{\cdot l}^{\mathsf{T}} K^{-1} z_{\cdot l} + \tfrac{L}{2} \log |K| + \tfrac{n L}{2} \log 2 \pi \\
&\approx \sum_{i=1}^{n} \left( a_i^{\mathsf{T}} z_i + B_i^{\mathsf{T}} V_i \right) + c\, \alpha + \text{const}, \\
a &= \frac{\partial F}{\partial Z} = K^{-1} Z, \\
B &= \frac{\partial F}{\partial V} = L K^{-1} V - a\, (a^{\mathsf{T}} V), \\
c &= \frac{\partial F}{\partial \alpha} = \tfrac{1}{2} \left( L \operatorname{tr} K^{-1} - \Vert a \Vert^2 \right).
\end{aligned}`,
      )}
      <p>With ${m`a`}, ${m`B`} and ${m`c`} as constants, the gradients of a minibatch's terms are what they
      would be in the whole likelihood. All of this is double precision; gradients are tested against
      central differences.</p>
      ${inCode("models/gppvae/taylor.ts")}
      <h3>Losses, for an image</h3>
      ${equation(
        "The losses of an image without and with the Gaussian process",
        String.raw`\begin{aligned}
\text{VAE:} \quad & -\log \mathcal{N}\!\left(x; g(z), \sigma_x^2 I\right) + \operatorname{KL}\!\left[ q(z \mid x) \,\Vert\, \mathcal{N}(0, I) \right], \\
\text{joint:} \quad & -\log \mathcal{N}\!\left(x; g(z), \sigma_x^2 I\right) + a^{\mathsf{T}} z - \mathrm{H}\!\left[ q(z \mid x) \right], \qquad \mathrm{H} = \tfrac{1}{2} \sum_l \left( \log \sigma_l^2 + 1 + \log 2 \pi \right),
\end{aligned}`,
      )}
      <p>with one sample ${m`z`} of the encoder's Gaussian, the decoder's image ${m`g(z)`} and a fixed
      variance ${m`\sigma_x^2`} = ${pixelVariance} of a pixel. GPPVAE-dis trains the VAE
      (${vaeEpochs} epochs at the paper tier), then the process on its frozen codes (${processEpochs} epochs
      of ${processSteps} steps on all of them). GPPVAE-joint goes on from there with everything together.
      Object vectors begin as principal components of the codes.</p>
      ${inCode(
        "models/gppvae/loss.ts",
        "models/gppvae/initial_vectors.ts",
        "models/gppvae/training.ts",
      )}
      <h3>Prediction</h3>
      <p>The codes of targets ${m`*`} are the posterior mean without noise, given the encoder's means
      ${m`Z`} of all observed images; their images are decoded.</p>
      ${equation(
        "Prediction of codes",
        String
          .raw`Z_* = V_* V^{\mathsf{T}} K^{-1} Z = V_* (\alpha I + V^{\mathsf{T}} V)^{-1} V^{\mathsf{T}} Z`,
      )}
      <p>The benchmarks' pages show ${m`k`} with its diagonal, which ${m`v`} scales, and codes of training
      objects along the angle: the posterior mean given all observed images of the object as lines, what the
      encoder makes of each observed image as dots. The directions are the principal ones of the
      posterior-mean codes of all objects at all angles.</p>
      ${inCode("models/gppvae/likelihood.ts", "models/gppvae/training.ts")}
  `,
};
