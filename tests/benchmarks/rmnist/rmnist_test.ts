import { assert, assertEquals } from "@std/assert";
import type { Evaluation } from "../../../benchmarks/definition.ts";
import { tiers } from "../../../benchmarks/record/parse_record.ts";
import { type AnyBenchmark, benchmarks } from "../../../benchmarks/registry.ts";
import { rmnist } from "../../../benchmarks/rmnist/definition.ts";
import { resolveSettings } from "../../../benchmarks/settings.ts";
import { proceduralThrees } from "../../../data/procedural_threes.ts";
import {
  buildRotatingMnist,
  type RotatingMnist,
  turnedDigits,
} from "../../../data/rotating_mnist.ts";
import { SPLINE } from "../../../data/rotation_recipe.ts";
import { observedFrames, type Sequences } from "../../../data/sequences.ts";
import { selectBackend } from "../../../models/backend/select.ts";
import { GPPVAE_SETTINGS } from "../../../models/gppvae/settings.ts";
import { IMAGE_SETTINGS } from "../../../models/ode2vae/settings.ts";
import type { CheckpointArrays, EpochReport, Trainer } from "../../../models/training/method.ts";
import { defaultSettings } from "../../../models/training/settings.ts";

const definition = benchmarks.rmnist!;
const family = Object.values(benchmarks).filter(({ name }) => name.startsWith("rmnist"));

/** Sequences of 30 drawn digits: one minibatch of the smoke tier. */
const DATA = await buildRotatingMnist(
  turnedDigits(proceduralThrees(32), "procedural", SPLINE),
  { train: 30, validation: 2 },
);

/** A cell of the smoke tier, as its process makes it. */
function cellOf(benchmark: AnyBenchmark, model: string, data: RotatingMnist) {
  return { model, settings: resolveSettings(benchmark, "smoke", model), data };
}

async function trainerOf(benchmark: AnyBenchmark, model: string, data: RotatingMnist) {
  const cell = cellOf(benchmark, model, data);
  return await benchmark.models[model]!.method.start({
    settings: cell.settings,
    seed: 1,
    data,
    backend: () => selectBackend("ort-cpu", { threads: 1 }),
    watch: benchmark.watch!(cell),
    log: () => {},
  });
}

for (const benchmark of family) {
  Deno.test(`${benchmark.name} uses settings that exist and are in range at every tier`, () => {
    for (const tier of tiers) {
      for (const [model, { trivial = false }] of Object.entries(benchmark.models)) {
        // It throws when one is unknown or breaks its rule.
        const settings = resolveSettings(benchmark, tier, model);
        if (trivial) assertEquals(settings, {});
        else if ("vaeEpochs" in settings) {
          // "dis" is the model whose networks stay frozen, in every tier.
          const joint = Number(settings.jointEpochs) > 0;
          assertEquals(joint, !["gppvae-dis", "no-joint-stage"].includes(model));
        } else assert("fieldHidden" in settings);
      }
    }
  });
}

Deno.test("rmnist is the published protocol at the paper tier, its variants one setting apart", () => {
  const settings = (model: string) => resolveSettings(definition, "paper", model);
  const [printed, dis] = [defaultSettings(IMAGE_SETTINGS), defaultSettings(GPPVAE_SETTINGS)];
  const released = { ...printed, initialLogDensity: "released-code" };
  assertEquals(settings("ode2vae"), released);
  assertEquals(settings("ode2vae-kl"), { ...released, klEncoder: true });
  assertEquals(settings("ode2vae-paper"), printed);
  assertEquals(settings("ode2vae-kl-paper"), { ...printed, klEncoder: true });
  assertEquals([printed.epochs, printed.batchSize, printed.stepsPerFrame], [1000, 60, 5]);
  assertEquals([rmnist.version, rmnist.tiers.paper!.seeds], [2, 8]);
  assertEquals(settings("gppvae-dis"), dis);
  assertEquals(settings("gppvae-joint"), { ...dis, jointEpochs: 100 });
});

Deno.test("each row of an ablation is one change away from its base, or says that it is two", () => {
  for (const name of ["rmnist_ablation_ode2vae", "rmnist_ablation_gppvae"]) {
    const { models } = benchmarks[name]!;
    const base = resolveSettings(benchmarks[name]!, "reduced", "base");
    const rows = Object.keys(models).filter((model) => !models[model]!.trivial);
    for (const model of rows) {
      const settings = resolveSettings(benchmarks[name]!, "reduced", model);
      const changes = Object.keys(base).filter((key) => settings[key] !== base[key]).length;
      const expected = { "base": 0, "code-times-and-minibatches": 2, "half-networks": 2 }[model];
      assertEquals(changes, expected ?? 1, model);
    }
    assert(rows.length > (name.endsWith("gppvae") ? 4 : 8));
  }
});

Deno.test("every benchmark makes a trainer of each model, and its references are deterministic", async () => {
  for (const benchmark of family) {
    for (const [model, entry] of Object.entries(benchmark.models)) {
      const { trivial = false, deterministic = false, title } = entry;
      const trainer = await trainerOf(benchmark, model, DATA);
      assertEquals(trainer.epochs === 0, trivial);
      assertEquals(trainer.parameters > 0, !trivial);
      assertEquals("testMse" in trainer.curves, !trivial, "its test error is watched");
      assertEquals(deterministic, trivial);
      assert(title.length > 0);
      await trainer.dispose();
    }
    const trivial = Object.values(benchmark.models).filter((entry) => entry.trivial);
    assertEquals(trivial.length, 3, "trivial references stand in every table");
  }
});

/** The same sequences, every frame that is not observed replaced by NaN. */
function withoutUnobserved(data: RotatingMnist): RotatingMnist {
  const size = data.height * data.width;
  const hide = (sequences: Sequences): Sequences => {
    const frames = new Float32Array(sequences.frames.length).fill(NaN);
    for (let s = 0; s < sequences.count; s++) {
      for (const frame of observedFrames(sequences, s)) {
        const from = (s * sequences.frameCount + frame) * size;
        frames.set(sequences.frames.subarray(from, from + size), from);
      }
    }
    return { ...sequences, frames };
  };
  const train = hide(data.train);
  return { ...data, train, validation: hide(data.validation), test: train };
}

/** What the two epochs of a trainer leave: reports and checkpoint, and the evaluation that is asked for. */
async function trained<T>(
  trainer: Trainer<unknown>,
  evaluate: (model: unknown) => Promise<T>,
): Promise<[EpochReport[], CheckpointArrays, T]> {
  try {
    const reports: EpochReport[] = [];
    for (let epoch = 0; epoch < trainer.epochs; epoch++) {
      reports.push(await trainer.runEpoch(epoch));
    }
    return [reports, trainer.checkpoint(), await evaluate(await trainer.trained())];
  } finally {
    await trainer.dispose();
  }
}

/** Metrics of a row; records are compared with the reference by these names. */
const METRICS: Readonly<Record<string, readonly string[]>> = {
  gppvae: ["testMse", "testMseOneFrame", "testMseEncoded", "noiseVariance"],
  ode2vae: [
    ...["testMse", "testMseStrict", "testMseSamples", "testMseSingleDraw", "testMseLast"],
    ...["testMseAveraged", "testMseCompleteSelection", "testMseBatchStatistics"],
    "validationLogLikelihood",
  ],
};

for (const [model, { trivial }] of Object.entries(definition.models)) {
  if (trivial) continue;
  Deno.test(`${model} is scored by its own metrics, and trains and selects bit for bit the same when no unobserved frame is there`, async () => {
    const [reports, arrays, evaluation] = await trained(
      await trainerOf(definition, model, DATA),
      (result): Promise<Evaluation> => definition.evaluate(result, cellOf(definition, model, DATA)),
    );
    assertEquals(evaluation.metrics.map(({ name }) => name), METRICS[model.split("-")[0]!]);
    assert(evaluation.metrics.every(({ value }) => Number.isFinite(value)));
    assertEquals(evaluation.metrics[0]!.value, evaluation.curves[0]!.y[DATA.unseenFrame]);
    const blind = await trained(
      await trainerOf(definition, model, withoutUnobserved(DATA)),
      () => Promise.resolve(),
    );
    // The test error needs the unobserved frame, and so does the released code's selection, which is a metric beside
    // the headline.
    const seen = (report: EpochReport) => ({ ...report, testMse: 0 });
    assertEquals(blind[0].map(seen), reports.map(seen));
    assert(blind[0].every(({ testMse }) => !(testMse! >= 0)), "no test error without the frame");
    const own = (checkpoint: CheckpointArrays) =>
      Object.fromEntries(
        Object.entries(checkpoint).filter(([name]) => !name.startsWith("best/complete/")),
      );
    assertEquals(own(blind[1]), own(arrays));
  });
}
