import { assertEquals, assertThrows } from "@std/assert";
import type { Settings } from "../../../benchmarks/definition.ts";
import {
  ODE2VAE_DEFAULTS,
  parseOde2vaeSettings,
} from "../../../benchmarks/trainers/ode2vae_settings.ts";
import { mnistObservation, RMNIST_SETTINGS } from "../../../models/ode2vae/settings.ts";

Deno.test("parseOde2vaeSettings() gives the published settings when given the defaults", () => {
  const { model, training } = parseOde2vaeSettings(ODE2VAE_DEFAULTS);
  // The defaults are ODE2VAE's; the KL variant differs in this one setting.
  assertEquals(model, { ...RMNIST_SETTINGS, klEncoder: false });
  assertEquals(training, {
    growth: true,
    timeOrigin: "first-observed",
    reshuffle: true,
    averagedShare: 0.2,
    validationEvery: 1,
    testEvery: 10,
    posteriorSamples: 20,
    evaluationStatistics: "running",
  });
});

Deno.test("parseOde2vaeSettings() takes every setting over", () => {
  const changed: Settings = {
    ...ODE2VAE_DEFAULTS,
    latentDimensions: 3,
    fieldHidden: 4,
    fieldActivation: "tanh",
    initialWeightVariance: 0.5,
    encoderFilters: 2,
    decoderFilters: 5,
    klEncoder: true,
    klWeight: 0.25,
    klFrames: "windows",
    beta: "paper",
    initialLogDensity: "released-code",
    trace: "hutchinson",
    method: "euler",
    frameInterval: 0.2,
    stepsPerFrame: 2,
    batchSize: 6,
    learningRate: 0.1,
    learningRateDecay: 0.9,
    learningRateDecaySteps: 7,
    epochs: 8,
    growth: false,
    timeOrigin: "frame-0",
    reshuffle: false,
    averagedShare: 0.5,
    validationEvery: 9,
    testEvery: 0,
    posteriorSamples: 1,
    evaluationStatistics: "batch",
  };
  const untouched = Object.keys(ODE2VAE_DEFAULTS)
    .filter((name) => changed[name] === ODE2VAE_DEFAULTS[name]);
  assertEquals(untouched, ["velocityFrames"], "the test changes all that may change");
  const { model, training } = parseOde2vaeSettings(changed);
  const { observation, optimisation, velocityFrames, ...flat } = model;
  assertEquals(observation, mnistObservation(2, 5));
  assertEquals(
    { ...flat, ...optimisation, ...training, velocityFrames, encoderFilters: 2, decoderFilters: 5 },
    changed,
  );
});

const refused: readonly (readonly [Settings, string])[] = [
  [{ latentDimensions: 0 }, "latentDimensions must be a positive integer, is 0"],
  [{ batchSize: 2.5 }, "batchSize must be a positive integer, is 2.5"],
  [{ epochs: -1 }, "epochs must be a positive integer, is -1"],
  [{ posteriorSamples: NaN }, "posteriorSamples must be a positive integer, is NaN"],
  [{ velocityFrames: 2 }, "velocityFrames must be 1, is 2"],
  [{ testEvery: -1 }, "testEvery must be 0 or a positive integer, is -1"],
  [{ testEvery: 0.5 }, "testEvery must be 0 or a positive integer, is 0.5"],
  [{ initialWeightVariance: 0 }, "initialWeightVariance must be a positive number, is 0"],
  [{ frameInterval: NaN }, "frameInterval must be a positive number, is NaN"],
  [{ learningRateDecay: Infinity }, "learningRateDecay must be a positive number, is Infinity"],
  [{ averagedShare: 0 }, "averagedShare must be above 0 and at most 1, is 0"],
  [{ timeOrigin: "now" }, "timeOrigin must be one of first-observed, frame-0, is now"],
  [{ method: "heun" }, "method must be one of euler, midpoint, rk4, dopri5, is heun"],
  [{ trace: "none" }, "trace must be one of exact, hutchinson, is none"],
  [{ fieldActivation: "elu" }, "fieldActivation must be one of relu, tanh, is elu"],
  [{ initialLogDensity: "" }, "initialLogDensity must be one of paper, released-code, is "],
  [{ evaluationStatistics: "all" }, "evaluationStatistics must be one of running, batch, is all"],
  [{ growth: 1 }, "growth must be a boolean, is 1"],
  [{ klWeight: "0.1" }, "klWeight must be a number, is 0.1"],
];

for (const [change, line] of refused) {
  Deno.test(`parseOde2vaeSettings() throws in one line when ${line.replace(/ must.*, is/, " is")}`, () => {
    const error = assertThrows(
      () => parseOde2vaeSettings({ ...ODE2VAE_DEFAULTS, ...change }),
      RangeError,
    );
    assertEquals(error.message, `Cannot train ODE2VAE: setting ${line}`);
  });
}

Deno.test("parseOde2vaeSettings() throws when a setting is missing", () => {
  const { klWeight: _, ...rest } = ODE2VAE_DEFAULTS;
  assertThrows(() => parseOde2vaeSettings(rest), RangeError, "klWeight must be a number, is undef");
});
