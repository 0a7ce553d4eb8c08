import {
  assert,
  assertAlmostEquals,
  assertEquals,
  assertNotEquals,
  assertRejects,
} from "@std/assert";
import { fold, normal, rootKey, uniform } from "../../../data/random/mod.ts";
import { framesAt, observedFrames, type Sequences } from "../../../data/sequences.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";
import { BERNOULLI_EPSILON } from "../../../models/inference/densities.ts";
import { init } from "../../../models/ode2vae/initialise.ts";
import { type FlatSettings, IMAGE_SETTINGS } from "../../../models/ode2vae/settings.ts";
import { ode2vae, ode2vaeVectors } from "../../../models/ode2vae/method.ts";
import { predict } from "../../../models/ode2vae/predict.ts";
import { betaKl } from "../../../models/ode2vae/loss.ts";
import { modelSettings } from "../../../models/ode2vae/training.ts";
import { prefixed, PREFIXES } from "../../../models/training/arrays.ts";
import {
  type CheckpointArrays,
  DivergenceError,
  type EpochReport,
  type Trainer,
} from "../../../models/training/method.ts";
import { CompiledPredictions } from "../../../models/training/network_training.ts";
import type { SequenceData, SequenceModel } from "../../../models/training/sequences.ts";
import { defaultSettings, type Settings } from "../../../models/training/settings.ts";
import { relativeError } from "../cpu.ts";
import {
  cpu,
  epochs,
  HIDDEN,
  hiddenError,
  NOISE,
  noiseImages,
  scalar,
  scriptedBackend,
  stepKind,
  type TinyTask,
  watchHidden,
  withCheckpoints,
  withTrainer,
} from "../training/_tiny_task.ts";

/** The smallest networks that there are, with every evaluation in every epoch. */
const TINY: Settings = {
  latentDimensions: 2,
  fieldHidden: 3,
  stepsPerFrame: 1,
  batchSize: 3,
  epochs: 4,
  testEvery: 1,
  posteriorSamples: 2,
};
const TINY_IMAGES: Settings = { ...TINY, encoderFilters: 1, decoderFilters: 1 };

type TrainerTest<T> = (trainer: Trainer<SequenceModel>) => Promise<T>;

/** A training on images, watched at the hidden frame as predicted from frame 0. */
const onImages = <T>(settings: Settings, test: TrainerTest<T>, task: TinyTask = {}) =>
  withTrainer(ode2vae, {
    watch: watchHidden(() => [0]),
    ...task,
    settings: { ...TINY_IMAGES, ...settings },
  }, test);

/** What a trained model answers about sequences. */
async function answers(model: SequenceModel, sequences: Sequences): Promise<unknown> {
  const context = (s: number) => observedFrames(sequences, s);
  return {
    facts: model.facts,
    mean: await model.predict({ sequences, context }),
    draw: await model.predict({ sequences, context, draw: ["a", 1] }),
  };
}

/** Reports that are finite and described, whose terms add up to the loss. */
function assertTerms(trainer: Trainer<unknown>, report: EpochReport, klEncoder: boolean): void {
  assert(Object.values(report).every(Number.isFinite), JSON.stringify(report));
  assertEquals("encoderKl" in report, klEncoder);
  assertEquals(Object.keys(report).filter((name) => !(name in trainer.curves)), []);
  const { loss, reconstruction, latentPrior, logDensity, fieldKl, encoderKl = 0 } = report;
  const bound = reconstruction! + latentPrior! - logDensity! - betaKl(2, 3) * fieldKl!;
  // The weight of the encoder's term is the default's 0.1.
  assertAlmostEquals(loss! / (0.1 * encoderKl - bound), 1, 1e-5);
  assert(fieldKl! > 0 && reconstruction! < 0);
}

for (const klEncoder of [false, true]) {
  Deno.test(`runEpoch() gives finite terms that add up to the loss when klEncoder is ${klEncoder}`, async () => {
    await onImages({ klEncoder }, async (trainer) => {
      const live: [number, number][] = [];
      const report = await trainer.runEpoch(0, (done, total, terms) => {
        live.push([done, total]);
        assert(Object.values(terms).every(Number.isFinite));
      });
      assertEquals(live, [[1, 2], [2, 2]], "the seventh sequence is skipped in this epoch");
      assertEquals(trainer.steps, 2);
      assertTerms(trainer, report, klEncoder);
      assert("testMse" in report && "validationLogLikelihood" in report);
      assert(trainer.seconds.compilation > 0 && trainer.seconds.evaluation > 0);
    });
  });
}

Deno.test("restore() continues bit for bit when given what checkpoint() gave", async () => {
  // Ten observed frames: the sub-sequences grow, and the step is compiled anew, after the second epoch.
  const data = { train: noiseImages(6, 12, 10), validation: noiseImages(2, 12, 10) };
  const task = <T>(test: TrainerTest<T>) =>
    onImages({ klEncoder: true, trace: "hutchinson" }, test, { data });
  await task(async (whole) => {
    const reports = await epochs(whole, 0, 1);
    const saved = whole.checkpoint();
    const copy = structuredClone(saved);
    reports.push(...await epochs(whole, 1, 4));
    assertEquals(saved, copy, "a checkpoint is a copy");
    await task(async (resumed) => {
      resumed.restore(saved);
      assertEquals(resumed.steps, 2);
      assertEquals(await epochs(resumed, 1, 4), reports.slice(1));
      assertEquals(resumed.checkpoint(), whole.checkpoint());
      const [again, model] = [await resumed.trained(), await whole.trained()];
      assertEquals(await answers(again, data.train), await answers(model, data.train));
    });
  });
});

/** A backend that trains nothing, whose validations are all alike. */
const untrained = (run: (inputs: HostArrays, kind: string, frames: readonly number[]) => void) =>
  scriptedBackend((specs) => (inputs) => {
    run(inputs, stepKind(specs), specs.selection!.shape);
    return stepKind(specs) === "training" ? { loss: scalar(1) } : { logLikelihood: scalar(-1) };
  });

Deno.test("runEpoch() lengthens the sub-sequences when growth is on", async () => {
  const data = { train: noiseImages(3, 12, 10), validation: noiseImages(2, 12, 10) };
  const lengths = async (settings: Settings, count: number): Promise<string[]> => {
    const seen: string[] = [];
    const backend = untrained((_, kind, [, length, grid]) => {
      if (kind === "training") seen.push(`${length} of ${grid}`);
    });
    const all = { testEvery: 0, epochs: count, ...settings };
    await onImages(all, (trainer) => epochs(trainer, 0, count), { data, backend });
    return seen;
  };
  // max(min(10, ⌊10 / 5⌋ + ⌊epoch / 2⌋), 2) observed frames, on a grid that also holds the two missing ones.
  assertEquals(
    await lengths({}, 20),
    [2, 3, 4, 5, 6, 7, 8, 9, 10, 10]
      .map((length) => `${length} of ${length + 2}`).flatMap((text) => [text, text]),
  );
  assertEquals(await lengths({ growth: false }, 2), ["10 of 12", "10 of 12"]);
});

for (const reshuffle of [true, false]) {
  Deno.test(`runEpoch() draws new noise always, and new minibatches when reshuffle is ${reshuffle}`, async () => {
    const seen: (readonly [number, number])[] = [];
    const backend = untrained(({ frames, "noise/initial": noise }, kind) => {
      if (kind === "training") seen.push([frames!.data[0]!, noise!.data[0]!]);
    });
    await onImages({ testEvery: 0, reshuffle }, (trainer) => epochs(trainer, 0, 4), { backend });
    assertEquals(new Set(seen.map(([, noise]) => noise)).size, 8, "noise never repeats");
    assertEquals(new Set(seen.map(([frame]) => frame)).size > 2, reshuffle);
  });
}

for (const timeOrigin of ["first-observed", "frame-0"] as const) {
  Deno.test(`runEpoch() counts time from the ${timeOrigin} in training and validation when asked to`, async () => {
    const firsts: Record<string, number[]> = { training: [], validation: [] };
    const backend = untrained(({ selection }, kind, [count, length, grid]) => {
      // The grid offset of each sequence's first observed frame.
      for (let s = 0; s < count!; s++) {
        const from = s * length! * grid!;
        firsts[kind]!.push(selection!.data.subarray(from, from + grid!).indexOf(1));
      }
    });
    // Frame 0 is missing everywhere.
    const late = (sequences: Sequences) => ({
      ...sequences,
      observed: sequences.observed.map((_, i) => 2 + i % 4),
    });
    const data = { train: late(NOISE.train), validation: late(NOISE.validation) };
    const settings = { testEvery: 0, growth: false, timeOrigin };
    await onImages(settings, (trainer) => epochs(trainer, 0, 2), { data, backend });
    for (const offsets of Object.values(firsts)) {
      assertEquals(offsets.some((offset) => offset > 0), timeOrigin === "frame-0");
    }
  });
}

Deno.test("trained() has the parameters of the epoch with the best validation, and of others as variants", async () => {
  // Observed frames and complete sequences in turn: the first criterion is best in epoch 2, the second in epoch 3.
  const script = [-5, -9, -3, -8, -4, -6, -3, -7];
  const backend = scriptedBackend((specs) =>
    stepKind(specs) === "validation"
      ? () => ({ logLikelihood: scalar(script.shift()!) })
      : undefined
  );
  await onImages({ learningRate: 0.05 }, async (trainer) => {
    const reports = await epochs(trainer, 0, 4);
    assertEquals(script, []);
    const model = await trainer.trained();
    assertEquals(model.draws, 2);
    assertEquals(model.facts!.map(({ name, value, direction }) => [name, value, direction]), [
      ["validationLogLikelihood", -3, "higher"],
    ]);
    const variant = (name: string) => model.variants!.find((one) => one.name === name)!;
    const error = (of: Pick<SequenceModel, "predict">) => hiddenError(of, () => [0]);
    // The fourth epoch ties with the second: the first of them stays.
    assertEquals(await error(model), reports[1]!.testMse);
    assertEquals(await error(variant("Last")), reports[3]!.testMse);
    assertEquals(await error(variant("CompleteSelection")), reports[2]!.testMse);
    assert(Math.abs(reports[1]!.testMse! - reports[3]!.testMse!) > 1e-4, "the epochs differ");
  }, { backend });
});

Deno.test("trained() has no variant of an epoch that complete sequences never selected", async () => {
  const [size, { validation }] = [28 * 28, NOISE];
  const isHidden = (i: number) => Math.floor(i / size) % validation.frameCount === HIDDEN;
  const frames = validation.frames.map((x, i) => isHidden(i) ? NaN : x);
  const data = { ...NOISE, validation: { ...validation, frames } };
  await onImages({ epochs: 1 }, async (trainer) => {
    await trainer.runEpoch(0);
    const { variants } = await trainer.trained();
    assertEquals(variants!.map(({ name }) => name), ["Last", "Averaged", "BatchStatistics"]);
  }, { data });
});

Deno.test("a training of ODE²VAE diverges when the learning rate is NaN or no validation is finite", async () => {
  await onImages({ learningRate: NaN }, async (trainer) => {
    const error = await assertRejects(() => trainer.runEpoch(0), DivergenceError);
    // The first loss is that of the initial parameters; what its step made of them shows in the next.
    assertEquals(error.message, "training diverged: loss was not finite at step 1");
  });
  const backend = scriptedBackend((specs) =>
    stepKind(specs) === "validation" ? () => ({ logLikelihood: scalar(NaN) }) : undefined
  );
  await onImages({ epochs: 1, testEvery: 0 }, async (trainer) => {
    await trainer.runEpoch(0);
    await assertRejects(() => trainer.trained(), DivergenceError, "the validation log-likelihood");
  }, { backend });
});

const flat = { ...defaultSettings(IMAGE_SETTINGS), ...TINY_IMAGES } as FlatSettings;
const MODEL = modelSettings(flat, [28, 28]);

/** Parameters far from where they begin, so that paths curve. */
const ROUGH: HostArrays = (() => {
  const key = rootKey(3);
  const { params, state } = init(fold(key, "init"), MODEL);
  const rough = Object.entries(params).map(([name, { shape, data }]) => {
    const jitter = normal(fold(key, name), data.length);
    const scale = name.startsWith("field/layer") ? 0.6 : 0.2;
    return [name, { shape, data: data.map((x, i) => x + scale * jitter[i]!) }];
  });
  return {
    ...prefixed(PREFIXES.params, Object.fromEntries(rough)),
    ...prefixed(PREFIXES.state, state),
  };
})();

/** Parts of a checkpoint with their parameters, as multiples of {@link ROUGH}. */
const PARTS: Readonly<Record<string, number>> = {
  "": 0.7,
  "average/": 0.8,
  "best/complete/": 0.9,
  "best/validationLogLikelihood/": 1,
};

/** A trained model whose kept parameters are {@link PARTS}. */
async function withRough(
  test: (model: SequenceModel, trainer: Trainer<SequenceModel>) => Promise<void>,
  parts = PARTS,
  settings: Settings = {},
): Promise<void> {
  await onImages(settings, async (trainer) => {
    const arrays: Record<string, CheckpointArrays[string]> = { ...trainer.checkpoint() };
    for (const [part, share] of Object.entries(parts)) {
      for (const [name, { data }] of Object.entries(ROUGH)) {
        const values = name.startsWith(PREFIXES.params) ? data.map((x) => share * x) : data;
        arrays[part + name] = part === "average/"
          ? Float64Array.from(values)
          : Float32Array.from(values);
      }
      if (part.startsWith("best/")) arrays[`${part}selected`] = Float64Array.of(-1.5, 1);
    }
    trainer.restore({ ...arrays, "average/count": Float64Array.of(1) });
    await test(await trainer.trained(), trainer);
  });
}

/** Five sequences of six frames; the first observed frames lie before and after the unseen one. */
const SEQUENCES: Sequences = {
  ...noiseImages(5, 6, 3),
  observed: Int32Array.of(0, 2, 4, 3, 4, 5, 2, 3, 5, 0, 3, 4, 3, 4, 5),
};
const observed = (s: number) => observedFrames(SEQUENCES, s);
const first = (s: number) => observed(s)[0]!;

/** The numbers of one frame of (count, frames, 784). */
function frame(path: Float32Array, frames: number, sequence: number, at: number): number[] {
  const from = (sequence * frames + at) * 784;
  return [...path.subarray(from, from + 784)];
}

Deno.test("predict() goes from the first frame of each sequence's context to the frames asked for", async () => {
  const predictions = new CompiledPredictions(cpu);
  const outputs = await predictions.run(
    "both ways",
    (params, state, { frames }) => ({
      frames: predict(params, state, frames!, MODEL, { forward: 5, backward: 5 }),
    }),
    ROUGH,
    { frames: { shape: [5, 1, 28, 28], data: framesAt(SEQUENCES, first) } },
  );
  await predictions.dispose();
  const expected = outputs.frames!.data as Float32Array; // (5, 11, 784)
  await withRough(async (model) => {
    const path = await model.predict({ sequences: SEQUENCES, context: observed });
    assertEquals(path.length, SEQUENCES.frames.length);
    const asked = [5, HIDDEN];
    const some = await model.predict({ sequences: SEQUENCES, context: observed, asked });
    for (let s = 0; s < 5; s++) {
      for (let at = 0; at < 6; at++) {
        const truth = frame(expected, 11, s, 5 + at - first(s));
        assert(relativeError(frame(path, 6, s, at), truth, 0.1) < 1e-5, `${s}, ${at}`);
      }
      asked.forEach((at, place) =>
        assertEquals(frame(some, 2, s, place), frame(path, 6, s, at), `${s}, ${at}`)
      );
    }
    const moves = relativeError(frame(path, 6, 1, 0), frame(path, 6, 1, 5), 0.1);
    assert(moves > 1e-3, "the past is no future");
  });
});

Deno.test("predict() gives one frame at one offset the numbers that it has in the whole path", async () => {
  await withRough(async (model) => {
    const question = { sequences: SEQUENCES, context: () => [0] };
    const path = await model.predict(question);
    for (const at of [0, 4]) {
      const alone = await model.predict({ ...question, asked: [at] });
      for (let s = 0; s < 5; s++) {
        assert(relativeError(frame(alone, 1, s, 0), frame(path, 6, s, at), 0.1) < 1e-5);
      }
    }
  });
});

Deno.test("predict() compiles each shape once and draws by the name of the draw", async () => {
  await withRough(async (model, trainer) => {
    const draw = (...name: (string | number)[]) =>
      model.predict({ sequences: SEQUENCES, context: () => [0], asked: [2], draw: name });
    const one = await draw("error", 1);
    const seconds = trainer.seconds.compilation;
    assert(seconds > 0);
    assertEquals(await draw("error", 1), one);
    const others = [await draw("error", 2), await draw("shown", 1)];
    assertEquals(trainer.seconds.compilation, seconds);
    others.push(await model.predict({ sequences: SEQUENCES, context: () => [0], asked: [2] }));
    for (const other of others) assertNotEquals(other, one);
  });
});

Deno.test("trained() has a variant for each choice that training did not depend on", async () => {
  const ask = (model: Pick<SequenceModel, "predict">) =>
    model.predict({ sequences: SEQUENCES, context: () => [0], asked: [HIDDEN] });
  const answersOf: Record<string, Float32Array> = {};
  await withRough(async (model) => {
    for (const variant of model.variants!) answersOf[variant.name] = await ask(variant);
    answersOf[""] = await ask(model);
  });
  assertEquals(Object.keys(answersOf), [
    ...["Last", "Averaged", "CompleteSelection", "BatchStatistics"],
    "",
  ]);
  assertEquals(new Set(Object.values(answersOf).map((x) => x[0])).size, 5, "all are different");
  const mainOf = async (share: number, settings: Settings = {}) => {
    let answer: Float32Array | undefined;
    const parts = { ...PARTS, "best/validationLogLikelihood/": share };
    await withRough(async (model) => void (answer = await ask(model)), parts, settings);
    return answer!;
  };
  assertEquals(answersOf.Last, await mainOf(0.7));
  assertEquals(answersOf.Averaged, await mainOf(0.8));
  assertEquals(answersOf.CompleteSelection, await mainOf(0.9));
  assertEquals(answersOf.BatchStatistics, await mainOf(1, { evaluationStatistics: "batch" }));
});

Deno.test("the validation log-likelihood is that of the observed frames under the mean path", async () => {
  await onImages({ epochs: 1, testEvery: 0 }, async (trainer) => {
    const report = await trainer.runEpoch(0);
    const model = await trainer.trained();
    const { validation } = NOISE;
    /** Bernoulli log-likelihood per frame in Float64 of what the one epoch's parameters predict. */
    const likelihood = async (frames: (s: number) => Int32Array): Promise<number> => {
      const path = await model.predict({ sequences: validation, context: frames });
      let sum = 0;
      for (let s = 0; s < validation.count; s++) {
        for (const at of frames(s)) {
          const p = frame(path, 6, s, at);
          frame(validation.frames, 6, s, at).forEach((x, i) => {
            const [on, off] = [p[i]! + BERNOULLI_EPSILON, 1 - p[i]! + BERNOULLI_EPSILON];
            sum += x * Math.log(on) + (1 - x) * Math.log(off);
          });
        }
      }
      return sum / (validation.count * validation.observedCount);
    };
    const own = await likelihood((s) => observedFrames(validation, s));
    assertAlmostEquals(report.validationLogLikelihood! / own, 1, 1e-6);
    assertEquals(model.facts![0]!.value, report.validationLogLikelihood);
    // The released code validates on complete sequences: here the first four frames.
    const [complete] = trainer.checkpoint()["best/complete/selected"]!;
    assertAlmostEquals(complete! / await likelihood(() => Int32Array.of(0, 1, 2, 3)), 1, 1e-6);
  });
});

/** Vectors of five numbers at ten times, none missing. */
function vectors(count: number): Sequences {
  return {
    count,
    frames: uniform(fold(rootKey(6), count), count * 10 * 5),
    frameShape: [5],
    frameCount: 10,
    observed: Int32Array.from({ length: 10 * count }, (_, i) => i % 10),
    observedCount: 10,
  };
}
const VECTORS: SequenceData = { train: vectors(8), validation: vectors(2) };

const onVectors = <T>(settings: Settings, test: TrainerTest<T>, task: TinyTask = {}) =>
  withTrainer(ode2vaeVectors, {
    data: VECTORS,
    ...task,
    settings: {
      ...TINY,
      klWeight: 0.1,
      networkHidden: 4,
      velocityFrames: 3,
      epochs: 3,
      ...settings,
    },
  }, test);

Deno.test("ODE²VAE trains on vectors with velocities from three frames, and resumes bit for bit", async () => {
  await onVectors({ klEncoder: true }, async (whole) => {
    const { reports, saved } = await withCheckpoints(whole);
    for (const report of reports) assertTerms(whole, report, true);
    assertEquals(new Set(reports.map(({ loss }) => loss)).size, 3);
    const model = await whole.trained();
    // Vectors have no batch norms.
    const names = model.variants!.map(({ name }) => name);
    assertEquals(names, ["Last", "Averaged", "CompleteSelection"]);
    await onVectors({ klEncoder: true }, async (resumed) => {
      resumed.restore(saved[1]!);
      assertEquals(await epochs(resumed, 1, 3), reports.slice(1));
      assertEquals(resumed.checkpoint(), saved[3]);
      const again = await resumed.trained();
      assertEquals(await answers(again, VECTORS.train), await answers(model, VECTORS.train));
    });
  });
});

/** Frames of each training step, and lengths of each validation, of trainings on vectors that train nothing. */
async function vectorSteps(settings: Settings, data: SequenceData = VECTORS) {
  const frames: number[][] = [];
  const lengths = { training: [] as number[], validation: [] as number[] };
  const backend = untrained((inputs, kind, [, length]) => {
    if (kind === "training") frames.push([...inputs.frames!.data]);
    lengths[kind === "training" ? "training" : "validation"].push(length!);
  });
  const all = { testEvery: 0, batchSize: 8, epochs: 12, ...settings };
  await onVectors(all, (trainer) => epochs(trainer, 0, 12), { data, backend });
  return { frames, lengths };
}

Deno.test("runEpoch() takes windows of vectors from random places when windowFrames is set", async () => {
  const { frames, lengths } = await vectorSteps({ windowFrames: 6, growth: false });
  assertEquals(new Set(lengths.training), new Set([6]));
  const { frames: all } = VECTORS.train;
  const starts = frames.flatMap((batch) =>
    Array.from({ length: 8 }, (_, b) => {
      const window = batch.slice(b * 30, (b + 1) * 30);
      const at = all.indexOf(window[0]!);
      assertEquals(window, [...all.subarray(at, at + 30)], "consecutive frames of one sequence");
      return at % 50 / 5;
    })
  );
  assertEquals([...new Set(starts)].sort(), [0, 1, 2, 3, 4]);
});

Deno.test("runEpoch() grows by multiples of growthFrames, and validates on as many when asked to", async () => {
  const grown = { growthFrames: 4, velocityFrames: 3 };
  const { lengths } = await vectorSteps({ ...grown, validationLength: "trained" });
  // max(min(10, ⌊10 / 5⌋ + ⌊epoch / 2⌋), 4), rounded up to 4, 8 or all 10.
  const expected = [4, 4, 4, 4, 4, 4, 8, 8, 8, 8, 8, 8];
  assertEquals(lengths.training, expected);
  assertEquals(lengths.validation.filter((_, i) => i % 2 === 0), expected);
  assertEquals(new Set((await vectorSteps(grown)).lengths.validation), new Set([10]));
});

Deno.test("runEpoch() validates on sequences of another length than those of training", async () => {
  const { train } = VECTORS;
  const shorter = vectors(2);
  const validation = {
    ...shorter,
    frameCount: 5,
    count: 4,
    observedCount: 5,
    observed: Int32Array.from({ length: 20 }, (_, i) => i % 5),
  };
  const { lengths } = await vectorSteps({ growth: false }, { train, validation });
  assertEquals([new Set(lengths.training), new Set(lengths.validation)], [
    new Set([10]),
    new Set([5]),
  ]);
});

Deno.test("predict() of vectors sees the first three frames of the context and no others", async () => {
  await onVectors({ epochs: 1 }, async (trainer) => {
    await trainer.runEpoch(0);
    const model = await trainer.trained();
    const sequences = VECTORS.validation;
    const context = (s: number) => [s, s + 1, s + 2, 9];
    const path = await model.predict({ sequences, context, asked: [0, 4, 9] });
    assertEquals(path.length, 2 * 3 * 5);
    assert(path.every(Number.isFinite));
    const seen = (i: number) => {
      const at = Math.floor(i / 5) % 10 - Math.floor(i / 50);
      return at >= 0 && at < 3;
    };
    const change = (which: (i: number) => boolean) => ({
      ...sequences,
      frames: sequences.frames.map((x, i) => which(i) ? x + 1 : x),
    });
    const again = (of: Sequences) => model.predict({ sequences: of, context, asked: [0, 4, 9] });
    assertEquals(await again(change((i) => !seen(i))), path);
    const third = change((i) => seen(i) && Math.floor(i / 5) % 10 - Math.floor(i / 50) === 2);
    assertNotEquals(await again(third), path, "the velocity depends on the third frame");
  });
});

Deno.test("predict() throws in one line when the context does not begin with consecutive frames", async () => {
  await onVectors({ epochs: 1 }, async (trainer) => {
    await trainer.runEpoch(0);
    const model = await trainer.trained();
    for (const [frames, is] of [[[0, 1, 3], "0, 1, 3"], [[4, 5], "4, 5"], [[], "empty"]] as const) {
      const question = { sequences: VECTORS.train, context: () => frames };
      const error = await assertRejects(() => model.predict(question), RangeError);
      assertEquals(
        error.message,
        `Cannot predict by ODE²VAE: the context must begin with 3 consecutive frames, is ${is}`,
      );
    }
  });
});

Deno.test("ODE²VAE's start() throws in one line when settings and data do not fit", async () => {
  const refuses = async (start: (test: TrainerTest<void>) => Promise<void>, message: string) => {
    const error = await assertRejects(() => start(() => Promise.resolve()), RangeError);
    assertEquals(error.message, `Cannot train ODE²VAE: ${message}`);
  };
  await refuses(
    (test) => onImages({ batchSize: 8 }, test),
    "batchSize must be at most the 7 training sequences, is 8",
  );
  await refuses(
    (test) => onImages({ velocityFrames: 3 }, test),
    "velocityFrames must be 1 where frames are missing, is 3",
  );
  const seen = (sequences: Sequences, ...frames: number[]): Sequences => ({
    ...sequences,
    observed: Int32Array.from(Array(sequences.count).fill(frames).flat()),
    observedCount: frames.length,
  });
  const { train, validation } = VECTORS;
  const onData = (data: SequenceData) => (test: TrainerTest<void>) => onVectors({}, test, { data });
  await refuses(
    onData({ train: seen(train, 0, 1, 2, 3), validation: seen(validation, 0, 1, 2, 4) }),
    "velocityFrames must be 1 where frames are missing, is 3",
  );
  for (const windowFrames of [3, 11]) {
    await refuses(
      (test) => onVectors({ windowFrames }, test),
      `windowFrames must be above velocityFrames and at most the 10 observed frames, is ${windowFrames}`,
    );
  }
  const turned = { ...NOISE.validation, frameShape: [56, 14] };
  await refuses(
    (test) => onImages({}, test, { data: { ...NOISE, validation: turned } }),
    "validation's frameShape must be 28,28 as in training, is 56,14",
  );
  const none = { ...VECTORS, validation: vectors(0) };
  await refuses(
    (test) => onVectors({}, test, { data: none }),
    "there must be a validation sequence, got none",
  );
  await refuses(
    (test) => onVectors({ velocityFrames: 10 }, test),
    "velocityFrames must be below the 10 observed frames, is 10",
  );
  await refuses(
    (test) => onVectors({ velocityFrames: 1 }, test, { data: NOISE }),
    "frames must be vectors, are 28×28",
  );
  await refuses(
    (test) => onImages({}, test, { data: VECTORS }),
    "frames must be grey images, are 5",
  );
  await refuses(
    (test) => onImages({ networkHidden: 3 }, test),
    `its settings are ${
      Object.keys(IMAGE_SETTINGS).join(", ")
    }, "networkHidden" is not one of them`,
  );
});
