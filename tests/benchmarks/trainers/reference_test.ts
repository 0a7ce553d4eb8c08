import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Buffer } from "node:buffer";
import { DATA_DIR_VARIABLE, findSource } from "../../../data/data_dir.ts";
import { readIdx } from "../../../data/mnist.ts";
import { buildRotatingMnist, turnedDigits } from "../../../data/rotating_mnist.ts";
import { BILINEAR } from "../../../data/rotation_recipe.ts";
import { T10K_IMAGES, T10K_LABELS } from "../../../data/sources.ts";
import { createReferenceTrainer } from "../../../benchmarks/trainers/reference.ts";
import { IMPUTATIONS, isReferenceName } from "../../../models/reference/imputations.ts";

const DIGITS = Deno.env.get(DATA_DIR_VARIABLE) ?? "../shared/data";
const IMAGES = findSource(DIGITS, T10K_IMAGES);
const LABELS = findSource(DIGITS, T10K_LABELS);

/** Two sequences of 4 angles of 2×2 pixels, angle 3 hidden; brightness rises by 0.1 an angle, then falls. */
const SEQUENCES = {
  count: 2,
  angles: 4,
  pixels: 4,
  frames: Float32Array.from([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8].flatMap((x) => [x, x, x, x])),
  observed: Int32Array.of(0, 1, 2, 0, 1, 2),
};

Deno.test("createReferenceTrainer() makes a trainer without epochs, parameters or state", async () => {
  for (const model of ["mean-image", "nearest-angle", "linear-interpolation"] as const) {
    const trainer = createReferenceTrainer({ model, sequences: SEQUENCES, unseenAngle: 3 });
    assertEquals([trainer.epochs, trainer.parameters, trainer.steps], [0, 0, 0]);
    assertEquals(trainer.checkpoint(), {});
    await assertRejects(() => trainer.runEpoch(0), RangeError, `Cannot run epoch 0 of ${model}`);
    trainer.dispose();
  }
});

Deno.test("evaluate() gives the error at the unseen angle and at every other when imputed from the rest", async () => {
  const trainer = createReferenceTrainer({
    model: "linear-interpolation",
    sequences: SEQUENCES,
    unseenAngle: 3,
  });
  const { metrics, curves } = await trainer.evaluate();
  // Angle 3 lies midway between angles 2 and 0: 0.2 for 0.4, and 0.6 for 0.8. Angle 0 lies 2 after angle 2 and 1
  // before angle 1: (2 · 0.2 + 0.3) / 3 for 0.1. Angle 1: exact. Angle 2: 1 after angle 1, 2 before angle 0.
  const expected = [(0.7 / 3 - 0.1) ** 2, 0, ((2 * 0.2 + 0.1) / 3 - 0.3) ** 2, 0.04];
  const [metric] = metrics;
  assertEquals({ ...metric, value: 0 }, {
    name: "testMse",
    label: "MSE at the unseen angle",
    value: 0,
    unit: "per pixel",
    direction: "lower",
  });
  assertAlmostEquals(Number(metric!.value), 0.04, 1e-7);
  const [curve] = curves;
  assertEquals(curve!.name, "errorPerAngle");
  assertEquals(curve!.x, [0, 90, 180, 270]);
  expected.forEach((error, angle) => assertAlmostEquals(Number(curve!.y[angle]), error, 1e-7));
  assert(trainer.seconds.evaluation > 0);
});

Deno.test("evaluate() shows the first sequences with their hidden frames", async () => {
  const trainer = createReferenceTrainer({
    model: "nearest-angle",
    sequences: SEQUENCES,
    unseenAngle: 3,
    shownSequences: 1,
  });
  const { sequences } = await trainer.evaluate();
  assertEquals(sequences.length, 1);
  const [sample] = sequences;
  assertEquals(
    [sample!.frames, sample!.height, sample!.width, sample!.missing],
    [4, 2, 2, [3]],
  );
  const byte = (base64: string, frame: number) => Buffer.from(base64, "base64")[4 * frame];
  assertEquals([0, 1, 2, 3].map((frame) => byte(sample!.truth, frame)), [26, 51, 77, 102]);
  // Nearest to 0, 1, 2, 3 among the others: 1 (3 is hidden), 0 (a tie with 2), 1, 2 (a tie with 0).
  assertEquals([0, 1, 2, 3].map((frame) => byte(sample!.reconstruction, frame)), [51, 26, 51, 77]);
});

Deno.test("createReferenceTrainer() throws when the unseen angle is not hidden or no angle", () => {
  const make = (unseenAngle: number) => () =>
    createReferenceTrainer({ model: "mean-image", sequences: SEQUENCES, unseenAngle });
  assertThrows(make(4), RangeError, "must be one of 0 … 3: current value is 4");
  assertThrows(make(2), RangeError, "angle 2 was observed");
});

Deno.test("isReferenceName() knows the registry's names and no other", () => {
  assertEquals(Object.keys(IMPUTATIONS).every(isReferenceName), true);
  assertEquals(isReferenceName("toString"), false);
  assertEquals(isReferenceName("ode2vae"), false);
});

Deno.test({
  name: "evaluate() gives the known errors when the digits are MNIST's",
  ignore: IMAGES === undefined || LABELS === undefined,
  async fn() {
    const [images, labels] = [await readIdx(IMAGES!), await readIdx(LABELS!)];
    const pixels = 28 * 28;
    const threes = [...labels.data.keys()].filter((i) => labels.data[i] === 3);
    const digits = new Uint8Array(threes.length * pixels);
    threes.forEach((i, at) =>
      digits.set(images.data.subarray(i * pixels, (i + 1) * pixels), at * pixels)
    );
    const { train, frameCount, unseenFrame } = await buildRotatingMnist(
      turnedDigits(digits, "mnist-t10k", BILINEAR),
    );
    const sequences = { ...train, angles: frameCount, pixels };
    // A separate NumPy program gives these for the same digits and missing frames. Other
    // draws of the missing frames move them: linear interpolation from 0.0450 to 0.0470 over eight draws, about 0.0465.
    const known = {
      "mean-image": 0.06042317,
      "nearest-angle": 0.06690193,
      "linear-interpolation": 0.04542337,
    };
    for (const [name, error] of Object.entries(known)) {
      assert(isReferenceName(name));
      const trainer = createReferenceTrainer({ model: name, sequences, unseenAngle: unseenFrame });
      const { metrics } = await trainer.evaluate();
      assertAlmostEquals(Number(metrics[0]!.value), error, 1e-7);
    }
  },
});
