/**
 * Continuous normalising flows of the plane against planar flows: a figure of Chen et al. (2018) that has no numbers.
 *
 * @module
 */
import { type BenchmarkReport, defineReport } from "./benchmark_report.ts";

const TARGETS = ["U1", "U2", "U3", "U4"] as const;

const [CONTINUOUS, PLANAR] = ["cnf", "nf"].map((family) =>
  [2, 8, 32].map((size) => `${family}-${size}`)
) as [string[], string[]];

/** KL divergence from four energies. */
export const CNF: BenchmarkReport = defineReport({
  lead: "Four densities in the plane are known up to a factor, by their energies. A flow moves a " +
    "standard normal variable so that its density comes as near to each as it can, in KL[q ‖ p]: a " +
    "continuous flow with M hidden units along a differential equation, or a planar flow by K maps.",
  tables: [{
    metric: "kl",
    caption: "KL divergence of the fitted density, mean of the four targets",
    unit: "nats",
    location: "Neural ODE paper, figure of normalising flows against continuous ones",
    notes: {
      "gaussian": "The Gaussian with the least divergence, found by L-BFGS in double precision.",
    },
    settings: [
      { setting: "learningRate", label: "CNF: learning rate", value: 1e-3, except: PLANAR },
      { setting: "batchSize", label: "CNF: draws a step", value: 512, except: PLANAR },
      { setting: "stepsPerEpoch", label: "CNF: steps an epoch", value: 100, except: PLANAR },
      { setting: "epochs", label: "CNF: epochs", value: 100, except: PLANAR },
      {
        setting: "learningRate",
        label: "planar flow: learning rate",
        value: 1e-5,
        except: CONTINUOUS,
      },
      {
        setting: "epochs",
        label: "planar flow: thousands of steps",
        value: 500,
        except: CONTINUOUS,
      },
    ],
    differences: [
      {
        text:
          "The paper has a figure of the losses and no numbers, so that only the order of rows " +
          "of one size, CNF(M) ≤ planar(K = M), is tested.",
      },
      {
        text: "U2, U3 and U4 go on for ever along z₁ and have no finite integral over the plane. " +
          "Ours are those in the square ±4, with 50 d² nats for a coordinate that lies d beyond it; " +
          "log Z of that density is by Simpson's rule, so that the divergence is 0 at best.",
      },
      {
        text:
          "The paper solves with an adaptive solver and the adjoint; ours takes 20 steps of the " +
          "classical Runge–Kutta method from time 0 to 10 in training, differentiated through, and " +
          "80 in the test.",
      },
      {
        text: "How the planar flow begins is not stated. Ours has wᵀû = −1 + softplus(wᵀu + " +
          "log(e − 1)), the published form but for the constant, and a small u, so that each map " +
          "begins near the identity.",
      },
    ],
    order: [32, 8, 2].map((size) => ({
      worse: `nf-${size}`,
      better: `cnf-${size}`,
      orEqual: true,
    })),
  }],
  curves: Object.fromEntries(
    TARGETS.map((name) => [`kl${name}`, { title: `KL divergence from ${name} in training` }]),
  ),
});
