/**
 * Flows of the plane in equations: what `models/flows/` computes.
 *
 * @module
 */
import { CNF_SETTINGS, PLANAR_SETTINGS } from "../../models/flows/settings.ts";
import { html } from "../markup.ts";
import { CHEN_2018, KINGMA_2015, REZENDE_2015 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

/** Continuous flows. */
export const CNF_METHOD: MethodSection = {
  anchor: "cnf",
  title: "Continuous normalising flow (CNF)",
  settings: CNF_SETTINGS,
  sources: [CHEN_2018, KINGMA_2015],
  body: html`
    <p>A point of the plane begins as a standard normal variable and follows a field until time 10. The
    logarithm of its density changes by the negative trace of the field's Jacobian.</p>
    ${equation(
      "The field of a continuous normalising flow, and the change of log density along it",
      String.raw`\begin{aligned}
\frac{\mathrm{d} z}{\mathrm{d} t} &= \frac{1}{M} \sum_{m=1}^{M} \left( \sigma(g_m(t)) \circ u_m(t) \right) \tanh\!\left( w_m(t)^\top z + b_m(t) \right), \\
\frac{\mathrm{d} \log q}{\mathrm{d} t} &= -\operatorname{tr} \frac{\partial f}{\partial z} = -\frac{1}{M} \sum_{m=1}^{M} \left( 1 - \tanh^2 \right) w_m^\top \left( \sigma(g_m) \circ u_m \right).
\end{aligned}`,
    )}
    <p>A network 1-${CNF_SETTINGS.hyperHidden.default}-${CNF_SETTINGS.hyperHidden
      .default}-${m`7M`} with tanh gives the weights ${m`w, u, g, b`} of a time. Its layers begin as
    PyTorch's. Both integrals take steps of the classical Runge–Kutta method, and training
    differentiates through them.</p>
    ${equation(
      "The loss of a flow: the KL divergence from a target by draws",
      String
        .raw`\operatorname{KL}[q \,\Vert\, p] = \mathbb{E}_{z \sim q}\!\left[ \log q(z) + U(z) \right] + \log Z, \qquad p(z) = e^{-U(z)} / Z`,
    )}
    <p>One network is trained for each target; all of them take a step at once. The log density at a
    given point is by the same field from time 10 back to 0.</p>
    ${inCode("models/flows/cnf.ts", "models/flows/training.ts", "benchmarks/cnf/targets.ts")}
  `,
};

/** Planar flows. */
export const PLANAR_FLOW_METHOD: MethodSection = {
  anchor: "planar-flow",
  title: "Planar flow",
  settings: PLANAR_SETTINGS,
  sources: [REZENDE_2015, CHEN_2018],
  body: html`
    <p>A standard normal variable goes through ${m`K`} maps.</p>
    ${equation(
      "A planar map, its change of log density, and the vector that makes it invertible",
      String.raw`\begin{aligned}
z_k &= z_{k-1} + \hat u_k \tanh\!\left( w_k^\top z_{k-1} + b_k \right), \\
\log q_k &= \log q_{k-1} - \log\!\left( 1 + \left( 1 - \tanh^2 \right) w_k^\top \hat u_k \right), \\
\hat u &= u + \left( m - w^\top u \right) \frac{w}{\lVert w \rVert^2}, \qquad m = w^\top \hat u = -1 + \log\!\left( 1 + (e - 1)\, e^{w^\top u} \right) > -1.
\end{aligned}`,
    )}
    <p>The loss is that of continuous flows. The log density at a given point undoes the maps from the
    last to the first, each by bisection along ${m`w`}.</p>
    ${inCode("models/flows/planar.ts", "models/flows/training.ts")}
  `,
};
