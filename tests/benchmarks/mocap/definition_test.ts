/** What the definitions of motion capture train on and ask for. */
import { assert, assertEquals } from "@std/assert";
import { mocapMany, mocapMany200, mocapSingle } from "../../../benchmarks/mocap/definition.ts";
import { resolveSettings } from "../../../benchmarks/settings.ts";
import { anyBenchmark } from "../../../benchmarks/registry.ts";
import { realDataDir } from "../../data/_fixtures.ts";

/** Loads from a folder that has a file, or from none, where walks are made up. */
async function load(definition: typeof mocapMany, file: string, tier: "smoke" | "paper") {
  const options = { tier, log: () => {} };
  const dataDir = realDataDir(file);
  return await definition.loadData(dataDir === undefined ? options : { ...options, dataDir });
}

Deno.test("mocap_many gives three frames, and mocap_many_200 two hundred that alone are trained on", async () => {
  const file = "mocap35/mocap35.mat";
  const [short, long] = [
    await load(mocapMany, file, "paper"),
    await load(mocapMany200, file, "paper"),
  ];
  const [{ groups: [many] }, { groups: [later] }] = [short.data, long.data];
  assertEquals([many!.given, many!.train.frameCount, many!.test.frameCount], [3, 300, 300]);
  assertEquals([later!.given, later!.train.frameCount, later!.validation.frameCount], [
    ...[200, 200, 200],
  ]);
  assertEquals([later!.train.count, later!.test.count], [16, 4]);
  // Frame 5 of walk 7 is the same in both.
  const at = (frameCount: number) => (7 * frameCount + 5) * 50;
  assertEquals(
    later!.train.frames.slice(at(200), at(200) + 50),
    many!.train.frames.slice(at(300), at(300) + 50),
  );
});

Deno.test("mocap_single has a group for each walk, and trains on none of the asked frames", async () => {
  const { data } = await load(mocapSingle, "cmu/08/08.asf", "smoke");
  assertEquals(data.groups.length, 2);
  for (const { train, validation, test, given } of data.groups) {
    assert(given < test.frameCount && validation.frameCount === given);
    assertEquals(train.frameCount, Math.floor(4 * given / 5));
    assertEquals(train.frames, test.frames.slice(0, train.frames.length));
  }
});

Deno.test("rows of motion capture differ in what their names say, and in nothing else", () => {
  const settings = (model: string) => resolveSettings(anyBenchmark(mocapMany), "paper", model);
  const changes = (model: string, base = "ode2vae") =>
    Object.entries(settings(model)).filter(([name, value]) => settings(base)[name] !== value);
  assertEquals(changes("ode2vae-kl"), [["klEncoder", true]]);
  assertEquals(changes("ode2vae-unit"), [["variance", "unit"]]);
  assertEquals(changes("ode2vae-windows"), [["windowFrames", 250]]);
  assertEquals(changes("ode2vae-fine"), [["stepsPerFrame", 5]]);
  assertEquals(changes("latent-sde-posterior", "latent-sde"), [["predictionDrift", "posterior"]]);
  assertEquals(changes("latent-sde-contexts", "latent-sde"), [["growth", false], [
    "growthFrames",
    1,
  ]]);
  const shared = [
    "stepsPerFrame",
    "epochs",
    "learningRate",
    "networkHidden",
    "batchSize",
    "variance",
  ];
  for (const setting of [...shared, "growthFrames", "validationLength"]) {
    assertEquals(settings("neural-ode")[setting], settings("ode2vae")[setting], setting);
  }
  const { batchSize, learningRate, epochs, latentDimensions, klWeight } = settings("ode2vae-kl");
  assertEquals([batchSize, learningRate, epochs, latentDimensions, klWeight], [
    ...[16, 3e-3, 1000, 3, 1],
  ]);
  for (const definition of [mocapMany, mocapMany200, mocapSingle]) {
    for (const tier of ["smoke", "quick", "paper"] as const) {
      for (const model of Object.keys(definition.models)) {
        resolveSettings(anyBenchmark(definition), tier, model);
      }
    }
  }
});
