import { assert, assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { fold, normal, rootKey, uniform } from "../../../data/random/mod.ts";
import { valueAndGradients } from "../../../models/backend/engine.ts";
import type { HostArray, HostArrays } from "../../../models/backend/tensors.ts";
import { nvilLoss, SIGNAL_STATE } from "../../../models/dtsbn/loss.ts";
import {
  boundTerms,
  futureMse,
  parameterSpecs,
  recognise,
  sampleFuture,
} from "../../../models/dtsbn/network.ts";
import type { DtsbnModel } from "../../../models/dtsbn/settings.ts";
import { initialise } from "../../../models/nn/init.ts";
import { prefixed, PREFIXES, shapesOf, under } from "../../../models/training/arrays.ts";
import { CPU, ORT } from "../backend/_agreement.ts";
import { numbers, relativeError, toTensors } from "../cpu.ts";
import {
  allStates,
  baseline64,
  centralDifferences,
  expectedBound,
  type Params64,
  sample64,
  terms64,
} from "./float64_reference.ts";

const GAUSSIAN: DtsbnModel = {
  observation: "gaussian",
  dimensions: 2,
  hiddenUnits: 2,
  topUnits: 1,
  order: 2,
  baselineUnits: 2,
  minimumDeviation: 0.5,
  learningSignal: "future",
  signalDecay: 1,
};
const BERNOULLI: DtsbnModel = { ...GAUSSIAN, observation: "bernoulli" };
/** So few units that all states of three frames are soon enumerated. */
const fewUnits = (model: DtsbnModel): DtsbnModel => ({ ...model, hiddenUnits: 1 });
const key = rootKey(8);

/** Parameters far from zero; one deviation is below the least one. */
function parameters(model: DtsbnModel): HostArrays {
  const params = initialise(key, parameterSpecs(model, 0.5));
  for (const { data, shape } of Object.values(params)) {
    if (shape.length === 1) data.set(normal(fold(key, "bias"), data.length));
  }
  params["frame/logDeviation/bias"]?.data.set([0.3, -3]);
  return params;
}

const doubles = (params: HostArrays): Params64 =>
  Object.fromEntries(Object.entries(params).map(([name, { data }]) => [name, [...data]]));

/** T frames of one sequence. */
function framesOf({ observation, dimensions }: DtsbnModel, length: number): HostArray {
  const draw = observation === "bernoulli" ? uniform : normal;
  return { shape: [length, 1, dimensions], data: draw(fold(key, "frames"), length * dimensions) };
}

function tableOf({ shape, data }: HostArray): number[][] {
  const width = shape[2]!;
  return Array.from(
    { length: shape[0]! },
    (_, t) => [...data.subarray(t * width, (t + 1) * width)],
  );
}

/** The gradient that NVIL expects: the mean over all states, each with its probability. */
async function expectedGradients(model: DtsbnModel, params: HostArrays, frames: HostArray) {
  const units = model.hiddenUnits + model.topUnits;
  const length = frames.shape[0]!;
  const inputs = {
    ...prefixed(PREFIXES.params, params),
    ...prefixed(PREFIXES.state, SIGNAL_STATE),
    frames,
    uniform: { shape: [length, 1, units], data: new Float32Array(length * units) },
  };
  const step = await ORT.compile(
    (given) => {
      const values = under(PREFIXES.params, given);
      const state = under(PREFIXES.state, given);
      return valueAndGradients(() => nvilLoss(model)(values, state, given), values).gradients;
    },
    shapesOf(inputs),
  );
  const p = doubles(params);
  const sums = Object.fromEntries(
    Object.entries(p).map(([name, data]) => [name, data.map(() => 0)]),
  );
  for (const states of allStates(length, model)) {
    const terms = terms64(() => p, tableOf(frames), states, model);
    const probability = Math.exp(terms.reduce((sum, { posterior }) => sum + posterior, 0));
    // Noise of 0 turns a unit on, noise of nearly 1 off.
    states.hidden.forEach((hidden, t) =>
      inputs.uniform.data.set(
        [...hidden, ...states.top[t]!].map((on) => on ? 0 : 1 - 2 ** -24),
        t * units,
      )
    );
    for (const [name, { data }] of Object.entries(await step.run(inputs))) {
      data.forEach((value, i) => sums[name]![i]! += probability * value);
    }
  }
  await step.dispose();
  return sums;
}

for (const model of [GAUSSIAN, BERNOULLI]) {
  const params = parameters(model);
  const p = doubles(params);

  Deno.test(`boundTerms() of ${model.observation} frames are those of plain double precision`, () => {
    const frames = framesOf(model, 4);
    const noise = uniform(fold(key, "states"), 4 * 3).map(Math.round);
    const states = {
      hidden: [0, 1, 2, 3].map((t) => [noise[3 * t]!, noise[3 * t + 1]!]),
      top: [0, 1, 2, 3].map((t) => [noise[3 * t + 2]!]),
    };
    const expected = terms64(() => p, tableOf(frames), states, model);
    const actual = boundTerms(toTensors(params), toTensors({ frames }).frames!, {
      hidden: tf.tensor(states.hidden.flat(), [4, 1, 2]),
      top: tf.tensor(states.top.flat(), [4, 1, 1]),
    }, model);
    for (const term of ["likelihood", "prior", "posterior"] as const) {
      const error = relativeError(numbers(actual[term]), expected.map((t) => t[term]), 1);
      assert(error < 1e-5, `${term}: ${error}`);
    }
  });

  Deno.test(`NVIL's gradient of ${model.observation} frames is the bound's in expectation`, async () => {
    const small = fewUnits(model);
    const params = parameters(small);
    const p = doubles(params);
    const frames = framesOf(small, 3);
    const actual = await expectedGradients(small, params, frames);
    for (const name of Object.keys(p).filter((name) => !name.startsWith("baseline/"))) {
      const expected = centralDifferences(p, name, (changed) => {
        const parts = expectedBound(() => changed, tableOf(frames), small);
        return -parts.reduce((sum, part) => sum + part, 0) / 3;
      });
      assert(expected.some((value) => Math.abs(value) > 1e-3), `${name} matters`);
      const error = relativeError(actual[name]!, expected, 0.1);
      assert(error < 1e-4, `${name}: ${error}`);
    }
  });

  Deno.test(`sampleFuture() of ${model.observation} frames samples as the equations say`, async () => {
    // A context shorter than the order, one longer, and no frame after it.
    for (const [given, steps] of [[1, 4], [3, 3], [3, 0]] as const) {
      const frames = framesOf(model, given);
      const length = given + steps;
      const noise = { shape: [length, 1, 3], data: uniform(fold(key, "noise"), length * 3) };
      const expected = sample64(p, tableOf(frames), tableOf(noise), model);
      for (const backend of [CPU, ORT]) {
        const inputs = { ...params, frames, noise };
        const step = await backend.compile((x) => {
          const part = tf.slice(x.noise!, [0, 0, 0], [given, 1, 3]);
          const { hidden, top } = recognise(x, x.frames!, part, model);
          const future = sampleFuture(x, x.frames!, x.noise!, model);
          // All but the first frame of those given, as if they were later ones.
          const mse = given === 1 ? tf.scalar(0) : futureMse(
            x,
            { frames: x.frames!, uniform: part, scale: tf.tensor1d([2, 5]) },
            1,
            model,
          );
          return { future, hidden, top, mse };
        }, shapesOf(inputs));
        const { future, hidden, top, mse } = await step.run(inputs);
        await step.dispose();
        const error = relativeError([...future!.data], expected.means.flat(), 1);
        assert(error < 1e-5, `${backend.name}, ${given} + ${steps}: ${error}`);
        const { states } = expected;
        const table = tableOf(frames);
        const { means } = sample64(p, table.slice(0, 1), tableOf(noise).slice(0, given), model);
        const squares = table.slice(1).flatMap((row, t) =>
          row.map((value, i) => ([2, 5][i]! * (value - means[t + 1]![i]!)) ** 2)
        );
        const sum = squares.reduce((sum, square) => sum + square, 0);
        assertAlmostEquals(mse!.data[0]!, sum / Math.max(1, squares.length), 1e-3);
        assert(`${hidden!.data}` === `${states.hidden.slice(0, given).flat()}`, "states h");
        assert(`${top!.data}` === `${states.top.slice(0, given).flat()}`, "states z");
      }
    }
  });
}

Deno.test("the frame's learning signal rewards a state by its own frame's part of the bound", async () => {
  const model = fewUnits({ ...GAUSSIAN, learningSignal: "frame" });
  const params = parameters(model);
  const p = doubles(params);
  const frames = framesOf(model, 3);
  const table = tableOf(frames);
  const actual = await expectedGradients(model, params, frames);
  for (const name of Object.keys(p).filter((name) => name.startsWith("recognition/"))) {
    // Each frame's part, with the recognition network changed at that frame alone.
    const expected = table
      .map((_, t) =>
        centralDifferences(
          p,
          name,
          (changed) => -expectedBound((frame) => frame === t ? changed : p, table, model)[t]! / 3,
        )
      )
      .reduce((sums, part) => sums.map((sum, i) => sum + part[i]!));
    const error = relativeError(actual[name]!, expected, 0.1);
    assert(error < 1e-4, `${name}: ${error}`);
  }
  for (const name of ["baseline/hidden/kernel", "baseline/output/kernel"]) {
    // The baseline descends on half of the squared error of its prediction.
    const expected = centralDifferences(p, name, (changed) => {
      let error = 0;
      for (const states of allStates(3, model)) {
        const terms = terms64(() => p, table, states, model);
        const probability = Math.exp(terms.reduce((sum, { posterior }) => sum + posterior, 0));
        terms.forEach(({ likelihood, prior, posterior }, t) => {
          const difference = likelihood + prior - posterior - baseline64(changed, table[t]!);
          error += probability * difference ** 2 / 6;
        });
      }
      return error;
    });
    const difference = relativeError(actual[name]!, expected, 0.1);
    assert(difference < 1e-4, `${name}: ${difference}`);
  }
});

Deno.test("the learning signal is centred by its running mean and divided by a deviation above 1", () => {
  for (const before of [0, 400]) {
    const model: DtsbnModel = { ...GAUSSIAN, learningSignal: "frame", signalDecay: 0.75 };
    const params = parameters(model);
    const p = doubles(params);
    const frames = framesOf(model, 4);
    const noise = { shape: [4, 1, 3], data: uniform(fold(key, "noise"), 12) };
    const values = toTensors(params);
    const { result, gradients } = valueAndGradients(
      () =>
        nvilLoss(model)(values, {
          signalMean: tf.scalar(-2),
          signalVariance: tf.scalar(before),
        }, toTensors({ frames, uniform: noise })),
      values,
    );
    const { states } = sample64(p, tableOf(frames), tableOf(noise), model);
    const terms = terms64(() => p, tableOf(frames), states, model);
    const raw = terms.map(({ likelihood, prior, posterior }, t) =>
      likelihood + prior - posterior - baseline64(p, tableOf(frames)[t]!)
    );
    const average = (x: readonly number[]) => x.reduce((a, b) => a + b, 0) / x.length;
    const mean = 0.75 * -2 + 0.25 * average(raw);
    const spread = average(raw.map((value) => (value - average(raw)) ** 2));
    const variance = 0.75 * before + 0.25 * spread;
    const signal = raw.map((value) => (value - mean) / Math.max(1, Math.sqrt(variance)));
    assert(
      relativeError(
        [...numbers(result.state.signalMean!), ...numbers(result.state.signalVariance!)],
        [mean, variance],
        1,
      ) < 1e-5,
    );
    // ∂ log q / ∂ bias = z − q(z = 1).
    const slope = centralDifferences(p, "recognition/top/bias", (changed) => {
      const posterior = terms64(() => changed, tableOf(frames), states, model);
      return -average(posterior.map((term, t) => signal[t]! * term.posterior));
    });
    const actual = numbers(gradients["recognition/top/bias"]!);
    const error = relativeError(actual, slope, 0.1);
    assert(error < 1e-4, `${actual} must be ${slope}`);
  }
});
