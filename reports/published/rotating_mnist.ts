/**
 * Rotating MNIST with non-uniform sampling: the paper's table of per-pixel errors.
 *
 * @module
 */
import {
  freezeTable,
  type OrderClaim,
  type ProtocolDifference,
  type PublishedRow,
  type PublishedSetting,
  type PublishedTable,
  publishedValue,
} from "./published_cell.ts";
import { CORBETT_2022, VIALARD_2020, YILDIZ_2019, ZENG_2023 } from "./sources.ts";

const GPPVAE: readonly ProtocolDifference[] = [
  {
    text:
      "GPPVAE's settings for rotating MNIST are not public. Ours are a later re-implementation's " +
      "where it has them: 16 code dimensions, object vectors of 8 that begin as principal " +
      "components, a periodic view kernel with ℓ from 1, α from 0.1, rate 1e-3 of the networks, " +
      "and its weight of the prior, which is a Gaussian pixel of fixed variance 0.0245 (the " +
      "authors' code for faces: 1e-3). The convolutional networks are ODE2VAE's.",
  },
  {
    text:
      "Objects and views share one signal variance v, and v + α = 1 with α of the noise, as in " +
      "the authors' code for faces, whose views have free vectors instead of a kernel; the " +
      "re-implementation learns the amplitude and α apart. The nugget of 1e-6 on the view kernel " +
      "is ours.",
  },
  {
    text:
      "After 100 epochs of the VAE come 100 of the Gaussian process alone, at rate 1e-2, and for " +
      "GPPVAE-joint 100 of everything, at 1e-3 (tier paper). The re-implementation has 100 epochs " +
      "of the VAE and 100 of everything; the process's own stage and its rate are our choice. The " +
      "authors' code for faces goes through 10,000 epochs of one step each (rates 2e-4 and, of " +
      "the process, 1e-3) and leaves the logarithm out of the entropy of q(z); ours takes a step " +
      "a minibatch, with the epoch's Taylor coefficients, and has the entropy.",
  },
  {
    text:
      "GPPVAE predicts a digit's code at the unseen angle from all of its observed frames, where " +
      "ODE2VAE encodes one frame. It needs no validation sequences: the last epoch is tested.",
  },
];

const ODE2VAE: readonly ProtocolDifference[] = [
  {
    text:
      "β follows the released code, which counts one hidden layer too many: 1.258e-3, where the " +
      "paper's |q|/|W| gives 2.10e-3. The released code keeps its minibatches from epoch to " +
      "epoch; ours are shuffled anew. Its convolutions have biases, which the batch norms after " +
      "them cancel; ours have none there.",
  },
  {
    text: "log q(z₀) leaves the encoder's entropy out, as in the released code, which made the " +
      "published numbers; the paper's equation has it.",
    when: { setting: "initialLogDensity", equals: "released-code" },
  },
  {
    text: "The released code leaves the encoder's entropy out of log q(z₀); this row follows the " +
      "paper's equation.",
    when: { setting: "initialLogDensity", equals: "paper" },
  },
  {
    text: "γ multiplies log q summed over all L frames minus log q_enc summed over L − 1, as in " +
      "the released code. That code encodes the first frame and the frames of this term in two " +
      "passes, each with its own batch statistics; ours takes both from one pass.",
    when: { setting: "klEncoder", equals: true },
  },
  {
    text: "The released code normalises validation and test by the running statistics of its " +
      "batch norms; ours here by those of the batch.",
    when: { setting: "evaluationStatistics", equals: "batch" },
  },
];

/** The protocol of the table; rates and sizes are those of the released code's script. */
const SETTINGS: readonly PublishedSetting[] = [
  { setting: "epochs", label: "epochs", value: 1000 },
  { setting: "batchSize", label: "batch size", value: 60 },
  { setting: "learningRate", label: "learning rate", value: 1e-3 },
  { setting: "learningRateDecay", label: "learning rate's decay", value: 0.995 },
  { setting: "learningRateDecaySteps", label: "steps between decays", value: 200 },
  { setting: "growth", label: "growing sub-sequences", value: true },
  { setting: "method", label: "solver", value: "rk4" },
  { setting: "stepsPerFrame", label: "solver steps a frame", value: 5 },
  { setting: "frameInterval", label: "time between frames", value: 0.1 },
  { setting: "trace", label: "trace", value: "exact" },
  { setting: "latentDimensions", label: "latent dimensions", value: 8 },
  { setting: "fieldHidden", label: "field's hidden units", value: 50 },
  { setting: "fieldActivation", label: "field's activation", value: "relu" },
  { setting: "initialWeightVariance", label: "initial weight variance", value: 1e-4 },
  { setting: "velocityFrames", label: "frames of the velocity encoder", value: 1 },
  { setting: "encoderFilters", label: "encoder filters", value: 8 },
  { setting: "decoderFilters", label: "decoder filters", value: 12 },
  { setting: "klWeight", label: "γ", value: 0.1 },
];

const OTHER_DIGITS = "tested on 360 other digits than those trained on, a harder split";

/** A row of the paper's table. */
const row = (
  method: string,
  model: string,
  value: string,
  differences: readonly ProtocolDifference[],
): PublishedRow => ({
  method,
  model,
  value: publishedValue(value),
  source: YILDIZ_2019,
  later: false,
  differences,
});

/** The paper's four rows. */
const PAPER_ROWS: readonly PublishedRow[] = [
  row("GPPVAE-dis", "gppvae-dis", "0.0309 ± 0.00002", GPPVAE),
  row("GPPVAE-joint", "gppvae-joint", "0.0288 ± 0.00005", GPPVAE),
  row("ODE2VAE", "ode2vae", "0.0194 ± 0.00006", ODE2VAE),
  row("ODE2VAE-KL", "ode2vae-kl", "0.0188 ± 0.0003", ODE2VAE),
];

/** Later work that tests on other digits than it trains on. */
const NEW_DIGITS_ROWS: readonly PublishedRow[] = [
  {
    method: "CNN-ODE",
    model: "cnn-ode",
    value: publishedValue("0.0145 ± 0.0007"),
    source: ZENG_2023,
    later: true,
    differences: [],
  },
  {
    // A latent SDE on homogeneous spaces; 0.0115 ± 0.0004 over ten seeds in its authors' repository.
    method: "Zeng et al. 2023",
    model: "latent-sde-homogeneous",
    value: publishedValue("0.0118 ± 0.0003"),
    source: ZENG_2023,
    later: true,
    differences: [],
  },
];

/** Differences that hold for every data set. */
const DIFFERENCES: readonly ProtocolDifference[] = [
  {
    text: "What the published ± spreads over, and how many repetitions are behind it, is not " +
      "stated; ours is over seeds.",
  },
  {
    text: "The released code puts the state encoded from the first remaining frame at time " +
      "zero, also where that frame is a later one; ours puts it at the frame's own time.",
  },
  {
    text: "The released code draws test sequences from frame 0, also where training never " +
      "showed it, but computes no test error. Ours encodes frame 0 likewise and follows the " +
      "mean path; the errors from the first observed frame and of the mean over posterior " +
      "draws are listed beside it.",
  },
  {
    text: "The released code selects the epoch on complete validation sequences, cut to the " +
      "length of the training's, and so also on their images at the test's angle; ours on the " +
      "11 observed frames, so that no image at that angle selects anything. The paper has 40 " +
      "validation sequences and the code 36; ours are 40 (20 in tier smoke).",
  },
];

const REBUILT: ProtocolDifference = {
  text: "The digits are the authors' 1,042 threes, rebuilt from MNIST's training images by the " +
    "recipe that their file's shape, their generator and their animations tell, where the " +
    "origin of the data does not name their own file. Which 360 of them train is drawn by a " +
    "seed of ours; the released code draws without one.",
  realDataOnly: true,
};

const CAPTION = "Per-pixel mean squared error at the angle that no training sequence shows";

/** The order of the paper's rows. */
const ORDER: readonly OrderClaim[] = [
  { worse: "gppvae-dis", better: "gppvae-joint", orEqual: false },
  { worse: "gppvae-joint", better: "ode2vae", orEqual: false },
  // 0.0194 and 0.0188 ± 0.0003: the table does not tell them apart for certain.
  { worse: "ode2vae", better: "ode2vae-kl", orEqual: true },
];

/** What all tables of rotating MNIST share. */
const COMMON = {
  metric: "testMse",
  direction: "lower",
  settings: SETTINGS,
  alsoBy: [{ metric: "testMseLast", label: "the last epoch's parameters" }],
} as const;

/** Test error of rotating MNIST (Yıldız et al. 2019), and of later work, in part by other protocols. */
export const ROTATING_MNIST: PublishedTable = freezeTable({
  ...COMMON,
  benchmark: "rmnist",
  location: "ODE2VAE paper, rotating-MNIST table",
  caption: CAPTION,
  rows: [
    ...PAPER_ROWS,
    row("ODE2VAE (printed)", "ode2vae-paper", "0.0194 ± 0.00006", ODE2VAE),
    row("ODE2VAE-KL (printed)", "ode2vae-kl-paper", "0.0188 ± 0.0003", ODE2VAE),
    {
      method: "Vialard et al. 2020",
      model: "shooting",
      value: publishedValue("0.0122 ± 0.0064"),
      source: VIALARD_2020,
      later: true,
      differences: [{
        text: "A shooting formulation, published later; not a row of the ODE2VAE paper's table.",
      }],
    },
    {
      method: "InImNet",
      model: "inimnet",
      value: publishedValue("0.0125 ± 0.0004"),
      source: CORBETT_2022,
      later: true,
      differences: [],
      protocol: "the 5th frame and three random angles are removed; ± over 10 initialisations; " +
        "the best of eight variants",
    },
    ...NEW_DIGITS_ROWS.map((published) => ({ ...published, protocol: OTHER_DIGITS })),
  ],
  differences: [REBUILT, ...DIFFERENCES],
  order: ORDER,
});

/** The paper's numbers beside the suite's former data set. */
export const ROTATING_MNIST_T10K: PublishedTable = freezeTable({
  ...COMMON,
  benchmark: "rmnist_t10k",
  location: "ODE2VAE paper, rotating-MNIST table",
  caption: CAPTION,
  rows: PAPER_ROWS.map((published) => ({
    ...published,
    protocol: "the authors' digits, turned by 24° a frame with a cubic spline",
  })),
  differences: [
    {
      text: "The data are not the paper's: the first 400 threes of MNIST's t10k images, turned " +
        "by 22.5° a frame with bilinear interpolation. Linear interpolation between the nearest " +
        "observed angles errs by 0.0454 here and by 0.042 on the authors' digits, so that errors " +
        "do not compare. This is version 1 of the suite's rmnist, kept for comparison.",
      realDataOnly: true,
    },
    ...DIFFERENCES,
  ],
  order: ORDER,
});

/** Later work on digits that no training sequence shows. */
export const ROTATING_MNIST_NEW_DIGITS: PublishedTable = freezeTable({
  ...COMMON,
  benchmark: "rmnist_new_digits",
  location: "Zeng et al. 2023, rotating-MNIST table",
  caption: `${CAPTION}, of digits that it does not show either`,
  rows: [
    // The paper has no row of this split; ours are the same models, trained on the same digits.
    ...PAPER_ROWS.filter(({ differences }) => differences === ODE2VAE)
      .map((published) => ({ ...published, protocol: "tested on the training digits" })),
    ...NEW_DIGITS_ROWS,
  ],
  differences: [
    {
      text: "The later work keeps frame 0 in every sequence and splits the digits by a seed of " +
        "its own; ours may lack frame 0 in training.",
    },
    REBUILT,
    ...DIFFERENCES,
  ],
});
