import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { fold, rootKey } from "../../../data/random/mod.ts";
import { batchNorm, type BatchNormOptions } from "../../../models/nn/batch_norm.ts";
import { normalTensor, numbers, relativeError, uniformTensor } from "../cpu.ts";

const key = rootKey(13);
const TRAINING: BatchNormOptions = { training: true, decay: 0.9, epsilon: 1e-5 };
const STATE = { mean: tf.tensor([0.5, -1, 2]), variance: tf.tensor([2, 0.3, 1]) };

/** A random case: x (shape), scale and offset (3). */
function example(shape: number[]) {
  const own = fold(key, shape.join("×"));
  return {
    x: tf.add(tf.mul(normalTensor(own, "x", shape), tf.tensor([1, 2, 0.5])), tf.tensor([0, 1, -1])),
    scale: tf.add(uniformTensor(own, "scale", [3]), 0.5),
    offset: normalTensor(own, "offset", [3]),
    upstream: normalTensor(own, "upstream", shape),
  };
}

/** The definition, as a chain of single operations that the tape differentiates by itself. */
function definition(x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor, epsilon: number): tf.Tensor {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  const centred = tf.sub(x, tf.mean(x, axes));
  const deviation = tf.sqrt(tf.add(tf.mean(tf.square(centred), axes), epsilon));
  return tf.add(tf.mul(tf.div(centred, deviation), scale), offset);
}

const close = (actual: tf.Tensor, expected: tf.Tensor, what: string) => {
  assertEquals(actual.shape, expected.shape, what);
  const error = relativeError(numbers(actual), numbers(expected), 0.1);
  assert(error < 1e-4, `${what}: relative error ${error}`);
};

for (const shape of [[8, 3], [4, 5, 6, 3], [7, 2, 3]]) {
  Deno.test(`batchNorm() agrees with its definition, values and gradients, when x is [${shape}]`, () => {
    const { x, scale, offset, upstream } = example(shape);
    const own = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
      batchNorm(x, { scale, offset }, STATE, TRAINING).y;
    const plain = (x: tf.Tensor, scale: tf.Tensor, offset: tf.Tensor) =>
      definition(x, scale, offset, TRAINING.epsilon);
    close(own(x, scale, offset), plain(x, scale, offset), "y");
    const gradients = (f: typeof own) =>
      tf.grads((x, scale, offset) => tf.sum(tf.mul(f(x!, scale!, offset!), upstream)))([
        x,
        scale,
        offset,
      ]);
    const expected = gradients(plain);
    for (const [i, gradient] of gradients(own).entries()) {
      close(gradient, expected[i]!, ["dx", "dscale", "doffset"][i]!);
    }
  });
}

Deno.test("batchNorm() normalises each channel when it trains", () => {
  const { x } = example([4, 5, 6, 3]);
  const { y } = batchNorm(x, { scale: tf.ones([3]), offset: tf.zeros([3]) }, STATE, TRAINING);
  const { mean, variance } = tf.moments(y, [0, 1, 2]);
  for (const value of numbers(mean)) assert(Math.abs(value) < 1e-5, `mean ${value}`);
  for (const value of numbers(variance)) assert(Math.abs(value - 1) < 1e-3, `variance ${value}`);
});

Deno.test("batchNorm() moves the running statistics by a tenth when the decay is 0.9", () => {
  const { x, scale, offset } = example([4, 5, 6, 3]);
  const { state } = batchNorm(x, { scale, offset }, STATE, TRAINING);
  const { mean, variance } = tf.moments(x, [0, 1, 2]);
  const moved = (old: tf.Tensor, batch: tf.Tensor) => tf.add(tf.mul(old, 0.9), tf.mul(batch, 0.1));
  close(state.mean, moved(STATE.mean, mean), "mean");
  close(state.variance, moved(STATE.variance, variance), "variance");
});

Deno.test("batchNorm() uses and keeps the running statistics when it does not train", () => {
  const { x, scale, offset } = example([8, 3]);
  const out = batchNorm(x, { scale, offset }, STATE, { ...TRAINING, training: false });
  const deviation = tf.sqrt(tf.add(STATE.variance, TRAINING.epsilon));
  const expected = tf.add(tf.mul(tf.div(tf.sub(x, STATE.mean), deviation), scale), offset);
  close(out.y, expected, "y");
  assert(out.state === STATE);
});

Deno.test("batchNorm() stays finite when a channel is constant", () => {
  const x = tf.fill([16, 3], 1.1);
  const { y, state } = batchNorm(
    x,
    { scale: tf.ones([3]), offset: tf.tensor([1, 2, 3]) },
    STATE,
    TRAINING,
  );
  for (const value of numbers(tf.sub(y, tf.tensor([1, 2, 3])))) {
    assert(Math.abs(value) < 0.1, `${value}`);
  }
  assert(numbers(state.variance).every((value) => value > 0));
});

Deno.test("batchNorm() lets no gradient through its statistics when they are used elsewhere", () => {
  const { x, scale, offset } = example([8, 3]);
  const gradient = tf.grad((x: tf.Tensor) => {
    const { state } = batchNorm(x, { scale, offset }, STATE, TRAINING);
    return tf.sum(tf.add(state.mean, state.variance));
  })(x);
  assertEquals(numbers(gradient), Array(24).fill(0));
});
