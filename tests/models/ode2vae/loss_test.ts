import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { numbers, relativeError, scalarOf, toTensors } from "../cpu.ts";
import { loss, type LossTerms } from "../../../models/ode2vae/loss.ts";
import type { Ode2vaeSettings } from "../../../models/ode2vae/settings.ts";
import { type Params64, referenceLoss } from "./float64_reference.ts";
import {
  LEARNED_VARIANCE,
  TINY_IMAGES,
  TINY_VECTORS,
  tinyCase,
  UNIT_VARIANCE,
} from "./tiny_cases.ts";

const CASES: readonly (readonly [string, Ode2vaeSettings])[] = [
  ["images", TINY_IMAGES],
  ["vectors", TINY_VECTORS],
  ["vectors of learned variance", LEARNED_VARIANCE],
  ["vectors of unit variance", UNIT_VARIANCE],
];

for (const [kind, base] of CASES) {
  for (const klEncoder of [false, true]) {
    for (const initialLogDensity of ["paper", "released-code"] as const) {
      const settings = { ...base, klEncoder, initialLogDensity };
      const model = klEncoder ? "ODE2VAE-KL" : "ODE2VAE";
      Deno.test(`loss() equals the Float64 reference term by term when ${model} sees ${kind} with the ${initialLogDensity} density`, () => {
        const { params, params64, state, batch, noise, batch64 } = tinyCase(settings);
        const actual = loss(toTensors(params), toTensors(state), batch, noise, settings);
        const { loss: expectedLoss, ...expected } = referenceLoss(params64, batch64, settings);
        const names = Object.keys(actual.terms) as (keyof LossTerms)[];
        assertEquals(names.includes("encoderKl"), klEncoder);
        for (const name of names) {
          const error = relativeError([scalarOf(actual.terms[name]!)], [expected[name]], 1);
          assert(error < 1e-5, `${name}: relative error ${error}`);
        }
        const error = relativeError([scalarOf(actual.loss)], [expectedLoss], 1);
        assert(error < 1e-5, `loss: relative error ${error}`);
      });
    }
  }

  Deno.test(`loss() follows the settings of β and γ as the Float64 reference does when it sees ${kind}`, () => {
    const settings = { ...base, klEncoder: true, beta: "paper", klFrames: "windows" } as const;
    const { params, params64, state, batch, noise, batch64 } = tinyCase(settings);
    const lossOf = (changed: Ode2vaeSettings) =>
      scalarOf(loss(toTensors(params), toTensors(state), batch, noise, changed).loss);
    const expected = referenceLoss(params64, batch64, settings).loss;
    assert(relativeError([lossOf(settings)], [expected], 1) < 1e-5);
    for (
      const changed of [
        { ...settings, beta: "released-code" } as const,
        { ...settings, klFrames: "all" } as const,
      ]
    ) {
      assert(Math.abs(lossOf(changed) - expected) > 1e-3, "the setting matters");
    }
  });

  Deno.test(`loss() has the gradients of central differences of the Float64 reference when it sees ${kind}`, () => {
    const settings = { ...base, klEncoder: true };
    const { params, params64, state, batch, noise, batch64 } = tinyCase(settings);
    const names = Object.keys(params);
    const gradients = tf.grads((...values: tf.Tensor[]) =>
      loss(
        Object.fromEntries(names.map((name, i) => [name, values[i]!])),
        toTensors(state),
        batch,
        noise,
        settings,
      ).loss
    )(Object.values(toTensors(params)));
    for (const [i, name] of names.entries()) {
      const actual = numbers(gradients[i]!);
      // First, middle and last entry of each parameter.
      const entries = [...new Set([0, actual.length >> 1, actual.length - 1])];
      const expected = entries.map((entry) => {
        const at = (change: number) =>
          referenceLoss(moved(params64, name, entry, change), batch64, settings).loss;
        return (at(1e-5) - at(-1e-5)) / 2e-5;
      });
      const error = relativeError(entries.map((entry) => actual[entry]!), expected, 0.1);
      // Batch norms over a handful of numbers enlarge single-precision rounding.
      assert(error < 3e-4, `${name}: relative error ${error}`);
    }
  });
}

Deno.test("loss() gives the next running statistics of all batch norms when it sees images", () => {
  const { params, state, batch, noise } = tinyCase(TINY_IMAGES);
  const next = loss(toTensors(params), toTensors(state), batch, noise, TINY_IMAGES).state;
  assertEquals(Object.keys(next).sort(), Object.keys(state).sort());
  for (const [name, tensor] of Object.entries(next)) {
    assertEquals(tensor.shape, [...state[name]!.shape], name);
    assert(numbers(tensor).some((x, i) => x !== state[name]!.data[i]), `${name} did not move`);
  }
});

Deno.test("loss() integrates with Hutchinson's noise when the settings ask for it", () => {
  const settings = { ...TINY_VECTORS, trace: "hutchinson" } as const;
  const { params, state, batch, noise } = tinyCase(settings);
  const logDensity = (trace: tf.Tensor) =>
    scalarOf(
      loss(toTensors(params), toTensors(state), batch, { ...noise, trace }, settings).terms
        .logDensity,
    );
  const zero = logDensity(tf.zeros([3, 2]));
  const one = logDensity(tf.ones([3, 2]));
  assert(Math.abs(one - zero) > 1e-4, "the noise does not matter");
  assertThrows(
    () => loss(toTensors(params), toTensors(state), batch, noise, settings),
    RangeError,
    "Hutchinson's noise",
  );
});

Deno.test("loss() names the least length when frames do not fill one window", () => {
  const settings = { ...TINY_VECTORS, velocityFrames: 5 };
  const { params, state, batch, noise } = tinyCase(settings);
  assertThrows(
    () => loss(toTensors(params), toTensors(state), batch, noise, settings),
    RangeError,
    "must have at least 5, have 4",
  );
});

function moved(params: Params64, name: string, entry: number, change: number): Params64 {
  const { shape, data } = params[name]!;
  const copy = data.slice();
  copy[entry]! += change;
  return { ...params, [name]: { shape, data: copy } };
}
