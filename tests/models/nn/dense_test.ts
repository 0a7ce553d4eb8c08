import { assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { dense } from "../../../models/nn/dense.ts";
import { numbers } from "../cpu.ts";

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
