import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { fold, rootKey } from "../../../data/random/mod.ts";
import { groupNorm, groupNormSpecs } from "../../../models/nn/group_norm.ts";
import { conv2d } from "../../../models/nn/layers.ts";
import { assertAgreement } from "../backend/_agreement.ts";
import { normalTensor, numbers, relativeError } from "../cpu.ts";

const key = rootKey(17);

/** The definition, as a chain of single operations that the tape differentiates by itself. */
function definition(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, groups: number): tf.Tensor {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const grouped = tf.reshape(x, [n, h, w, groups, c / groups]);
  const centred = tf.sub(grouped, tf.mean(grouped, [1, 2, 4], true));
  const variance = tf.mean(tf.square(centred), [1, 2, 4], true);
  const normed = tf.reshape(tf.div(centred, tf.sqrt(tf.add(variance, 1e-5))), x.shape);
  return tf.add(tf.mul(normed, scale), offset);
}

for (const groups of [1, 2, 6]) {
  Deno.test(`groupNorm() agrees with its definition, values and gradients, in ${groups} groups`, () => {
    const own = fold(key, groups);
    const x = tf.add(tf.mul(normalTensor(own, "x", [3, 4, 5, 6]), 2), 1);
    const scale = normalTensor(own, "scale", [6]);
    const offset = normalTensor(own, "offset", [6]);
    const upstream = normalTensor(own, "upstream", x.shape);
    type Norm = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) => tf.Tensor;
    const ours: Norm = (x, scale, offset) =>
      groupNorm({ "norm/scale": scale, "norm/offset": offset }, "norm", x, groups);
    const plain: Norm = (x, scale, offset) => definition(x, scale, offset, groups);
    const results = ([ours, plain] as const).map((f) => [
      f(x, scale, offset),
      ...tf.grads((x, scale, offset) => tf.sum(tf.mul(f(x!, scale!, offset!), upstream)))(
        [x, scale, offset],
      ),
    ]);
    results[0]!.forEach((actual, i) => {
      const expected = results[1]![i]!;
      assertEquals(actual.shape, expected.shape);
      const error = relativeError(numbers(actual), numbers(expected), 0.1);
      assert(error < 1e-4, `${["y", "dx", "dscale", "doffset"][i]}: relative error ${error}`);
    });
  });
}

Deno.test("groupNorm() and padded convolutions are compiled as they compute", async () => {
  await assertAgreement({
    grouped: {
      inputs: { x: [3, 5, 4, 2], scale: [6], offset: [6], kernel: [4, 4, 2, 6] },
      f: ({ x, scale, offset, kernel }) => {
        const params = { "norm/scale": scale!, "norm/offset": offset! };
        const normed = groupNorm(params, "norm", conv2d(x!, kernel!, { stride: 1, padding: 2 }), 3);
        return [normed, conv2d(normed, tf.ones([3, 3, 6, 2]), { stride: 2, padding: 1 })];
      },
    },
  });
});

Deno.test("groupNorm() refuses groups that do not divide the channels", () => {
  const params = { "norm/scale": tf.ones([6]), "norm/offset": tf.zeros([6]) };
  assertThrows(
    () => groupNorm(params, "norm", tf.zeros([1, 2, 2, 6]), 4),
    RangeError,
    "their number must divide 6, is 4",
  );
  assertEquals(groupNormSpecs("norm", 6).map(({ name, shape }) => [name, shape]), [
    ["norm/scale", [6]],
    ["norm/offset", [6]],
  ]);
});
