import { assertAlmostEquals, assertEquals } from "@std/assert";
import { rootKey } from "../../../data/random/mod.ts";
import { betaKl, fieldKlWeight } from "../../../models/ode2vae/settings.ts";
import { encodedSize, init } from "../../../models/ode2vae/initialise.ts";
import {
  BOUNCING_BALLS_SETTINGS,
  type ImageObservation,
  MOCAP_MANY_SETTINGS,
  RMNIST_SETTINGS,
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
