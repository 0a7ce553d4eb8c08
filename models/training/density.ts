/**
 * The task kind "density": distributions over the plane that are known by their energies, and what a model that is fitted
 * to them answers.
 *
 * @module
 */
import type * as tf from "@tensorflow/tfjs-core";
import type { ModelFact } from "./sequences.ts";

/** A distribution over the plane: p(z) = exp(−energy(z)) / Z. */
export interface PlaneTarget {
  /** Registry name, e.g. `U1`. */
  readonly name: string;
  /** Its energy at a point, in double precision. */
  readonly energy: (x: number, y: number) => number;
  /** The same energy of points, all x and all y of one shape, as a tensor of that shape; differentiable. */
  readonly tensorEnergy: (x: tf.Tensor, y: tf.Tensor) => tf.Tensor;
  /** log Z. */
  readonly logNormaliser: number;
}

/** What is fitted. */
export interface DensityData {
  /** The distributions; a model has one density for each. */
  readonly targets: readonly PlaneTarget[];
  /** Half the side of the square around 0 that holds all but little of each. */
  readonly side: number;
}

/** Draws from a density. */
export interface PlaneSamples {
  /** (n, 2) */
  readonly points: Float32Array;
  /** log q of each point (n), in nats. */
  readonly logDensity: Float32Array;
}

/** A fitted model. */
export interface DensityModel {
  /**
   * Draws from all densities, in the order of the targets.
   *
   * @param count draws of each
   * @param draw names the draws: equal names, equal draws
   */
  sample(count: number, draw: readonly (string | number)[]): Promise<readonly PlaneSamples[]>;
  /** log q at points (n, 2), one (n) for each target; absent where the model cannot invert its map. */
  logDensity?(points: Float32Array): Promise<readonly Float32Array[]>;
  /** What the model reports of itself. */
  readonly facts?: readonly ModelFact[];
}
