import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Step, TensorSpecs } from "../../../../models/backend/backend.ts";
import { traceStep } from "../../../../models/backend/ort/trace.ts";
import { Graph } from "../../../../models/backend/ort/graph.ts";
import { factored } from "../../../../models/backend/ort/kernels/_fusions.ts";
import { Recorded } from "../../../../models/backend/ort/recorded.ts";
import { assertAgreement, type Case, ORT, ORT_THREADS, TENSORFLOW } from "../_agreement.ts";

const image = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");

const IMAGE = { x: [2, 4, 5, 2], w: [2, 2, 2, 3] } as const;

/** y · gain + shift in every order, with what the sides may be. */
function affine(gain: readonly number[], shift: readonly number[]): Record<string, Case> {
  const inputs = { ...IMAGE, gain, shift };
  const title = `gain [${gain}], shift [${shift}]`;
  return {
    [title]: {
      inputs,
      f: ({ x, w, gain, shift }) => tf.add(tf.mul(image(x!, w!), gain!), shift!),
    },
    [`${title}, reversed`]: {
      inputs,
      f: ({ x, w, gain, shift }) => tf.add(shift!, tf.mul(gain!, image(x!, w!))),
    },
    [`${title}, product used twice`]: {
      inputs,
      f: ({ x, w, gain, shift }) => {
        const product = tf.mul(image(x!, w!), gain!);
        return [tf.add(product, shift!), tf.square(product)];
      },
    },
  };
}

Deno.test("fuseAffine() keeps values and gradients when gain and shift have any shapes", async () => {
  const sides = [[3], [1, 1, 1, 3], [], [1], [5, 3], [4, 5, 3], [2, 1, 1, 3], [2, 4, 5, 3]];
  const cases: Record<string, Case> = {};
  for (const gain of sides) {
    for (const shift of sides) Object.assign(cases, affine(gain, shift));
  }
  await assertAgreement(cases);
});

Deno.test("fuseAffine() keeps values and gradients when a product of two rows is added to one", async () => {
  await assertAgreement({
    "rows only": {
      inputs: { ...IMAGE, a: [3], b: [3] },
      f: ({ x, w, a, b }) => {
        const one = tf.reshape(tf.mul(a!, b!), [1, 1, 1, 3]);
        return tf.add(image(x!, w!), tf.add(one, a!));
      },
    },
    "one pixel": {
      inputs: { x: [2, 1, 1, 2], w: [1, 1, 2, 3], a: [3], b: [3] },
      f: ({ x, w, a, b }) => tf.add(tf.mul(image(x!, w!), a!), b!),
    },
    "one image of one pixel": {
      inputs: { x: [1, 1, 1, 2], w: [1, 1, 2, 3], a: [3], b: [3] },
      f: ({ x, w, a, b }) => tf.add(tf.mul(image(x!, w!), a!), b!),
    },
    "one channel": {
      inputs: { x: [2, 4, 5, 2], w: [2, 2, 2, 1], a: [1], b: [1] },
      f: ({ x, w, a, b }) => tf.add(tf.mul(image(x!, w!), a!), b!),
    },
    "two images multiplied": {
      inputs: { ...IMAGE, b: [3] },
      f: ({ x, w, b }) => tf.add(tf.mul(image(x!, w!), image(x!, w!)), b!),
    },
    "two affine maps added": {
      inputs: { ...IMAGE, a: [3], b: [3] },
      f: ({ x, w, a, b }) =>
        tf.add(tf.mul(image(x!, w!), a!), tf.add(tf.mul(image(x!, w!), b!), a!)),
    },
    "a number for each row of the image": {
      inputs: { x: [2, 4, 5, 3], a: [1, 4, 1, 1], b: [1, 4, 1, 1] },
      f: ({ x, a, b }) => tf.add(tf.mul(x!, a!), b!),
    },
    "one row that becomes many": {
      inputs: { x: [2, 1, 5, 3], a: [1, 4, 1, 1], b: [1, 4, 1, 1] },
      f: ({ x, a, b }) => tf.add(tf.mul(x!, a!), b!),
    },
    "as many channels as pixels in the batch": {
      inputs: { x: [3, 1, 3, 2], w: [1, 1, 2, 3], a: [3, 1], b: [3] },
      f: ({ x, w, a, b }) => tf.add(tf.mul(image(x!, w!), a!), b!),
    },
  });
});

/** A mask that no gradient flows through. */
const mask = (x: tf.Tensor) => tf.step(x);

Deno.test("tf.step() keeps values and gradients when masks multiply", async () => {
  const pair = { a: [3, 4], b: [3, 4] } as const;
  await assertAgreement({
    mask: { inputs: pair, f: ({ a, b }) => tf.mul(mask(a!), b!) },
    "mask second": { inputs: pair, f: ({ a, b }) => tf.mul(b!, mask(a!)) },
    "two masks": { inputs: pair, f: ({ a, b }) => tf.mul(mask(a!), mask(b!)) },
    "mask and itself": { inputs: pair, f: ({ a }) => tf.mul(mask(a!), mask(a!)) },
    "mask used twice": {
      inputs: pair,
      f: ({ a, b }) => [tf.mul(mask(a!), b!), tf.add(mask(a!), b!)],
    },
    "row of masks": { inputs: { a: [4], b: [3, 4] }, f: ({ a, b }) => tf.mul(mask(a!), b!) },
    "column of masks": { inputs: { a: [3, 1], b: [3, 4] }, f: ({ a, b }) => tf.mul(mask(a!), b!) },
    "masks and a row": { inputs: { a: [3, 4], b: [4] }, f: ({ a, b }) => tf.mul(mask(a!), b!) },
    "scalar mask": { inputs: { a: [], b: [3, 4] }, f: ({ a, b }) => tf.mul(mask(a!), b!) },
    "as many elements, other shape": {
      inputs: { a: [1, 4], b: [4, 1] },
      f: ({ a, b }) => tf.mul(mask(a!), b!),
    },
    "same size, lower rank": {
      inputs: { a: [4], b: [1, 4] },
      f: ({ a, b }) => tf.mul(mask(a!), b!),
    },
    "number that was whole": {
      inputs: { i: [[3, 4], "index"], b: [3, 4] },
      f: ({ i, b }) => tf.mul(tf.cast(i!, "float32"), b!),
    },
    "mask with a slope": { inputs: pair, f: ({ a, b }) => tf.mul(tf.step(a!, 0.5), b!) },
    rectifier: {
      inputs: { x: [2, 4, 5, 2], w: [2, 2, 2, 3], v: [2, 2, 3, 2] },
      f: ({ x, w, v }) => image(tf.relu(image(x!, w!)), v!),
    },
  });
});

Deno.test("convolutions of products agree with TensorFlow.js when a factor belongs to a channel, and when not", async () => {
  const all: Record<string, Case> = {};
  const factors = { channel: [3], "channel, rank 4": [1, 1, 1, 3], number: [1], row: [4, 1, 1] };
  for (const [title, factor] of Object.entries(factors)) {
    const inputs = { x: [2, 4, 5, 2], w: [2, 2, 2, 3], g: factor };
    const product = (x: tf.Tensor, w: tf.Tensor, g: tf.Tensor) => tf.mul(image(x, w), g);
    all[`factor of a ${title}`] = {
      inputs: { ...inputs, v: [2, 2, 3, 2] },
      f: ({ x, w, g, v }) => image(product(x!, w!, g!), v!),
    };
    all[`factor of a ${title}, transposed`] = {
      inputs: { ...inputs, v: [3, 3, 2, 3] },
      f: ({ x, w, g, v }) =>
        tf.conv2dTranspose(
          product(x!, w!, g!) as tf.Tensor4D,
          v as tf.Tensor4D,
          [2, 8, 10, 2],
          2,
          "same",
        ),
    };
    all[`factor of a ${title}, before and behind`] = {
      inputs: { ...inputs, v: [2, 2, 3, 3] },
      f: ({ x, w, g, v }) => tf.mul(image(product(x!, w!, g!), v!), g!),
    };
  }
  all["factor of a channel, images as TensorFlow.js has them"] = {
    inputs: { x: [2, 4, 5, 3], g: [1, 1, 1, 3], v: [2, 2, 3, 2] },
    f: ({ x, g, v }) => image(tf.mul(x!, g!), v!),
  };
  await assertAgreement(all, 1e-4, [ORT, ORT_THREADS, ...TENSORFLOW]);
});

Deno.test("factored() finds the factor of each channel and no other", () => {
  const graph = new Graph();
  const images = Recorded.of(
    graph,
    graph.placeholder([2, 3, 4, 5], "float32"),
    [2, 4, 5, 3],
    "channelsFirst",
  );
  const times = (shape: readonly number[]) => {
    const factor = graph.placeholder(shape, "float32");
    const value = graph.emit("Mul", [images.channelsFirst, factor], [2, 3, 4, 5]);
    return factored(graph, Recorded.of(graph, value, [2, 4, 5, 3], "channelsFirst"));
  };
  const found = times([1, 3, 1, 1]);
  assertEquals(found.images.channelsFirst, images.channelsFirst);
  assertEquals(found.factor?.shape, [3]);
  for (const shape of [[1], [], [2, 1, 1, 1], [1, 1, 4, 1], [2, 3, 4, 5]]) {
    assertEquals(times(shape).factor, undefined);
  }
  assertEquals(factored(graph, images).factor, undefined);
});

Deno.test("what adds nothing keeps values and gradients when its shape is the larger one", async () => {
  const x = { x: [4] } as const;
  await assertAgreement({
    "zeros of the same shape": { inputs: x, f: ({ x }) => tf.add(x!, tf.zeros([4])) },
    "zeros of a larger shape": { inputs: x, f: ({ x }) => tf.add(x!, tf.zeros([3, 4])) },
    "larger zeros first": { inputs: x, f: ({ x }) => tf.add(tf.zeros([3, 4]), x!) },
    "zeros of a higher rank": { inputs: x, f: ({ x }) => tf.add(x!, tf.zeros([1, 4])) },
    "less zeros": { inputs: x, f: ({ x }) => tf.sub(x!, tf.zeros([4])) },
    "zeros less x": { inputs: x, f: ({ x }) => tf.sub(tf.zeros([4]), x!) },
    "times ones": { inputs: x, f: ({ x }) => tf.mul(x!, tf.ones([4])) },
    "times more ones": { inputs: x, f: ({ x }) => tf.mul(tf.ones([3, 1]), x!) },
    "by ones": { inputs: x, f: ({ x }) => tf.div(x!, tf.ones([2, 4])) },
    "ones by x": { inputs: { x: [[4], "positive"] }, f: ({ x }) => tf.div(tf.ones([4]), x!) },
    "times zeros": { inputs: x, f: ({ x }) => tf.mul(x!, tf.zeros([4])) },
    "times more zeros": { inputs: x, f: ({ x }) => tf.mul(tf.zeros([3, 4]), x!) },
    "negative zero": { inputs: x, f: ({ x }) => tf.add(x!, tf.mul(tf.zeros([4]), -1)) },
    "whole numbers": {
      inputs: { i: [[4], "index"] },
      f: ({ i }) => tf.add(i!, tf.zeros([4], "int32")),
      gradient: false,
    },
    "an image and zeros": {
      inputs: IMAGE,
      f: ({ x, w }) => tf.add(image(x!, w!), tf.zeros([2, 4, 5, 3])),
    },
    "an image and more zeros": {
      inputs: { x: [1, 4, 5, 2], w: [2, 2, 2, 3] },
      f: ({ x, w }) => tf.add(image(x!, w!), tf.zeros([2, 1, 1, 1])),
    },
  });
});

/** How often each operation is recorded. */
async function operations(
  step: Step,
  specs: TensorSpecs,
): Promise<Readonly<Record<string, number>>> {
  return (await traceStep(step, specs)).operations;
}

Deno.test("traceStep() records one operation when two can be fused", async () => {
  const image4 = { x: { shape: [2, 4, 4, 2] }, w: { shape: [2, 2, 2, 3] }, a: { shape: [3] } };
  assertEquals(
    await operations(
      ({ x, w, a }) => ({ y: tf.add(tf.matMul(x!, w!), a!) }),
      { x: { shape: [2, 4] }, w: { shape: [4, 3] }, a: { shape: [3] } },
    ),
    { Gemm: 1 },
  );
  const affine = await operations(
    ({ x, w, a }) => ({ y: tf.add(tf.mul(image(x!, w!), a!), a!) }),
    image4,
  );
  assertEquals(affine.BatchNormalization, 1);
  assertEquals([affine.Mul, affine.Add], [undefined, undefined]);
  const rectifier = await operations(
    ({ x }) => ({ y: tf.grad((x) => tf.sum(tf.mul(tf.relu(x), tf.step(tf.relu(x)))))(x!) }),
    { x: { shape: [5] } },
  );
  // One pass for the rectifier's mask, wherever it is wanted.
  assertEquals([rectifier.Relu, rectifier.HardSigmoid, rectifier.Greater], [1, 1, undefined]);
});

Deno.test("traceStep() records sums over one axis each when channels are kept", async () => {
  const sums = (axes: number[], shape: number[]) =>
    operations(({ x }) => ({ y: tf.sum(x!, axes) }), { x: { shape } });
  assertEquals((await sums([0, 2], [4, 3, 5])).ReduceSum, 2);
  assertEquals((await sums([0, 1], [4, 3, 5])).ReduceSum, 1);
  assertEquals(await sums([0], [4, 5]), { ReduceSum: 1 });
});

Deno.test("traceStep() records a matrix product when a convolution has more taps than pixels", async () => {
  const convolution = (size: number) =>
    operations(
      ({ x, w }) => ({ y: image(x!, w!) }),
      { x: { shape: [2, size, size, 3] }, w: { shape: [5, 5, 3, 4] } },
    );
  const [dense, plain] = [await convolution(5), await convolution(6)];
  assertEquals([dense.Gemm, dense.Conv], [1, undefined]);
  assertEquals([plain.Gemm, plain.Conv], [undefined, 1]);
});

Deno.test("traceStep() records equal operations once and none that nobody reads", async () => {
  const specs = { x: { shape: [5] } };
  assertEquals(
    await operations(({ x }) => ({ y: tf.add(tf.exp(x!), tf.exp(x!)) }), specs),
    { Exp: 1, Add: 1 },
  );
  assertEquals(
    await operations(({ x }) => {
      tf.tanh(x!);
      return { y: tf.exp(x!) };
    }, specs),
    { Exp: 1 },
  );
});

Deno.test("traceStep() records no transposition between convolutions", async () => {
  const stack = await operations(({ x, w, b }) => {
    let y: tf.Tensor = x!;
    for (let layer = 0; layer < 3; layer++) y = tf.relu(tf.add(image(y, w!), b!));
    return { y };
  }, { x: { shape: [2, 6, 6, 4] }, w: { shape: [3, 3, 4, 4] }, b: { shape: [4] } });
  // One in, one out, and one for the kernel and the bias each.
  assert((stack.Transpose ?? 0) <= 4, `${stack.Transpose} transpositions`);
  assertEquals(stack.Conv, 3);
});
