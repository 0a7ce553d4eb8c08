/**
 * CMU motion capture: the two columns of the paper's table.
 *
 * @module
 */
import { LI_2020, type Source, YILDIZ_2019 } from "../sources.ts";
import {
  type BenchmarkReport,
  defineReport,
  type PublishedRow,
  publishedValue,
} from "./benchmark_report.ts";

const row = (
  method: string,
  model: string,
  text: string | undefined,
  source: Source = YILDIZ_2019,
): PublishedRow => ({
  method,
  model,
  value: text === undefined ? undefined : publishedValue(text),
  source,
  later: source !== YILDIZ_2019,
});

/** Mocap-1: one walk, its last third predicted. */
export const MOCAP_SINGLE: BenchmarkReport = defineReport({
  tables: [{
    location: "ODE2VAE paper, CMU table, column Mocap-1",
    metric: "testMse",
    caption: "Mean squared error over the last third of a walk",
    direction: "lower",
    rows: [
      row("GPDM", "gpdm", "126.46 ± 34"),
      row("VGPLVM", "vgplvm", "142.18 ± 1.92"),
      row("DTSBN-S", "dtsbn-s", "80.21 ± 0.04"),
      row("npODE", "npode", "45.74"),
      row("NeuralODE", "neural-ode", "87.23 ± 0.02"),
      row("ODE2VAE", "ode2vae", "93.07 ± 0.72"),
      row("ODE2VAE-KL", "ode2vae-kl", "15.99 ± 4.16"),
    ],
  }],
});

/** Mocap-2: sixteen walks of subject 35 to train, four others predicted from three frames. */
export const MOCAP_MANY: BenchmarkReport = defineReport({
  tables: [{
    location: "ODE2VAE paper, CMU table, column Mocap-2",
    metric: "testMse",
    caption: "Mean squared error over the frames of unseen walks",
    direction: "lower",
    rows: [
      row("GPDM", "gpdm", undefined),
      row("VGPLVM", "vgplvm", undefined),
      row("DTSBN-S", "dtsbn-s", "34.86 ± 0.02"),
      row("npODE", "npode", "22.96"),
      row("NeuralODE", "neural-ode", "22.49 ± 0.88"),
      row("ODE2VAE", "ode2vae", "10.06 ± 1.4"),
      row("ODE2VAE-KL", "ode2vae-kl", "8.09 ± 1.95"),
      row("latent ODE", "latent-ode", "5.98 ± 0.28", LI_2020),
      row("latent SDE", "latent-sde", "4.03 ± 0.20", LI_2020),
    ],
    differences: [{
      text: "Each sequence's own mean over all its frames, future ones included, is subtracted: " +
        "the published protocol.",
    }, {
      text:
        "Whether the published error counts the three conditioning frames is not stated; ours " +
        "leaves them out.",
    }],
  }],
});
