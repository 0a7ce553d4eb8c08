/** The targets, the score and the rows of densities in the plane. */
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { cnf } from "../../../benchmarks/cnf/definition.ts";
import { divergence, evaluate, type PlaneData } from "../../../benchmarks/cnf/evaluate.ts";
import { BARE_ENERGIES, logIntegral, planeTargets, SIDE } from "../../../benchmarks/cnf/targets.ts";
import { anyBenchmark } from "../../../benchmarks/registry.ts";
import { resolveSettings } from "../../../benchmarks/settings.ts";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import { bestGaussian, uniformDensity } from "../../../models/reference/density.ts";
import type { DensityModel, PlaneTarget } from "../../../models/training/density.ts";
import type { TrainingTask } from "../../../models/training/method.ts";
import "../../models/cpu.ts";

const TARGETS = planeTargets();
const DATA: PlaneData = { targets: TARGETS, side: SIDE, draws: 2000 };
const valueOf = ({ metrics }: Awaited<ReturnType<typeof evaluate>>, name: string) =>
  Number(metrics.find((metric) => metric.name === name)!.value);

const fitted = async (method: typeof bestGaussian, data = DATA) => {
  const task = { settings: {}, seed: 0, data } as unknown as TrainingTask<PlaneData, DensityModel>;
  return await (await method.start(task)).trained();
};

Deno.test("BARE_ENERGIES are the printed formulas", () => {
  const [x, y] = [0.7, -1.3];
  const w1 = Math.sin(2 * Math.PI * x / 4);
  const w2 = 3 * Math.exp(-0.5 * ((x - 1) / 0.6) ** 2);
  const w3 = 3 / (1 + Math.exp(-(x - 1) / 0.3));
  const term = (a: number) => Math.exp(-0.5 * a ** 2);
  const expected = {
    U1: 0.5 * ((Math.hypot(x, y) - 2) / 0.4) ** 2 -
      Math.log(term((x - 2) / 0.6) + term((x + 2) / 0.6)),
    U2: 0.5 * ((y - w1) / 0.4) ** 2,
    U3: -Math.log(term((y - w1) / 0.35) + term((y - w1 + w2) / 0.35)),
    U4: -Math.log(term((y - w1) / 0.4) + term((y - w1 + w3) / 0.35)),
  };
  for (const [name, energy] of Object.entries(BARE_ENERGIES)) {
    assertAlmostEquals(energy(x, y), expected[name as keyof typeof expected], 1e-12, name);
  }
});

Deno.test("planeTargets() has equal energies as numbers and as tensors", () => {
  const points = normal(fold(rootKey(1), "points"), 80).map((value) => 3 * value);
  const [x, y] = [points.slice(0, 40), points.slice(40)];
  for (const { name, energy, tensorEnergy } of TARGETS) {
    const tensor = tensorEnergy(tf.tensor(x), tf.tensor(y)).dataSync();
    tensor.forEach((value, i) => {
      const expected = energy(x[i]!, y[i]!);
      assertAlmostEquals(value, expected, 1e-4 * (1 + Math.abs(expected)), name);
    });
  }
});

Deno.test("logIntegral() has log Z in the square, which grows by the wall's margin", () => {
  // By the same rule with 1000 cells a side; -log Z to three decimals elsewhere: 1.878, 2.082, 2.642, 2.685.
  const expected = [1.87750162, 2.08208934, 2.64170513, 2.68456767];
  Object.values(BARE_ENERGIES).forEach((energy, t) => {
    assertAlmostEquals(logIntegral(energy, 0), expected[t]!, 1e-7);
  });
  // In closed form: U2 is a Gaussian along y, over a length of 8, and of a wall's two halves √(2π / 100).
  const [bare, walled] = [8, 8 + Math.sqrt(2 * Math.PI / 100)]
    .map((length) => Math.log(length * 0.4 * Math.sqrt(2 * Math.PI)));
  assertAlmostEquals(expected[1]!, bare!, 1e-8);
  assertAlmostEquals(TARGETS[1]!.logNormaliser, walled!, 1e-8);
});

/** A Gaussian target of mean (1, 0) and deviations 0.5 and 1, whose divergences are known. */
const GAUSSIAN: PlaneTarget = {
  name: "G",
  energy: (x, y) => 0.5 * (((x - 1) / 0.5) ** 2 + y ** 2),
  tensorEnergy: () => tf.scalar(0),
  logNormaliser: Math.log(2 * Math.PI * 0.5),
};

Deno.test("divergence() is the closed form of Gaussians, with its error, and refuses a density that is none", async () => {
  const points = normal(fold(rootKey(2), "normal"), 40_000);
  const logDensity = Float32Array.from(
    { length: 20_000 },
    (_, i) => -0.5 * (points[2 * i]! ** 2 + points[2 * i + 1]! ** 2) - Math.log(2 * Math.PI),
  );
  const { value, error } = divergence(GAUSSIAN, { points, logDensity });
  // KL[N(0, 1) ‖ N(1, 0.5²)] = log 0.5 + (1 + 1) / (2 · 0.25) − ½
  const exact = Math.log(0.5) + 2 / 0.5 - 0.5;
  assert(error > 0.01 && error < 0.05 && Math.abs(value - exact) < 4 * error, `${value} ${error}`);
  const wrong = logDensity.map((q) => q - exact - 0.5);
  await assertRejects(
    () => Promise.try(() => divergence(GAUSSIAN, { points, logDensity: wrong })),
    RangeError,
    "must not be negative",
  );
});

Deno.test("bestGaussian finds a Gaussian target, and uniformDensity has its mean energy", async () => {
  const data = { ...DATA, targets: [GAUSSIAN] };
  assert(Math.abs(valueOf(await evaluate(await fitted(bestGaussian, data), data), "klG")) < 1e-5);
  const uniform = await evaluate(await fitted(uniformDensity), DATA);
  const area = Math.log(64);
  // Over the square the mean of ½ ((y − sin) / 0.4)² is (16/3 + ½) / 0.32.
  const exact = -area + (16 / 3 + 0.5) / 0.32 + TARGETS[1]!.logNormaliser;
  const error = valueOf(uniform, "klU2Error");
  assert(error > 0 && Math.abs(valueOf(uniform, "klU2") - exact) < 4 * error);
});

Deno.test("evaluate() has each target's divergence, their mean, and pictures", async () => {
  const result = await evaluate(await fitted(uniformDensity), DATA);
  const kls = TARGETS.map(({ name }) => valueOf(result, `kl${name}`));
  assertAlmostEquals(valueOf(result, "kl"), kls.reduce((a, b) => a + b) / 4, 1e-9);
  const [frames, ...draws] = result.exhibits;
  assert(frames?.kind === "frames" && frames.strips.length === 2);
  const pixels = Uint8Array.fromBase64(frames.strips[0]!.pixels);
  assertEquals([pixels.length, Math.max(...pixels)], [4 * 41 * 41, 255]);
  // U4's lower arm is on the right: rows go down from the greatest y.
  const at = (x: number, y: number) => pixels[3 * 1681 + (20 - 5 * y) * 41 + 20 + 5 * x]!;
  assert(at(3, -4) > 100 && at(-3, -4) < 5);
  assertEquals(draws.map(({ name }) => name), ["drawsU1", "drawsU2", "drawsU3", "drawsU4"]);
});

Deno.test("rows of cnf have the published settings in tier paper and the same data", async () => {
  const settings = (model: string) => resolveSettings(anyBenchmark(cnf), "paper", model);
  for (const size of [2, 8, 32]) {
    const { width, batchSize, learningRate, stepsPerEpoch, epochs, hyperHidden } = settings(
      `cnf-${size}`,
    );
    assertEquals([width, batchSize, learningRate, hyperHidden], [size, 512, 1e-3, 32]);
    assertEquals(Number(stepsPerEpoch) * Number(epochs), 10_000);
    const planar = settings(`nf-${size}`);
    assertEquals([planar.depth, planar.batchSize, planar.learningRate], [size, 100, 1e-5]);
    assertEquals(Number(planar.stepsPerEpoch) * Number(planar.epochs), 500_000);
  }
  for (const tier of ["smoke", "quick", "reduced", "paper"] as const) {
    for (const model of Object.keys(cnf.models)) resolveSettings(anyBenchmark(cnf), tier, model);
  }
  const [one, other] = [
    await cnf.loadData({ tier: "quick", log: () => {} }),
    await cnf.loadData({ tier: "paper", log: () => {} }),
  ];
  assertEquals([one.sha256, one.data.draws], [other.sha256, 50_000]);
});
