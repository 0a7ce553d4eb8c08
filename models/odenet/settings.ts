/**
 * Settings of the classifiers of Chen et al. 2018, table 1: their code's, odenet_mnist.py of torchdiffeq.
 *
 * @module
 */
import {
  choice,
  count,
  fraction,
  natural,
  number,
  positive,
  type TableOf,
} from "../training/settings.ts";

/** Parsed settings. */
export type OdenetSettings = Readonly<
  & {
    network: "mlp" | "plain" | "residual" | "runge-kutta" | "ode";
    downsampling: "convolution" | "residual";
    gradient: "adjoint" | "back-propagation";
  }
  & Record<
    | "channels"
    | "blocks"
    | "hidden"
    | "solverSteps"
    | "tolerance"
    | "maxSteps"
    | "learningRate"
    | "firstDrop"
    | "momentum"
    | "batchSize"
    | "epochs"
    | "cropPadding"
    | "validationEvery",
    number
  >
>;

/** Every setting. */
export const ODENET_SETTINGS: TableOf<OdenetSettings> = {
  network: choice(
    ["mlp", "plain", "residual", "runge-kutta", "ode"],
    "ode",
    "what is between down-sampling and head; plain: nothing; mlp: one hidden layer and no convolution",
  ),
  downsampling: choice(
    ["convolution", "residual"],
    "residual",
    "two strided convolutions of 4×4, or two strided residual blocks",
  ),
  channels: count(64, "channels of all convolutions"),
  blocks: count(6, "residual blocks"),
  hidden: count(300, "units of the perceptron's hidden layer"),
  solverSteps: count(4, "Runge–Kutta steps (RK4, four evaluations each) from t = 0 to 1"),
  gradient: choice(
    ["adjoint", "back-propagation"],
    "adjoint",
    "of the ODE: by the adjoint equation, or through the accepted steps",
  ),
  tolerance: positive(1e-3, "absolute and relative tolerance of dopri5, forward and backward"),
  maxSteps: count(100, "most trial steps of a solve; back-propagation computes and keeps as many"),
  learningRate: number(0.1, "of SGD, until it is divided by 10 three times"),
  firstDrop: fraction(
    60 / 160,
    "share of the training before the rate's first drop; the others come after 2 and 4 fifths of the rest",
  ),
  momentum: number(0.9, "of SGD"),
  batchSize: count(128, "images in a minibatch"),
  epochs: count(160, "passes over the training images"),
  cropPadding: natural(4, "zeros around a training image before it is cut at a random place"),
  validationEvery: count(1, "epochs between two validations, which select nothing"),
};
