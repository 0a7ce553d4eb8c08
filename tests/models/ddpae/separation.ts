/**
 * Trains DDPAE with two components on two balls, and measures in how many frames of held-out sequences the picture of each
 * component has one ball. A test it is not: on one core it takes some minutes, and prints its progress.
 *
 *     deno run -A tests/models/ddpae/separation.ts
 *
 * With these settings, seed 0: in 95 % of the frames of 100 test sequences.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import { type Centre, findDiscs } from "../../../benchmarks/bouncing_balls/discs.ts";
import { GIVEN } from "../../../benchmarks/bouncing_balls/evaluate.ts";
import { type BouncingBalls, makeBouncingBalls } from "../../../data/mod.ts";
import { frameOf, frameSize, type Sequences } from "../../../data/sequences.ts";
import { selectBackend } from "../../../models/backend/select.ts";
import { ddpae } from "../../../models/ddpae/method.ts";
import type { SequenceModel } from "../../../models/training/sequences.ts";
import { defaultSettings, type Settings } from "../../../models/training/settings.ts";

const BALLS = 2;

/** Whether discs are as many as others, each within a radius of one of its own. */
function match(found: readonly Centre[], truth: readonly Centre[], radius: number): boolean {
  const near = ([x, y]: Centre) =>
    truth.findIndex((centre) => Math.hypot(centre[0] - x, centre[1] - y) < radius);
  const places = found.map(near);
  return found.length === truth.length && !places.includes(-1) &&
    new Set(places).size === truth.length;
}

/** Shares of the frames of sequences, given ones and those after them, where each component's picture has one ball. */
export async function separation(
  model: Pick<SequenceModel, "components">,
  sequences: Sequences,
  { options }: BouncingBalls,
) {
  const { count, frameCount } = sequences;
  const pictures = await model.components!({
    sequences,
    context: () => Array.from({ length: GIVEN }, (_, frame) => frame),
  });
  const size = frameSize(sequences);
  const totals = { onlyOne: 0, givenOnlyOne: 0, givenOnBalls: 0, laterOnBalls: 0 };
  for (let s = 0; s < count; s++) {
    for (let frame = 0; frame < frameCount; frame++) {
      const at = (s * frameCount + frame) * size;
      const found = pictures.map((picture) => findDiscs(picture.subarray(at, at + size), options));
      const one = found.every(({ length }) => length === 1);
      const truth = findDiscs(frameOf(sequences, s, frame), options);
      const onBalls = one && match(found.flat(), truth, options.radius);
      totals.onlyOne += Number(one) / (count * frameCount);
      if (frame < GIVEN) {
        totals.givenOnlyOne += Number(one) / (count * GIVEN);
        totals.givenOnBalls += Number(onBalls) / (count * GIVEN);
      } else {
        totals.laterOnBalls += Number(onBalls) / (count * (frameCount - GIVEN));
      }
    }
  }
  return totals;
}

if (import.meta.main) {
  const args = parseArgs(Deno.args, {
    string: ["epochs", "every", "seed", "train", "settings"],
    default: { epochs: "60", every: "3", seed: "0", train: "1000", settings: "{}" },
  });
  const [epochs, every] = [Number(args.epochs), Number(args.every)];
  const data = await makeBouncingBalls({
    balls: BALLS,
    counts: { train: Number(args.train), validation: 50, test: 100 },
  });
  const settings: Settings = {
    ...defaultSettings(ddpae.settings),
    ...{ components: BALLS, contextFrames: GIVEN, epochs },
    // Many small steps at the full rate; short windows suffice to tell the balls apart.
    ...{ batchSize: 16, predictedFrames: 5, lateRate: 1 },
    ...{ validationEvery: every, testEvery: every },
    ...JSON.parse(args.settings) as Settings,
  };
  const trainer = await ddpae.start({
    settings,
    seed: Number(args.seed),
    data,
    backend: () => selectBackend("ort-cpu"),
    watch: {
      curves: {},
      measure: (model) => separation(model, data.validation, data),
    },
  });
  const start = performance.now();
  for (let epoch = 0; epoch < epochs; epoch++) {
    const report = await trainer.runEpoch(epoch);
    const values = Object.entries(report).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
    const seconds = (performance.now() - start) / 1000;
    console.log(`${epoch + 1} ${seconds.toFixed(0)} s ${values.join(" ")}`);
  }
  console.log("held-out sequences", await separation(await trainer.trained(), data.test, data));
  await trainer.dispose();
}
