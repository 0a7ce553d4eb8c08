import { assertAlmostEquals, assertEquals } from "@std/assert";
import { Buffer } from "node:buffer";
import { evaluate, type Scoring, watchUnseen } from "../../../benchmarks/rmnist/evaluate.ts";
import { DATA_DIR_VARIABLE, findSource } from "../../../data/data_dir.ts";
import { readIdx } from "../../../data/mnist.ts";
import {
  buildRotatingMnist,
  type RotatingMnist,
  turnedDigits,
} from "../../../data/rotating_mnist.ts";
import { BILINEAR } from "../../../data/rotation_recipe.ts";
import type { Sequences } from "../../../data/sequences.ts";
import { T10K_IMAGES, T10K_LABELS } from "../../../data/sources.ts";
import { linearInterpolation, meanImage, nearestAngle } from "../../../models/reference/method.ts";
import type {
  Exhibit,
  FrameStrips,
  MatrixExhibit,
  Traces,
} from "../../../models/training/exhibit.ts";
import type { Method } from "../../../models/training/method.ts";
import type {
  SequenceData,
  SequenceModel,
  SequencePredictor,
  SequenceQuery,
} from "../../../models/training/sequences.ts";

const DIGITS = Deno.env.get(DATA_DIR_VARIABLE) ?? "../shared/data";
const IMAGES = findSource(DIGITS, T10K_IMAGES);
const LABELS = findSource(DIGITS, T10K_LABELS);

/** Sequences of 4 angles of 2×2 pixels, all of a frame alike; brightness rises by 0.1 an angle. */
function sequences(starts: readonly number[], observed: readonly (readonly number[])[]): Sequences {
  return {
    count: starts.length,
    frameCount: 4,
    frameShape: [2, 2],
    frames: Float32Array.from(
      starts.flatMap((start) => [0, 1, 2, 3].flatMap((at) => Array(4).fill(start + at / 10))),
    ),
    observedCount: observed[0]!.length,
    observed: Int32Array.from(observed.flat()),
    framesPerTurn: 4,
  };
}

/** Angle 3 is hidden; by default both sequences show the other three. */
function scoring(
  context: Scoring["context"],
  test = sequences([0.1, 0.5], [[0, 1, 2], [0, 1, 2]]),
): Scoring {
  const small = {
    unseenFrame: 3,
    degrees: [0, 90, 180, 270],
    height: 2,
    width: 2,
    train: test,
    test,
  };
  return { context, data: small as unknown as RotatingMnist };
}

async function trained(method: Method<SequenceData, SequenceModel>): Promise<SequenceModel> {
  const data = { train: sequences([0], [[0]]), validation: sequences([0], [[0]]) };
  const backend = () => Promise.reject(new Error("nothing to compute with"));
  return await (await method.start({ settings: {}, seed: 1, data, backend })).trained();
}

/** Predicts the truth and what `error` adds to every pixel of a frame. */
function scripted(error: (query: SequenceQuery, frame: number) => number): SequencePredictor {
  return {
    predict(query) {
      const { sequences: { count, frames }, asked = [0, 1, 2, 3] } = query;
      const values = Array.from(
        { length: count },
        (_, s) =>
          asked.flatMap((frame) =>
            Array(4).fill(frames[16 * s + 4 * frame]! + error(query, frame))
          ),
      );
      return Promise.resolve(Float32Array.from(values.flat()));
    },
  };
}

const bytes = ({ strips }: FrameStrips, strip: number) => {
  const pixels = Buffer.from(strips[strip]!.pixels, "base64");
  return [0, 1, 2, 3].map((frame) => pixels[4 * frame]);
};

Deno.test("evaluate() gives the error at the unseen angle, and at every other one when imputed from the rest", async () => {
  const scored = scoring("others");
  const { metrics, curves } = await evaluate(await trained(linearInterpolation), scored);
  // Angle 3 lies midway between angles 2 and 0: 0.2 for 0.4, and 0.6 for 0.8. Angle 0 lies 2 after angle 2 and 1
  // before angle 1: (2 · 0.2 + 0.3) / 3 for 0.1. Angle 1: exact. Angle 2: 1 after angle 1, 2 before angle 0.
  const expected = [(0.7 / 3 - 0.1) ** 2, 0, ((2 * 0.2 + 0.1) / 3 - 0.3) ** 2, 0.04];
  const [metric, ...more] = metrics;
  assertEquals(more, []);
  assertEquals({ ...metric, value: 0 }, {
    name: "testMse",
    label: "MSE at the unseen angle",
    value: 0,
    unit: "per pixel",
    direction: "lower",
  });
  const [curve] = curves;
  assertEquals({ ...curve, y: [] }, {
    name: "errorPerAngle",
    label: "MSE, each angle imputed from the other observed angles",
    unit: "per pixel",
    direction: "lower",
    xLabel: "angle",
    xUnit: "degrees",
    x: [0, 90, 180, 270],
    y: [],
  });
  assertEquals(curve!.y[3], metric!.value);
  expected.forEach((error, angle) => assertAlmostEquals(Number(curve!.y[angle]), error, 1e-7));
  const { testMse } = await watchUnseen(scored).measure(await trained(linearInterpolation));
  assertEquals(testMse, metric!.value, "what is watched between epochs is the same error");
});

Deno.test("evaluate() shows the first four sequences with their hidden frames", async () => {
  const test = sequences([0.1, 0.5, 0, 0, 0], [[0, 1], [0, 1], [1, 2], [0, 2], [0, 1]]);
  const { exhibits } = await evaluate(await trained(nearestAngle), scoring("others", test));
  assertEquals(exhibits.map(({ kind, name }) => [kind, name]), [
    ...[0, 1, 2, 3].map((s) => ["frames", `sequence${s}`]),
  ]);
  const [first, , third] = exhibits as FrameStrips[];
  assertEquals([first!.frames, first!.height, first!.width], [4, 2, 2]);
  assertEquals([first!.marked, first!.markedLabel], [[2, 3], "hidden from training"]);
  assertEquals([third!.marked, third!.ofData], [[0, 3], true]);
  assertEquals(first!.label, "training digit 0, each frame imputed from the other observed ones");
  assertEquals(first!.strips.map(({ label }) => label), ["truth", "reconstruction"]);
  assertEquals(bytes(first!, 0), [26, 51, 77, 102]);
  // Nearest to 0, 1, 2, 3 among the others of frames 0 and 1: 1, 0, 1, 0.
  assertEquals(bytes(first!, 1), [51, 26, 51, 26]);
  const other = scoring("frame-0");
  const apart = { ...other, data: { ...other.data, train: sequences([0], [[0]]) } };
  const [shown] = (await evaluate(scripted(() => 0), apart)).exhibits;
  assertEquals(shown!.label, "test digit 0, every frame predicted from frame 0");
});

for (
  const [context, name, words] of [
    ["frame-0", "testMseStrict", "from the first observed frame"],
    ["observed", "testMseOneFrame", "from frame 0 alone instead of all observed frames"],
  ] as const
) {
  Deno.test(`evaluate() asks a row with the ${context} for the unseen frame, and once with the other context`, async () => {
    const test = sequences([0.1, 0.5], [[0, 2], [1, 2]]);
    const asked: unknown[] = [];
    const model = scripted(({ context, asked: frames, draw }) => {
      asked.push([[0, 1].map((s) => [...Array.from(context(s))]), frames, draw]);
      return context(1).length === 1 ? 0.1 : 0.2;
    });
    const { metrics, curves } = await evaluate(model, scoring(context, test));
    const [first, observed] = [[[0], [0]], [[0, 2], [1, 2]]];
    const [own, other] = context === "frame-0" ? [first, observed] : [observed, first];
    const kinds = [...new Set(asked.map((question) => JSON.stringify(question)))];
    assertEquals(
      kinds,
      [[own, undefined, undefined], [other, [3], undefined]].map((q) => JSON.stringify(q)),
    );
    assertEquals(metrics.map(({ name }) => name), ["testMse", name]);
    assertEquals(metrics[1]!.label, `MSE at the unseen angle, ${words}`);
    const errors = context === "frame-0" ? [0.01, 0.04] : [0.04, 0.01];
    errors.forEach((error, i) => assertAlmostEquals(Number(metrics[i]!.value), error, 1e-7));
    curves[0]!.y.forEach((y) => assertAlmostEquals(Number(y), errors[0]!, 1e-7));
  });
}

Deno.test("evaluate() has a metric for draws, variants, the networks' share and each fact, in this order", async () => {
  const seen: string[] = [];
  const model: SequenceModel = {
    // Errors of draws: 0.3 and −0.1.
    ...scripted(({ draw }) => {
      if (draw !== undefined) seen.push(draw.join());
      return draw === undefined ? 0.5 : draw[1] === 0 ? 0.3 : -0.1;
    }),
    draws: 2,
    variants: [
      { name: "Last", label: "parameters of the last epoch", ...scripted(() => 0.05) },
      { name: "Averaged", label: "mean parameters", ...scripted(() => -0.04) },
    ],
    reconstruct: (frames) => Promise.resolve(frames.map((value) => value + 0.06)),
    facts: [
      { name: "noise", label: "noise", value: 0.25, unit: "share", direction: "lower" },
      { name: "bound", label: "bound", value: -Infinity, unit: "nats", direction: "higher" },
    ],
  };
  const { metrics, exhibits } = await evaluate(model, scoring("frame-0"));
  const expected: readonly (readonly [string, number, string])[] = [
    ["testMse", 0.25, "MSE at the unseen angle"],
    ["testMseStrict", 0.25, "MSE at the unseen angle, from the first observed frame"],
    [
      "testMseEncoded",
      0.0036,
      "MSE at the unseen angle, where its own image is encoded: the networks' share of the error",
    ],
    // The error of the mean, 0.1², is not the mean of the errors, (0.3² + 0.1²) / 2.
    ["testMseSamples", 0.01, "MSE at the unseen angle, mean of 2 posterior draws"],
    ["testMseSingleDraw", 0.05, "MSE at the unseen angle, one posterior draw"],
    ["testMseLast", 0.0025, "MSE at the unseen angle, parameters of the last epoch"],
    ["testMseAveraged", 0.0016, "MSE at the unseen angle, mean parameters"],
  ];
  expected.forEach(([name, value, label], i) => {
    const { value: actual, ...rest } = metrics[i]!;
    assertEquals(rest, { name, label, unit: "per pixel", direction: "lower" });
    assertAlmostEquals(Number(actual), value, 1e-7, name);
  });
  assertEquals(metrics.slice(expected.length), [
    { name: "noise", label: "noise", value: 0.25, unit: "share", direction: "lower" },
    { name: "bound", label: "bound", value: "-Infinity", unit: "nats", direction: "higher" },
  ]);
  assertEquals([...new Set(seen)].sort(), ["error,0", "error,1", "shown,0", "shown,1"]);
  // The standard deviation of 0.3 and −0.1 is √0.08; 0.5 is white.
  const strips = exhibits[0] as FrameStrips;
  assertEquals(strips.strips.map(({ label, white }) => [label, white]), [
    ["truth", 1],
    ["reconstruction", 1],
    ["standard deviation", 0.5],
  ]);
  assertEquals(bytes(strips, 2), Array(4).fill(Math.round(255 * Math.sqrt(0.08) / 0.5)));
  // One draw has no spread.
  const one = await evaluate({ ...model, draws: 1 }, scoring("frame-0"));
  assertEquals(bytes(one.exhibits[0] as FrameStrips, 2), [0, 0, 0, 0]);
});

Deno.test("evaluate() marks the unseen angle in the model's own traces over angles", async () => {
  const panel = { y: { label: "y", unit: "" }, series: [] };
  const traces = (name: string, unit: string): Traces => ({
    kind: "traces",
    name,
    label: name,
    x: { label: "x", unit },
    panels: [panel],
  });
  const axis = { label: "angle", unit: "degrees", coordinates: [0] };
  const covariance: MatrixExhibit = {
    kind: "matrix",
    name: "covariance",
    label: "covariance",
    unit: "",
    rows: axis,
    columns: axis,
    values: [1],
  };
  const own: Exhibit[] = [covariance, traces("turning", "degrees"), traces("moving", "s")];
  const model = { ...scripted(() => 0), exhibits: () => own };
  const { exhibits } = await evaluate(model, scoring("observed"));
  assertEquals(exhibits.slice(2), [
    covariance,
    { ...own[1]!, marks: [{ x: 270, label: "never shown in training" }] },
    own[2]!,
  ]);
});

Deno.test({
  name: "evaluate() gives the trivial references the known errors when the digits are MNIST's",
  ignore: IMAGES === undefined || LABELS === undefined,
  async fn() {
    const [images, labels] = [await readIdx(IMAGES!), await readIdx(LABELS!)];
    const pixels = 28 * 28;
    const threes = [...labels.data.keys()].filter((i) => labels.data[i] === 3);
    const digits = new Uint8Array(threes.length * pixels);
    threes.forEach((i, at) =>
      digits.set(images.data.subarray(i * pixels, (i + 1) * pixels), at * pixels)
    );
    const data = await buildRotatingMnist(turnedDigits(digits, "mnist-t10k", BILINEAR));
    // A separate NumPy program gives these for the same digits and missing frames. Other
    // draws of the missing frames move them: linear interpolation from 0.0450 to 0.0470 over eight draws, about 0.0465.
    for (
      const [method, error] of [
        [meanImage, 0.06042317],
        [nearestAngle, 0.06690193],
        [linearInterpolation, 0.04542337],
      ] as const
    ) {
      const watch = watchUnseen({ data, context: "others" });
      const { testMse } = await watch.measure(await trained(method));
      assertAlmostEquals(testMse!, error, 1e-7);
    }
  },
});
