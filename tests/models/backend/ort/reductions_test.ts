import * as tf from "@tensorflow/tfjs";
import { assertAgreement, type Case, ORT, ORT_THREADS, TENSORFLOW } from "../_agreement.ts";

/** All non-empty subsets of the axes of a rank-4 tensor. */
const SUBSETS: readonly (readonly number[])[] = Array.from(
  { length: 15 },
  (_, bits) => [0, 1, 2, 3].filter((axis) => (bits + 1) & (1 << axis)),
);

/** Each with whether its gradient is recorded, too. */
const REDUCTIONS = {
  sum: [tf.sum, true],
  mean: [tf.mean, true],
  max: [tf.max, true],
  min: [tf.min, true],
  prod: [tf.prod, false],
} as const;

const image = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");

for (const [name, [reduce, gradient]] of Object.entries(REDUCTIONS)) {
  Deno.test(`reductions agree with TensorFlow.js when ${name} runs over any axes of an image`, async () => {
    const cases: Record<string, Case> = {};
    for (const axes of SUBSETS) {
      for (const keepDims of [false, true]) {
        const title = `axes ${axes}${keepDims ? " kept" : ""}`;
        cases[title] = {
          inputs: { x: [2, 3, 4, 3] },
          f: ({ x }) => reduce(x!, [...axes], keepDims),
          gradient,
        };
        cases[`${title} after a convolution`] = {
          inputs: { x: [2, 3, 4, 2], w: [2, 2, 2, 3] },
          f: ({ x, w }) => reduce(image(x!, w!), [...axes], keepDims),
          gradient,
        };
        // What a reduction leaves in another layout must be read as such by what follows.
        cases[`${title} after a convolution and used by it`] = {
          inputs: { x: [2, 3, 4, 2], w: [2, 2, 2, 3] },
          f: ({ x, w }) => {
            const y = image(x!, w!);
            return keepDims ? tf.sub(y, reduce(y, [...axes], true)) : reduce(y, [...axes]);
          },
          gradient,
        };
      }
    }
    await assertAgreement(cases);
  });
}

Deno.test("reductions agree with TensorFlow.js when squares are summed", async () => {
  const cases: Record<string, Case> = {};
  for (const [name, reduce] of [["sum", tf.sum], ["mean", tf.mean]] as const) {
    for (const axes of SUBSETS) {
      cases[`${name} ${axes}`] = {
        inputs: { x: [2, 3, 4, 2], w: [2, 2, 2, 3] },
        f: ({ x, w }) => reduce(tf.square(image(x!, w!)), [...axes]),
      };
    }
    cases[`${name} of a square used twice`] = {
      inputs: { x: [3, 4] },
      f: ({ x }) => {
        const squares = tf.square(x!);
        return [reduce(squares, 1), tf.add(squares, 1)];
      },
    };
    cases[`${name} of x times another`] = {
      inputs: { a: [3, 4], b: [3, 4] },
      f: ({ a, b }) => reduce(tf.mul(a!, b!), 0),
    };
    cases[`${name} of x times itself`] = {
      inputs: { x: [3, 4] },
      f: ({ x }) => reduce(tf.mul(x!, x!)),
    };
    cases[`${name} of a column times itself, broadcast`] = {
      inputs: { x: [3, 4], c: [3, 1] },
      f: ({ x, c }) => reduce(tf.mul(tf.mul(c!, c!), x!), 0),
    };
  }
  await assertAgreement(cases, undefined, [ORT, ORT_THREADS, ...TENSORFLOW]);
});

Deno.test("reductions agree with TensorFlow.js when shapes are small or values constant", async () => {
  const cases: Record<string, Case> = {};
  for (const [name, [reduce, gradient]] of Object.entries(REDUCTIONS)) {
    cases[`${name} of a scalar`] = { inputs: { x: [] }, f: ({ x }) => reduce(x!), gradient };
    cases[`${name} of one number`] = {
      inputs: { x: [1, 1] },
      f: ({ x }) => reduce(x!, 1),
      gradient,
    };
    cases[`${name} over negative axes`] = {
      inputs: { x: [2, 3, 4] },
      f: ({ x }) => reduce(x!, [-1, 0]),
      gradient,
    };
    cases[`${name} of a constant`] = {
      inputs: { x: [2] },
      f: ({ x }) => tf.mul(x!, reduce(tf.fill([2, 3], 1.5), 1)),
      gradient,
    };
  }
  await assertAgreement(cases);
});

Deno.test("reductions agree with TensorFlow.js when they have no gradient", async () => {
  const of = (f: (x: tf.Tensor) => tf.Tensor): Case => ({
    inputs: { x: [3, 4, 2] },
    f: ({ x }) => f(x!),
    gradient: false,
  });
  await assertAgreement({
    argMax: of((x) => tf.argMax(x, 1)),
    argMin: of((x) => tf.argMin(x, -1)),
    all: of((x) => tf.all(tf.greater(x, -1), 1)),
    "all, kept": of((x) => tf.all(tf.greater(x, -1), [0, 2], true)),
    any: of((x) => tf.any(tf.greater(x, 1), 1)),
    "sum of truths": of((x) => tf.sum(tf.greater(x, 0))),
    "argMax of an image": {
      inputs: { x: [2, 3, 4, 2], w: [2, 2, 2, 3] },
      f: ({ x, w }) => tf.argMax(image(x!, w!), 3),
      gradient: false,
    },
  });
});
