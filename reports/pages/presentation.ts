/**
 * How a benchmark is introduced and drawn: words and marks, not numbers.
 *
 * @module
 */
import { benchmarks } from "../../benchmarks/registry.ts";

/** Words and marks of a benchmark's page. */
export interface Presentation {
  /** Heading of the page. */
  readonly title: string;
  /** What is measured, for a reader who has not read the paper. */
  readonly lead: string;
  /** Curves in order; others follow by name. */
  readonly curves: readonly string[];
  /** Distance between ticks of a curve's x axis, where round decimals do not fit. */
  readonly xSteps?: Readonly<Record<string, number>>;
  /** A position on a curve's x axis that deserves a mark. */
  readonly mark?: { readonly curve: string; readonly x: number; readonly label: string };
}

const CURVES: readonly string[] = Object.freeze([
  "testMse",
  "errorPerAngle",
  "validationLogLikelihood",
  "loss",
  "reconstruction",
]);

/** Rotating MNIST with its unseen angle in degrees. */
function rotatingMnist(unseen: number, test: string): Omit<Presentation, "title"> {
  return Object.freeze({
    lead: "Handwritten threes turn through 16 angles. Each training sequence lacks five of its " +
      `frames, and one angle, ${unseen}°, is lacking in all of them. ${test}`,
    curves: CURVES,
    xSteps: Object.freeze({ errorPerAngle: 45 }),
    mark: Object.freeze({ curve: "errorPerAngle", x: unseen, label: "never shown in training" }),
  });
}

const DRAW = "The test is to draw the digits at that angle.";

const PRESENTATIONS: Readonly<Record<string, Omit<Presentation, "title">>> = Object.freeze({
  rmnist: rotatingMnist(288, DRAW),
  rmnist_new_digits: rotatingMnist(288, "The test is to draw other digits at that angle."),
  rmnist_ablation_ode2vae: rotatingMnist(288, `${DRAW} Each row changes one choice of ODE²VAE-KL.`),
  rmnist_ablation_gppvae: rotatingMnist(
    288,
    `${DRAW} Each row changes one choice of GPPVAE-joint.`,
  ),
  rmnist_t10k: rotatingMnist(
    67.5,
    `${DRAW} The digits are not the paper's: these are the first 400 of t10k, by another recipe.`,
  ),
});

/** Presentation of a benchmark, under the title of its definition; a plain one for a benchmark without its own. */
export function presentation(benchmark: string): Presentation {
  const title = Object.hasOwn(benchmarks, benchmark) ? benchmarks[benchmark]!.title : benchmark;
  return Object.hasOwn(PRESENTATIONS, benchmark)
    ? { title, ...PRESENTATIONS[benchmark]! }
    : { title, lead: "", curves: CURVES };
}

/** Titles of the known curves; a curve's own label otherwise. */
export function curveTitle(name: string, label: string): string {
  const titles: Readonly<Record<string, string>> = {
    testMse: "Test error during training",
    errorPerAngle: "Error at each angle",
    validationLogLikelihood: "Validation log-likelihood",
    loss: "Training loss",
    reconstruction: "Reconstruction term",
    latentPrior: "Prior of the latent path",
    logDensity: "Log-density of the latent path",
    fieldKl: "KL divergence of the field's weights",
    encoderKl: "KL divergence to the encoder",
  };
  return Object.hasOwn(titles, name) ? titles[name]! : label;
}
