/** What the rows of ODE-Net are. */
import { assert, assertEquals } from "@std/assert";
import { loaded, odenetMnist } from "../../../benchmarks/odenet/definition.ts";
import { anyBenchmark } from "../../../benchmarks/registry.ts";
import { resolveSettings } from "../../../benchmarks/settings.ts";
import { loadMnist } from "../../../data/load_mnist.ts";
import { formatPublished } from "../../../reports/benchmarks/benchmark_report.ts";
import { ODENET } from "../../../reports/benchmarks/odenet.ts";
import { realDataDir, withDir } from "../../data/_fixtures.ts";

const settings = (model: string, tier: "smoke" | "quick" | "reduced" | "paper" = "paper") =>
  resolveSettings(anyBenchmark(odenetMnist), tier, model);

Deno.test("rows of ODE-Net have the released code's settings, and differ in what their names say", () => {
  const { batchSize, channels, epochs, learningRate, momentum, tolerance, cropPadding } = settings(
    "ode-net",
  );
  assertEquals([batchSize, channels, epochs, learningRate, momentum, tolerance, cropPadding], [
    ...[128, 64, 160, 0.1, 0.9, 1e-3, 4],
  ]);
  const changes = (model: string) =>
    Object.entries(settings(model)).filter(([name, value]) => settings("ode-net")[name] !== value);
  assertEquals(changes("resnet"), [["network", "residual"]]);
  assertEquals(changes("rk-net"), [["network", "runge-kutta"]]);
  assertEquals(changes("no-blocks"), [["network", "plain"]]);
  assertEquals(changes("mlp"), [["network", "mlp"], ["cropPadding", 0]]);
  assertEquals(changes("ode-net-backprop"), [["gradient", "back-propagation"], ["maxSteps", 8]]);
  for (const tier of ["smoke", "quick", "reduced", "paper"] as const) {
    for (const model of Object.keys(odenetMnist.models)) settings(model, tier);
  }
});

Deno.test("the published numbers of ODE-Net are those of table 1, and no order is claimed", () => {
  const [errors] = ODENET.tables!;
  assertEquals(errors!.rows!.map(({ model, value }) => [model, formatPublished(value!)]), [
    ["mlp", "1.60"],
    ["resnet", "0.41"],
    ["rk-net", "0.47"],
    ["ode-net", "0.42"],
  ]);
  assert(ODENET.tables!.every(({ order }) => order === undefined));
});

Deno.test("loadData() has its tier's images of MNIST", async () => {
  const dataDir = realDataDir();
  if (dataDir === undefined) return;
  const { data, sha256, standIn, origin } = await odenetMnist.loadData({
    ...{ tier: "smoke", dataDir, log: () => {} },
  });
  assertEquals([data.train.count, data.validation.count, data.test.count], [256, 100, 100]);
  assertEquals([sha256, standIn], [data.sha256, undefined]);
  assertEquals(origin, "MNIST, 256 images to train and 100 to test");
});

Deno.test("digits that stand in for MNIST are named so", () =>
  withDir(async (dataDir) => {
    const counts = { train: 4, validation: 1, test: 2 };
    const drawn = await loadMnist({ dataDir, counts, standIn: true, download: false });
    const { origin, standIn } = loaded(drawn);
    assertEquals(origin, "digits drawn by the suite, 4 images to train and 2 to test");
    assertEquals(standIn, "Digits drawn by the suite stand in for MNIST.");
  }));
