/**
 * The adaptive solver: an embedded Runge–Kutta pair with error control, also within a compiled step. Steps follow the
 * error alone; values at output times are interpolated within a step, so that they cost no evaluations.
 *
 * Error norm, first step and controller are torchdiffeq's, so that both take the same steps.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { scan } from "../backend/scan.ts";
import { mapValues, parameter, prefixed, type Tensors, under } from "../backend/tensors.ts";
import { whileLoop } from "../backend/while_loop.ts";
import { rungeKuttaStep, type VectorField } from "./runge_kutta.ts";
import {
  atTime,
  combined,
  denseWeights,
  oneHot,
  stackedStages,
  TIME,
  type TimedField,
  withTime,
} from "./timed_steps.ts";
import { DOPRI5, type EmbeddedPair } from "./tableaus.ts";

/** How accurately, and how, an equation is solved. */
export interface AdaptiveOptions {
  /** Error of a step allowed relative to the state (1e-5 by default; single precision does not reach 1e-7). */
  readonly relativeTolerance?: number;
  /** Error of a step allowed in addition (1e-6 by default). */
  readonly absoluteTolerance?: number;
  /** The method; Dormand–Prince by default. */
  readonly pair?: EmbeddedPair;
  /** Most trial steps. */
  readonly maxSteps?: number;
}

/** States at the output times, and the work done. */
export interface AdaptiveSolution {
  /** Each entry (times, …); NaN at times that `maxSteps` did not reach. */
  readonly states: Tensors;
  /** Evaluations of the field (scalar). */
  readonly evaluations: tf.Tensor;
}

/** The greatest root mean square of any entry (scalar). */
function norm(tensors: readonly tf.Tensor[]): tf.Tensor {
  return tensors.map((tensor) => tf.sqrt(tf.mean(tf.square(tensor)))).reduce((a, b) =>
    tf.maximum(a, b)
  );
}

/** The ratio of the next trial's length to this one's, whose scaled error is given (scalar, ≥ 0); NaN shortens it. */
function stepFactor(error: tf.Tensor, order: number): tf.Tensor {
  // NaN fails the comparison.
  const finite = tf.where(tf.lessEqual(error, 1e9), error, tf.scalar(1e9));
  const least = tf.where(tf.less(error, 1), tf.scalar(1), tf.scalar(0.2));
  const factor = tf.mul(tf.pow(finite, -1 / order), 0.9);
  return tf.minimum(tf.maximum(factor, least), 10);
}

/** A solve under way: what it has reached, and its last trial, which was accepted. */
export interface Progress {
  /** The state, with time. */
  readonly state: Tensors;
  /** Its derivative. */
  readonly slope: Tensors;
  /** The state before the last step, with time. */
  readonly from: Tensors;
  /** The last step's derivatives, (stages, …) each. */
  readonly stages: Tensors;
  /** `length` of the next trial; number of `trials` and of `accepted` ones; perhaps all steps' signed `lengths`. */
  readonly scalars: Tensors;
}

const GROUPS = ["state", "slope", "from", "stages", "scalars"] as const;
const flat = (progress: Progress): Tensors =>
  Object.assign({}, ...GROUPS.map((group) => prefixed(`${group} `, progress[group])));
const nested = (tensors: Tensors): Progress =>
  Object.fromEntries(GROUPS.map((group) => [group, under(`${group} `, tensors)])) as never;

/** A field and how it is solved: what is needed to start and to go on to the next output time. */
export class AdaptiveSolver {
  readonly #field: VectorField;
  readonly #params: Tensors;
  readonly #options: Required<AdaptiveOptions>;
  readonly #direction: tf.Tensor;
  readonly #quadratures: readonly string[];

  /**
   * @param direction scalar: 1 forward, -1 back in time
   * @param quadratures entries that the field does not read
   */
  constructor(
    field: TimedField,
    params: Tensors,
    options: AdaptiveOptions,
    direction: tf.Tensor,
    quadratures: readonly string[] = [],
  ) {
    this.#field = withTime(field);
    this.#params = params;
    this.#options = {
      ...{ relativeTolerance: 1e-5, absoluteTolerance: 1e-6, pair: DOPRI5, maxSteps: 1000 },
      ...options,
    };
    this.#direction = direction;
    this.#quadratures = quadratures;
  }

  #scaled(error: tf.Tensor, size: tf.Tensor): tf.Tensor {
    const { relativeTolerance, absoluteTolerance } = this.#options;
    return tf.div(error, tf.add(tf.mul(size, relativeTolerance), absoluteTolerance));
  }

  /** Chooses the first trial's length (Hairer, Nørsett and Wanner, "Solving ODEs I", II.4): two evaluations. */
  start(state: Tensors, time: tf.Tensor, lengths?: tf.Tensor): Progress {
    const from = atTime(state, time);
    const slope = this.#field(this.#params, from);
    const names = Object.keys(state);
    const measure = (value: (name: string) => tf.Tensor) =>
      norm(names.map((name) => this.#scaled(value(name), tf.abs(state[name]!))));
    const d0 = measure((name) => state[name]!);
    const d1 = measure((name) => parameter(slope, name));
    const short = tf.logicalOr(tf.less(d0, 1e-5), tf.less(d1, 1e-5));
    const h0 = tf.where(short, tf.scalar(1e-6), tf.mul(tf.div(d0, d1), 0.01));
    const signed = tf.mul(h0, this.#direction);
    const ahead = this.#field(
      this.#params,
      mapValues(from, (entry, name) => tf.add(entry, tf.mul(parameter(slope, name), signed))),
    );
    const bend = measure((name) => tf.sub(parameter(ahead, name), parameter(slope, name)));
    const greatest = tf.maximum(d1, tf.div(bend, h0));
    const h1 = tf.where(
      tf.lessEqual(greatest, 1e-15),
      tf.maximum(tf.mul(h0, 1e-3), 1e-6),
      tf.pow(tf.div(0.01, greatest), 1 / this.#options.pair.order),
    );
    const stages = this.#options.pair.weights.length;
    return {
      state: from,
      slope: mapValues(from, (_, name) => parameter(slope, name)),
      from,
      stages: mapValues(state, ({ shape }) => tf.zeros([stages, ...shape])),
      scalars: {
        length: tf.minimum(tf.mul(h0, 100), h1),
        trials: tf.scalar(0),
        accepted: tf.scalar(0),
        ...(lengths && { lengths }),
      },
    };
  }

  #trial(params: Tensors, { state, slope, scalars }: Progress): Progress {
    const { pair } = this.#options;
    const { length, trials, accepted, lengths } = scalars as Record<string, tf.Tensor>;
    const signed = tf.mul(length!, this.#direction);
    const { state: next, derivatives } = rungeKuttaStep(pair, this.#field, params, state, signed, {
      ...{ first: slope, quadratures: this.#quadratures },
    });
    const stages = stackedStages(state, derivatives);
    const weights = tf.mul(tf.tensor2d([[...pair.error]]), signed);
    const error = norm(
      Object.entries(stages).map(([name, derivatives]) => {
        const size = tf.maximum(tf.abs(state[name]!), tf.abs(next[name]!));
        return this.#scaled(combined(weights, derivatives), tf.expandDims(size, 0));
      }),
    );
    const accept = tf.lessEqual(error, 1);
    const choose = (after: Tensors, before: Tensors) =>
      mapValues(before, (tensor, name) => tf.where(accept, after[name]!, tensor));
    const one = tf.cast(accept, "float32");
    return {
      state: choose(next, state),
      slope: choose(derivatives.at(-1)!, slope),
      from: state,
      stages,
      scalars: {
        length: tf.mul(length!, stepFactor(error, pair.order)),
        trials: tf.add(trials!, 1),
        accepted: tf.add(accepted!, one),
        ...(lengths && {
          lengths: tf.add(
            lengths,
            tf.mul(oneHot(accepted!, lengths.shape[0]!), tf.mul(one, signed)),
          ),
        }),
      },
    };
  }

  #isBefore({ state, scalars }: Progress, target: tf.Tensor): tf.Tensor {
    const ahead = tf.greater(tf.mul(tf.sub(target, state[TIME]!), this.#direction), 0);
    // A state that is NaN gives a length that is NaN: no step would be accepted.
    const possible = tf.greater(scalars.length!, 0);
    const more = tf.logicalAnd(possible, tf.less(scalars.trials!, this.#options.maxSteps));
    return tf.logicalAnd(ahead, more);
  }

  /** Takes steps until one reaches the target time (scalar) or there are too many. */
  advance(progress: Progress, target: tf.Tensor): Progress {
    return nested(whileLoop((params, carry) => {
      const next = this.#trial(params, nested(carry));
      return { carry: flat(next), more: this.#isBefore(next, target) };
    }, {
      params: this.#params,
      carry: flat(progress),
      more: this.#isBefore(progress, target),
      most: this.#options.maxSteps,
    }));
  }

  /** Where in the last step a time is (scalar): 0 at its start, 1 at its end, NaN if it does not reach so far. */
  fraction({ state, from }: Progress, target: tf.Tensor): tf.Tensor {
    const [start, end] = [from[TIME]!, state[TIME]!];
    const reached = tf.lessEqual(tf.mul(tf.sub(target, end), this.#direction), 0);
    const fraction = tf.div(tf.sub(target, start), tf.sub(end, start));
    return tf.where(reached, fraction, tf.scalar(NaN));
  }

  /** The state at a time in the last step, without time. */
  interpolate(progress: Progress, target: tf.Tensor): Tensors {
    const { from, state, stages } = progress;
    const fractions = tf.reshape(this.fraction(progress, target), [1]);
    const weights = tf.mul(
      denseWeights(this.#options.pair, fractions),
      tf.sub(state[TIME]!, from[TIME]!),
    );
    return mapValues(
      stages,
      (derivatives, name) =>
        tf.add(from[name]!, tf.reshape(combined(weights, derivatives), from[name]!.shape)),
    );
  }

  /** Evaluations of the field so far (scalar). */
  evaluations({ scalars }: Progress): tf.Tensor {
    return tf.add(tf.mul(scalars.trials!, this.#options.pair.weights.length - 1), 2);
  }

  /** Goes on to all later times (n) and calls `at` there; what it returns is stacked, (n, …) each. */
  through(
    start: Progress,
    times: tf.Tensor,
    at: (progress: Progress, time: tf.Tensor) => Tensors,
  ): { readonly progress: Progress; readonly values: Tensors } {
    const { carry, ys } = scan((_, carry, { time }) => {
      const progress = this.advance(nested(carry), time!);
      return { carry: flat(progress), y: at(progress, time!) };
    }, { params: {}, carry: flat(start), xs: { time: times }, length: times.shape[0]! });
    return { progress: nested(carry), values: ys };
  }
}

/** 1 when times rise, -1 when they fall. @throws RangeError when they are not strictly monotone */
export function requireMonotone(times: readonly number[]): 1 | -1 {
  const direction = (times[1] ?? 1) > (times[0] ?? 0) ? 1 : -1;
  const isMonotone = times.slice(1).every((time, i) => direction * (time - times[i]!) > 0);
  if (times.length === 0 || !isMonotone || !times.every(Number.isFinite)) {
    throw new RangeError(
      `Cannot solve adaptively: times must be finite and strictly monotone, are [${times}]`,
    );
  }
  return direction;
}

/** Output times as a tensor (n). @throws RangeError when numbers are not strictly monotone */
export function outputTimes(times: readonly number[] | tf.Tensor): tf.Tensor {
  if (times instanceof tf.Tensor) return times;
  requireMonotone(times);
  return tf.tensor1d([...times]);
}

/** One row of a tensor, without its first axis. */
export function row(tensor: tf.Tensor, i: number): tf.Tensor {
  return tf.reshape(tf.slice(tensor, [i], [1]), tensor.shape.slice(1));
}

/** 1 when times (n) rise, -1 when they fall (scalar). */
export function directionOf(times: tf.Tensor): tf.Tensor {
  return tf.sign(tf.sub(row(times, times.shape[0]! - 1), row(times, 0)));
}
