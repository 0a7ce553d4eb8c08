/**
 * How many bytes a training step must store for its backward pass.
 *
 * Counted are float32 arrays that the gradients of the layers read, each once: inputs of convolutions and dense layers,
 * inputs, means and deviations of norms, outputs of ReLUs, log-probabilities. Parameters and their gradients are not.
 * PyTorch saves the same, but for the ODE; tests compare the two.
 *
 * @module
 */
import { DOPRI5 } from "../ode/tableaus.ts";
import { fixedEvaluations, groupsOf, type Network, scannedEvaluations } from "./network.ts";

const FLOAT_BYTES = 4;

/**
 * Bytes for a minibatch. The ODE by the adjoint stores nothing but its last state, which the head's norm reads. Going back
 * it holds one evaluation of the field, and the derivatives of state and adjoint at all stages of a step: these are counted
 * as well, as the largest that there is at once, whatever the number of evaluations.
 */
export function storedBytes(network: Network): number {
  const { size: [height, width], classes, hidden, batchSize, channels, downsampling } = network;
  const perImage = (floats: number) => FLOAT_BYTES * batchSize * floats;
  if (network.network === "mlp") return perImage(height * width + hidden + classes);
  const statistics = 2 * groupsOf(channels);
  const halved = downsampling === "residual"
    ? (n: number) => Math.floor((n - 1) / 2) + 1 // 3×3 with one zero on each side
    : (n: number) => Math.floor((n - 2) / 2) + 1; // 4×4
  const features = (halvings: number) =>
    [height - 2, width - 2].map((n) => {
      for (let i = 0; i < halvings; i++) n = halved(n);
      return n;
    }).reduce((product, n) => product * n, channels);
  const [first, second, last] = [features(0), features(1), features(2)];
  // A norm with the ReLU after it: the input of either, and the statistics.
  const activation = (floats: number) => 2 * floats + statistics;
  const residualBlock = (input: number, output: number) => activation(input) + activation(output);
  const down = height * width +
    (downsampling === "residual"
      ? residualBlock(first, second) + residualBlock(second, last)
      : activation(first) + activation(second));
  const head = activation(last) + channels + classes;
  const evaluation = 2 * activation(last) + last + statistics;
  const stages = DOPRI5.weights.length;
  const blocks = {
    plain: 0,
    residual: network.blocks * residualBlock(last, last),
    "runge-kutta": fixedEvaluations(network.solverSteps) * evaluation,
    ode: network.gradient === "adjoint"
      ? evaluation + 2 * stages * last
      : scannedEvaluations(network.maxSteps) * evaluation,
  }[network.network];
  return perImage(down + blocks + head);
}
