/** References on Mocap-1 and Mocap-2: as NumPy has them where the files are, possible anywhere. */
import { assert, assertAlmostEquals } from "@std/assert";
import { loadMocapMany } from "../../../data/mocap/many.ts";
import { loadMocapSingle } from "../../../data/mocap/single.ts";
import { observedFrames } from "../../../data/sequences.ts";
import { vectorAutoregression } from "../../../models/reference/autoregression.ts";
import { lastPeriod, nearestTraining } from "../../../models/reference/extrapolation.ts";
import { lastFrame, observedMean, zero } from "../../../models/reference/method.ts";
import { principalComponentsFloor } from "../../../models/reference/reconstruction.ts";
import { realDataDir, withDir } from "../../data/_fixtures.ts";
import { errorFrom, fitted } from "./_fit.ts";

/** Runs with a folder that has a file, or with an empty one, whose walks are made up. */
async function withWalks(file: string, test: (dir: string, isReal: boolean) => Promise<void>) {
  const dir = realDataDir(file);
  await (dir === undefined ? withDir((empty) => test(empty, false)) : test(dir, true));
}

// A copy of the mat file in NumPy: mean squared errors of frames 3 … 299 of Xtest; of the principal components, of all.
const MANY = [
  ["zero", zero, 33.67],
  ["nearest training walk", nearestTraining, 23.08],
  ["last frame", lastFrame, 61.33],
  ["VAR(2), penalty 1000", vectorAutoregression, 11.01],
] as const;

for (const [name, method, expected] of MANY) {
  Deno.test(`Mocap-2 predicted by ${name}`, () =>
    withWalks("mocap35/mocap35.mat", async (dataDir, isReal) => {
      const data = await loadMocapMany({ dataDir, standIn: !isReal, download: false });
      const model = await fitted(method, data);
      const error = await errorFrom(model, data.test, () => [0, 1, 2], 3);
      if (isReal) assertAlmostEquals(error, expected, 0.005);
      else assert(error > 0 && error < 200);
    }));
}

Deno.test("Mocap-2 reconstructed from principal components", () =>
  withWalks("mocap35/mocap35.mat", async (dataDir, isReal) => {
    const { train, validation, test } = await loadMocapMany({
      dataDir,
      standIn: !isReal,
      download: false,
    });
    const everyFrame = Array.from({ length: test.frameCount }, (_, frame) => frame);
    for (const [components, expected] of [[3, 4.41], [5, 1.45], [6, 1.22]] as const) {
      const model = await fitted(principalComponentsFloor, { train, validation }, { components });
      const error = await errorFrom(model, test, () => everyFrame, 0);
      if (isReal) assertAlmostEquals(error, expected, 0.005);
      else assert(error > 0 && error < 30);
    }
  }));

Deno.test("Mocap-1's first 4 walks by references, each fitted to its walk alone", () =>
  withWalks("cmu/08/08.asf", async (dataDir, isReal) => {
    const { walks } = await loadMocapSingle({ dataDir, standIn: !isReal, count: 4 });
    for (
      const [method, expected] of [
        [zero, 69.9],
        [observedMean, 69.9],
        [lastFrame, 162.01],
        [lastPeriod, 9.18],
        [vectorAutoregression, 20.46],
      ] as const
    ) {
      let mean = 0;
      for (const walk of walks) {
        const { test } = walk;
        const context = (s: number) => observedFrames(test, s);
        const model = await fitted(method, walk);
        mean += await errorFrom(model, test, context, test.observedCount) / walks.length;
      }
      if (isReal) assertAlmostEquals(mean, expected, 0.005, method.name);
      else assert(mean < 300, `${mean} of ${method.name}`);
    }
  }));
