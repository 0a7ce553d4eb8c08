/**
 * npODE's posterior: states with Gaussian noise around paths of the field, a Gaussian process as its prior.
 *
 * @module
 */
import type { Objective } from "../linalg/lbfgs.ts";
import { cholesky, choleskySolve } from "../linalg/cholesky.ts";
import { type Matrix, matrix, row, transposeMultiply } from "../linalg/matrix.ts";
import { RK4 } from "../ode/tableaus.ts";
import { InducingField, type InducingGrid, interpolation, whitenedGradient } from "./field.ts";
import { type PathSolver, pullBackPath, solvePath } from "./path.ts";

/** States of one sequence at its fitted frames. */
export interface ObservedStates {
  /** When they are, in fitted frames from the first one, which is 0: ascending (n). */
  readonly offsets: ArrayLike<number>;
  /** (n, q) */
  readonly states: Matrix;
}

/** How the model is solved and what it learns. */
export interface ModelOptions {
  /** Time between two fitted frames. */
  readonly frameInterval: number;
  /** Runge–Kutta steps between two fitted frames. */
  readonly stepsPerFrame: number;
  /** The state that a path begins with: the first observed one, or learned. */
  readonly initialState: "first-frame" | "learned";
}

/** The fourth-order Runge–Kutta method with a model's steps. */
export function solverOf(
  { frameInterval, stepsPerFrame }: Pick<ModelOptions, "frameInterval" | "stepsPerFrame">,
): PathSolver {
  return { tableau: RK4, stepSize: frameInterval / stepsPerFrame };
}

/** Parts of the vector that is optimised: whitened vectors (M, q), log σ (q), initial states (sequences, q) where learned. */
export interface NpodeParameters {
  /** Ũ (M, q). */
  readonly whitened: Matrix;
  /** log σ of each dimension's noise (q). */
  readonly logNoise: Float64Array;
  /** Initial states, empty where they are not learned. */
  readonly initial: Float64Array;
}

/** Views of the parts of a vector. */
export function parametersOf({ locations }: InducingGrid, vector: Float64Array): NpodeParameters {
  const { rows, columns } = locations;
  const vectors = rows * columns;
  return {
    whitened: matrix(rows, columns, vector.subarray(0, vectors)),
    logNoise: vector.subarray(vectors, vectors + columns),
    initial: vector.subarray(vectors + columns),
  };
}

const HALF_LOG_2_PI = 0.5 * Math.log(2 * Math.PI);

/** The misfit of a path to observed states, with its gradients. */
interface Misfit {
  /** −log N(y; x(t), σ²), summed. */
  readonly value: number;
  /** By log σ (q). */
  readonly byLogNoise: Float64Array;
  /** By the initial state (q). */
  readonly byStart: Float64Array;
}

/**
 * The misfit of the path from `start`.
 *
 * @param first index of the first observed state that counts
 * @param weightGradient that by the field's weights is added here (M, q)
 */
function misfit(
  field: InducingField,
  { offsets, states }: ObservedStates,
  start: Float64Array,
  logNoise: Float64Array,
  options: ModelOptions,
  first: number,
  weightGradient: Float64Array,
): Misfit {
  const solver = solverOf(options);
  const { stepsPerFrame } = options;
  const q = logNoise.length;
  const path = solvePath(field, start, offsets[offsets.length - 1]! * stepsPerFrame, solver);
  const byState = new Float64Array(path.states.length);
  const byLogNoise = new Float64Array(q);
  let value = 0;
  for (let i = first; i < offsets.length; i++) {
    const at = offsets[i]! * stepsPerFrame * q;
    for (let d = 0; d < q; d++) {
      const precision = Math.exp(-2 * logNoise[d]!);
      const error = path.states[at + d]! - states.data[i * q + d]!;
      value += 0.5 * precision * error ** 2 + logNoise[d]! + HALF_LOG_2_PI;
      byState[at + d] = precision * error;
      byLogNoise[d]! += 1 - precision * error ** 2;
    }
  }
  const byStart = pullBackPath(field, path, byState, solver, weightGradient);
  return { value, byLogNoise, byStart };
}

/**
 * −log p(Y, Ũ) with its gradient: N(y; x(t), σ²) of each observed state, N(0, I) of the whitened vectors. A state that a
 * path begins with as it was observed has no likelihood.
 *
 * @param noise whether σ is learned or stays as it is: its gradient is then 0
 */
export function negativeLogPosterior(
  grid: InducingGrid,
  sequences: readonly ObservedStates[],
  options: ModelOptions,
  noise: "learned" | "fixed" = "learned",
): Objective {
  const learned = options.initialState === "learned";
  return (vector) => {
    const { whitened, logNoise, initial } = parametersOf(grid, vector);
    const field = new InducingField(grid, whitened);
    const gradient = new Float64Array(vector.length);
    const slopes = parametersOf(grid, gradient);
    const weightGradient = matrix(whitened.rows, whitened.columns);
    const q = logNoise.length;
    let value = 0;
    for (const [s, own] of sequences.entries()) {
      const start = learned ? initial.subarray(s * q, (s + 1) * q) : row(own.states, 0);
      const first = learned ? 0 : 1;
      const part = misfit(field, own, start, logNoise, options, first, weightGradient.data);
      value += part.value;
      if (noise === "learned") {
        part.byLogNoise.forEach((slope, d) => slopes.logNoise[d]! += slope);
      }
      if (learned) slopes.initial.set(part.byStart, s * q);
    }
    slopes.whitened.data.set(whitenedGradient(grid, weightGradient).data);
    for (let i = 0; i < whitened.data.length; i++) {
      const u = whitened.data[i]!;
      value += 0.5 * u * u + HALF_LOG_2_PI;
      slopes.whitened.data[i]! += u;
    }
    return { value, gradient };
  };
}

/** −log p(Y | x₀) of one sequence as a function of its initial state x₀ (q). */
export function initialStateObjective(
  field: InducingField,
  observed: ObservedStates,
  logNoise: Float64Array,
  options: ModelOptions,
): Objective {
  const unused = new Float64Array(field.grid.locations.data.length);
  return (start) => {
    const part = misfit(field, observed, start, logNoise, options, 0, unused);
    return { value: part.value, gradient: part.byStart };
  };
}

/**
 * Whitened vectors to begin with: the posterior mean given differences of consecutive states, taken for derivatives with
 * noise.
 *
 * @param variance of that noise
 * @throws RangeError when no sequence has two states
 */
export function vectorsFromDifferences(
  grid: InducingGrid,
  sequences: readonly ObservedStates[],
  frameInterval: number,
  variance: number,
): Matrix {
  const q = grid.locations.columns;
  const count = sequences.reduce((sum, { offsets }) => sum + offsets.length - 1, 0);
  if (count === 0) {
    throw new RangeError(
      "Cannot train npODE: a sequence must have at least 2 fitted frames, none has",
    );
  }
  const [places, slopes] = [matrix(count, q), matrix(count, q)];
  let at = 0;
  for (const { offsets, states } of sequences) {
    for (let i = 0; i + 1 < offsets.length; i++, at++) {
      const interval = (offsets[i + 1]! - offsets[i]!) * frameInterval;
      const [now, next] = [row(states, i), row(states, i + 1)];
      row(places, at).set(now);
      row(slopes, at).set(next.map((value, d) => (value - now[d]!) / interval));
    }
  }
  const inputs = interpolation(grid, places);
  const precision = transposeMultiply(inputs, inputs); // (n, M)ᵀ x (n, M) -> (M, M)
  for (let m = 0; m < precision.rows; m++) precision.data[m * (precision.rows + 1)]! += variance;
  const moments = transposeMultiply(inputs, slopes); // (n, M)ᵀ x (n, q) -> (M, q)
  return choleskySolve(cholesky(precision, "the precision of initial vectors"), moments);
}

/** The first `share` of each sequence's states, two at least. */
export function beginningOf(
  sequences: readonly ObservedStates[],
  share: number,
): readonly ObservedStates[] {
  return sequences.map(({ offsets, states }) => {
    const length = Math.min(states.rows, Math.max(2, Math.ceil(share * states.rows)));
    const data = states.data.subarray(0, length * states.columns);
    return {
      offsets: Array.from(offsets).slice(0, length),
      states: matrix(length, states.columns, data),
    };
  });
}
