/**
 * Minimisation by limited-memory BFGS (Liu and Nocedal 1989), an iteration at a time.
 *
 * @module
 */
import { NumericalError } from "./matrix.ts";

/** A smooth function of n numbers with its gradient (n). A value that is not finite is a point outside its domain. */
export type Objective = (
  point: Float64Array,
) => { readonly value: number; readonly gradient: Float64Array };

/** All that the next iteration depends on, as arrays of lengths that do not change: they go into a checkpoint as they are. */
export type LbfgsState = {
  /** Where it is (n). */
  readonly point: Float64Array;
  /** The objective there (1). */
  readonly value: Float64Array;
  /** Its gradient there (n). */
  readonly gradient: Float64Array;
  /** Number of remembered iterations (1), at most `history`. */
  readonly remembered: Float64Array;
  /** Their changes of the point (history, n), the oldest first. */
  readonly steps: Float64Array;
  /** Their changes of the gradient (history, n). */
  readonly changes: Float64Array;
};

/** Iterations that are remembered: the usual choice is 3 to 20. */
const HISTORY = 10;
/** Wolfe's conditions: least share of the linear decrease, and of the slope that may be left. Nocedal and Wright's values. */
const [DECREASE, SLOPE] = [1e-4, 0.9];
/** Lengths that a line search tries. */
const TRIALS = 30;

/** Lengths of the arrays of a state, by name. @param n length of a point */
export function lbfgsLengths(
  n: number,
  history = HISTORY,
): Readonly<Record<keyof LbfgsState, number>> {
  return {
    point: n,
    value: 1,
    gradient: n,
    remembered: 1,
    steps: history * n,
    changes: history * n,
  };
}

/**
 * The state before the first iteration.
 *
 * @param history iterations to remember
 * @throws NumericalError when the objective or its gradient is not finite there
 */
export function startLbfgs(
  objective: Objective,
  point: Float64Array,
  history = HISTORY,
): LbfgsState {
  const { value, gradient } = objective(point);
  if (!Number.isFinite(value) || !gradient.every(Number.isFinite)) {
    throw new NumericalError(
      `Cannot minimise: the objective and its gradient must be finite where it begins, is ${value}`,
    );
  }
  const lengths = lbfgsLengths(point.length, history);
  return {
    point: point.slice(),
    value: Float64Array.of(value),
    gradient: gradient.slice(),
    remembered: new Float64Array(1),
    steps: new Float64Array(lengths.steps),
    changes: new Float64Array(lengths.changes),
  };
}

/**
 * One iteration. The value never rises.
 *
 * @returns the next state, or undefined where no lower point was found: the gradient is zero up to rounding
 */
export function lbfgsStep(objective: Objective, state: LbfgsState): LbfgsState | undefined {
  const remembered = state.remembered[0]!;
  const found = search(objective, state, direction(state));
  if (found !== undefined) return found;
  // A memory of another region may have spoilt the direction: once more, along the gradient.
  if (remembered === 0) return undefined;
  const forgetful = { ...state, remembered: new Float64Array(1) };
  return search(objective, forgetful, direction(forgetful));
}

/** The point after so many iterations, or fewer where no lower one was found. @throws NumericalError as {@link startLbfgs} */
export function minimise(
  objective: Objective,
  point: Float64Array,
  iterations: number,
): Float64Array {
  let state = startLbfgs(objective, point);
  for (let k = 0; k < iterations; k++) {
    const next = lbfgsStep(objective, state);
    if (next === undefined) break;
    state = next;
  }
  return state.point;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function add(target: Float64Array, factor: number, other: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i]! += factor * other[i]!;
}

/** −H·g by the two-loop recursion; of length 1 at most while nothing is remembered. */
function direction({ gradient, remembered, steps, changes }: LbfgsState): Float64Array {
  const n = gradient.length;
  const count = remembered[0]!;
  const pair = (k: number) =>
    [steps.subarray(k * n, (k + 1) * n), changes.subarray(k * n, (k + 1) * n)] as const;
  const result = gradient.map((value) => -value);
  const weights = new Float64Array(count);
  for (let k = count - 1; k >= 0; k--) {
    const [step, change] = pair(k);
    weights[k] = dot(step, result) / dot(step, change);
    add(result, -weights[k]!, change);
  }
  let scale = 1 / Math.max(1, Math.sqrt(dot(gradient, gradient)));
  if (count > 0) {
    const [step, change] = pair(count - 1);
    scale = dot(step, change) / dot(change, change);
  }
  for (let i = 0; i < n; i++) result[i]! *= scale;
  for (let k = 0; k < count; k++) {
    const [step, change] = pair(k);
    add(result, weights[k]! - dot(change, result) / dot(step, change), step);
  }
  return result;
}

/** A point along a direction that fulfils Wolfe's conditions, by bisection, which also leaves what is not finite. */
function search(
  objective: Objective,
  state: LbfgsState,
  along: Float64Array,
): LbfgsState | undefined {
  const slope = dot(state.gradient, along);
  if (!(slope < 0)) return undefined;
  const before = state.value[0]!;
  let [low, high, length] = [0, Infinity, 1];
  let lower: LbfgsState | undefined;
  for (let trial = 0; trial < TRIALS; trial++) {
    const point = state.point.slice();
    add(point, length, along);
    const { value, gradient } = objective(point);
    const usable = Number.isFinite(value) && gradient.every(Number.isFinite);
    if (!usable || !(value <= before + DECREASE * length * slope)) {
      high = length;
    } else {
      if (value < before) lower = moved(state, point, value, gradient);
      if (dot(gradient, along) >= SLOPE * slope) break;
      low = length;
    }
    length = high < Infinity ? (low + high) / 2 : 2 * low;
  }
  return lower;
}

/** The state at a new point, whose step is remembered where the curvature along it is positive. */
function moved(
  { point, gradient, ...state }: LbfgsState,
  newPoint: Float64Array,
  value: number,
  newGradient: Float64Array,
): LbfgsState {
  const n = point.length;
  const step = newPoint.map((x, i) => x - point[i]!);
  const change = newGradient.map((g, i) => g - gradient[i]!);
  let { remembered, steps, changes } = state;
  if (dot(step, change) > 0) {
    const full = remembered[0]! * n === steps.length;
    const at = (remembered[0]! - (full ? 1 : 0)) * n;
    steps = appended(steps, step, at, full);
    changes = appended(changes, change, at, full);
    if (!full) remembered = Float64Array.of(remembered[0]! + 1);
  }
  return {
    ...{ point: newPoint, value: Float64Array.of(value), gradient: newGradient.slice() },
    ...{ remembered, steps, changes },
  };
}

/** Rows with one more, at index `at`; the first one is dropped where all places are taken. */
function appended(rows: Float64Array, row: Float64Array, at: number, full: boolean): Float64Array {
  const result = rows.slice();
  if (full) result.copyWithin(0, row.length);
  result.set(row, at);
  return result;
}
