import { assert, assertEquals, assertNotEquals, assertRejects } from "@std/assert";
import { forEach } from "../../../models/training/each.ts";
import { ode2vae } from "../../../models/ode2vae/method.ts";
import type { Watch } from "../../../models/training/method.ts";
import type { SequenceData, SequenceModel } from "../../../models/training/sequences.ts";
import { defaultSettings } from "../../../models/training/settings.ts";
import { cpu, epochs, hiddenError, noiseImages, withTrainer } from "./_tiny_task.ts";

const SETTINGS = {
  ...{ latentDimensions: 2, fieldHidden: 3, stepsPerFrame: 1, batchSize: 3, epochs: 3 },
  ...{ testEvery: 2, posteriorSamples: 2, encoderFilters: 1, decoderFilters: 1 },
};
const DATA: readonly SequenceData[] = [6, 7].map((count) => ({
  train: noiseImages(count, 6, 4),
  validation: noiseImages(2, 6, 4),
}));

const context = () => [0];
const watch: Watch<readonly SequenceModel[]> = {
  curves: { testMse: { label: "error", unit: "" } },
  measure: async (models) => {
    const errors = await Promise.all(
      models.map((model, i) => hiddenError(model, context, DATA[i]!.train)),
    );
    return { testMse: (errors[0]! + errors[1]!) / 2 };
  },
};

const each = forEach(ode2vae);
const start = (data = DATA) =>
  each.start({
    settings: { ...defaultSettings(each.settings), ...SETTINGS },
    seed: 11,
    data,
    backend: () => Promise.resolve(cpu),
    watch,
  });

Deno.test("forEach() trains each model as its method does alone, and reports means", async () => {
  const together = await start();
  const seen: number[] = [];
  const reports = [await together.runEpoch(0, (done, total) => seen.push(done, total))];
  reports.push(...await epochs(together, 1, 3));
  assertEquals(seen, [1, 2, 2, 2]);
  assertEquals([together.epochs, together.steps], [3, 12]);
  assert(together.seconds.evaluation > 0);
  // The first data set has the task's own seed.
  await withTrainer(ode2vae, { settings: SETTINGS, data: DATA[0]! }, async (alone) => {
    const own = await epochs(alone, 0, 3);
    assertEquals(together.parameters, alone.parameters);
    const [first, second] = await together.trained();
    const query = { sequences: DATA[0]!.train, context };
    const expected = await (await alone.trained()).predict(query);
    assertEquals(await first!.predict(query), expected);
    assertNotEquals(await second!.predict(query), expected);
    assertNotEquals(reports[0]!.loss, own[0]!.loss, "the mean of both");
  });
  assertEquals(reports.map((report) => "testMse" in report), [false, true, true]);
  await together.dispose();
});

Deno.test("forEach() resumes bit for bit", async () => {
  const [whole, resumed] = [await start(), await start()];
  await whole.runEpoch(0);
  resumed.restore(whole.checkpoint());
  assertEquals(await epochs(resumed, 1, 3), await epochs(whole, 1, 3));
  assertEquals(resumed.checkpoint(), whole.checkpoint());
  await Promise.all([whole.dispose(), resumed.dispose()]);
});

Deno.test("forEach() refuses a task without data", async () => {
  await assertRejects(() => start([]), RangeError, "Cannot train: there must be data, got none");
});
