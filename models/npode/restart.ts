/**
 * Where a restart of npODE's training begins.
 *
 * @module
 */
import { type Key, normal } from "../../data/random/mod.ts";
import { type Matrix, matrix, row } from "../linalg/matrix.ts";
import { type InducingGrid, inducingGrid } from "./field.ts";
import { type ObservedStates, parametersOf, vectorsFromDifferences } from "./posterior.ts";
import type { NpodeSettings } from "./settings.ts";

/** The grid of a restart: over all states that are ever fitted, with length scales of its own. */
export function restartGrid(
  settings: NpodeSettings,
  sequences: readonly ObservedStates[],
  restart: number,
): InducingGrid {
  const { latentDimensions: q, lengthScale, shortening } = settings;
  const multiple = 1 + Math.floor(restart / q);
  const lengthScales = Float64Array.from(
    { length: q },
    (_, d) => multiple * lengthScale * (d >= q - restart % q ? shortening : 1),
  );
  return inducingGrid(joined(sequences), { ...settings, lengthScales });
}

/** The states of all sequences (n, q). */
function joined(sequences: readonly ObservedStates[]): Matrix {
  const all = sequences.flatMap(({ states }) => [...states.data]);
  const q = sequences[0]!.states.columns;
  return matrix(all.length / q, q, Float64Array.from(all));
}

/** Length of the vector that is optimised: whitened vectors, the noise, and initial states where they are learned. */
export function parameterCount(settings: NpodeSettings, sequences: number): number {
  const { latentDimensions: q, gridWidth, initialState } = settings;
  return (gridWidth ** q + 1 + (initialState === "learned" ? sequences : 0)) * q;
}

/**
 * The vector that a restart begins with: differences of the states as derivatives, with noise on them.
 *
 * @param key of that noise
 * @throws RangeError when no sequence has two states
 */
export function initialPoint(
  settings: NpodeSettings,
  grid: InducingGrid,
  sequences: readonly ObservedStates[],
  key: Key,
): Float64Array {
  const { frameInterval, differenceVariance, initialDeviation, initialNoise } = settings;
  const vectors = vectorsFromDifferences(grid, sequences, frameInterval, differenceVariance);
  const noise = normal(key, vectors.data.length);
  const shared = new Float64Array(parameterCount(settings, 0));
  const { whitened, logNoise } = parametersOf(grid, shared);
  whitened.data.set(vectors.data.map((value, i) => value + initialDeviation * noise[i]!));
  logNoise.fill(Math.log(initialNoise));
  return withInitialStates(settings, grid, sequences, shared);
}

/** A vector with the field and noise of another, and the first observed state of each sequence where these are learned. */
export function withInitialStates(
  settings: NpodeSettings,
  grid: InducingGrid,
  sequences: readonly ObservedStates[],
  other: Float64Array,
): Float64Array {
  const point = new Float64Array(parameterCount(settings, sequences.length));
  const { whitened, logNoise, initial } = parametersOf(grid, point);
  point.set(other.subarray(0, whitened.data.length + logNoise.length));
  if (initial.length > 0) {
    sequences.forEach(({ states }, s) => initial.set(row(states, 0), s * logNoise.length));
  }
  return point;
}
