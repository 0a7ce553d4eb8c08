/**
 * Rotating MNIST, one choice changed at a time: tables of this suite without a published number, each with a base.
 *
 * @module
 */
import {
  freezeTable,
  type ProtocolDifference,
  type PublishedSetting,
  type PublishedTable,
} from "./published_cell.ts";
import { ROTATING_MNIST } from "./rotating_mnist.ts";

/** What both tables share with the paper's. */
const COMMON = {
  location: "none: an ablation of this suite",
  metric: "testMse",
  caption: "Per-pixel mean squared error at the angle that no training sequence shows",
  direction: "lower",
  rows: [],
  base: "base",
} as const;

/** Settings of the paper's protocol; GPPVAE has only some of them. */
const SETTINGS: readonly PublishedSetting[] = ROTATING_MNIST.settings ?? [];

const reduction = (selection: string): ProtocolDifference => ({
  text:
    "Where the tier reduces settings, a line says which, for all rows alike; each row differs " +
    `from the base in what its name says. ${selection}`,
});

/** Rows and tests of ODE2VAE-KL. */
export const ODE2VAE_ABLATION: PublishedTable = freezeTable({
  ...COMMON,
  benchmark: "rmnist_ablation_ode2vae",
  differences: [
    reduction(
      "Nothing at the test's angle selects anything, except where a test has the epoch that " +
        "complete validation sequences selected.",
    ),
  ],
  settings: SETTINGS,
  variants: [
    { metric: "testMseSingleDraw", label: "One posterior draw instead of the mean path" },
    { metric: "testMseSamples", label: "Mean image over posterior draws" },
    { metric: "testMseLast", label: "Parameters of the last epoch" },
    { metric: "testMseAveraged", label: "Mean parameters of the last epochs" },
    {
      metric: "testMseCompleteSelection",
      label: "Epoch selected on complete validation sequences, with the test's angle",
    },
    { metric: "testMseBatchStatistics", label: "Batch norms by the test batch's statistics" },
    { metric: "testMseStrict", label: "From the first observed frame instead of frame 0" },
  ],
});

/** Rows and tests of GPPVAE-joint. */
export const GPPVAE_ABLATION: PublishedTable = freezeTable({
  ...COMMON,
  benchmark: "rmnist_ablation_gppvae",
  differences: [
    reduction("Nothing at the test's angle selects anything: the last epoch is tested."),
  ],
  settings: [
    { setting: "vaeEpochs", label: "epochs of the VAE", value: 100 },
    { setting: "vaeLearningRate", label: "the VAE's learning rate", value: 1e-3 },
    { setting: "imagesPerBatch", label: "images a minibatch", value: 256 },
    { setting: "processEpochs", label: "epochs of the Gaussian process", value: 100 },
    { setting: "processSteps", label: "steps in each of them", value: 16 },
    { setting: "jointEpochs", label: "epochs of everything", value: 100 },
    ...SETTINGS,
  ],
  variants: [
    { metric: "testMseOneFrame", label: "From frame 0 alone instead of all observed frames" },
    { metric: "testMseEncoded", label: "Each digit's own image encoded: the networks' share" },
  ],
});
