/** What the rows of bouncing balls are. */
import { assertEquals } from "@std/assert";
import { bouncingBalls } from "../../../benchmarks/bouncing_balls/definition.ts";
import { anyBenchmark } from "../../../benchmarks/registry.ts";
import { resolveSettings } from "../../../benchmarks/settings.ts";
import { BOUNCING_BALLS_SETTINGS, type FlatSettings } from "../../../models/ode2vae/settings.ts";
import { modelSettings } from "../../../models/ode2vae/training.ts";

const settings = (model: string) => resolveSettings(anyBenchmark(bouncingBalls), "paper", model);

Deno.test("ode2vae has the paper's settings for bouncing balls, and the released code's density", () => {
  const model = modelSettings(settings("ode2vae-kl") as unknown as FlatSettings, [32, 32]);
  const { initialLogDensity, ...expected } = BOUNCING_BALLS_SETTINGS;
  assertEquals(initialLogDensity, "paper");
  assertEquals(
    Object.fromEntries(
      Object.keys(expected).map((name) => [name, model[name as keyof typeof expected]]),
    ),
    expected,
  );
  assertEquals(model.initialLogDensity, "released-code");
});

Deno.test("rows of bouncing balls differ in what their names say", () => {
  const changes = Object.entries(settings("ode2vae-kl"))
    .filter(([name, value]) => settings("ode2vae")[name] !== value);
  assertEquals(changes, [["klEncoder", true]]);
  const [ode, other] = [settings("ode2vae"), settings("neural-ode")];
  const shared = ["encoderFilters", "decoderFilters", "fieldHidden", "fieldActivation"];
  for (const name of [...shared, "batchSize", "learningRate", "epochs", "stepsPerFrame"]) {
    assertEquals(other[name], ode[name], name);
  }
  assertEquals(other.latentDimensions, 50);
  const { observation, order } = settings("dtsbn-s");
  assertEquals([observation, order], ["bernoulli", 2]);
  const { components, contextFrames, predictedFrames, scalePrior, epochs } = settings("ddpae");
  assertEquals([components, contextFrames, predictedFrames, scalePrior], [3, 3, 10, 4]);
  assertEquals(epochs, 2000); // 200,000 minibatches of 100 of 10,000 sequences
  for (const tier of ["smoke", "quick", "reduced", "paper"] as const) {
    for (const model of Object.keys(bouncingBalls.models)) {
      resolveSettings(anyBenchmark(bouncingBalls), tier, model);
    }
  }
});

Deno.test("loadData() has the sequences of its tier", async () => {
  const { data, sha256, standIn } = await bouncingBalls.loadData({ tier: "smoke", log: () => {} });
  assertEquals([data.train.frameCount, data.test.frameShape], [20, [32, 32]]);
  assertEquals([sha256, standIn], [data.sha256, undefined]);
});
