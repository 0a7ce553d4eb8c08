import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Backend, Step } from "../../../models/backend/backend.ts";
import { loadEager } from "../../../models/backend/eager_backend.ts";
import { valueAndGradients } from "../../../models/backend/engine.ts";
import { traceStep } from "../../../models/backend/ort/trace.ts";
import type { Tensors } from "../../../models/backend/tensors.ts";
import type { AdaptiveSolution } from "../../../models/ode/adaptive.ts";
import type { TimedField } from "../../../models/ode/timed_steps.ts";
import { odeSolveAdjoint, odeSolveBackprop } from "../../../models/ode/adjoint.ts";
import { BOSH3 } from "../../../models/ode/tableaus.ts";
import { CPU, ORT, runOnce, WASM } from "../backend/_agreement.ts";
import { numbers, relativeError, scalarOf } from "../cpu.ts";
import {
  GRADIENT_RESULTS,
  PARAM_PARTS,
  PARAMS,
  perceptron,
  PROBLEM_RESULTS,
  STATE,
  TIMED,
  UPSTREAM,
} from "./_torchdiffeq.ts";
import { errorAt, LOGISTIC, OSCILLATOR, type Problem, PROBLEMS, stateAt } from "./problems.ts";

await loadEager("wasm");
await tf.setBackend("cpu");

const SOLVES = [odeSolveAdjoint, odeSolveBackprop];
const TIMES = [0, 0.3, 1, 1.1, 3];
const both = (tolerance: number) => ({
  ...{ relativeTolerance: tolerance, absoluteTolerance: tolerance },
});
const solve = ({ field, params, state }: Problem, times: readonly number[], tolerance = 1e-5) =>
  odeSolveAdjoint(field, params, state, times, both(tolerance));

for (const problem of PROBLEMS) {
  Deno.test(`odeSolveAdjoint() meets its tolerance at all output times when it solves ${problem.name}`, () => {
    for (const tolerance of [1e-3, 1e-5]) {
      const { states } = solve(problem, TIMES, tolerance);
      for (const [i, time] of TIMES.entries()) {
        // The tolerance is for a step; over a few steps the error may add up.
        const error = errorAt(problem, stateAt(states, i), time);
        assert(error < 20 * tolerance, `error ${error} at time ${time} for ${tolerance}`);
      }
    }
  });
}

Deno.test("odeSolveAdjoint() has the fifth order's work when the tolerance falls, for any output times", () => {
  const work = (tolerance: number, times = [0, 10]) =>
    scalarOf(solve(OSCILLATOR, times, tolerance).evaluations);
  // 1000 times the accuracy costs 1000^(1/5) ≈ 4 times the steps.
  const ratio = work(1e-6) / work(1e-3);
  assert(ratio > 3 && ratio < 5, `ratio ${ratio}`);
  assertEquals(work(1e-3, Array.from({ length: 21 }, (_, i) => i / 2)), work(1e-3));
});

Deno.test("odeSolveAdjoint() goes back in time when times fall, and by another method", () => {
  const { states } = solve(OSCILLATOR, [0, -0.5, -2]);
  assert(errorAt(OSCILLATOR, stateAt(states, 2), -2) < 1e-4);
  const { field, params, state } = OSCILLATOR;
  const other = odeSolveAdjoint(field, params, state, [0, -2], { ...both(1e-5), pair: BOSH3 });
  assert(errorAt(OSCILLATOR, stateAt(other.states, 1), -2) < 1e-3);
  assertEquals(scalarOf(other.evaluations) % 3, 2);
});

Deno.test("odeSolveAdjoint() rejects torchdiffeq's steps where the field turns suddenly", () => {
  // A smooth but sharp bump at time 1, integrated: the area is √π / 20.
  const field: TimedField = (_, { y }, time) => ({
    y: tf.mul(tf.exp(tf.neg(tf.square(tf.mul(tf.sub(time, 1), 20)))), tf.onesLike(y!)),
  });
  const start = { y: tf.scalar(0) };
  const { states, evaluations } = odeSolveAdjoint(field, {}, start, [0.8, 0.9, 2], both(1e-5));
  // odeint(lambda t, y: torch.exp(-((t - 1) * 20)**2) * torch.ones_like(y), torch.zeros(1),
  //        torch.tensor([.8, .9, 2.]), rtol=1e-5, atol=1e-5): [0, 0.00018369, 0.08885033] in 74 evaluations
  const area = numbers(states.y!)[2]!;
  assert(Math.abs(area - 0.08885033) < 1e-6, `area ${area}`);
  assert(Math.abs(area - Math.sqrt(Math.PI) / 20) < 5e-4);
  assertEquals(scalarOf(evaluations), 74);
});

Deno.test("odeSolveAdjoint() and odeSolveBackprop() keep no tensors but what they return", () => {
  // The oscillator's field hands its velocity through as a derivative.
  for (const { field, params, state } of [LOGISTIC, OSCILLATOR]) {
    for (const odeSolve of SOLVES) {
      const before = tf.memory().numTensors;
      const { gradients } = tf.tidy(() =>
        valueAndGradients(() => {
          const { states } = odeSolve(field, params, state, [0, 0.2, 0.5], { maxSteps: 5 });
          return { loss: tf.addN(Object.values(states).map((s) => tf.sum(s))) as tf.Scalar };
        }, { ...params, ...state })
      );
      assertEquals(tf.memory().numTensors - before, 1 + Object.keys(gradients).length);
      const given = [...Object.values(params), ...Object.values(state)];
      assertEquals(given.filter((tensor) => tensor.isDisposed), []);
    }
  }
});

Deno.test("odeSolveAdjoint() and odeSolveBackprop() give NaN at times that they do not reach", () => {
  const explosion: TimedField = (_, { y }) => ({ y: tf.square(y!) });
  for (const odeSolve of SOLVES) {
    const options = { maxSteps: 30 };
    const { states } = odeSolve(explosion, {}, { y: tf.scalar(1) }, [0, 0.5, 2, 3], options);
    const [first, early, ...late] = numbers(states.y!);
    assertEquals([first, ...late], [1, NaN, NaN]);
    assert(Math.abs(early! - 2) < 1e-3, `${early}`);
    const nothing = odeSolve(explosion, {}, { y: tf.scalar(NaN) }, [0, 1], options);
    assert(scalarOf(nothing.evaluations) <= 8);
  }
});

Deno.test("odeSolveAdjoint() and odeSolveBackprop() refuse times that are not monotone", () => {
  const { field, params, state } = LOGISTIC;
  for (const odeSolve of SOLVES) {
    for (const times of [[0, 1, 1], [0, 1, 0.5], [0, NaN], []]) {
      assertThrows(
        () => odeSolve(field, params, state, times),
        RangeError,
        `times must be finite and strictly monotone, are [${times}]`,
      );
    }
  }
});

const single = (name: string, shape: readonly number[], values: Float64Array) => ({
  ...{ name, shape, data: Float32Array.from(values) },
});
const [U, W2] = [PARAM_PARTS[0], PARAM_PARTS[0] + PARAM_PARTS[1]];
const ARRAYS = Object.fromEntries(
  [
    single("z", [3, 2], STATE),
    single("w1", [2, 5], PARAMS.slice(0, U)),
    single("u", [5], PARAMS.slice(U, W2)),
    single("w2", [5, 2], PARAMS.slice(W2)),
    single("count", [], new Float64Array(1)),
    single("upstream", [4, 3, 2], Float64Array.from(UPSTREAM.flatMap((row) => [...row]))),
    single("times", [4], Float64Array.of(0, 0.4, 1.1, 2)),
  ].map(({ name, ...array }) => [name, array]),
);

/** The perceptron's states and gradients by a solve. */
function stepOf(
  odeSolve: (params: Tensors, state: Tensors, given: Tensors) => AdaptiveSolution,
): Step {
  return (given) => {
    const { z, w1, u, w2, count } = given as Record<string, tf.Tensor>;
    const { result, gradients } = valueAndGradients(() => {
      const { states, evaluations } = odeSolve({ w1: w1!, u: u!, w2: w2! }, { z: z! }, given);
      const loss = tf.sum(tf.mul(states.z!, given.upstream!)) as tf.Scalar;
      return { loss, states, evaluations };
    }, { z: z!, w1: w1!, u: u!, w2: w2!, count: count! });
    const { evaluations, states } = result;
    return { ...gradients, evaluations, states: states.z! };
  };
}
async function run(backend: Backend, step: Step) {
  const out = await runOnce(backend, step, ARRAYS, ARRAYS);
  return {
    gradient: ["z", "w1", "u", "w2"].flatMap((name) => [...out[name]!.data]),
    states: [...out.states!.data],
    work: [out.evaluations!.data[0]!, out.count!.data[0]!] as const,
  };
}

Deno.test("odeSolveAdjoint() and odeSolveBackprop() are torchdiffeq's when they are compiled", async () => {
  const [, falling, rising] = GRADIENT_RESULTS;
  for (const { tolerance, times, last, adjoint } of [falling!, rising!]) {
    const { work, states, gradient } = await run(
      ORT,
      stepOf((params, state, { count }) =>
        odeSolveAdjoint(perceptron, params, state, times, {
          ...{ ...both(tolerance), backwardEvaluations: count! },
        })
      ),
    );
    const [forward, backward] = work;
    const title = `tolerance ${tolerance} from ${times[0]}`;
    assertEquals(forward, adjoint.forward, title);
    // Rounding errors shorten a few of the steps backwards.
    const isNear = backward >= adjoint.backward && backward <= 1.4 * adjoint.backward;
    assert(isNear, `${title}: ${backward} evaluations`);
    assert(relativeError(states.slice(-6), last, 1) < 1e-4, title);
    assert(relativeError(gradient, adjoint.gradient, 1) < 2e-3, title);
  }
  const { tolerance, times, backprop } = rising!;
  const options = { ...both(tolerance), maxSteps: 12 };
  const { work, gradient } = await run(
    ORT,
    stepOf((params, state) => odeSolveBackprop(perceptron, params, state, times, options)),
  );
  assertEquals(work[0], backprop.forward);
  assert(relativeError(gradient, backprop.gradient, 1) < 1e-3);
});

Deno.test("odeSolveAdjoint() meets the bounds of torchdiffeq's tests in single precision when it is compiled", async () => {
  const problems = PROBLEM_RESULTS.filter(({ method }) => method === "dopri5");
  const { evaluations, ...states } = await runOnce(
    ORT,
    () => {
      const solved = problems.map(({ name, times, exact }) =>
        odeSolveAdjoint(TIMED[name]!, {}, { y: tf.tensor1d(exact[0]!) }, times, both(1e-6))
      );
      return {
        ...Object.fromEntries(solved.map(({ states }, i) => [`${i}`, states.y!])),
        evaluations: tf.stack(solved.map(({ evaluations }) => evaluations)),
      };
    },
    {},
    {},
  );
  problems.forEach(({ name, times, exact, evaluations: reference }, i) => {
    const error = relativeError([...states[i]!.data], exact.flat(), 0);
    const title = `${name} from ${times[0]}`;
    assert(error < (name === "linear" ? 2e-3 : 1e-4), `${title}: ${error}`);
    // The reference is for a tenth of the tolerance.
    assert(evaluations!.data[i]! <= reference, `${title}: ${evaluations!.data[i]} evaluations`);
  });
});

Deno.test("odeSolveAdjoint() and odeSolveBackprop() agree in single precision, compiled and op by op", async () => {
  const options = both(1e-6);
  const adjoint = stepOf((params, state, { times, count }) =>
    odeSolveAdjoint(perceptron, params, state, times!, {
      ...{ ...options, backwardEvaluations: count! },
    })
  );
  const backprop = stepOf((params, state, { times }) =>
    odeSolveBackprop(perceptron, params, state, times!, { ...options, maxSteps: 12 })
  );
  const expected = await run(ORT, backprop);
  for (const backend of [ORT, WASM]) {
    const { gradient, states } = await run(backend, adjoint);
    assert(relativeError(states, expected.states, 1) < 2e-5);
    const error = relativeError(gradient, expected.gradient, 1);
    assert(error < 2e-4, `${backend.name}: ${error}`);
  }
});

Deno.test("odeSolveAdjoint() and odeSolveBackprop() differentiate what makes params and start, one tensor in two roles and a gradient in the field", async () => {
  // y' = −∂/∂y Σ a b y² / 2 = −a b y with a = b = c², from y0 = c: y(t) = c exp(−c⁴ t).
  const field: TimedField = ({ a, b }, { y }) => {
    const energy = (y: tf.Tensor): tf.Tensor => tf.sum(tf.mul(tf.mul(a!, b!), tf.square(y)));
    return { y: tf.mul(tf.grad(energy)(y!), -0.5) };
  };
  const step: Step = ({ c }) => {
    const gradients = SOLVES.map((odeSolve) =>
      tf.grad((c: tf.Tensor) => {
        const a = tf.square(c);
        const { states } = odeSolve(field, { a, b: a }, { y: c }, [0, 0.7], { maxSteps: 6 });
        return tf.sum(tf.slice(states.y!, [1], [1]));
      })(c!)
    );
    return { adjoint: gradients[0]!, backprop: gradients[1]! };
  };
  const c = { shape: [2], data: Float32Array.of(0.8, 1.1) };
  const exact = Array.from(c.data, (c) => Math.exp(-0.7 * c ** 4) * (1 - 2.8 * c ** 4));
  for (const backend of [ORT, CPU]) {
    for (const [name, { data }] of Object.entries(await runOnce(backend, step, { c }, { c }))) {
      const error = relativeError([...data], exact, 1);
      assert(error < 1e-4, `${name} on ${backend.name}: ${error}`);
    }
  }
});

Deno.test("odeSolveAdjoint() records as much for any number of steps and no gradient unless asked", async () => {
  const operations = async (gradient: boolean, maxSteps: number) => {
    const traced = await traceStep(({ z, w1, u, w2 }) => {
      const run = (z: tf.Tensor): tf.Tensor =>
        tf.sum(
          odeSolveAdjoint(perceptron, { w1: w1!, u: u!, w2: w2! }, { z }, [0, 1, 2], { maxSteps })
            .states.z!,
        );
      return { out: gradient ? tf.grad(run)(z!) : run(z!) };
    }, ARRAYS);
    return traced;
  };
  const [value, few, many] = [
    await operations(false, 10),
    await operations(true, 10),
    await operations(true, 10_000),
  ];
  assertEquals([value.operations.Loop, few.operations.Loop], [1, 2]);
  assertEquals(few.nodeCount, many.nodeCount);
});

Deno.test("odeSolveAdjoint() and odeSolveBackprop() return the given state when there is one time", () => {
  for (const odeSolve of SOLVES) {
    const z = tf.tensor1d([2, 3]);
    const gradient = tf.grad((z: tf.Tensor) => {
      const { states } = odeSolve(OSCILLATOR.field, {}, { position: z, velocity: z }, [4]);
      return tf.sum(tf.mul(states.position!, z));
    })(z);
    assertEquals(numbers(gradient), [4, 6]);
  }
});
