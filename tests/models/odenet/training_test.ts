import { assert, assertEquals, assertRejects } from "@std/assert";
import { proceduralDigits } from "../../../data/procedural_digits.ts";
import { rootKey } from "../../../data/random/mod.ts";
import { odenet } from "../../../models/odenet/method.ts";
import { cropped } from "../../../models/odenet/training.ts";
import type {
  ClassificationData,
  ClassificationModel,
} from "../../../models/training/classification.ts";
import type { Trainer } from "../../../models/training/method.ts";
import { defaultSettings, type Settings } from "../../../models/training/settings.ts";
import { nearestMean } from "../../../models/reference/classification.ts";
import { assertResumes } from "../training/_checkpoints.ts";
import { cpu, epochs } from "../training/_tiny_task.ts";

const DATA: ClassificationData = { classes: 10, train: proceduralDigits(64, "train") };
const TEST = proceduralDigits(30, "test");
const TINY = { channels: 4, downsampling: "convolution", batchSize: 16, epochs: 2 };

const start = (settings: Settings, data = DATA): Promise<Trainer<ClassificationModel>> =>
  odenet.start({
    settings: { ...defaultSettings(odenet.settings), ...TINY, ...settings },
    ...{ seed: 0, data },
    backend: () => Promise.resolve(cpu),
  });

const answers = (probabilities: Float32Array) =>
  Array.from({ length: probabilities.length / 10 }, (_, i) => {
    const row = probabilities.subarray(10 * i, 10 * i + 10);
    return row.indexOf(Math.max(...row));
  });
const wrong = (given: readonly number[], labels: Uint8Array) =>
  given.filter((answer, i) => answer !== labels[i]).length;

Deno.test("a perceptron learns digits, and its answers are probabilities", async () => {
  const trainer = await start({ network: "mlp", epochs: 20, cropPadding: 0 });
  try {
    await epochs(trainer, 0, 20);
    const model = await trainer.trained();
    const probabilities = await model.probabilities(TEST);
    for (let i = 0; i < TEST.count; i++) {
      const sum = probabilities.subarray(10 * i, 10 * i + 10).reduce((a, b) => a + b, 0);
      assert(Math.abs(sum - 1) < 1e-5);
    }
    assert(wrong(answers(probabilities), TEST.labels) < 6);
    assertEquals([model.parameters, trainer.parameters], [238_510, 238_510]);
    assertEquals(await model.cost!(), { storedBytes: 4 * 16 * (784 + 300 + 10) });
  } finally {
    await trainer.dispose();
  }
});

Deno.test("training resumes bit for bit, and counts RK-Net's evaluations", async () => {
  const rkNet = () => start({ network: "runge-kutta", solverSteps: 1 });
  const { reports, whole } = await assertResumes(rkNet, [1]);
  try {
    const { forwardEvaluations, backwardEvaluations, storedBytes } =
      await (await whole.trained() as ClassificationModel).cost!();
    assert(storedBytes > 0);
    assertEquals([forwardEvaluations, backwardEvaluations], [4, 4]);
    assertEquals(reports.map(({ evaluations }) => evaluations), [4, 4]);
  } finally {
    await whole.dispose();
  }
});

Deno.test("evaluations grow as the tolerance falls, and what is stored does not", async () => {
  const costs = [];
  for (const tolerance of [1e-2, 1e-5]) {
    const trainer = await start({ network: "ode", tolerance });
    costs.push(await (await trainer.trained()).cost!());
    await trainer.dispose();
  }
  assertEquals(costs[0]!.storedBytes, costs[1]!.storedBytes);
  assert(costs[1]!.forwardEvaluations! >= 2 * costs[0]!.forwardEvaluations!);
  assert(costs[1]!.backwardEvaluations! >= 2 * costs[0]!.backwardEvaluations!);
  // Two to choose the first step, six for each trial.
  const counts = costs.flatMap((cost) => [cost.forwardEvaluations!, cost.backwardEvaluations!]);
  assertEquals(counts.map((count) => count % 6), [2, 2, 2, 2]);
});

Deno.test("cropped() moves images by up to the padding, with zeros from outside", () => {
  const [height, width, count] = [5, 4, 300];
  const data = Float32Array.from({ length: count * 20 }, (_, i) => 1 + i % 20);
  const given = { shape: [count, height, width, 1], data };
  assertEquals(cropped(given, 0, rootKey(1)).data, data);
  const moved = cropped(given, 2, rootKey(1)).data;
  const seen = new Set<string>();
  for (let i = 0; i < count; i++) {
    const image = moved.subarray(20 * i, 20 * i + 20);
    // The first pixel that is there tells how far the image has moved; all others must agree.
    const at = image.findIndex((value) => value > 0);
    const down = Math.floor((image[at]! - 1) / width) - Math.floor(at / width);
    const right = (image[at]! - 1) % width - at % width;
    seen.add(`${down} ${right}`);
    image.forEach((value, pixel) => {
      const [row, column] = [Math.floor(pixel / width) + down, pixel % width + right];
      const inside = row >= 0 && row < height && column >= 0 && column < width;
      assertEquals(value, inside ? 1 + row * width + column : 0);
    });
  }
  assertEquals(seen.size, 25);
});

Deno.test("a classifier refuses an unknown setting", async () => {
  await assertRejects(() => start({ depth: 3 }), RangeError, '"depth" is not one of them');
});

Deno.test("nearestMean() answers the class of the nearest mean training image", async () => {
  const trainer = await nearestMean.start({
    ...{ settings: {}, seed: 0, data: { classes: 10, train: proceduralDigits(500, "train") } },
    backend: () => Promise.reject(new Error("nothing to compute with")),
  });
  const model = await trainer.trained();
  assertEquals([model.parameters, trainer.parameters, model.cost], [7840, 7840, undefined]);
  const errors = wrong(answers(await model.probabilities(TEST)), TEST.labels);
  assert(errors < 10, `${errors}`);
  // Two classes of one black and one white pixel: a grey level between is as likely as its distances say.
  const pixels = (values: number[]) => ({
    ...{ count: values.length, height: 1, width: 1, pixels: Uint8Array.from(values) },
    labels: Uint8Array.from(values, (value) => Number(value > 100)),
  });
  const two = await (await nearestMean.start({
    ...{ settings: {}, seed: 0, data: { classes: 2, train: pixels([0, 255]) } },
    backend: () => Promise.reject(new Error("nothing to compute with")),
  })).trained();
  const [black] = await two.probabilities(pixels([51]));
  const expected = 1 / (1 + Math.exp((0.2 ** 2 - 0.8 ** 2) / 2));
  assert(Math.abs(black! - expected) < 1e-6);
});
