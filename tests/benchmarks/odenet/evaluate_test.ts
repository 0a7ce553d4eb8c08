import { assert, assertEquals } from "@std/assert";
import { evaluate, watchValidation } from "../../../benchmarks/odenet/evaluate.ts";
import { proceduralDigits } from "../../../data/procedural_digits.ts";
import type { Images } from "../../../data/mnist.ts";
import type { ClassificationModel } from "../../../models/training/classification.ts";

const TEST = proceduralDigits(40, "test");
const WRONG = [3, 8, 21];

/** Answers the true class but for three images, of which it is the surer the later they come. */
const scripted: ClassificationModel = {
  parameters: 78_500,
  probabilities: ({ count }) => {
    const all = new Float32Array(10 * count).fill(0.01);
    TEST.labels.forEach((label, i) => {
      const answer = WRONG.includes(i) ? (label + 1) % 10 : label;
      all[10 * i + answer] = 0.9;
      if (WRONG.includes(i)) all[10 * i + label] = 0.05 - i / 1000;
    });
    return Promise.resolve(all);
  },
  cost: () => Promise.resolve({ storedBytes: 64, forwardEvaluations: 20, backwardEvaluations: 26 }),
};

Deno.test("evaluate() has the error in percent, the size and the cost of a step", async () => {
  const { metrics } = await evaluate(scripted, { test: TEST, classes: 10 });
  assertEquals(metrics.map(({ name, value }) => [name, value]), [
    ["testError", 7.5],
    ["parameters", 0.0785],
    ["storedActivations", 64],
    ["forwardEvaluations", 20],
    ["backwardEvaluations", 26],
  ]);
  const { cost: _, ...free } = scripted;
  const { metrics: fewer } = await evaluate(free, { test: TEST, classes: 10 });
  assertEquals(fewer.map(({ name }) => name), ["testError", "parameters"]);
  assertEquals(await watchValidation(TEST).measure(scripted), { validationError: 7.5 });
});

Deno.test("evaluate() shows the confusion, and the most wrong images first", async () => {
  const { exhibits: [matrix, strips] } = await evaluate(scripted, { test: TEST, classes: 10 });
  assert(matrix?.kind === "matrix" && strips?.kind === "frames");
  const values = matrix.values.map(Number);
  assertEquals(values.reduce((a, b) => a + b), 40);
  assertEquals(values.filter((_, i) => i % 11 === 0).reduce((a, b) => a + b), 37);
  const label = TEST.labels[21]!;
  assert(values[10 * label + (label + 1) % 10]! >= 1);
  assertEquals(strips.frames, 3);
  const shown = Uint8Array.fromBase64(strips.strips[0]!.pixels);
  assertEquals(shown.slice(0, 784), TEST.pixels.slice(21 * 784, 22 * 784));
  assert(strips.label.includes(`${label} as ${(label + 1) % 10}`));
  const perfect = { ...scripted, probabilities: () => Promise.resolve(oneHot()) };
  assertEquals((await evaluate(perfect, { test: TEST, classes: 10 })).exhibits.length, 1);
});

const oneHot = () => {
  const all = new Float32Array(400);
  TEST.labels.forEach((label, i) => all[10 * i + label] = 1);
  return all;
};

Deno.test("evaluate() counts answers that are not numbers as wrong", async () => {
  const broken = {
    ...scripted,
    probabilities: ({ count }: Images) => Promise.resolve(new Float32Array(10 * count).fill(NaN)),
  };
  const { metrics, exhibits } = await evaluate(broken, { test: TEST, classes: 10 });
  assertEquals(metrics[0]!.value, 100);
  assert(exhibits[0]?.kind === "matrix" && exhibits[0].values.every((value) => value === 0));
});

Deno.test("evaluate() shows a model no label", async () => {
  const seen: object[] = [];
  const watching: ClassificationModel = {
    ...scripted,
    probabilities: (images) => (seen.push(images), scripted.probabilities(images)),
  };
  await evaluate(watching, { test: TEST, classes: 10 });
  await watchValidation(TEST).measure(watching);
  assertEquals(seen.map((images) => Object.keys(images).sort()), [
    ["count", "height", "pixels", "width"],
    ["count", "height", "pixels", "width"],
  ]);
});
