/**
 * The adaptive solver: an embedded Runge–Kutta pair with step control on the host, op by op. For prediction and as a
 * check of the fixed-step solver; not for compiled steps.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parameter, type Tensors } from "../backend/tensors.ts";
import { rungeKuttaStep, type VectorField, weightedSum } from "./runge_kutta.ts";
import { DOPRI5, type Tableau } from "./tableaus.ts";

/** A proportional–integral controller (Hairer, Nørsett and Wanner, "Solving ODEs I", section IV.2 of volume II). */
export interface StepController {
  /** Factor on the length that the error estimate allows. */
  readonly safety: number;
  /** Smallest factor from one step to the next. */
  readonly smallest: number;
  /** Greatest factor from one step to the next. */
  readonly greatest: number;
  /** β: weight of the previous error; 0 is the standard controller. */
  readonly integral: number;
}

/** Settings of Hairer's DOPRI5. */
export const PI_CONTROLLER: StepController = Object.freeze({
  safety: 0.9,
  smallest: 0.2,
  greatest: 10,
  integral: 0.04,
});

/** Settings of the standard controller, which ignores the previous error. */
export const STANDARD_CONTROLLER: StepController = Object.freeze({ ...PI_CONTROLLER, integral: 0 });

/**
 * The ratio of the next trial step's length to this one's. A step with an error of at most 1 is accepted; after a
 * rejection the factor is below 1. An error that is not finite gives the smallest factor.
 *
 * @param error scaled error of this trial, ≥ 0
 * @param previous scaled error of the last accepted step
 * @param order order of the method
 */
export function stepFactor(
  error: number,
  previous: number,
  order: number,
  { safety, smallest, greatest, integral }: StepController,
): number {
  if (!Number.isFinite(error)) return smallest;
  const accepted = error <= 1;
  // The previous error helps only after accepted steps.
  const beta = accepted ? integral : 0;
  const exponent = 1 / order - 0.75 * beta;
  const factor = safety * Math.max(error, 1e-10) ** -exponent * Math.max(previous, 1e-4) ** beta;
  return Math.min(Math.max(factor, smallest), accepted ? greatest : safety);
}

/** What {@link solveAdaptive} solves and how accurately. */
export interface AdaptiveProblem {
  /** The right-hand side. */
  readonly field: VectorField;
  /** All tensors the field reads besides the state. */
  readonly params: Tensors;
  /** State at the first time. */
  readonly state: Tensors;
  /** Output times, strictly rising or strictly falling; the first is that of `state`. */
  readonly times: readonly number[];
  /** Error allowed relative to the state (1e-5 by default; single precision does not reach 1e-7). */
  readonly relativeTolerance?: number;
  /** Error allowed in addition (1e-6 by default). */
  readonly absoluteTolerance?: number;
  /** A pair whose last stage is the next step's first; Dormand–Prince by default. */
  readonly tableau?: Tableau;
  /** Step control; proportional–integral by default. */
  readonly controller?: StepController;
  /** Entries that the field does not read; see `StepOptions`. */
  readonly quadratures?: readonly string[];
  /** Trials before giving up (10,000 by default). */
  readonly maxSteps?: number;
}

/** States at the output times, and the work done. */
export interface AdaptiveSolution {
  /** Each entry (times, …). */
  readonly states: Tensors;
  /** Accepted steps. */
  readonly accepted: number;
  /** Rejected trials. */
  readonly rejected: number;
}

/**
 * Solves to a tolerance. Steps are shortened to end at output times, so outputs have the accuracy of the steps.
 *
 * @throws RangeError when times are not strictly monotone, the tableau has no error estimate, or the tolerance cannot be
 * met
 */
export async function solveAdaptive(problem: AdaptiveProblem): Promise<AdaptiveSolution> {
  const { field, params, times, quadratures = [], maxSteps = 10_000 } = problem;
  const { relativeTolerance = 1e-5, absoluteTolerance = 1e-6 } = problem;
  const { tableau = DOPRI5, controller = PI_CONTROLLER } = problem;
  const errorWeights = tableau.error;
  if (errorWeights === undefined) {
    throw new RangeError(
      `Cannot solve adaptively: the method must have an error estimate, is ${tableau.name}`,
    );
  }
  const direction = requireMonotone(times);
  const scaled = (error: tf.Tensor, size: tf.Tensor) =>
    tf.div(error, tf.add(tf.mul(size, relativeTolerance), absoluteTolerance));

  let time = times[0]!;
  let state = problem.state;
  let slopes = tf.tidy(() => field(params, state));
  let length = await initialStep(state, slopes, scaled, field, params, direction, tableau.order);
  let [previous, accepted, rejected] = [1, 0, 0];
  const outputs = [state];
  for (const target of times.slice(1)) {
    while (time !== target) {
      const remaining = Math.abs(target - time);
      // A step that would end just before the output time is stretched to it.
      const last = length >= remaining * 0.99;
      const taken = last ? remaining : length;
      const smallest = 1e-7 * Math.max(Math.abs(time), Math.abs(target));
      if (accepted + rejected >= maxSteps || !(last || length > smallest)) {
        throw new RangeError(
          `Cannot solve to a relative tolerance of ${relativeTolerance}: ` +
            `steps must be longer than ${smallest} and at most ${maxSteps}, ` +
            `is ${taken} at time ${time} after ${accepted + rejected} steps`,
        );
      }
      const trial = tf.tidy(() => {
        const step = direction * taken;
        const next = rungeKuttaStep(tableau, field, params, state, step, {
          quadratures,
          first: slopes,
        });
        const errors = Object.keys(state).map((name) => {
          const [from, to] = [parameter(state, name), parameter(next.state, name)];
          const stages = next.derivatives.map((derivative) => parameter(derivative, name));
          const error = weightedSum(stages, errorWeights, step) ?? tf.zerosLike(from);
          return scaled(error, tf.maximum(tf.abs(from), tf.abs(to)));
        });
        return { state: next.state, slopes: next.derivatives.at(-1)!, error: norm(errors) };
      });
      const error = (await trial.error.data())[0]!;
      trial.error.dispose();
      const factor = stepFactor(error, previous, tableau.order, controller);
      if (error <= 1) {
        accepted++;
        previous = error;
        time = last ? target : time + direction * taken;
        const old = [state, slopes];
        ({ state, slopes } = trial);
        release(old, [params, state, slopes, ...outputs]);
        // A step cut short to hit an output time says little about the next one's length.
        length = last ? Math.max(length, taken * factor) : taken * factor;
      } else {
        rejected++;
        release([trial.state, trial.slopes], [params, state, slopes, ...outputs]);
        length = taken * factor;
      }
    }
    outputs.push(state);
  }
  release([slopes], [params, ...outputs]);
  const names = Object.keys(problem.state);
  const states = tf.tidy(() =>
    Object.fromEntries(
      names.map((name) => [name, tf.stack(outputs.map((output) => parameter(output, name)))]),
    )
  );
  release(outputs.slice(1), [params, problem.state]);
  return { states, accepted, rejected };
}

/** Frees the tensors of `trees` except those in `kept`: a field may return its inputs. */
function release(trees: readonly Tensors[], kept: readonly Tensors[]): void {
  const keep = new Set(kept.flatMap((tree) => Object.values(tree)));
  const free = trees.flatMap((tree) => Object.values(tree)).filter((tensor) => !keep.has(tensor));
  tf.dispose(free);
}

/** Root mean square over all numbers of all tensors (scalar). */
function norm(tensors: readonly tf.Tensor[]): tf.Tensor {
  const flat = tf.concat(tensors.map((tensor) => tf.reshape(tensor, [-1])));
  return tf.sqrt(tf.mean(tf.square(flat)));
}

/** The first trial step of Hairer, Nørsett and Wanner, "Solving ODEs I", section II.4. */
async function initialStep(
  state: Tensors,
  slopes: Tensors,
  scaled: (error: tf.Tensor, size: tf.Tensor) => tf.Tensor,
  field: VectorField,
  params: Tensors,
  direction: number,
  order: number,
): Promise<number> {
  const names = Object.keys(state);
  const measure = async (values: (name: string) => tf.Tensor) => {
    const size = tf.tidy(() =>
      norm(names.map((name) => scaled(values(name), tf.abs(parameter(state, name)))))
    );
    const value = (await size.data())[0]!;
    size.dispose();
    return value;
  };
  const d0 = await measure((name) => parameter(state, name));
  const d1 = await measure((name) => parameter(slopes, name));
  const h0 = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1;
  const ahead = tf.tidy(() => {
    const moved = names.map((name) => {
      const change = tf.mul(parameter(slopes, name), direction * h0);
      return [name, tf.add(parameter(state, name), change)] as const;
    });
    return field(params, Object.fromEntries(moved));
  });
  const bend = await measure((name) => tf.sub(parameter(ahead, name), parameter(slopes, name)));
  release([ahead], [params, state, slopes]);
  const d2 = bend / h0;
  const greatest = Math.max(d1, d2);
  const h1 = greatest <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : (0.01 / greatest) ** (1 / order);
  return Math.min(100 * h0, h1);
}

function requireMonotone(times: readonly number[]): 1 | -1 {
  const direction = (times[1] ?? 1) > (times[0] ?? 0) ? 1 : -1;
  const rises = times.slice(1).every((time, i) => direction * (time - times[i]!) > 0);
  if (times.length === 0 || !rises || !times.every(Number.isFinite)) {
    throw new RangeError(
      `Cannot solve adaptively: times must be finite and strictly monotone, are [${times}]`,
    );
  }
  return direction;
}
