import * as tf from "@tensorflow/tfjs";
import { assertAgreement, type Case } from "../_agreement.ts";

type Images = readonly [tf.Tensor4D, tf.Tensor4D];

/** A case on an image (2, 3, 4, 4) as it is and another as it comes out of a convolution. */
function both(name: string, f: (x: tf.Tensor4D) => tf.Tensor | tf.Tensor[]): Record<string, Case> {
  return {
    [name]: { inputs: { x: [2, 3, 4, 4] }, f: ({ x }) => f(x as tf.Tensor4D) },
    [`${name} after a convolution`]: {
      inputs: { x: [2, 3, 4, 2], w: [2, 2, 2, 4] },
      f: ({ x, w }) => f(tf.conv2d(...[x, w] as unknown as Images, 1, "same")),
    },
    [`${name} after and before a convolution`]: {
      inputs: { x: [2, 3, 4, 2], w: [2, 2, 2, 4] },
      f: ({ x, w }) => {
        const y = f(tf.conv2d(...[x, w] as unknown as Images, 1, "same"));
        const again = (t: tf.Tensor) =>
          t.rank === 4
            ? tf.conv2d(t as tf.Tensor4D, tf.ones([2, 2, t.shape[3]!, 3]), 1, "same")
            : t;
        return Array.isArray(y) ? y.map(again) : again(y);
      },
    },
  };
}

Deno.test("reshaping agrees with TensorFlow.js when images change their shape", async () => {
  await assertAgreement({
    ...both("flat", (x) => tf.reshape(x, [-1])),
    ...both("rows", (x) => tf.reshape(x, [2, 48])),
    ...both("same", (x) => tf.reshape(x, [2, 3, 4, 4])),
    ...both("rank 5", (x) => tf.reshape(x, [2, 1, 3, 4, 4])),
    ...both("other last axes", (x) => tf.reshape(x, [2, 4, 3, 4])),
    ...both("same last three of other order", (x) => tf.reshape(x, [2, 4, 4, 3])),
    ...both("through rank 5", (x) => tf.reshape(tf.reshape(x, [2, 1, 3, 4, 4]), [2, 3, 4, 4])),
    ...both("expandDims", (x) => tf.expandDims(x, -1)),
    ...both("expandDims at 0", (x) => tf.expandDims(x, 0)),
    ...both("squeeze", (x) => tf.squeeze(tf.slice(x, [0, 0, 0, 0], [2, 1, 4, 1]))),
  });
  const single: Case["f"] = ({ x, w }) =>
    tf.reshape(tf.conv2d(...[x, w] as unknown as Images, 1, "same"), [3, 12]);
  await assertAgreement({
    "one channel": { inputs: { x: [3, 3, 4, 2], w: [2, 2, 2, 1] }, f: single },
    "one pixel": { inputs: { x: [3, 1, 1, 2], w: [1, 1, 2, 12] }, f: single },
    "leading axes merged": {
      inputs: { x: [6, 3, 4, 2], w: [2, 2, 2, 3] },
      f: ({ x, w }) =>
        tf.conv2d(...[x, w] as unknown as Images, 1, "same").reshape([2, 3, 3, 4, 3])
          .sum(1),
    },
  });
});

Deno.test("slices agree with TensorFlow.js when images are cut, joined and padded", async () => {
  await assertAgreement({
    ...both("slice", (x) => tf.slice(x, [1, 0, 2, 1], [1, 3, 2, 2])),
    ...both("slice of channels", (x) => tf.slice(x, [0, 0, 0, 1], [-1, -1, -1, 2])),
    ...both("slice of all", (x) => tf.slice(x, [0, 0, 0, 0], [-1, -1, -1, -1])),
    ...both("concat of channels", (x) => tf.concat([x, tf.square(x)], 3)),
    ...both("concat of rows", (x) => tf.concat([x, x, tf.neg(x)], 1)),
    ...both("concat with a constant", (x) => tf.concat([x, tf.ones([2, 3, 4, 1])], -1)),
    ...both("pad", (x) => tf.pad(x, [[0, 0], [1, 2], [0, 1], [0, 0]])),
    ...both("pad of channels", (x) => tf.pad(x, [[1, 0], [0, 0], [0, 0], [2, 1]], 1.5)),
    ...both("pad by nothing", (x) => tf.pad(x, [[0, 0], [0, 0], [0, 0], [0, 0]])),
    ...both("split", (x) => tf.split(x, 2, 3)),
    ...both("split into sizes", (x) => tf.split(x, [1, 2], 1)),
    ...both("split with a rest", (x) => tf.split(x, [1, -1], 2)),
    ...both("stack", (x) => tf.stack([x, tf.square(x)], 1)),
    ...both("unstack", (x) => tf.unstack(x, 1)),
    ...both("unstack of channels", (x) => tf.unstack(x, -1)),
    ...both("stack of slices", (x) => tf.stack(tf.unstack(x, 2), 2)),
  });
  await assertAgreement({
    "concat of rank 2": {
      inputs: { a: [2, 3], b: [2, 1] },
      f: ({ a, b }) => tf.concat([a!, b!], 1),
    },
    "concat with an empty one": {
      inputs: { a: [2, 3] },
      f: ({ a }) => tf.concat([a!, tf.zeros([0, 3])], 0),
    },
    "pad of a constant": {
      inputs: { a: [4, 3] },
      f: ({ a }) => tf.mul(a!, tf.pad(tf.ones([2, 3]), [[1, 1], [0, 0]])),
    },
    "stack of scalars": {
      inputs: { a: [], b: [] },
      f: ({ a, b }) => tf.stack([a!, b!]),
    },
  });
});

Deno.test("transpositions agree with TensorFlow.js when axes are exchanged", async () => {
  const orders = [[0, 1, 2, 3], [0, 3, 1, 2], [0, 2, 3, 1], [3, 2, 1, 0], [1, 0, 2, 3]];
  const cases: Record<string, Case> = {};
  for (const order of orders) {
    Object.assign(cases, both(`transpose ${order}`, (x) => tf.transpose(x, order)));
  }
  await assertAgreement({
    ...cases,
    matrix: { inputs: { x: [3, 4] }, f: ({ x }) => tf.transpose(x!) },
    constant: {
      inputs: { x: [4, 3] },
      f: ({ x }) => tf.mul(x!, tf.transpose(tf.fill([3, 4], 2))),
    },
  });
});

Deno.test("repetitions agree with TensorFlow.js when values are repeated, reversed or gathered", async () => {
  const index = { i: [[5], "index"] } as const;
  await assertAgreement({
    ...both("tile", (x) => tf.tile(x, [1, 2, 1, 3])),
    ...both("reverse", (x) => tf.reverse(x, [1, 3])),
    ...both("reverse of all", (x) => tf.reverse(x)),
    ...both("broadcastTo", (x) => tf.broadcastTo(x, [2, 3, 4, 4])),
    "broadcast of a row": { inputs: { x: [1, 4] }, f: ({ x }) => tf.broadcastTo(x!, [3, 4]) },
    "tile of a constant": {
      inputs: { x: [6] },
      f: ({ x }) => tf.mul(x!, tf.tile(tf.fill([3], 2), [2])),
    },
    "gather of rows": {
      inputs: { x: [3, 4], ...index },
      f: ({ x, i }) => tf.gather(x!, i!),
      // Its gradient is UnsortedSegmentSum, which the suite's models do not need.
      gradient: false,
    },
    "gather of columns": {
      inputs: { x: [4, 3], ...index },
      f: ({ x, i }) => tf.gather(x!, i!, 1),
      gradient: false,
    },
    "gather with a matrix of indices": {
      inputs: { x: [3, 4], i: [[2, 2], "index"] },
      f: ({ x, i }) => tf.gather(x!, i!),
      gradient: false,
    },
  });
});

Deno.test("cumulative sums agree with TensorFlow.js when they run in any direction", async () => {
  const cases: Record<string, Case> = {};
  for (const axis of [0, 1, 2]) {
    for (const exclusive of [false, true]) {
      for (const reverse of [false, true]) {
        cases[`${axis} ${exclusive} ${reverse}`] = {
          inputs: { x: [2, 3, 4] },
          f: ({ x }) => tf.cumsum(x!, axis, exclusive, reverse),
          // TensorFlow.js transposes the gradient for any other axis.
          gradient: axis === 2,
        };
      }
    }
  }
  await assertAgreement(cases);
});

Deno.test("strided slices agree with TensorFlow.js when strides are positive or negative", async () => {
  const slice = (
    ...given: Parameters<typeof tf.stridedSlice> extends [unknown, ...infer R] ? R : never
  ): Case => ({
    inputs: { x: [4, 5, 3] },
    f: ({ x }) => tf.stridedSlice(x!, ...given),
    gradient: false,
  });
  await assertAgreement({
    forward: slice([0, 1, 0], [4, 5, 3], [2, 2, 1]),
    backward: slice([3, 4, 2], [0, 0, 0], [-1, -2, -1]),
    "backward to the edge": slice([3, 0, 0], [-5, 5, 3], [-1, 1, 1]),
    masks: slice([1, 1, 1], [2, 3, 3], [1, 1, 1], 1, 2),
    shrink: slice([1, 0, 0], [2, 5, 3], [1, 1, 1], 0, 0, 0, 0, 1),
    "new axis": slice([0, 1, 0, 0], [0, 4, 5, 3], [1, 1, 1, 1], 0, 0, 0, 1),
    ellipsis: slice([0, 1], [0, 3], [1, 1], 0, 0, 1),
  });
});

Deno.test("depthToSpace() agrees with TensorFlow.js when blocks are 2 wide", async () => {
  await assertAgreement(Object.fromEntries(
    Object.entries(both("blocks", (x) => tf.depthToSpace(x, 2, "NHWC")))
      .map(([name, given]) => [name, { ...given, gradient: false }]),
  ));
});
