import * as tf from "@tensorflow/tfjs-core";
import { assert, assertEquals, assertThrows } from "@std/assert";
import { conv2d, type ConvOptions, convTranspose2d, dense } from "../../../models/nn/layers.ts";
import { normalTensor, numbers, relativeError, scalarOf } from "../cpu.ts";
import { fold, rootKey } from "../../../data/random/mod.ts";

const PARAMS = {
  "net/kernel": tf.tensor2d([[1, 2], [3, 4], [5, 6]]),
  "net/bias": tf.tensor1d([0.5, -30]),
};

Deno.test("dense() is x · kernel + bias, then the activation", () => {
  const x = tf.tensor2d([[1, 0, 2]]);
  assertEquals(numbers(dense(PARAMS, "net", x)), [11.5, -16]);
  assertEquals(numbers(dense(PARAMS, "net", x, "relu")), [11.5, 0]);
  const near = tf.tensor2d([[0, 0.5, 0]]);
  assertEquals(
    numbers(dense(PARAMS, "net", near, "tanh")),
    [Math.fround(Math.tanh(2)), Math.fround(Math.tanh(-28))],
  );
});

Deno.test("dense() lists the names there are when a parameter is missing", () => {
  assertThrows(
    () => dense(PARAMS, "other", tf.zeros([1, 3])),
    RangeError,
    'Cannot read tensor "other/kernel": it must be one of net/kernel, net/bias',
  );
});

const key = rootKey(11);
const OPTIONS: readonly ConvOptions[] = [1, 2, 3].flatMap((stride) =>
  (["same", "valid"] as const).map((padding) => ({ stride, padding }))
);

Deno.test("conv2d() gives the sums of its definition when padding is valid", () => {
  const x = tf.tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]]).reshape([1, 3, 3, 1]);
  const kernel = tf.tensor([[1, 10], [100, 1000]]).reshape([2, 2, 1, 1]);
  const y = conv2d(x, kernel, { stride: 1, padding: "valid" });
  assertEquals(y.shape, [1, 2, 2, 1]);
  // 1·1 + 2·10 + 4·100 + 5·1000: the kernel is not flipped.
  assertEquals(numbers(y), [5421, 6532, 8754, 9865]);
});

Deno.test("conv2d() puts the odd zero at the end when padding is same", () => {
  const x = tf.tensor([1, 2]).reshape([1, 1, 2, 1]);
  const kernel = tf.tensor([1, 10]).reshape([1, 2, 1, 1]);
  assertEquals(numbers(conv2d(x, kernel, { stride: 1, padding: "same" })), [21, 2]);
});

Deno.test("conv2d() and convTranspose2d() have the documented shapes when strides and sizes vary", () => {
  for (const { stride, padding } of OPTIONS) {
    for (const kernel of [1, 2, 3, 5]) {
      for (const [h, w] of [[5, 6], [7, 9]] as const) {
        const options = { stride, padding };
        const out = (n: number) =>
          padding === "same" ? Math.ceil(n / stride) : Math.floor((n - kernel) / stride) + 1;
        const y = conv2d(tf.zeros([2, h, w, 3]), tf.zeros([kernel, kernel, 3, 4]), options);
        assertEquals(y.shape, [2, out(h), out(w), 4]);
        const up = (n: number) => padding === "same" ? n * stride : (n - 1) * stride + kernel;
        const z = convTranspose2d(
          tf.zeros([2, h, w, 3]),
          tf.zeros([kernel, kernel, 4, 3]),
          options,
        );
        assertEquals(z.shape, [2, up(h), up(w), 4]);
      }
    }
  }
});

Deno.test("convTranspose2d() is the adjoint of conv2d() when kernel, stride and padding are the same", () => {
  for (const [i, options] of OPTIONS.entries()) {
    for (const taps of [1, 2, 3, 5]) {
      const own = fold(key, i, taps);
      const small = normalTensor(own, "small", [2, 3, 4, 2]);
      const kernel = normalTensor(own, "kernel", [taps, taps, 3, 2]);
      const up = convTranspose2d(small, kernel, options);
      const large = normalTensor(own, "large", up.shape);
      const down = conv2d(large, kernel, options);
      assertEquals(down.shape, small.shape);
      // <large, up(small)> = <down(large), small>
      const left = scalarOf(tf.sum(tf.mul(large, up)));
      const right = scalarOf(tf.sum(tf.mul(down, small)));
      assert(relativeError([left], [right], 1) < 1e-4, `${left} and ${right}`);
    }
  }
});
