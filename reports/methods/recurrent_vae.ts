/**
 * Recurrent VAEs in equations: what `models/recurrent_vae/` computes.
 *
 * @module
 */
import { RECURRENT_VAE_SETTINGS } from "../../models/recurrent_vae/settings.ts";
import { html } from "../markup.ts";
import { CHO_2014, KINGMA_2014 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

/** The section. */
export const RECURRENT_VAE_METHOD: MethodSection = {
  anchor: "recurrent-vae",
  title: "Recurrent VAE",
  settings: RECURRENT_VAE_SETTINGS,
  sources: [CHO_2014, KINGMA_2014],
  body: html`
    <p>The latent ODE above with a recurrent cell in the place of its field: the same encoder, decoder,
    ${m`p(z_0)`} and loss. From frame to frame a gated recurrent unit without input moves the state
    ${m`z`} of ${m`d`} dimensions.</p>
    ${equation(
      "The transition of a recurrent VAE",
      String.raw`\begin{aligned}
r_t &= \sigma(W_r z_t + b_r), \qquad u_t = \sigma(W_u z_t + b_u), \\
n_t &= \tanh\!\left( r_t \circ (W_n z_t + b_n) + c \right), \\
z_{t+1} &= (1 - u_t) \circ n_t + u_t \circ z_t .
\end{aligned}`,
    )}
    <p>This is PyTorch's <code>GRUCell</code> with an input of zeros, of whose layer the bias ${m`c`} is
    left. Cho et al. apply the reset gate ${m`r_t`} before the product with ${m`W_n`}, not after it.
    Only ${m`z_0`} is random. Frames before the encoded ones cannot be predicted.</p>
    ${inCode(
      "models/recurrent_vae/transition.ts",
      "models/latent_paths/deterministic.ts",
      "models/latent_paths/loss.ts",
    )}
  `,
};
