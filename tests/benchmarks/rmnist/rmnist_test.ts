import { assert, assertEquals, assertRejects } from "@std/assert";
import { tiers } from "../../../benchmarks/record/parse_record.ts";
import { type AnyBenchmark, benchmarks } from "../../../benchmarks/registry.ts";
import { rmnist } from "../../../benchmarks/rmnist/definition.ts";
import { resolveSettings } from "../../../benchmarks/settings.ts";
import type { CheckpointArrays, EpochReport, Trainer } from "../../../models/training/method.ts";
import {
  GPPVAE_DEFAULTS,
  parseGppvaeSettings,
} from "../../../benchmarks/trainers/gppvae_settings.ts";
import {
  ODE2VAE_DEFAULTS,
  parseOde2vaeSettings,
} from "../../../benchmarks/trainers/ode2vae_settings.ts";
import { proceduralThrees } from "../../../data/procedural_threes.ts";
import {
  buildRotatingMnist,
  type RotatingMnist,
  type SequenceSet,
  turnedDigits,
} from "../../../data/rotating_mnist.ts";
import { SPLINE } from "../../../data/rotation_recipe.ts";
import { isReferenceName } from "../../../models/reference/imputations.ts";

const definition = benchmarks.rmnist!;
const family = Object.values(benchmarks);

/** Sequences of 30 drawn digits: one minibatch of the smoke tier. */
const DATA = await buildRotatingMnist(
  turnedDigits(proceduralThrees(32), "procedural", SPLINE),
  { train: 30, validation: 2 },
);

async function trainerOf(benchmark: AnyBenchmark, model: string, data: RotatingMnist) {
  return await benchmark.createTrainer({
    model,
    settings: resolveSettings(benchmark, "smoke", model),
    seed: 1,
    data,
    backend: "ort-cpu",
    threads: 1,
    log: () => {},
  });
}

for (const benchmark of family) {
  Deno.test(`${benchmark.name} uses settings that exist and are in range at every tier`, () => {
    for (const tier of tiers) {
      for (const model of Object.keys(benchmark.models)) {
        const settings = resolveSettings(benchmark, tier, model);
        if (isReferenceName(model)) assertEquals(settings, {});
        else if ("vaeEpochs" in settings) {
          // "dis" is the model whose networks stay frozen, in every tier.
          const { training } = parseGppvaeSettings(settings);
          assertEquals(training.jointEpochs > 0, !["gppvae-dis", "no-joint-stage"].includes(model));
        } else parseOde2vaeSettings(settings);
      }
    }
  });
}

Deno.test("rmnist is the published protocol at the paper tier, its variants one setting apart", () => {
  const settings = (model: string) => resolveSettings(definition, "paper", model);
  const released = { ...ODE2VAE_DEFAULTS, initialLogDensity: "released-code" };
  assertEquals(settings("ode2vae"), released);
  assertEquals(settings("ode2vae-kl"), { ...released, klEncoder: true });
  assertEquals(settings("ode2vae-paper"), ODE2VAE_DEFAULTS);
  assertEquals(settings("ode2vae-kl-paper"), { ...ODE2VAE_DEFAULTS, klEncoder: true });
  assertEquals(
    [ODE2VAE_DEFAULTS.epochs, ODE2VAE_DEFAULTS.batchSize, ODE2VAE_DEFAULTS.stepsPerFrame],
    [1000, 60, 5],
  );
  assertEquals([rmnist.version, rmnist.tiers.paper!.seeds], [2, 8]);
  assertEquals(settings("gppvae-dis"), GPPVAE_DEFAULTS);
  assertEquals(settings("gppvae-joint"), { ...GPPVAE_DEFAULTS, jointEpochs: 100 });
});

Deno.test("each row of an ablation is one change away from its base, or says that it is two", () => {
  for (const name of ["rmnist_ablation_ode2vae", "rmnist_ablation_gppvae"]) {
    const { models } = benchmarks[name]!;
    const base = resolveSettings(benchmarks[name]!, "reduced", "base");
    const changes = Object.entries(models).filter(([model]) => !isReferenceName(model))
      .map(([model]) => {
        const settings = resolveSettings(benchmarks[name]!, "reduced", model);
        return [model, Object.keys(base).filter((key) => settings[key] !== base[key]).length];
      });
    for (const [model, count] of changes) {
      const expected = { "base": 0, "code-times-and-minibatches": 2, "half-networks": 2 }[model!];
      assertEquals(count, expected ?? 1, `${model}`);
    }
    assert(changes.length > (name.endsWith("gppvae") ? 4 : 8));
  }
});

Deno.test("every benchmark makes a trainer of each model, and its references are deterministic", async () => {
  for (const benchmark of family) {
    for (const [model, entry] of Object.entries(benchmark.models)) {
      const trainer = await trainerOf(benchmark, model, DATA);
      assertEquals(trainer.settings, resolveSettings(benchmark, "smoke", model));
      assertEquals(trainer.epochs === 0, isReferenceName(model));
      assertEquals(trainer.parameters > 0, !isReferenceName(model));
      assertEquals(entry.deterministic ?? false, isReferenceName(model));
      assert(entry.title.length > 0);
      trainer.dispose();
    }
    await assertRejects(
      () => {
        const model = Object.keys(benchmark.models)[0]!;
        const settings = resolveSettings(benchmark, "smoke", model);
        const context = { settings, seed: 1, data: DATA, backend: "ort-cpu", threads: 1 };
        return benchmark.createTrainer({ ...context, model: "other", log: () => {} });
      },
      TypeError,
      'Cannot train "other": the model must be one of mean-image',
    );
  }
});

/** The same sequences, every frame that is not observed replaced by NaN. */
function withoutUnobserved(data: RotatingMnist): RotatingMnist {
  const { frameCount, observedCount, height, width } = data;
  const size = height * width;
  const hide = ({ count, frames, observed }: SequenceSet): SequenceSet => {
    const seen = new Float32Array(frames.length).fill(NaN);
    for (let i = 0; i < count * observedCount; i++) {
      const from = (Math.floor(i / observedCount) * frameCount + observed[i]!) * size;
      seen.set(frames.subarray(from, from + size), from);
    }
    return { count, frames: seen, observed };
  };
  const train = hide(data.train);
  return { ...data, train, validation: hide(data.validation), test: train };
}

/** What two epochs of a trainer leave: reports and checkpoint. */
async function trained(trainer: Trainer): Promise<[EpochReport[], CheckpointArrays]> {
  try {
    const reports: EpochReport[] = [];
    for (let epoch = 0; epoch < trainer.epochs; epoch++) {
      reports.push(await trainer.runEpoch(epoch));
    }
    return [reports, trainer.checkpoint()];
  } finally {
    trainer.dispose();
  }
}

for (const model of Object.keys(rmnist.models).filter((model) => !isReferenceName(model))) {
  Deno.test(`${model} trains and selects bit for bit the same when no unobserved frame is there`, async () => {
    const [reports, arrays] = await trained(await trainerOf(definition, model, DATA));
    const blind = await trained(await trainerOf(definition, model, withoutUnobserved(DATA)));
    // The test error needs the unobserved frame, and so does the released code's selection, which is a metric beside
    // the headline.
    const seen = (report: EpochReport) => ({ ...report, testMse: 0 });
    assertEquals(blind[0].map(seen), reports.map(seen));
    assert(blind[0].every(({ testMse }) => !(testMse! >= 0)), "no test error without the frame");
    const own = (checkpoint: CheckpointArrays) =>
      Object.fromEntries(
        Object.entries(checkpoint).filter(([name]) => !name.startsWith("bestComplete/")),
      );
    assertEquals(own(blind[1]), own(arrays));
  });
}
