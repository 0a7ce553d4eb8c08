import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import type { Settings } from "../../../benchmarks/definition.ts";
import {
  DivergenceError,
  type EpochReport,
  type Trainer,
} from "../../../models/training/method.ts";
import { createOde2vaeTrainer } from "../../../benchmarks/trainers/ode2vae.ts";
import { betaKl } from "../../../models/ode2vae/settings.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";
import { noiseSequences, scriptedBackend, stepKind, tinyTask } from "./_tiny_task.ts";

/** Runs `test` with a trainer that is disposed of. */
async function withTrainer<T>(trainer: Trainer, test: (trainer: Trainer) => Promise<T>) {
  try {
    return await test(trainer);
  } finally {
    trainer.dispose();
  }
}

async function epochs(trainer: Trainer, from: number, to: number): Promise<EpochReport[]> {
  const reports: EpochReport[] = [];
  for (let epoch = from; epoch < to; epoch++) reports.push(await trainer.runEpoch(epoch));
  return reports;
}

const scalar = (value: number) => ({ shape: [], data: Float32Array.of(value) });

for (const klEncoder of [false, true]) {
  Deno.test(`runEpoch() gives finite terms that add up to the loss when klEncoder is ${klEncoder}`, async () => {
    await withTrainer(createOde2vaeTrainer(tinyTask({ klEncoder })), async (trainer) => {
      const live: [number, number][] = [];
      const report = await trainer.runEpoch(0, (done, total, terms) => {
        live.push([done, total]);
        assert(Object.values(terms).every(Number.isFinite));
      });
      assertEquals(live, [[1, 2], [2, 2]], "the seventh sequence waits for the next shuffle");
      assertEquals(trainer.steps, 2);
      assert(Object.values(report).every(Number.isFinite), JSON.stringify(report));
      assertEquals("encoderKl" in report, klEncoder);
      const described = Object.keys(trainer.curveDescriptions);
      assertEquals(Object.keys(report).filter((name) => !described.includes(name)), []);
      const { loss, reconstruction, latentPrior, logDensity, fieldKl, encoderKl = 0 } = report;
      const bound = reconstruction! + latentPrior! - logDensity! - betaKl(2, 3) * fieldKl!;
      // The weight of the encoder's term is the default's 0.1.
      assertAlmostEquals(loss! / (0.1 * encoderKl - bound), 1, 1e-5);
      assert(fieldKl! > 0 && reconstruction! < 0);
      assert(trainer.seconds.compilation > 0 && trainer.seconds.evaluation > 0);
    });
  });
}

Deno.test("restore() continues bit for bit when given what checkpoint() gave", async () => {
  // Ten observed frames: the sub-sequences grow, and the step is compiled anew, after the second epoch.
  const task = (): Trainer =>
    createOde2vaeTrainer({
      ...tinyTask({ klEncoder: true, trace: "hutchinson", epochs: 4 }),
      train: noiseSequences(6, 12, 10, 1),
      validation: noiseSequences(2, 12, 10, 1),
    });
  await withTrainer(task(), async (whole) => {
    await epochs(whole, 0, 1);
    const early = whole.checkpoint();
    const copy = structuredClone(early);
    const middle = await epochs(whole, 1, 3);
    assertEquals(early, copy, "a checkpoint is a copy");
    const late = whole.checkpoint();
    const rest = await epochs(whole, 3, 4);
    for (const [from, checkpoint, reports] of [[1, early, middle], [3, late, []]] as const) {
      await withTrainer(task(), async (resumed) => {
        resumed.restore(checkpoint);
        assertEquals(resumed.steps, 2 * from);
        assertEquals(await epochs(resumed, from, 4), [...reports, ...rest]);
        assertEquals(resumed.checkpoint(), whole.checkpoint());
        assertEquals(await resumed.evaluate(), await whole.evaluate());
      });
    }
  });
});

Deno.test("restore() throws in one line when the checkpoint does not fit", async () => {
  await withTrainer(createOde2vaeTrainer(tinyTask()), (trainer) => {
    const { steps, ...arrays } = trainer.checkpoint();
    const fault = /^Cannot restore a checkpoint: [^\n]+$/;
    const refuses = (checkpoint: Parameters<Trainer["restore"]>[0], words: string) => {
      const error = assertThrows(() => trainer.restore(checkpoint), RangeError, words);
      assert(fault.test(error.message));
    };
    refuses(arrays, "steps must have 1 double-precision values, has none");
    const { "average/count": _count, ...uncounted } = trainer.checkpoint();
    refuses(uncounted, "average/count must have 1 double-precision values, has none");
    const name = "params/field/layer1/bias";
    refuses({ ...arrays, steps: steps!, [name]: new Float32Array(2) }, `${name} must have 3`);
    const { [name]: _, ...without } = arrays;
    refuses({ ...without, steps: steps! }, `${name} must have 3 values, has none`);
    return Promise.resolve();
  });
});

Deno.test("runEpoch() lengthens the sub-sequences when growth is on", async () => {
  const lengthsOf = async (settings: Settings, count: number): Promise<string[]> => {
    const shapes: string[] = [];
    const backend = scriptedBackend((specs) => {
      if (stepKind(specs) === "training") {
        shapes.push(`${specs.frames!.shape[1]} of ${specs.selection!.shape[2]}`);
        return () => ({ loss: scalar(1) });
      }
      return () => ({ logLikelihood: scalar(-1) });
    });
    const trainer = createOde2vaeTrainer({
      ...tinyTask({ testEvery: 0, epochs: 30, ...settings }, backend),
      train: noiseSequences(3, 12, 10, 1),
    });
    return await withTrainer(trainer, async () => {
      const lengths: string[] = [];
      // The last epoch tests, which this backend cannot.
      for (let epoch = 0; epoch < count; epoch++) {
        await trainer.runEpoch(epoch);
        lengths.push(shapes.at(-1)!);
      }
      assertEquals(shapes, [...new Set(lengths)], "each length is compiled once");
      return lengths;
    });
  };
  // max(min(10, ⌊10 / 5⌋ + ⌊epoch / 2⌋), 2) observed frames, on a grid that also holds the two missing ones.
  assertEquals(
    await lengthsOf({}, 20),
    [2, 3, 4, 5, 6, 7, 8, 9, 10, 10]
      .map((length) => `${length} of ${length + 2}`).flatMap((text) => [text, text]),
  );
  assertEquals(await lengthsOf({ growth: false }, 2), ["10 of 12", "10 of 12"]);
});

/** A backend that trains nothing and notes the first pixel and the first noise of each training step. */
function watchedSteps() {
  const seen: (readonly [number, number])[] = [];
  const backend = scriptedBackend((specs) =>
    stepKind(specs) === "training"
      ? (inputs) => {
        seen.push([inputs.frames!.data[0]!, inputs["noise/initial"]!.data[0]!]);
        return { loss: scalar(1) };
      }
      : () => ({ logLikelihood: scalar(-1) })
  );
  return { seen, backend };
}

Deno.test("runEpoch() draws another order and other noise in every epoch", async () => {
  const { seen, backend } = watchedSteps();
  const trainer = createOde2vaeTrainer(tinyTask({ testEvery: 0, epochs: 9 }, backend));
  await withTrainer(trainer, async () => {
    await epochs(trainer, 0, 4);
    assertEquals(seen.length, 8);
    assertEquals(new Set(seen.map(([, noise]) => noise)).size, 8, "noise never repeats");
    assert(new Set(seen.map(([frame]) => frame)).size > 2, "minibatches are shuffled");
  });
});

Deno.test("runEpoch() keeps the minibatches of the first epoch when reshuffle is off", async () => {
  const { seen, backend } = watchedSteps();
  const settings = { testEvery: 0, epochs: 9, reshuffle: false };
  await withTrainer(createOde2vaeTrainer(tinyTask(settings, backend)), async (trainer) => {
    await epochs(trainer, 0, 3);
    const frames = seen.map(([frame]) => frame);
    assertEquals(frames, [...frames.slice(0, 2), ...frames.slice(0, 2), ...frames.slice(0, 2)]);
    assertEquals(new Set(seen.map(([, noise]) => noise)).size, 6, "noise never repeats");
  });
});

Deno.test("runEpoch() counts time from frame 0 in training and validation when asked to", async () => {
  for (const timeOrigin of ["first-observed", "frame-0"] as const) {
    const firsts: Record<string, number[]> = { training: [], validation: [] };
    const backend = scriptedBackend((specs) => (inputs) => {
      // The grid offset of each sequence's first observed frame.
      const { shape: [count, length, grid], data } = inputs.selection!;
      for (let s = 0; s < count!; s++) {
        const from = s * length! * grid!;
        firsts[stepKind(specs)]!.push(data.subarray(from, from + grid!).indexOf(1));
      }
      return { loss: scalar(1), logLikelihood: scalar(-1) };
    });
    const task = tinyTask({ testEvery: 0, epochs: 9, growth: false, timeOrigin }, backend);
    // Frame 0 is missing everywhere.
    const late = (sequences: typeof task.train) => ({
      ...sequences,
      observed: sequences.observed.map((_, i) => 2 + i % 4),
    });
    const sequences = { train: late(task.train), validation: late(task.validation) };
    const trainer = createOde2vaeTrainer({ ...task, ...sequences });
    await withTrainer(trainer, () => epochs(trainer, 0, 2));
    for (const offsets of Object.values(firsts)) {
      assertEquals(offsets.some((offset) => offset > 0), timeOrigin === "frame-0");
    }
  }
});

Deno.test("runEpoch() averages the parameters of the last epochs", async () => {
  let epoch = 0;
  const name = "params/field/layer3/bias";
  const backend = scriptedBackend((specs) =>
    stepKind(specs) === "training"
      ? (inputs) => ({
        loss: scalar(1),
        [name]: { shape: inputs[name]!.shape, data: Float32Array.of(epoch, 2 * epoch) },
      })
      : () => ({ logLikelihood: scalar(-1) })
  );
  const settings = { testEvery: 0, epochs: 10, averagedShare: 0.7 };
  await withTrainer(createOde2vaeTrainer(tinyTask(settings, backend)), async (trainer) => {
    for (epoch = 0; epoch < 6; epoch++) await trainer.runEpoch(epoch);
    // Epochs 3, 4 and 5 of the seven last ones.
    const checkpoint = trainer.checkpoint();
    assertEquals([...checkpoint[`average/${name}`]!], [12, 24]);
    assertEquals([...checkpoint["average/count"]!], [3]);
  });
});

Deno.test("evaluate() tests the parameters of the epoch with the best validation", async () => {
  // Observed frames and complete sequences in turn: the first criterion is best in epoch 2, the second in epoch 3.
  const script = [-5, -9, -3, -8, -4, -6, -3, -7];
  const backend = scriptedBackend((specs) =>
    stepKind(specs) === "validation"
      ? (): HostArrays => ({ logLikelihood: scalar(script.shift()!) })
      : undefined
  );
  const trainer = createOde2vaeTrainer(tinyTask({ learningRate: 0.05 }, backend));
  await withTrainer(trainer, async () => {
    const reports = await epochs(trainer, 0, 4);
    assertEquals(script, []);
    const { metrics, curves } = await trainer.evaluate();
    const value = (name: string) => Number(metrics.find((metric) => metric.name === name)?.value);
    assertEquals(value("validationLogLikelihood"), -3);
    // The fourth epoch ties with the second: the first of them stays.
    assertAlmostEquals(value("testMse"), reports[1]!.testMse!, 1e-6);
    assertEquals(value("testMseLast"), reports[3]!.testMse);
    assertAlmostEquals(value("testMseCompleteSelection"), reports[2]!.testMse!, 1e-6);
    assert(Math.abs(reports[1]!.testMse! - reports[3]!.testMse!) > 1e-4, "the epochs differ");
    assertEquals(Number(curves[0]!.y[1]), value("testMse"), "frame 1 is the unseen one");
  });
});

Deno.test("runEpoch() throws a DivergenceError when the learning rate is NaN", async () => {
  const trainer = createOde2vaeTrainer(tinyTask({ learningRate: NaN }));
  await withTrainer(trainer, async () => {
    const error = await assertRejects(() => epochs(trainer, 0, 1), DivergenceError);
    // The first loss is that of the initial parameters; what its step made of them shows in the next.
    assertEquals(error.message, "training diverged: loss was not finite at step 1");
  });
});

Deno.test("runEpoch() throws a DivergenceError when the last step of an epoch spoils a parameter", async () => {
  let steps = 0;
  const backend = scriptedBackend((specs) =>
    stepKind(specs) !== "training" ? undefined : (inputs) => ({
      loss: scalar(1),
      ...(++steps < 2 ? {} : {
        "params/field/layer3/bias": {
          shape: inputs["params/field/layer3/bias"]!.shape,
          data: Float32Array.of(0, Infinity),
        },
      }),
    })
  );
  await withTrainer(createOde2vaeTrainer(tinyTask({}, backend)), async (trainer) => {
    const error = await assertRejects(() => trainer.runEpoch(0), DivergenceError);
    assertEquals(
      error.message,
      "training diverged: params/field/layer3/bias was not finite at step 1",
    );
  });
});

Deno.test("evaluate() throws a DivergenceError when no validation was finite", async () => {
  const backend = scriptedBackend((specs) =>
    stepKind(specs) === "validation" ? () => ({ logLikelihood: scalar(NaN) }) : undefined
  );
  await withTrainer(createOde2vaeTrainer(tinyTask({ epochs: 1 }, backend)), async (trainer) => {
    await trainer.runEpoch(0);
    await assertRejects(() => trainer.evaluate(), DivergenceError, "validation log-likelihood");
  });
});

Deno.test("createOde2vaeTrainer() throws in one line when a minibatch is larger than the data", () => {
  assertThrows(
    () => createOde2vaeTrainer(tinyTask({ batchSize: 8 })),
    RangeError,
    "Cannot train ODE2VAE: batchSize must be at most the 7 training sequences, is 8",
  );
});
