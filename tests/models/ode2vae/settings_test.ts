import { assertAlmostEquals, assertEquals } from "@std/assert";
import { rootKey } from "../../../data/random/mod.ts";
import { encodedSize, type ImageObservation } from "../../../models/networks/frames.ts";
import { init } from "../../../models/ode2vae/initialise.ts";
import {
  betaKl,
  BOUNCING_BALLS_SETTINGS,
  fieldKlWeight,
  learningRate,
  MOCAP_MANY_SETTINGS,
  RMNIST_SETTINGS,
  subsequenceLength,
  UNIFORM_MNIST_SETTINGS,
} from "../../../models/ode2vae/settings.ts";

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
