/**
 * ODE-Net and the networks beside it in equations: what `models/odenet/` computes.
 *
 * @module
 */
import { ODENET_SETTINGS } from "../../models/odenet/settings.ts";
import { html } from "../markup.ts";
import { CHEN_2018 } from "../sources.ts";
import { equation, inCode, m, type MethodSection } from "./mathematics.ts";

const { tolerance, solverSteps, blocks, hidden, channels } = ODENET_SETTINGS;

/** The section. */
export const ODENET_METHOD: MethodSection = {
  anchor: "odenet",
  title: "ODE-Net, RK-Net and ResNet",
  settings: ODENET_SETTINGS,
  sources: [CHEN_2018],
  body: html`
    <p>Down-sampling turns an image into features ${m`z(0)`} of ${channels
      .default} channels; a head takes
    class probabilities from ${m`z(1)`}: group norm, ReLU, mean over the pixels, a linear layer. Between
    them</p>
    ${equation(
      "What is between down-sampling and head",
      String.raw`\begin{aligned}
\text{ResNet:} \quad z_{l+1} &= z_l + g_l(z_l), & l &= 0, \dots, L - 1, \\
\text{ODE-Net, RK-Net:} \quad \dot{z}(t) &= f(z(t), t; \theta), & t &\in [0, 1],
\end{aligned}`,
    )}
    <p>with ${m`L`} = ${blocks
      .default} residual blocks ${m`g_l`} (group norm, ReLU and a convolution, twice),
    or one field ${m`f`} of the same kind, with a third norm at its end and the time as one more channel
    of each convolution. RK-Net takes ${solverSteps
      .default} steps of the fourth-order Runge–Kutta method
    and is differentiated through them. ODE-Net is solved by Dormand and Prince's method with a tolerance
    of ${tolerance
      .default}, and its gradient is that of the adjoint equation, solved backwards with the
    same tolerance:</p>
    ${equation(
      "The gradient of ODE-Net",
      String
        .raw`\dot{a}(t) = -a(t)^{\mathsf{T}} \frac{\partial f}{\partial z}, \quad a(1) = \frac{\partial L}{\partial z(1)}, \qquad \frac{\mathrm{d} L}{\mathrm{d} \theta} = \int_0^1 a(t)^{\mathsf{T}} \frac{\partial f}{\partial \theta}\, \mathrm{d} t`,
    )}
    <p>so that no state but the last is stored. Loss, gradients and numbers of evaluations agree with
    PyTorch and torchdiffeq. The perceptron has ${hidden.default} hidden units.</p>
    <p>Stored activations are counted from the layers: all that their gradients read, each array once. For
    networks without an adaptive solve it is what PyTorch stores.</p>
    ${inCode(
      "models/odenet/network.ts",
      "models/odenet/stored_activations.ts",
      "models/odenet/training.ts",
      "models/nn/group_norm.ts",
      "models/ode/adjoint.ts",
    )}
  `,
};
