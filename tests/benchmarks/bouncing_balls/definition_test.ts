/** What the rows of bouncing balls are. */
import { assertEquals } from "@std/assert";
import { bouncingBallsAblation } from "../../../benchmarks/bouncing_balls/ablations.ts";
import { bouncingBalls } from "../../../benchmarks/bouncing_balls/definition.ts";
import { anyBenchmark } from "../../../benchmarks/registry.ts";
import { resolveSettings } from "../../../benchmarks/settings.ts";
import { cpu } from "../../models/training/_tiny_task.ts";
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
  const recurrent = settings("recurrent-vae");
  for (const [name, value] of Object.entries(recurrent)) assertEquals(value, other[name], name);
  assertEquals(
    Object.keys(other).filter((name) => !Object.hasOwn(recurrent, name)).sort(),
    ["fieldActivation", "fieldHidden", "fieldLayers", "frameInterval", "method", "stepsPerFrame"],
  );
  // Solved paths have one step a frame in the shorter tiers.
  for (const model of ["ode2vae", "ode2vae-kl", "neural-ode"]) {
    const { stepsPerFrame } = resolveSettings(anyBenchmark(bouncingBalls), "reduced", model);
    assertEquals([stepsPerFrame, settings(model).stepsPerFrame], [1, 5]);
  }
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

Deno.test("each row of the ablation is one change away from ODE²VAE-KL, of which only the epochs are fewer", () => {
  const of = (model: string) =>
    resolveSettings(anyBenchmark(bouncingBallsAblation), "reduced", model);
  const changes = (from: ReturnType<typeof of>, to: ReturnType<typeof of>) =>
    Object.entries(to).filter(([name, value]) => from[name] !== value);
  const reduced = resolveSettings(anyBenchmark(bouncingBalls), "reduced", "ode2vae-kl");
  assertEquals(changes(reduced, of("base")), [["epochs", 40]]);
  const rows = Object.keys(bouncingBallsAblation.models)
    .filter((model) => model !== "base" && !bouncingBallsAblation.models[model]!.trivial);
  assertEquals(rows.map((model) => [model, ...changes(of("base"), of(model))]), [
    ["no-encoder-kl", ["klEncoder", false]],
    ["encoder-kl-small", ["klWeight", 0.1]],
    ["no-growth", ["growth", false]],
    ["rate-half", ["learningRate", 4e-4]],
    ["rate-large", ["learningRate", 2e-3]],
    ["half-sequences", ["epochs", 80], ["trainShare", 0.5]],
  ]);
});

Deno.test("half of the sequences are the first ones, with as many steps in twice the epochs", async () => {
  const benchmark = anyBenchmark(bouncingBallsAblation);
  const { data } = await bouncingBalls.loadData({ tier: "smoke", log: () => {} });
  const trainer = await bouncingBallsAblation.models["half-sequences"]!.method.start({
    settings: { ...resolveSettings(benchmark, "smoke", "half-sequences"), latentDimensions: 2 },
    ...{ seed: 0, data, backend: () => Promise.resolve(cpu) },
  });
  await trainer.runEpoch(0);
  assertEquals(trainer.steps, 1); // a minibatch of 10, of 20 sequences
  await trainer.dispose();
});
