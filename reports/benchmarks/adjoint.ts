/**
 * Gradients of solvers against tolerance: what Chen et al. (2018) say of the adjoint, on a small equation.
 *
 * @module
 */
import { type BenchmarkReport, defineReport } from "./benchmark_report.ts";

const inSingle =
  "At a tolerance of 1e-5; below 1e-6 rounding errors stop single precision. What is kept is counted where the step runs op by op.";

/** Agreement of gradients, work and memory. */
export const ADJOINT: BenchmarkReport = defineReport({
  lead:
    "The gradient of a solve is had in two ways: by an adjoint equation that is solved back in " +
    "time and keeps nothing but the states at output times, or through the steps, all of which are " +
    "kept. Both are compared with a reference over tolerances.",
  tables: [{
    metric: "gradientError",
    caption: "Relative difference of the gradient from the reference at a tolerance of 1e-8",
    location:
      "nothing is published: the paper's figure has evaluations and errors of another model",
    notes: {
      "dopri5-adjoint-single": inSingle,
      "dopri5-backprop-single": inSingle,
      "rk4-backprop-single": inSingle,
      "rk4-backprop": "As many equal steps as make the fourth power of their length the tolerance.",
    },
    differences: [
      {
        text: "That the way back takes half of the evaluations was seen with another solver; " +
          "with dopri5 the two are alike, and no claim is made of it.",
      },
    ],
  }, {
    metric: "storedGrowth",
    caption: "Bytes kept for the way back at the least tolerance, times those at the greatest",
  }],
  curves: {
    gradientError: { title: "Gradient: difference from the reference", xStep: 1 },
    stateError: { title: "State: difference from the reference", xStep: 1 },
    evaluations: { title: "Evaluations of the field", xStep: 1 },
    storedBytes: { title: "Kept for the way back, by evaluations" },
  },
});
