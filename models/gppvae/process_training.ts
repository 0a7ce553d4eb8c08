/**
 * The Gaussian process of GPPVAE in training: its parameters, its steps of Adam in double precision, its part of a
 * checkpoint.
 *
 * @module
 */
import type { Matrix } from "../linalg/matrix.ts";
import { NumericalError } from "../linalg/matrix.ts";
import { takeNumbers } from "../training/arrays.ts";
import { type CheckpointArrays, DivergenceError, type EpochReport } from "../training/method.ts";
import { ADAM_DEFAULTS, adamRate } from "../training/optimisers.ts";
import { covarianceAt, type GpParameters, kernelParameters, variances } from "./covariance.ts";
import { initialObjectVectors } from "./initial_vectors.ts";
import { factorCovariance, type FactoredCovariance } from "./likelihood.ts";
import type { Observations } from "./covariance.ts";
import {
  type GpGradient,
  type TaylorCoefficients,
  taylorCoefficients,
  taylorGradient,
} from "./taylor.ts";

/** Parameters of a Gaussian process with Adam's two moments of each. */
export interface GpTraining {
  /** What is learned. */
  readonly parameters: GpParameters;
  /** First moments, same layout. */
  readonly first: GpParameters;
  /** Second moments, same layout. */
  readonly second: GpParameters;
}

/** Zero moments. */
export function startGpTraining(parameters: GpParameters): GpTraining {
  const zeros = (): GpParameters => ({
    objectVectors: new Float64Array(parameters.objectVectors.length),
    kernel: new Float64Array(parameters.kernel.length),
  });
  return { parameters, first: zeros(), second: zeros() };
}

/**
 * One update as `adam` of the networks does it.
 *
 * @param step 1 for the first update
 */
export function updateGp(
  training: GpTraining,
  gradient: GpGradient,
  learningRate: number,
  step: number,
): GpTraining {
  const { beta1, beta2, epsilon } = ADAM_DEFAULTS;
  const rate = adamRate(learningRate, step);
  const update = (part: keyof GpParameters) => {
    const slope = gradient[part];
    const m = training.first[part].map((value, i) => beta1 * value + (1 - beta1) * slope[i]!);
    const v = training.second[part].map((value, i) => beta2 * value + (1 - beta2) * slope[i]! ** 2);
    const values = training.parameters[part]
      .map((value, i) => value - rate * m[i]! / (Math.sqrt(v[i]!) + epsilon));
    return { m, v, values };
  };
  const [vectors, kernel] = [update("objectVectors"), update("kernel")];
  return {
    parameters: { objectVectors: vectors.values, kernel: kernel.values },
    first: { objectVectors: vectors.m, kernel: kernel.m },
    second: { objectVectors: vectors.v, kernel: kernel.v },
  };
}

/** Prefix of the arrays in a checkpoint. */
const PREFIX = "process/";
const groups = ["parameters", "first", "second"] as const;
const parts = ["objectVectors", "kernel"] as const;

/** Where a Gaussian process begins. */
export interface ProcessStart {
  /** M: length of an object vector. */
  readonly objectRank: number;
  /** ℓ of the view kernel. */
  readonly lengthScale: number;
  /** α, a share of the codes' variance. */
  readonly noiseVariance: number;
}

/** A Gaussian process over the codes of given observations. */
export class CodeProcess {
  readonly #observations: Observations;
  readonly #start: ProcessStart;
  /** Undefined until the codes that it begins with are known. */
  #training: GpTraining | undefined;
  /** Adam's steps done so far. */
  steps = 0;

  constructor(observations: Observations, start: ProcessStart) {
    this.#observations = observations;
    this.#start = start;
  }

  /** Number of trainable parameters: object vectors, the length scale and two variances. */
  get parameters(): number {
    return this.#observations.objectCount * this.#start.objectRank + 3;
  }

  /** Object vectors from the principal components of codes (n, L), unless training has begun. */
  begin(codes: Matrix): void {
    const { objectRank, lengthScale, noiseVariance } = this.#start;
    this.#training ??= startGpTraining({
      objectVectors: initialObjectVectors(codes, this.#observations, objectRank),
      kernel: kernelParameters(lengthScale, noiseVariance),
    });
  }

  #begun(): GpTraining {
    if (this.#training === undefined) {
      throw new Error("Cannot use the Gaussian process: begin() must give it codes first, did not");
    }
    return this.#training;
  }

  /** What f computes from the parameters. @throws DivergenceError when they have left what can be computed with */
  #computing<T>(step: number, f: (parameters: GpParameters) => T): T {
    const { parameters } = this.#begun();
    try {
      return f(parameters);
    } catch (error) {
      if (!(error instanceof NumericalError)) throw error;
      const { lengthScale, noiseVariance } = this.report(NaN);
      const at = `(length scale ${lengthScale!.toPrecision(3)}, noise ${
        noiseVariance!.toPrecision(3)
      })`;
      throw new DivergenceError(step, `the Gaussian process ${at}`, "had no usable covariance");
    }
  }

  /**
   * The covariance now, ready to predict with.
   *
   * @param step what a divergence reports
   * @param observations other images of the same objects; those of the training by default
   * @throws DivergenceError when it has none
   */
  factored(step: number, observations: Observations = this.#observations): FactoredCovariance {
    return this.#computing(
      step,
      (parameters) => factorCovariance(covarianceAt(parameters, observations)),
    );
  }

  /**
   * Expands the likelihood of codes (n, L).
   *
   * @throws DivergenceError when it is not finite or there is no covariance; `step` is the one that it reports
   */
  expand(codes: Matrix, step: number): TaylorCoefficients {
    const expansion = taylorCoefficients(this.factored(step), codes);
    if (!Number.isFinite(expansion.value)) throw new DivergenceError(step, "the codes' likelihood");
    return expansion;
  }

  /**
   * One step of Adam by an expansion's terms of some images; of all by default.
   *
   * @throws DivergenceError when there is no covariance, or a parameter is not finite afterwards; `step` is the one
   * that it reports
   */
  update(
    expansion: TaylorCoefficients,
    learningRate: number,
    step: number,
    rows?: ArrayLike<number>,
  ): void {
    const training = this.#begun();
    const covariance = this.#computing(
      step,
      (parameters) => covarianceAt(parameters, this.#observations),
    );
    const gradient = taylorGradient(expansion, covariance, rows);
    this.#training = updateGp(training, gradient, learningRate, ++this.steps);
    const { objectVectors, kernel } = this.#training.parameters;
    if (!objectVectors.every(Number.isFinite) || !kernel.every(Number.isFinite)) {
      throw new DivergenceError(step, "a parameter of the Gaussian process");
    }
  }

  /** Values for curves. @param nll −log p(Z), nats per image */
  report(nll: number): EpochReport {
    const { kernel } = this.#begun().parameters;
    return {
      codesNll: nll,
      noiseVariance: variances(kernel).noise,
      lengthScale: Math.exp(kernel[0]!),
    };
  }

  /** Copies of all arrays; none but the steps before training begins. */
  checkpoint(): CheckpointArrays {
    const arrays: Record<string, Float64Array> = {
      [`${PREFIX}steps`]: Float64Array.of(this.steps),
    };
    for (const group of this.#training === undefined ? [] : groups) {
      for (const part of parts) {
        arrays[`${PREFIX}${group}/${part}`] = this.#training![group][part].slice();
      }
    }
    return arrays;
  }

  /** Takes back what {@link checkpoint} gave. @throws RangeError when it does not fit */
  restore(arrays: CheckpointArrays): void {
    const take = (name: string, length: number) =>
      takeNumbers(arrays, PREFIX + name, length).slice();
    const steps = take("steps", 1)[0]!;
    const group = (name: string) => ({
      objectVectors: take(`${name}/objectVectors`, this.parameters - 3),
      kernel: take(`${name}/kernel`, 3),
    });
    const begun = steps > 0 || groups.some((name) => `${PREFIX}${name}/kernel` in arrays);
    this.#training = begun
      ? { parameters: group("parameters"), first: group("first"), second: group("second") }
      : undefined;
    this.steps = steps;
  }
}
