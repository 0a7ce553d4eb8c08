/**
 * How rotating MNIST scores a row: the error at the angle that no training sequence shows, the same by other choices that
 * training does not see, the error at every angle, and sequences to look at. One code for all rows.
 *
 * @module
 */
import type { RotatingMnist } from "../../data/mod.ts";
import { framesAt, frameSize, observedFrames, type Sequences } from "../../data/sequences.ts";
import type { Exhibit } from "../../models/training/exhibit.ts";
import { toJsonNumber } from "../../models/training/json_number.ts";
import type { Watch } from "../../models/training/method.ts";
import type { SequenceModel, SequencePredictor } from "../../models/training/sequences.ts";
import type { Evaluation } from "../definition.ts";
import { errorMetric } from "../forecasts.ts";
import { frameStrips, missingFrames } from "../record/frame_strips.ts";

/** What a row may see of a digit: its frame 0, its observed frames, or those of them that are not asked for. */
export type Context = "frame-0" | "observed" | "others";

/** What a row is scored by. */
export interface Scoring {
  readonly data: RotatingMnist;
  readonly context: Context;
}

/** Sequences that a record shows. */
const SHOWN = 4;
/** Value of a standard deviation that is drawn white. */
const DEVIATION_WHITE = 0.5;

/** What the row sees, in captions of the error at each angle and of sequences. */
const WORDS: Readonly<Record<Context, { readonly curve: string; readonly sequence: string }>> = {
  "frame-0": {
    curve: "every angle predicted from frame 0",
    sequence: "every frame predicted from frame 0",
  },
  "observed": {
    curve: "every angle predicted from all observed frames",
    sequence: "every frame predicted from the observed ones",
  },
  "others": {
    curve: "each angle imputed from the other observed angles",
    sequence: "each frame imputed from the other observed ones",
  },
};

function seen(context: Context, test: Sequences, asked?: number) {
  return (sequence: number): ArrayLike<number> => {
    if (context === "frame-0") return [0];
    const observed = observedFrames(test, sequence);
    return context === "observed" ? observed : observed.filter((frame) => frame !== asked);
  };
}

/** Mean squared difference. */
function meanSquaredError(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i]! - b[i]!) ** 2;
  return sum / a.length;
}

/** The unseen frame of every test digit. */
async function predictUnseen(
  model: SequencePredictor,
  { data: { test, unseenFrame } }: Scoring,
  context: Context,
  draw?: readonly (string | number)[],
): Promise<Float32Array> {
  return await model.predict({
    sequences: test,
    context: seen(context, test, unseenFrame),
    asked: [unseenFrame],
    ...(draw === undefined ? {} : { draw }),
  });
}

async function unseenMse(
  model: SequencePredictor,
  scoring: Scoring,
  context = scoring.context,
): Promise<number> {
  const { test, unseenFrame } = scoring.data;
  return meanSquaredError(
    await predictUnseen(model, scoring, context),
    framesAt(test, unseenFrame),
  );
}

/** The test error between epochs. It selects nothing. */
export function watchUnseen(scoring: Scoring): Watch<SequenceModel> {
  return {
    curves: {
      testMse: { label: "MSE at the unseen angle", unit: "per pixel", direction: "lower" },
    },
    measure: async (model) => ({ testMse: await unseenMse(model, scoring) }),
  };
}

/** Every frame of every test digit: (count, 16, 28, 28). */
async function predictAll(
  model: SequencePredictor,
  { data: { test }, context }: Scoring,
): Promise<Float32Array> {
  if (context !== "others") {
    return await model.predict({ sequences: test, context: seen(context, test) });
  }
  const size = frameSize(test);
  const path = new Float32Array(test.frames.length);
  for (let frame = 0; frame < test.frameCount; frame++) {
    const images = await model.predict({
      sequences: test,
      context: seen(context, test, frame),
      asked: [frame],
    });
    for (let s = 0; s < test.count; s++) {
      path.set(images.subarray(s * size, (s + 1) * size), (s * test.frameCount + frame) * size);
    }
  }
  return path;
}

/** Error of the mean over posterior draws, and the mean error of single draws. */
async function sampledMse(
  model: SequencePredictor,
  draws: number,
  scoring: Scoring,
): Promise<{ readonly ofMean: number; readonly single: number }> {
  const truth = framesAt(scoring.data.test, scoring.data.unseenFrame);
  const mean = new Float64Array(truth.length);
  let single = 0;
  for (let draw = 0; draw < draws; draw++) {
    const predicted = await predictUnseen(model, scoring, scoring.context, ["error", draw]);
    for (let i = 0; i < mean.length; i++) mean[i]! += predicted[i]! / draws;
    single += meanSquaredError(predicted, truth) / draws;
  }
  return { ofMean: meanSquaredError(Float32Array.from(mean), truth), single };
}

/** Standard deviation over posterior draws of every frame of some sequences. */
async function deviation(
  model: SequencePredictor,
  draws: number,
  sequences: Sequences,
  context: Context,
): Promise<Float32Array> {
  const sum = new Float64Array(sequences.count * sequences.frameCount * frameSize(sequences));
  const squares = new Float64Array(sum.length);
  for (let draw = 0; draw < draws; draw++) {
    const path = await model.predict({
      sequences,
      context: seen(context, sequences),
      draw: ["shown", draw],
    });
    for (let i = 0; i < path.length; i++) {
      sum[i]! += path[i]!;
      squares[i]! += path[i]! ** 2;
    }
  }
  return Float32Array.from(
    sum,
    (total, i) =>
      draws > 1 ? Math.sqrt(Math.max(0, (squares[i]! - total * total / draws) / (draws - 1))) : 0,
  );
}

/** The first sequences: truth, prediction and, where the model draws, the deviation. */
async function shownSequences(
  model: SequenceModel,
  { data, context }: Scoring,
  path: Float32Array,
): Promise<Exhibit[]> {
  const { test, train } = data;
  const sequences = { ...test, count: Math.min(test.count, SHOWN) };
  const spread = model.draws && await deviation(model, model.draws, sequences, context);
  const size = test.frameCount * frameSize(test);
  return Array.from({ length: sequences.count }, (_, s) => {
    const part = (values: Float32Array) => values.subarray(s * size, (s + 1) * size);
    return frameStrips({
      name: `sequence${s}`,
      label: `${test === train ? "training" : "test"} digit ${s}, ${WORDS[context].sequence}`,
      height: data.height,
      width: data.width,
      marked: missingFrames(observedFrames(test, s), test.frameCount),
      markedLabel: "hidden from training",
      ofData: true,
      strips: [
        { label: "truth", values: part(test.frames) },
        { label: "reconstruction", values: part(path) },
        ...(spread
          ? [{
            label: "standard deviation",
            values: part(spread),
            white: DEVIATION_WHITE,
          }]
          : []),
      ],
    });
  });
}

const perPixel = errorMetric("MSE at the unseen angle", "per pixel");

/** The row's error where it sees something else: of each context, which one, its name and words. */
const OTHER_CONTEXT: Readonly<Partial<Record<Context, readonly [Context, string, string]>>> = {
  "frame-0": ["observed", "Strict", "from the first observed frame"],
  "observed": ["frame-0", "OneFrame", "from frame 0 alone instead of all observed frames"],
};

/** Metrics, the error at every angle, and exhibits of a trained row. */
export async function evaluate(model: SequenceModel, scoring: Scoring): Promise<Evaluation> {
  const { test, unseenFrame, degrees } = scoring.data;
  const path = await predictAll(model, scoring);
  const frames = { ...test, frames: path };
  const errors = degrees.map((_, frame) =>
    meanSquaredError(framesAt(frames, frame), framesAt(test, frame))
  );
  const metrics = [perPixel("", "", errors[unseenFrame]!)];
  const other = OTHER_CONTEXT[scoring.context];
  if (other) {
    const [context, name, words] = other;
    metrics.push(perPixel(name, words, await unseenMse(model, scoring, context)));
  }
  if (model.reconstruct) {
    const unseen = framesAt(test, unseenFrame);
    const error = meanSquaredError(await model.reconstruct(unseen), unseen);
    const words = "where its own image is encoded: the networks' share of the error";
    metrics.push(perPixel("Encoded", words, error));
  }
  if (model.draws) {
    const { ofMean, single } = await sampledMse(model, model.draws, scoring);
    metrics.push(
      perPixel("Samples", `mean of ${model.draws} posterior draws`, ofMean),
      perPixel("SingleDraw", "one posterior draw", single),
    );
  }
  for (const variant of model.variants ?? []) {
    metrics.push(perPixel(variant.name, variant.label, await unseenMse(variant, scoring)));
  }
  for (const fact of model.facts ?? []) {
    metrics.push({ ...fact, value: toJsonNumber(fact.value) });
  }
  return {
    metrics,
    curves: [{
      name: "errorPerAngle",
      label: `MSE, ${WORDS[scoring.context].curve}`,
      unit: "per pixel",
      direction: "lower",
      xLabel: "angle",
      xUnit: "degrees",
      x: [...degrees],
      y: errors.map(toJsonNumber),
    }],
    exhibits: [
      ...await shownSequences(model, scoring, path),
      ...(model.exhibits?.() ?? []).map((exhibit) =>
        exhibit.kind === "traces" && exhibit.x.unit === "degrees"
          ? { ...exhibit, marks: [{ x: degrees[unseenFrame]!, label: "never shown in training" }] }
          : exhibit
      ),
    ],
  };
}
