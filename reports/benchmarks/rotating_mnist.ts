/**
 * The benchmarks on rotating MNIST: the paper's table of errors at an angle that training never shows, later work, two
 * ablations of this suite, and the words of their pages.
 *
 * @module
 */
import { html } from "../markup.ts";
import { equation, inCode, m, type MethodSection } from "../methods/mathematics.ts";
import { CORBETT_2022, LECUN_1998, VIALARD_2020, YILDIZ_2019, ZENG_2023 } from "../sources.ts";
import {
  type BenchmarkReport,
  type CurveWords,
  defineReport,
  type MetricTable,
  type OrderClaim,
  type ProtocolDifference,
  type ProtocolSetting,
  type PublishedRow,
  publishedValue,
} from "./benchmark_report.ts";

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
      "per minibatch, with the epoch's Taylor coefficients, and has the entropy.",
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
      "published numbers; the paper's equation has it. Without it the encoder's variance " +
      "vanishes, and late in training the loss of some seeds jumps or overflows.",
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

/** The paper's protocol; rates and sizes are those of the released code's script. */
const SETTINGS: readonly ProtocolSetting[] = [
  { setting: "epochs", label: "epochs", value: 1000 },
  { setting: "batchSize", label: "batch size", value: 60 },
  { setting: "learningRate", label: "learning rate", value: 1e-3 },
  { setting: "learningRateDecay", label: "learning rate's decay", value: 0.995 },
  { setting: "learningRateDecaySteps", label: "steps between decays", value: 200 },
  { setting: "growth", label: "growing sub-sequences", value: true },
  { setting: "method", label: "solver", value: "rk4" },
  { setting: "stepsPerFrame", label: "solver steps per frame", value: 5 },
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

/** A row of the paper's table. */
const row = (
  method: string,
  model: string,
  value: string,
  differences: readonly ProtocolDifference[],
): PublishedRow => (
  { method, model, value: publishedValue(value), source: YILDIZ_2019, differences }
);

/** A row of a later paper. */
const later = (
  method: string,
  model: string,
  value: string,
  source: PublishedRow["source"],
): PublishedRow => ({ method, model, value: publishedValue(value), source, later: true });

const byProtocol = (protocol: string) => (published: PublishedRow): PublishedRow => (
  { ...published, protocol }
);

const GPPVAE_ROWS: readonly PublishedRow[] = [
  row("GPPVAE-dis", "gppvae-dis", "0.0309 ± 0.00002", GPPVAE),
  row("GPPVAE-joint", "gppvae-joint", "0.0288 ± 0.00005", GPPVAE),
];
const ODE2VAE_ROWS: readonly PublishedRow[] = [
  row("ODE2VAE", "ode2vae", "0.0194 ± 0.00006", ODE2VAE),
  row("ODE2VAE-KL", "ode2vae-kl", "0.0188 ± 0.0003", ODE2VAE),
];

/** Later work that tests on other digits than it trains on. */
const NEW_DIGITS_ROWS: readonly PublishedRow[] = [
  later("CNN-ODE", "cnn-ode", "0.0145 ± 0.0007", ZENG_2023),
  // A latent SDE on homogeneous spaces; 0.0115 ± 0.0004 over ten seeds in its authors' repository.
  later("Zeng et al. 2023", "latent-sde-homogeneous", "0.0118 ± 0.0003", ZENG_2023),
];

/** Differences that hold for every data set. */
const DIFFERENCES: readonly ProtocolDifference[] = [
  {
    text: "What the published ± spreads over, and over how many repetitions, is not stated; ours " +
      "is over seeds.",
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
  text: "Unless the origin of the data names the authors' own file, the digits are the authors' " +
    "1,042 threes rebuilt from MNIST's training images: the shape of that file, its generator " +
    "and its animations give the recipe. Which 360 of them train is drawn by a seed of ours; " +
    "the released code draws without one.",
  realDataOnly: true,
};

/** The order of the paper's rows. */
const ORDER: readonly OrderClaim[] = [
  { worse: "gppvae-dis", better: "gppvae-joint", orEqual: false },
  { worse: "gppvae-joint", better: "ode2vae", orEqual: false },
  // 0.0194 and 0.0188 ± 0.0003: the table does not separate them for certain.
  { worse: "ode2vae", better: "ode2vae-kl", orEqual: true },
];

const CAPTION = "Per-pixel mean squared error at the angle that no training sequence shows";
const LOCATION = "ODE2VAE paper, rotating-MNIST table";

/** What the tables with published numbers share. */
const COMMON = {
  metric: "testMse",
  caption: CAPTION,
  location: LOCATION,
  settings: SETTINGS,
  alsoBy: [
    { metric: "testMseCompleteSelection", label: "the epoch selected as in the released code" },
    { metric: "testMseLast", label: "the last epoch's parameters" },
  ],
} as const;

/** The section on the page of methods. */
const PROTOCOL: MethodSection = {
  anchor: "rmnist",
  title: "Rotating MNIST: data, protocol, metrics",
  sources: [YILDIZ_2019, LECUN_1998],
  body: html`
    <h3>Data</h3>
    <p>The 1,042 threes among MNIST's training images 1000 … 10999, which is as many as the authors' file
    holds. Each is rotated to 16 angles by a cubic spline, 24° per frame, so that the last frame shows the first
    view again, and each frame is scaled to [0, 1] by its own minimum and maximum; then the frames are
    reversed, as the authors' loader does. The docstring of the recipe gives the evidence for it. After one
    shuffle, the same in every run, 360 digits are for training and 40 for validation (in the smoke tier 120
    and 20). Frame 3 (288°) is removed from every sequence, and four more frames at random from each, so
    that 11 stay. Which ones belongs to the data set and not to a run's seed; the SHA-256 of all pixels and
    observed frames is part of every result's identity. The authors' own file is read instead where it is in
    the data folder. Without MNIST the same is done with threes that a generator draws, and every page
    then says so.</p>
    <p><code>rmnist_t10k</code> is the suite's former data set: the first 400 threes of MNIST's t10k images in
    file order, rotated by 22.5° per frame with bilinear interpolation, the unseen angle at 67.5°.
    <code>rmnist_new_digits</code> tests on 360 digits that neither train nor validate.</p>
    ${inCode(
      "data/rotation_recipe.ts",
      "data/rotating_mnist.ts",
      "data/rotation.ts",
      "data/procedural_threes.ts",
    )}
    <h3>Test error</h3>
    <p>The headline <code>testMse</code> is the mean squared error per pixel at the frame that no training
    sequence shows, over the ${m`N = 360`} training digits and ${m`P = 784`} pixels:</p>
    ${equation(
      "The test error",
      String
        .raw`\mathrm{MSE} = \frac{1}{N P} \sum_{n=1}^{N} \sum_{i=1}^{P} \left( \hat{x}_{n,3,i} - x_{n,3,i} \right)^2`,
    )}
    <ul class="points">
      <li>ODE²VAE encodes frame 0 and follows the mean path to frame 3. <code>testMseStrict</code> encodes the
    first observed frame instead, in time before or after frame 3; <code>testMseSamples</code> is the error
    of the mean image over posterior draws, <code>testMseSingleDraw</code> the mean error of single draws;
    <code>testMseBatchStatistics</code> has the test batch's statistics in the batch norms. All these are of the
    selected epoch. <code>testMseLast</code> is of the last epoch, <code>testMseAveraged</code> of the mean
    parameters of the last fifth of the epochs, and <code>testMseCompleteSelection</code> of the epoch that
    complete validation sequences select, as in the released code.</li>
      <li>GPPVAE predicts from all observed frames of the digit. <code>testMseEncoded</code> is the error
    where the digit's own image at the unseen angle is encoded: the networks' share;
    <code>testMseOneFrame</code> that where only each digit's frame 0 is seen, as ODE²VAE sees it.</li>
      <li>The curve <code>errorPerAngle</code> is the same error at each of the 16 angles.</li>
      <li>Selection sees observed frames of the validation digits only: nothing at the unseen angle selects
    anything.</li>
    </ul>
    ${inCode("benchmarks/rmnist/evaluate.ts")}
    <h3>References that learn nothing</h3>
    <p>For angle ${m`a`} with the observed angles of the same digit ${m`d_-`} before and ${m`d_+`} after it on
    the circle: <em>linear interpolation</em> is
    ${m`(d_+ x_{a - d_-} + d_- x_{a + d_+}) / (d_- + d_+)`}, <em>nearest observed angle</em> copies the
    nearer image (the one before where both are as near), <em>mean image</em> is the mean of all the
    tested digits' observed images at other angles, the same for all digits.</p>
    ${inCode("models/reference/")}
    <h3>Tiers</h3>
    <p><code>paper</code> is the published protocol, <code>reduced</code> a night on two cores (a quarter of
    the epochs at twice the rate, a coarser solver), <code>quick</code> a trend in minutes (fewer epochs,
    larger learning rates, a coarser solver), <code>smoke</code> shows that everything runs. Numbers of
    different tiers, data or backends never share a table. Notes
    under each table say how ours differs from the published protocol.</p>
    ${inCode("benchmarks/rmnist/family.ts", "benchmarks/rmnist/definition.ts")}
  `,
};

/** Charts of every benchmark of the family, in order. @param unseen the angle that training never shows, in degrees */
const curves = (unseen: number): Readonly<Record<string, CurveWords>> => ({
  testMse: { title: "Test error during training" },
  errorPerAngle: {
    title: "Error at each angle",
    xStep: 45,
    mark: { x: unseen, label: "never shown in training" },
  },
  validationLogLikelihood: { title: "Validation log-likelihood" },
  loss: { title: "Training loss" },
  reconstruction: { title: "Reconstruction term" },
  encoderKl: { title: "KL divergence to the encoder" },
  fieldKl: { title: "KL divergence of the field's weights" },
  latentPrior: { title: "Prior of the latent path" },
  logDensity: { title: "Log-density of the latent path" },
});

/** The report of one benchmark of the family. @param test what the test is, in a sentence or two */
const family = (
  test: string,
  tables: readonly MetricTable[],
  unseen = 288,
): BenchmarkReport =>
  defineReport({
    lead: "Handwritten threes rotate through 16 angles. Each training sequence is missing five " +
      `frames, and one angle, ${unseen}°, is missing from all of them. ${test}`,
    tables,
    curves: curves(unseen),
    credit: {
      text: "The digits are adapted from MNIST by Yann LeCun, Corinna Cortes and Christopher " +
        "J. C. Burges (rotated, and drawn anew by the models); MNIST and these pictures are " +
        "licensed under Creative Commons Attribution-ShareAlike 3.0:",
      url: "https://creativecommons.org/licenses/by-sa/3.0/",
    },
    protocol: PROTOCOL,
  });

const DRAW = "The test is to draw the digits at that angle.";

const PRINTED_ROWS: readonly PublishedRow[] = [
  row("ODE2VAE (printed)", "ode2vae-paper", "0.0194 ± 0.00006", ODE2VAE),
  row("ODE2VAE-KL (printed)", "ode2vae-kl-paper", "0.0188 ± 0.0003", ODE2VAE),
];

/** The same trainings at another of their epochs: validation then sees the test's angle of the validation digits. */
const RELEASED_SELECTION: MetricTable = {
  metric: "testMseCompleteSelection",
  caption:
    `${CAPTION}, the epoch selected on complete validation sequences, as in the released code`,
  location: LOCATION,
  rows: [...ODE2VAE_ROWS, ...PRINTED_ROWS].map((published) => ({ ...published, differences: [] })),
};

/** The paper's table, and later work, in part by other protocols. */
export const RMNIST: BenchmarkReport = family(DRAW, [{
  ...COMMON,
  rows: [
    ...GPPVAE_ROWS,
    ...ODE2VAE_ROWS,
    ...PRINTED_ROWS,
    {
      ...later("Vialard et al. 2020", "shooting", "0.0122 ± 0.0064", VIALARD_2020),
      differences: [{
        text: "A shooting formulation, published later; not a row of the ODE2VAE paper's table.",
      }],
    },
    {
      ...later("InImNet", "inimnet", "0.0125 ± 0.0004", CORBETT_2022),
      protocol: "the 5th frame and three random angles are removed; ± over 10 initialisations; " +
        "the best of eight variants",
    },
    ...NEW_DIGITS_ROWS.map(
      byProtocol("tested on 360 other digits than those trained on, a harder split"),
    ),
  ],
  differences: [REBUILT, ...DIFFERENCES],
  order: ORDER,
}, RELEASED_SELECTION]);

/** The paper's numbers beside the suite's former data set. */
export const RMNIST_T10K: BenchmarkReport = family(
  `${DRAW} The digits are not the paper's: these are the first 400 of t10k, by another recipe.`,
  [{
    ...COMMON,
    rows: [...GPPVAE_ROWS, ...ODE2VAE_ROWS].map(
      byProtocol("the authors' digits, rotated by 24° per frame with a cubic spline"),
    ),
    differences: [
      {
        text:
          "The data are not the paper's: the first 400 threes of MNIST's t10k images, rotated " +
          "by 22.5° per frame with bilinear interpolation. Linear interpolation between the " +
          "nearest observed angles has an error of 0.0454 here and of 0.042 on the authors' " +
          "digits, so that errors do not compare. This is version 1 of the suite's rmnist, kept " +
          "for comparison.",
        realDataOnly: true,
      },
      ...DIFFERENCES,
    ],
    order: ORDER,
  }],
  67.5,
);

/** Later work on digits that no training sequence shows. */
export const RMNIST_NEW_DIGITS: BenchmarkReport = family(
  "The test is to draw other digits at that angle.",
  [{
    ...COMMON,
    location: "Zeng et al. 2023, rotating-MNIST table",
    caption: `${CAPTION}, of digits that it does not show either`,
    // The paper has no row of this split; ours are the same models, trained on the same digits.
    rows: [...ODE2VAE_ROWS.map(byProtocol("tested on the training digits")), ...NEW_DIGITS_ROWS],
    notes: {
      "mean-image":
        "The mean of the test digits' own observed images at other angles, not of the " +
        "training digits'.",
    },
    differences: [
      {
        text: "The later work keeps frame 0 in every sequence and splits the digits by a seed of " +
          "its own; ours may lack frame 0 in training.",
      },
      REBUILT,
      ...DIFFERENCES,
    ],
  }],
);

/** What the two ablations share. @param selection which part of the data selects the tested epoch */
const ablation = (selection: string) => ({
  metric: "testMse",
  caption: CAPTION,
  base: "base",
  differences: [{
    text:
      "Where the tier reduces settings, a line says which, for all rows alike; each row differs " +
      `from the base in what its name says. ${selection}`,
  }],
});

/** One choice of ODE2VAE-KL changed in each row. */
export const RMNIST_ABLATION_ODE2VAE: BenchmarkReport = family(
  `${DRAW} Each row changes one choice of ODE²VAE-KL.`,
  [{
    ...ablation(
      "Nothing at the test's angle selects anything, except where a test has the epoch that " +
        "complete validation sequences selected.",
    ),
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
  }],
);

/** One choice of GPPVAE-joint changed in each row. */
export const RMNIST_ABLATION_GPPVAE: BenchmarkReport = family(
  `${DRAW} Each row changes one choice of GPPVAE-joint.`,
  [{
    ...ablation("Nothing at the test's angle selects anything: the last epoch is tested."),
    settings: [
      { setting: "vaeEpochs", label: "epochs of the VAE", value: 100 },
      { setting: "vaeLearningRate", label: "the VAE's learning rate", value: 1e-3 },
      { setting: "imagesPerBatch", label: "images per minibatch", value: 256 },
      { setting: "processEpochs", label: "epochs of the Gaussian process", value: 100 },
      { setting: "processSteps", label: "steps in each of them", value: 16 },
      { setting: "jointEpochs", label: "epochs of everything", value: 100 },
      ...SETTINGS, // GPPVAE has only some of them
    ],
    variants: [
      { metric: "testMseOneFrame", label: "From frame 0 alone instead of all observed frames" },
      { metric: "testMseEncoded", label: "Each digit's own image encoded: the networks' share" },
    ],
  }],
);
