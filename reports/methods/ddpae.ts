/**
 * DDPAE in equations: what `models/ddpae/` computes.
 *
 * @module
 */
import { DDPAE_SETTINGS } from "../../models/ddpae/settings.ts";
import { html } from "../markup.ts";
import { HSIEH_2018 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

const { scalePrior, transitionDeviation, observationDeviation, lateRate } = DDPAE_SETTINGS;

/** The section. */
export const DDPAE_METHOD: MethodSection = {
  anchor: "ddpae",
  title: "DDPAE",
  settings: DDPAE_SETTINGS,
  sources: [HSIEH_2018],
  body: html`
    <p>A frame is the sum of ${m`C`} objects. Object ${m`i`} has one content ${m`c^i`}, which a
    network decodes to a picture of half the frame's side, and at each frame a pose: a scale and a
    place.</p>
    <h3>Generative model</h3>
    ${equation(
      "The generative model of DDPAE",
      String.raw`\begin{aligned}
c^i &\sim \mathcal{N}(0, I), \qquad
p^i_1 \sim \mathcal{N}\!\left( (s_0, 0, 0), \ \operatorname{diag}(0.2, 1, 1)^2 \right), \qquad
\beta^i_t \sim \mathcal{N}(0, \sigma_\beta^2 I), \\
(s, a)^i_t &= p^i_1 + \sum_{u \le t} \beta^i_u, \qquad
z^i_t = \left( \operatorname{clip}(s, s_0 - 1, s_0 + 1), \ \left( s - \tfrac12 \right) \tanh a \right), \\
x_t &\sim \mathcal{N}\!\left( \min\!\left( 1, \ \sum_i \mathcal{T}(D(c^i), z^i_t) \right), \ \sigma_x^2 I \right)
\end{aligned}`,
    )}
    <p>Here ${m`s_0`} = ${scalePrior.default}, ${m`\sigma_\beta`} = ${transitionDeviation.default}
    and ${m`\sigma_x`} = ${observationDeviation.default}.</p>
    <h3>Spatial transformer</h3>
    <p>Pixels have coordinates ${m`g`} from −1 to 1. A pose ${m`(s, x, y)`} shows at ${m`g`} the
    object's point ${m`s g + (x, y)`}, between pixels by bilinear interpolation. As nothing is
    turned, that is a product with a matrix of hats for each axis:</p>
    ${equation(
      "The spatial transformer as a product of matrices",
      String.raw`\mathcal{T}(O, z) = W_y\, O\, W_x^{\mathsf{T}}, \qquad
(W_x)_{jk} = \max\!\left( 0, \ 1 - \left| \tfrac{n - 1}{2} (s g_j + x + 1) - k \right| \right)`,
    )}
    <p>The inverse pose ${m`(1/s, -x/s, -y/s)`} cuts an object's window out of a frame.</p>
    ${inCode("models/ddpae/transformer.ts")}
    <h3>Recognition networks and bound</h3>
    <p>Convolutions encode the ${m`K`} given frames. One LSTM goes over frames for each component
    and also sees the state ${m`h^{i-1}_t`} of the component before; another one goes on from its
    states after the given frames. Both give ${m`q(\beta^i_t)`}. A third, over components, gives
    ${m`q(p^i_1)`} from the states at the first frame. The windows of the given frames are encoded,
    and a last LSTM over them gives ${m`q(c^i)`}:</p>
    ${equation(
      "The recognition networks and the bound",
      String.raw`\begin{aligned}
h^i_t &= \operatorname{LSTM}\!\left( [E(x_t), h^{i-1}_t], \ h^i_{t-1} \right) \quad (t \le K), \qquad
h^i_t = \operatorname{LSTM}'\!\left( [h^i_{t-1}, h^{i-1}_t], \ h^i_{t-1} \right) \quad (t > K), \\
\log p(x) &\ge \mathbb{E}_q \sum_t \log p(x_t \mid c, z_t)
 - \sum_i \Bigl( \operatorname{KL}[q(c^i)] + \operatorname{KL}[q(p^i_1)] + \sum_t \operatorname{KL}[q(\beta^i_t)] \Bigr)
\end{aligned}`,
    )}
    <p>Each divergence is from its prior, in closed form, where the released code samples it. Windows
    of training begin at random frames. First poses begin at their prior's mean: at the released
    code's 0, the clipped scale has no gradient. The rate falls to ${lateRate.default} of itself
    halfway. The epoch is selected by the squared error of the frames predicted in the validation
    sequences, where that code takes the last one.</p>
    ${inCode("models/ddpae/loss.ts", "models/ddpae/networks.ts")}
    <h3>Prediction</h3>
    <p>Poses and contents are their posterior means given the context; a draw samples them. The
    pictures of single components are ${m`\mathcal{T}(D(c^i), z^i_t)`}.</p>
    ${inCode("models/ddpae/prediction.ts")}
  `,
};
