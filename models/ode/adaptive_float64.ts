/**
 * The adaptive solver of `adaptive.ts` and both of its gradients in double precision, for exact comparison: plain arrays,
 * and a field that is given with its products with the Jacobian.
 *
 * @module
 */
import { requireMonotone } from "./adaptive.ts";
import { densePolynomials, DOPRI5, type EmbeddedPair, nodeOf, type Tableau } from "./tableaus.ts";

/** A field f(t, z, θ) in double precision. */
export interface Float64Field {
  /** dz/dt (n) at a time and a state (n). */
  readonly value: (time: number, state: Float64Array, params: Float64Array) => Float64Array;
  /** aᵀ ∂f/∂z (n) and aᵀ ∂f/∂θ (p), for a = `adjoint` (n). */
  readonly pullBack: (
    time: number,
    state: Float64Array,
    params: Float64Array,
    adjoint: Float64Array,
  ) => { readonly state: Float64Array; readonly params: Float64Array };
}

/** What is solved and how accurately. */
export interface Float64Problem {
  /** The right-hand side. */
  readonly field: Float64Field;
  /** θ (p). */
  readonly params: Float64Array;
  /** Lengths of the parts of θ whose errors are judged separately; all together by default. */
  readonly paramParts?: readonly number[];
  /** z at the first time (n). */
  readonly state: Float64Array;
  /** Output times, strictly rising or strictly falling. */
  readonly times: readonly number[];
  /** Error of a step allowed relative to the state, and as much in addition. */
  readonly tolerance: number;
  /** The method; Dormand–Prince by default. */
  readonly pair?: EmbeddedPair;
}

/** Gradients of Σ upstream · states. */
export interface Float64Gradient {
  /** With respect to z at the first time (n). */
  readonly state: Float64Array;
  /** With respect to θ (p). */
  readonly params: Float64Array;
  /** Evaluations of the field with its products, backwards. */
  readonly evaluations: number;
}

/** An accepted step. */
export interface Float64Step {
  /** Time at its start. */
  readonly time: number;
  /** Its length; negative back in time. */
  readonly length: number;
  /** State (n) at its start. */
  readonly state: Float64Array;
}

/** What {@link solveFloat64} returns. */
export interface Float64Solution {
  /** One state (n) for each output time. */
  readonly states: readonly Float64Array[];
  /** Evaluations of the field. */
  readonly evaluations: number;
  /** The accepted steps. */
  readonly steps: readonly Float64Step[];
  /** For each output time after the first: in which step it is, and at which fraction of it. */
  readonly places: readonly { readonly step: number; readonly fraction: number }[];
}

/** y + scale · Σ_i weights[i] · vectors[i], a new array. */
function moved(
  y: Float64Array,
  scale: number,
  weights: readonly number[],
  vectors: readonly Float64Array[],
): Float64Array {
  const sum = y.slice();
  weights.forEach((weight, i) => {
    if (weight === 0) return;
    for (let j = 0; j < sum.length; j++) sum[j]! += scale * weight * vectors[i]![j]!;
  });
  return sum;
}

/** Weights of the derivatives at a fraction of a step. */
function denseWeights(pair: EmbeddedPair, fraction: number): readonly number[] {
  const rows = densePolynomials(pair);
  return pair.weights.map((_, i) =>
    rows.reduce((sum, row, power) => sum + row[i]! * fraction ** (power + 1), 0)
  );
}

/** All derivatives of a step, the first one given. */
function derivativesOf(
  { stages }: Tableau,
  f: (time: number, y: Float64Array) => Float64Array,
  { time, length, state }: Float64Step,
  first: Float64Array,
): readonly Float64Array[] {
  const derivatives = [first];
  for (const row of stages.slice(1)) {
    derivatives.push(f(time + nodeOf(row) * length, moved(state, length, row, derivatives)));
  }
  return derivatives;
}

/** The state after one step of a method, whose error nobody controls. */
export function stateAfter(
  tableau: Tableau,
  f: (time: number, y: Float64Array) => Float64Array,
  step: Float64Step,
): Float64Array {
  const { time, length, state } = step;
  const derivatives = derivativesOf(tableau, f, step, f(time, state));
  return moved(state, length, tableau.weights, derivatives);
}

function integrate(
  f: (time: number, y: Float64Array) => Float64Array,
  y0: Float64Array,
  { times, tolerance, pair = DOPRI5, parts }: {
    readonly times: readonly number[];
    readonly tolerance: number;
    readonly pair?: EmbeddedPair | undefined;
    readonly parts: readonly number[];
  },
): Float64Solution {
  const direction = requireMonotone(times);
  const norm = (values: Float64Array, sizes: readonly Float64Array[]) => {
    let [begin, greatest] = [0, 0];
    for (const length of parts) {
      let sum = 0;
      for (let j = begin; j < begin + length; j++) {
        const size = Math.max(...sizes.map((size) => Math.abs(size[j]!)));
        sum += (values[j]! / (tolerance + tolerance * size)) ** 2;
      }
      greatest = Math.max(greatest, Math.sqrt(sum / length));
      begin += length;
    }
    return greatest;
  };
  let [time, state, evaluations] = [times[0]!, y0, 2];
  let slope = f(time, state);
  const [d0, d1] = [norm(state, [state]), norm(slope, [state])];
  const h0 = d0 < 1e-5 || d1 < 1e-5 ? 1e-6 : 0.01 * d0 / d1;
  const ahead = f(time + direction * h0, moved(state, direction * h0, [1], [slope]));
  const greatest = Math.max(d1, norm(moved(ahead, -1, [1], [slope]), [state]) / h0);
  const h1 = greatest <= 1e-15 ? Math.max(1e-6, h0 * 1e-3) : (0.01 / greatest) ** (1 / pair.order);
  let length = Math.min(100 * h0, h1);
  const zero = new Float64Array(y0.length);
  const [states, steps, places] = [
    [y0],
    [] as Float64Step[],
    [] as { step: number; fraction: number }[],
  ];
  let derivatives: readonly Float64Array[] = [];
  for (const target of times.slice(1)) {
    while (direction * (target - time) > 0) {
      const step = { time, length: direction * length, state };
      if (time + step.length === time || !Number.isFinite(length)) {
        throw new RangeError(
          `Cannot solve to a tolerance of ${tolerance}: steps must be finite and longer than 0, is ` +
            `${length} at time ${time}`,
        );
      }
      const trial = derivativesOf(pair, f, step, slope);
      evaluations += trial.length - 1;
      const next = moved(state, step.length, pair.weights, trial);
      const error = norm(moved(zero, step.length, pair.error, trial), [state, next]);
      const least = error < 1 ? 1 : 0.2;
      if (error <= 1) {
        steps.push(step);
        [time, state, slope, derivatives] = [time + step.length, next, trial.at(-1)!, trial];
      }
      length *= error >= 0 ? Math.min(Math.max(0.9 * error ** (-1 / pair.order), least), 10) : 0.2;
    }
    const last = steps.at(-1)!;
    const fraction = (target - last.time) / last.length;
    states.push(moved(last.state, last.length, denseWeights(pair, fraction), derivatives));
    places.push({ step: steps.length - 1, fraction });
  }
  return { states, evaluations, steps, places };
}

/** Solves. @throws RangeError when times are not strictly monotone or the tolerance cannot be met */
export function solveFloat64(problem: Float64Problem): Float64Solution {
  const { field, params, state } = problem;
  const f = (time: number, z: Float64Array) => field.value(time, z, params);
  return integrate(f, state, { ...problem, parts: [state.length] });
}

/** The gradient by the adjoint equation, solved backwards between output times. @param upstream dL/dz at each of them */
export function adjointFloat64(
  problem: Float64Problem,
  { states }: Float64Solution,
  upstream: readonly Float64Array[],
): Float64Gradient {
  const { field, params, times, paramParts = [params.length] } = problem;
  const n = problem.state.length;
  const f = (time: number, y: Float64Array) => {
    const z = y.subarray(0, n);
    const back = field.pullBack(time, z, params, y.slice(n, 2 * n).map((a) => -a));
    return Float64Array.from([...field.value(time, z, params), ...back.state, ...back.params]);
  };
  let [a, g, evaluations] = [upstream.at(-1)!, new Float64Array(params.length), 0];
  for (let i = times.length - 1; i > 0; i--) {
    const solved = integrate(f, Float64Array.from([...states[i]!, ...a, ...g]), {
      ...problem,
      times: [times[i]!, times[i - 1]!],
      parts: [n, n, ...paramParts],
    });
    const end = solved.states[1]!;
    a = moved(end.slice(n, 2 * n), 1, [1], [upstream[i - 1]!]);
    g = end.slice(2 * n);
    evaluations += solved.evaluations;
  }
  return { state: a, params: g, evaluations };
}

/** The gradient by back-propagation through the accepted steps, their lengths constant. */
export function backpropFloat64(
  problem: Float64Problem,
  { steps, places }: Float64Solution,
  upstream: readonly Float64Array[],
): Float64Gradient {
  const { field, params, pair = DOPRI5 } = problem;
  const f = (time: number, z: Float64Array) => field.value(time, z, params);
  const zeros = (): Float64Array => new Float64Array(problem.state.length);
  let after = zeros();
  let g: Float64Array = new Float64Array(params.length);
  let evaluations = 0;
  for (const [number, step] of [...steps.entries()].reverse()) {
    const { time, length, state } = step;
    const derivatives = derivativesOf(pair, f, step, f(time, state));
    // The state after the step and the output times in it: each is state + length · Σ_i weights[i] k_i.
    const readers = [{ weights: pair.weights, change: after }];
    places.forEach(({ step, fraction }, i) => {
      if (step !== number) return;
      readers.push({ weights: denseWeights(pair, fraction), change: upstream[i + 1]! });
    });
    const changes = readers.map(({ change }) => change);
    const stages: Float64Array[] = pair.stages.map(zeros);
    for (let i = stages.length - 1; i >= 0; i--) {
      const row = pair.stages[i]!;
      let a = moved(zeros(), length, readers.map(({ weights }) => weights[i]!), changes);
      a = moved(a, length, pair.stages.map((later) => later[i] ?? 0), stages);
      const point = moved(state, length, row, derivatives);
      const back = field.pullBack(time + nodeOf(row) * length, point, params, a);
      stages[i] = back.state;
      g = moved(g, 1, [1], [back.params]);
      evaluations++;
    }
    after = [...changes, ...stages].reduce((sum, change) => moved(sum, 1, [1], [change]), zeros());
  }
  return { state: moved(after, 1, [1], [upstream[0]!]), params: g, evaluations };
}
