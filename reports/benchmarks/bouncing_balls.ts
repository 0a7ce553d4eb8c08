/**
 * Bouncing balls: error of each predicted step, a published figure rather than a table.
 *
 * @module
 */
import { YILDIZ_2019 } from "../sources.ts";
import { type BenchmarkReport, defineReport, type PublishedCurve } from "./benchmark_report.ts";

/** Errors of one method at the steps 1, 2, … */
const curve = (method: string, model: string, y: readonly number[]): PublishedCurve => (
  { method, model, x: y.map((_, i) => i + 1), y }
);

/** Per-pixel error of the ten frames after three given ones. */
export const BOUNCING_BALLS: BenchmarkReport = defineReport({
  figures: [{
    curve: "errorPerStep",
    location: "ODE2VAE paper, figure of the bouncing-balls error by step",
    source: YILDIZ_2019,
    note: "Read off the figure by a later paper; no spread was published.",
    curves: [
      curve(
        "ODE2VAE",
        "ode2vae",
        [.0032, .0037, .0046, .0058, .0070, .0087, .0108, .0134, .0163, .0197],
      ),
      curve(
        "DDPAE",
        "ddpae",
        [.0105, .0132, .0162, .0192, .0221, .0252, .0285, .0318, .0355, .0400],
      ),
      curve(
        "DTSBN-S",
        "dtsbn-s",
        [.0067, .0182, .0337, .0506, .0683, .0849, .0996, .1126, .1237, .1333],
      ),
    ],
  }],
  curves: { errorPerStep: { title: "Error of each predicted step" } },
});
