/**
 * Adaptive solves that can be differentiated: by the adjoint equation, in constant memory, and by back-propagation through
 * the accepted steps.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { untaped, valueAndGradients, withGradient } from "../backend/engine.ts";
import { scan } from "../backend/scan.ts";
import { mapValues, parameter, prefixed, type Tensors, under } from "../backend/tensors.ts";
import {
  type AdaptiveOptions,
  type AdaptiveSolution,
  AdaptiveSolver,
  directionOf,
  outputTimes,
  row,
} from "./adaptive.ts";
import { rungeKuttaStep } from "./runge_kutta.ts";
import { DOPRI5 } from "./tableaus.ts";
import {
  atTime,
  combined,
  denseWeights,
  oneHot,
  stackedStages,
  type TimedField,
  withTime,
} from "./timed_steps.ts";

/** Options of {@link odeSolveAdjoint}. */
export interface AdjointOptions extends AdaptiveOptions {
  /** A scalar whose gradient is, by definition, the number of evaluations of the solves backwards. */
  readonly backwardEvaluations?: tf.Tensor;
}

const withFirst = (state: Tensors, later: Tensors | undefined): Tensors =>
  mapValues(state, (tensor, name) => {
    const first = tf.expandDims(tensor, 0);
    return later ? tf.concat([first, later[name]!], 0) : first;
  });

/**
 * The state z, a = dL/dz and g = dL/dθ, which all change together: dz/dt = f, da/dt = −aᵀ ∂f/∂z, dg/dt = −aᵀ ∂f/∂θ. One
 * evaluation of f and one product with its Jacobian.
 */
function augmented(field: TimedField): TimedField {
  return (params, state, time) => {
    const own = mapValues(params, (tensor) => tf.clone(tensor));
    const z = mapValues(under("z ", state), (tensor) => tf.clone(tensor));
    const { result, gradients } = untaped(() =>
      valueAndGradients(() => {
        const derivatives = field(own, z, time);
        // Copies, because a field may return what it was given.
        const slopes = mapValues(z, (_, name) => tf.clone(parameter(derivatives, name)));
        const terms = Object.entries(slopes).map(([name, slope]) =>
          tf.sum(tf.mul(slope, state[`a ${name}`]!))
        );
        return { slopes, loss: tf.addN(terms) as tf.Scalar };
      }, { ...prefixed("a ", z), ...prefixed("g ", own) })
    );
    return { ...prefixed("z ", result.slopes), ...mapValues(gradients, (g) => tf.neg(g)) };
  };
}

/**
 * Solves dz/dt = f(θ, z, t) to a tolerance. Differentiable in params and state by the adjoint equation (Pontryagin 1962;
 * Chen et al., "Neural ordinary differential equations", 2018), solved backwards between output times to the same
 * tolerance: the memory that it takes does not depend on the number of steps. At each output time the adjoint starts from
 * the state that the solve forwards found.
 *
 * @param field the right-hand side; reads nothing that is differentiated but its arguments
 * @param params θ: all tensors the field reads besides state and time
 * @param state z at the first time, any shapes
 * @param times output times (n), strictly rising or strictly falling
 * @param options `maxSteps` is 1000 trials by default, between two output times for the solve backwards
 * @throws RangeError when times given as numbers are not strictly monotone; Error on a backend without synchronous reads
 */
export function odeSolveAdjoint(
  field: TimedField,
  params: Tensors,
  state: Tensors,
  times: readonly number[] | tf.Tensor,
  options: AdjointOptions = {},
): AdaptiveSolution {
  const { backwardEvaluations = tf.scalar(0), ...rest } = options;
  const names = Object.keys(state);
  const later = (times instanceof tf.Tensor ? times.shape[0]! : times.length) - 1;

  const forward = (): tf.Tensor[] => {
    const at = outputTimes(times);
    if (later === 0) {
      return [...Object.values(withFirst(state, undefined)), tf.scalar(0), tf.clone(at)];
    }
    const solver = new AdaptiveSolver(field, params, rest, directionOf(at));
    const { progress, values } = solver.through(
      solver.start(state, row(at, 0)),
      tf.slice(at, [1], [later]),
      (progress, time) => solver.interpolate(progress, time),
    );
    return [...Object.values(withFirst(state, values)), solver.evaluations(progress), tf.clone(at)];
  };

  const backward = (
    upstream: readonly tf.Tensor[],
    inputs: Tensors,
    outputs: readonly tf.Tensor[],
  ): Tensors => {
    const own = under("params ", inputs);
    const changes = Object.fromEntries(names.map((name, i) => [name, upstream[i]!]));
    const states = Object.fromEntries(names.map((name, i) => [name, outputs[i]!]));
    const zeros = { ...prefixed("a ", under("state ", inputs)), ...prefixed("g ", own) };
    let carry: Tensors = mapValues({ ...zeros, evaluations: tf.scalar(0) }, (t) => tf.zerosLike(t));
    const jumped = (carry: Tensors, change: Tensors) =>
      mapValues(
        carry,
        (tensor, name) => name.startsWith("a ") ? tf.add(tensor, change[name.slice(2)]!) : tensor,
      );
    if (later > 0) {
      // The times are the last output: what the solve forwards made may be disposed of by now.
      const at = outputs.at(-1)!;
      const direction = tf.neg(directionOf(at));
      const backwards = (tensor: tf.Tensor, first: number) =>
        tf.reverse(tf.slice(tensor, [first], [later]), 0);
      carry = scan((own, carry, xs) => {
        const { evaluations, ...adjoint } = jumped(carry, under("change ", xs));
        const g = Object.keys(adjoint).filter((name) => name.startsWith("g "));
        const solver = new AdaptiveSolver(augmented(field), own, rest, direction, g);
        const from = { ...prefixed("z ", under("state ", xs)), ...adjoint };
        const progress = solver.advance(solver.start(from, xs.from!), xs.to!);
        const reached = solver.interpolate(progress, xs.to!);
        return {
          carry: {
            ...mapValues(adjoint, (_, name) => reached[name]!),
            evaluations: tf.add(evaluations!, solver.evaluations(progress)),
          },
          y: {},
        };
      }, {
        params: own,
        carry,
        xs: {
          from: backwards(at, 1),
          to: backwards(at, 0),
          ...prefixed("state ", mapValues(states, (tensor) => backwards(tensor, 1))),
          ...prefixed("change ", mapValues(changes, (tensor) => backwards(tensor, 1))),
        },
        length: later,
      }).carry;
    }
    const { evaluations, ...adjoint } = jumped(carry, mapValues(changes, (t) => row(t, 0)));
    return {
      ...prefixed("state ", under("a ", adjoint)),
      ...prefixed("params ", under("g ", adjoint)),
      evaluations: evaluations!,
    };
  };

  const outputs = withGradient(
    {
      ...prefixed("params ", params),
      ...prefixed("state ", state),
      evaluations: backwardEvaluations,
    },
    forward,
    backward,
  );
  return {
    states: Object.fromEntries(names.map((name, i) => [name, outputs[i]!])),
    evaluations: outputs[names.length]!,
  };
}

/**
 * The same solve as {@link odeSolveAdjoint}, differentiated through its accepted steps, whose lengths are taken as
 * constants. It solves twice: first to find the lengths, then step by step in a scan of `maxSteps` iterations, of which
 * those after the last accepted step have length zero. So time and memory grow with `maxSteps`, not with the steps taken.
 *
 * @param options `maxSteps` is 100 trials by default
 * @returns `evaluations` of the first solve; the second one evaluates each accepted step again
 * @throws RangeError when times given as numbers are not strictly monotone; Error on a backend without synchronous reads
 */
export function odeSolveBackprop(
  field: TimedField,
  params: Tensors,
  state: Tensors,
  times: readonly number[] | tf.Tensor,
  options: AdaptiveOptions = {},
): AdaptiveSolution {
  const { maxSteps = 100, pair = DOPRI5 } = options;
  const at = outputTimes(times);
  const later = at.shape[0]! - 1;
  if (later === 0) return { states: withFirst(state, undefined), evaluations: tf.scalar(0) };
  const found = untaped(() => {
    const solver = new AdaptiveSolver(field, params, { ...options, maxSteps }, directionOf(at));
    const start = solver.start(state, row(at, 0), tf.zeros([maxSteps]));
    const { progress, values } = solver.through(
      start,
      tf.slice(at, [1], [later]),
      (progress, time) => ({
        step: tf.sub(progress.scalars.accepted!, 1),
        fraction: solver.fraction(progress, time),
      }),
    );
    return {
      ...{ step: values.step!, fraction: values.fraction!, lengths: progress.scalars.lengths! },
      evaluations: solver.evaluations(progress),
    };
  });
  const timed = withTime(field);
  // Copies: a gradient that the field takes in its state must not go on into what the state has made before.
  const start = atTime(mapValues(state, (tensor) => tf.clone(tensor)), row(at, 0));
  const slope = timed(params, start);
  const { ys } = scan((params, carry, { length }) => {
    const from = under("state ", carry);
    const first = under("slope ", carry);
    const next = rungeKuttaStep(pair, timed, params, from, length!, { first });
    return {
      carry: {
        ...prefixed("state ", next.state),
        ...prefixed("slope ", mapValues(from, (_, name) => next.derivatives.at(-1)![name]!)),
      },
      y: {
        ...prefixed("from ", from),
        ...prefixed("stages ", stackedStages(from, next.derivatives)),
      },
    };
  }, {
    params,
    carry: {
      ...prefixed("state ", start),
      ...prefixed("slope ", mapValues(start, (_, name) => parameter(slope, name))),
    },
    xs: { length: found.lengths },
    length: maxSteps,
  });
  // (later, maxSteps): one in the column of the step that contains the output time.
  const picks = oneHot(found.step, maxSteps);
  const weights = tf.mul( // (later, maxSteps, stages)
    tf.expandDims(tf.mul(picks, found.lengths), 2),
    tf.expandDims(denseWeights(pair, found.fraction), 1),
  );
  const stageCount = pair.weights.length;
  const states = mapValues(state, ({ shape }, name) => {
    const stages = tf.reshape(ys[`stages ${name}`]!, [maxSteps * stageCount, ...shape]);
    return tf.add(
      combined(picks, ys[`from ${name}`]!),
      combined(tf.reshape(weights, [later, maxSteps * stageCount]), stages),
    );
  });
  return { states: withFirst(state, states), evaluations: found.evaluations };
}
