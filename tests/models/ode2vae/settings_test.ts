import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { rootKey } from "../../../data/random/mod.ts";
import { encodedSize } from "../../../models/networks/frames.ts";
import { type ImageObservation, imageObservation } from "../../../models/networks/observation.ts";
import { init } from "../../../models/ode2vae/initialise.ts";
import {
  type FlatSettings,
  IMAGE_SETTINGS,
  VECTOR_SETTINGS,
} from "../../../models/ode2vae/settings.ts";
import { betaKl, fieldKlWeight } from "../../../models/ode2vae/loss.ts";
import {
  BOUNCING_BALLS_SETTINGS,
  MOCAP_MANY_SETTINGS,
  RMNIST_SETTINGS,
  UNIFORM_MNIST_SETTINGS,
} from "../../../models/ode2vae/settings.ts";
import { learningRate, subsequenceLength } from "../../../models/latent_paths/settings.ts";
import { modelSettings } from "../../../models/ode2vae/training.ts";
import {
  defaultSettings,
  parseSettings,
  type Settings,
} from "../../../models/training/settings.ts";

/** Asserts that a model has these settings, whatever else it has. */
function assertHas(model: object, expected: object): void {
  const found = Object.keys(expected).map((name) => [name, Reflect.get(model, name)]);
  assertEquals<object>(Object.fromEntries(found), expected);
}

Deno.test("betaKl() has the published settings' values", () => {
  // Values of the released code's formula, from the protocol's table.
  for (
    const [settings, beta] of [
      [MOCAP_MANY_SETTINGS, 1.387e-3],
      [RMNIST_SETTINGS, 1.258e-3],
      [UNIFORM_MNIST_SETTINGS, 2.448e-3],
      [BOUNCING_BALLS_SETTINGS, 8.985e-4],
    ] as const
  ) {
    const actual = betaKl(settings.latentDimensions, settings.fieldHidden);
    assertAlmostEquals(actual / beta, 1, 5e-4);
  }
});

Deno.test("fieldKlWeight() is the released code's β, or |q| / |W| of the paper", () => {
  assertEquals(fieldKlWeight(RMNIST_SETTINGS), betaKl(8, 50));
  // 16 → 50 → 50 → 8 with biases: 850 + 2550 + 408 weights.
  assertEquals(fieldKlWeight({ ...RMNIST_SETTINGS, beta: "paper" }), 8 / 3808);
});

Deno.test("encodedSize() is 2·2·8F for 28×28 and 32×32 images", () => {
  assertEquals(encodedSize(RMNIST_SETTINGS.observation as ImageObservation), 256);
  assertEquals(encodedSize(BOUNCING_BALLS_SETTINGS.observation as ImageObservation), 512);
});

Deno.test("init() gives the names and layouts of rotating MNIST", () => {
  const { params, state } = init(rootKey(0), RMNIST_SETTINGS);
  const shape = (name: string) => params[name]?.shape;
  assertEquals(shape("positionEncoder/conv1/kernel"), [5, 5, 1, 8]);
  assertEquals(shape("velocityEncoder/conv4/kernel"), [5, 5, 32, 64]);
  assertEquals(shape("velocityEncoder/batchNorm4/scale"), [64]);
  assertEquals(shape("positionEncoder/logVariance/kernel"), [256, 8]);
  assertEquals(shape("field/layer1/kernel"), [16, 50]);
  assertEquals(shape("field/layer3/bias"), [8]);
  assertEquals(shape("field/logVariance"), []);
  assertEquals(shape("decoder/dense/kernel"), [8, 72]);
  assertEquals(shape("decoder/conv1/kernel"), [3, 3, 48, 8]);
  assertEquals(shape("decoder/conv4/kernel"), [5, 5, 1, 12]);
  assertEquals(shape("decoder/conv4/bias"), [1]);
  assertEquals(shape("decoder/conv1/bias"), undefined);
  assertEquals(shape("positionEncoder/conv1/bias"), undefined);
  assertAlmostEquals(params["field/logVariance"]!.data[0]!, Math.log(1e-4), 1e-6);
  assertEquals(Object.keys(state).length, 2 * (4 + 4 + 3));
  assertEquals(Array.from(state["decoder/batchNorm3/variance"]!.data), Array(12).fill(1));
});

Deno.test("init() widens the velocity encoder when it sees more frames", () => {
  const shape = (name: string, settings = MOCAP_MANY_SETTINGS) =>
    init(rootKey(0), settings).params[name]?.shape;
  assertEquals(shape("velocityEncoder/dense1/kernel"), [150, 30]);
  assertEquals(shape("positionEncoder/dense1/kernel"), [50, 30]);
  assertEquals(shape("velocityEncoder/conv1/kernel", UNIFORM_MNIST_SETTINGS), [5, 5, 3, 8]);
});

Deno.test("subsequenceLength() grows by one frame every two epochs from a fifth of the sequence", () => {
  assertEquals([0, 1, 2, 3, 4, 17, 18, 999].map((e) => subsequenceLength(e, 11, 1)), [
    2,
    2,
    3,
    3,
    4,
    10,
    11,
    11,
  ]);
});

Deno.test("subsequenceLength() is full first at the epochs of the released code", () => {
  for (const [frames, epoch] of [[300, 480], [16, 26], [11, 18]] as const) {
    assertEquals(subsequenceLength(epoch, frames, 1), frames);
    assertEquals(subsequenceLength(epoch - 1, frames, 1), frames - 1);
  }
});

Deno.test("subsequenceLength() leaves room for one window when the sequence is short", () => {
  assertEquals(subsequenceLength(0, 11, 3), 4);
});

Deno.test("learningRate() falls by 0.995 every 200 steps", () => {
  const rate = (step: number) => learningRate(step, RMNIST_SETTINGS.optimisation);
  assertEquals([rate(0), rate(199)], [1e-3, 1e-3]);
  assertAlmostEquals(rate(200), 0.995e-3, 1e-15);
  assertAlmostEquals(rate(5999), 1e-3 * 0.995 ** 29, 1e-15);
});

const DEFAULTS = defaultSettings(IMAGE_SETTINGS);
const parse = (settings: Settings): FlatSettings =>
  parseSettings("ODE²VAE", IMAGE_SETTINGS, settings);
const modelOf = (settings: Settings) => modelSettings(parse(settings), [28, 28]);

Deno.test("the defaults are the published settings of rotating MNIST", () => {
  // They are ODE2VAE's; the KL variant differs in this one setting.
  assertHas(modelOf(DEFAULTS), { ...RMNIST_SETTINGS, klEncoder: false });
  const { growth, timeOrigin, reshuffle, averagedShare, evaluationStatistics } = parse(DEFAULTS);
  assertEquals(
    [growth, timeOrigin, reshuffle, averagedShare, evaluationStatistics],
    [true, "first-observed", true, 0.2, "running"],
  );
  const { validationEvery, testEvery, posteriorSamples } = parse(DEFAULTS);
  assertEquals([validationEvery, testEvery, posteriorSamples], [1, 10, 20]);
});

Deno.test("modelSettings() takes every setting over", () => {
  const changed: Settings = {
    latentDimensions: 3,
    fieldHidden: 4,
    fieldActivation: "tanh",
    initialWeightVariance: 0.5,
    velocityFrames: 2,
    klEncoder: true,
    klWeight: 0.25,
    klFrames: "windows",
    beta: "paper",
    initialLogDensity: "released-code",
    trace: "hutchinson",
    method: "euler",
    frameInterval: 0.2,
    stepsPerFrame: 2,
  };
  const optimisation: Settings = {
    batchSize: 6,
    learningRate: 0.1,
    learningRateDecay: 0.9,
    learningRateDecaySteps: 7,
    epochs: 8,
  };
  const filters: Settings = { encoderFilters: 2, decoderFilters: 5 };
  const all = { ...DEFAULTS, ...changed, ...optimisation, ...filters };
  const model = modelOf(all);
  assertHas(model, { ...changed, optimisation });
  assertEquals(model.observation, imageObservation(28, 28, 2, 5));
  const untouched = Object.keys(DEFAULTS).filter((name) => all[name] === DEFAULTS[name]);
  assertEquals(untouched, [
    ...["growth", "timeOrigin", "reshuffle", "averagedShare", "validationEvery", "testEvery"],
    ...["posteriorSamples", "evaluationStatistics"],
  ], "the others are the model's");
  const vectors = { ...defaultSettings(VECTOR_SETTINGS), networkHidden: 7 };
  const flat: FlatSettings = parseSettings("ODE²VAE", VECTOR_SETTINGS, vectors);
  assertEquals(modelSettings(flat, [50]).observation, {
    kind: "vector",
    dimensions: 50,
    hidden: 7,
    variance: "sigmoid",
  });
});

Deno.test("imageObservation() throws when the decoder cannot make images of the size", () => {
  assertEquals(imageObservation(32, 16, 1, 2).decoderBase, [4, 2, 8]);
  for (const [height, width] of [[28, 32], [30, 30], [0, 8]] as const) {
    assertThrows(
      () => imageObservation(height, width, 1, 1),
      RangeError,
      "Cannot encode images: they must be 28×28 or have sides that 8 divides, are " +
        `${height}×${width}`,
    );
  }
});

const REFUSED: readonly (readonly [Settings, string])[] = [
  [{ latentDimensions: 0 }, "latentDimensions must be a positive integer, is 0"],
  [{ batchSize: 2.5 }, "batchSize must be a positive integer, is 2.5"],
  [{ epochs: -1 }, "epochs must be a positive integer, is -1"],
  [{ posteriorSamples: NaN }, "posteriorSamples must be a positive integer, is NaN"],
  [{ velocityFrames: 0 }, "velocityFrames must be a positive integer, is 0"],
  [{ testEvery: -1 }, "testEvery must be 0 or a positive integer, is -1"],
  [{ initialWeightVariance: 0 }, "initialWeightVariance must be a positive number, is 0"],
  [{ frameInterval: NaN }, "frameInterval must be a positive number, is NaN"],
  [{ learningRateDecay: Infinity }, "learningRateDecay must be a positive number, is Infinity"],
  [{ averagedShare: 0 }, "averagedShare must be above 0 and at most 1, is 0"],
  [{ timeOrigin: "now" }, "timeOrigin must be one of first-observed, frame-0, is now"],
  [{ method: "heun" }, "method must be one of euler, midpoint, rk4, dopri5, is heun"],
  [{ trace: "none" }, "trace must be one of exact, hutchinson, is none"],
  [{ fieldActivation: "elu" }, "fieldActivation must be one of relu, tanh, is elu"],
  [{ klFrames: "some" }, "klFrames must be one of all, windows, is some"],
  [{ beta: "" }, "beta must be one of released-code, paper, is "],
  [{ initialLogDensity: "" }, "initialLogDensity must be one of paper, released-code, is "],
  [{ evaluationStatistics: "all" }, "evaluationStatistics must be one of running, batch, is all"],
  [{ growth: 1 }, "growth must be true or false, is 1"],
  [{ klWeight: "0.1" }, "klWeight must be a number, is 0.1"],
];

Deno.test("the settings of ODE²VAE are refused in one line when they are out of range or missing", () => {
  for (const [change, line] of REFUSED) {
    const error = assertThrows(() => parse({ ...DEFAULTS, ...change }), RangeError);
    assertEquals(error.message, `Cannot train ODE²VAE: setting ${line}`);
  }
  const { klWeight: _, ...rest } = DEFAULTS;
  assertThrows(() => parse(rest), RangeError, "klWeight must be a number, is undefined");
});
