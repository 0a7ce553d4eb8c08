import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { channelBlock, hasBlocks } from "../../../../models/backend/ort/channel_block.ts";
import { assertAgreement, type Case, ORT, ORT_THREADS, TENSORFLOW } from "../_agreement.ts";

const KERNELS = [1, 2, 3, 5];
const STRIDES = [1, 2, 3];
const PADDINGS = ["same", "valid"] as const;
/** Height and width; with 5×5 taps those up to 25 pixels are written as one dense product. */
const SIZES: readonly (readonly [number, number])[] = [
  [2, 2],
  [3, 3],
  [4, 4],
  [5, 5],
  [6, 6],
  [7, 7],
  [8, 8],
  [9, 9],
  [4, 7],
  [9, 2],
  [1, 5],
  [1, 1],
];
/** In and out: the few-channel forms begin below 4. */
const CHANNELS: readonly (readonly [number, number])[] = [
  [1, 1],
  [1, 8],
  [3, 4],
  [4, 3],
  [8, 1],
  [4, 4],
  [3, 3],
  [8, 4],
  [1, 3],
  [4, 8],
  [8, 3],
];

/** One form is recorded for one thread, another for several: both are compared. */
const assertBoth = (cases: Record<string, Case>) =>
  assertAgreement(cases, 1e-4, [ORT, ORT_THREADS, ...TENSORFLOW]);

type Convolution = (x: tf.Tensor, w: tf.Tensor) => tf.Tensor;

/** Every image size once, with channel counts that change from size to size. */
function cases(
  title: string,
  kernel: number,
  first: number,
  fits: (h: number, w: number) => boolean,
  shape: (cin: number, cout: number) => readonly number[],
  f: (size: readonly [number, number], cout: number) => Convolution,
): Record<string, Case> {
  const found: Record<string, Case> = {};
  for (const [i, [h, w]] of SIZES.entries()) {
    if (!fits(h, w)) continue;
    const [cin, cout] = CHANNELS[(first + i) % CHANNELS.length]!;
    const convolve = f([h, w], cout);
    found[`${title}: ${h}×${w}, ${cin} to ${cout} channels, ${kernel}×${kernel}`] = {
      inputs: { x: [2, h, w, cin], w: shape(cin, cout) },
      f: ({ x, w }) => convolve(x!, w!),
    };
  }
  return found;
}

for (const stride of STRIDES) {
  for (const padding of PADDINGS) {
    Deno.test(`conv2d() and its gradients agree with TensorFlow.js when the stride is ${stride}, the padding ${padding}`, async () => {
      const all: Record<string, Case> = {};
      for (const [i, kernel] of KERNELS.entries()) {
        Object.assign(
          all,
          cases(
            "",
            kernel,
            3 * i + stride,
            (h, w) => padding === "same" || (h >= kernel && w >= kernel),
            (cin, cout) => [kernel, kernel, cin, cout],
            () => (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, padding),
          ),
        );
      }
      await assertBoth(all);
    });

    Deno.test(`conv2dTranspose() and its gradients agree with TensorFlow.js when the stride is ${stride}, the padding ${padding}`, async () => {
      const all: Record<string, Case> = {};
      // All sizes that a convolution of this stride would bring back to h.
      const size = (n: number, kernel: number, surplus: number) =>
        (padding === "same" ? n * stride : (n - 1) * stride + kernel) +
        (padding === "same" ? -surplus : surplus);
      for (const [i, kernel] of KERNELS.entries()) {
        for (let surplus = 0; surplus < stride; surplus++) {
          Object.assign(
            all,
            cases(
              `surplus ${surplus}`,
              kernel,
              3 * i + 5 * surplus + stride,
              () => true,
              (cin, cout) => [kernel, kernel, cout, cin],
              ([h, w], cout) => (x, filter) =>
                tf.conv2dTranspose(
                  x as tf.Tensor4D,
                  filter as tf.Tensor4D,
                  [2, size(h, kernel, surplus), size(w, kernel, surplus), cout],
                  stride,
                  padding,
                ),
            ),
          );
        }
      }
      await assertBoth(all);
    });
  }
}

Deno.test("conv2d() and its gradients agree with TensorFlow.js when images have the size of digits", async () => {
  const all: Record<string, Case> = {};
  for (const [cin, cout] of [[1, 8], [8, 1], [4, 4]] as const) {
    for (const stride of [1, 2]) {
      all[`${cin} to ${cout}, stride ${stride}`] = {
        inputs: { x: [2, 28, 28, cin], w: [5, 5, cin, cout] },
        f: ({ x, w }) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, "same"),
      };
    }
  }
  await assertBoth(all);
});

Deno.test("conv2d() and its gradients agree with TensorFlow.js when kernels and strides are not square", async () => {
  const convolve = (
    kernel: readonly [number, number],
    strides: [number, number],
    padding: "same" | "valid",
    [h, w] = [6, 7],
  ): Case => ({
    inputs: { x: [2, h!, w!, 3], w: [...kernel, 3, 4] },
    f: ({ x, w }) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, padding),
  });
  await assertBoth({
    "3×2": convolve([3, 2], [1, 1], "same"),
    "1×5": convolve([1, 5], [1, 1], "valid"),
    "strides 2, 1": convolve([3, 3], [2, 1], "same"),
    "strides 1, 3": convolve([2, 4], [1, 3], "valid"),
    "dense, strides 2, 1": convolve([5, 4], [2, 1], "same", [4, 5]),
    "dense, valid": convolve([3, 4], [1, 1], "valid", [3, 4]),
    "dense, one row": convolve([3, 4], [1, 2], "same", [2, 6]),
  });
});

Deno.test("conv2d() agrees with TensorFlow.js when taps are spread", async () => {
  const spread = (padding: "same" | "valid", dilation: number): Case => ({
    inputs: { x: [2, 7, 8, 3], w: [3, 3, 3, 4] },
    f: ({ x, w }) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, padding, "NHWC", dilation),
    // TensorFlow.js has no gradient for it.
    gradient: false,
  });
  await assertBoth({
    "same 2": spread("same", 2),
    "valid 2": spread("valid", 2),
    "valid 3": spread("valid", 3),
  });
});

Deno.test("conv2d() and its gradients agree with TensorFlow.js when convolutions are stacked", async () => {
  await assertBoth({
    encoder: {
      inputs: { x: [2, 8, 8, 1], a: [5, 5, 1, 4], b: [5, 5, 4, 8], c: [5, 5, 8, 2] },
      f: ({ x, a, b, c }) => {
        const layer = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
          tf.relu(tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 2, "same"));
        return tf.reshape(layer(layer(layer(x!, a!), b!), c!), [2, 2]);
      },
    },
    autoencoder: {
      inputs: { x: [2, 6, 6, 1], a: [3, 3, 1, 4], b: [3, 3, 3, 4], c: [3, 3, 1, 3] },
      f: ({ x, a, b, c }) => {
        const down = tf.tanh(tf.conv2d(x as tf.Tensor4D, a as tf.Tensor4D, 2, "same"));
        const up = tf.tanh(
          tf.conv2dTranspose(down as tf.Tensor4D, b as tf.Tensor4D, [2, 6, 6, 3], 2, "same"),
        );
        return tf.conv2dTranspose(up as tf.Tensor4D, c as tf.Tensor4D, [2, 6, 6, 1], 1, "same");
      },
    },
  });
});

Deno.test("conv2d() and conv2dTranspose() agree with TensorFlow.js when channels come in blocks", async () => {
  const all: Record<string, Case> = {};
  // Whole blocks, almost whole ones, fewer than a block, no multiple of four; batches that are summed over in blocks.
  const sizes = [[3, 16, 32], [2, 20, 24], [3, 5, 16], [2, 18, 30], [16, 7, 16], [
    46,
    4,
    48,
  ]] as const;
  for (const [i, [n, cin, cout]] of sizes.entries()) {
    for (const [kernel, stride, size] of [[3, 1, 6], [5, 2, 8], [5, 2, 7], [3, 3, 7]] as const) {
      const padding = (i + size) % 2 === 0 ? "same" : "valid";
      const inputs = { x: [n, size, size, cin], w: [kernel, kernel, cin, cout] };
      all[`${n} images, ${cin} to ${cout} channels, ${kernel}×${kernel}, stride ${stride}`] = {
        inputs,
        f: ({ x, w }) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, padding),
      };
      const out = padding === "same"
        ? Math.ceil(size / stride)
        : Math.ceil((size - kernel + 1) / stride);
      all[`back: ${n} images, ${cout} to ${cin} channels, ${kernel}×${kernel}, stride ${stride}`] =
        {
          inputs: { ...inputs, x: [n, out, out, cout] },
          f: ({ x, w }) =>
            tf.conv2dTranspose(
              x as tf.Tensor4D,
              w as tf.Tensor4D,
              [n, size, size, cin],
              stride,
              padding,
            ),
        };
    }
  }
  await assertBoth(all);
});

Deno.test("conv2d() and conv2dTranspose() agree with TensorFlow.js when few channels are strided", async () => {
  const all: Record<string, Case> = {};
  for (const [cin, cout] of [[1, 8], [2, 12], [3, 16], [1, 5]] as const) {
    for (const [stride, padding] of [[2, "same"], [3, "valid"]] as const) {
      const w = [5, 5, cin, cout];
      const [size, out] = [17, padding === "same" ? 9 : 5];
      const title = `${cin} to ${cout} channels, stride ${stride}`;
      all[title] = {
        inputs: { x: [3, size, size, cin], w },
        f: ({ x, w }) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, padding),
      };
      all[`back: ${title}`] = {
        inputs: { x: [3, out, out, cout], w },
        f: ({ x, w }) =>
          tf.conv2dTranspose(
            x as tf.Tensor4D,
            w as tf.Tensor4D,
            [3, size, size, cin],
            stride,
            padding,
          ),
      };
    }
  }
  await assertBoth(all);
});

Deno.test("channelBlock() finds a block whose convolutions are right, and refuses others", async () => {
  const block = await channelBlock();
  assert([1, 8, 16].includes(block), `${block}`);
  // A block that is not the machine's gives an error or other numbers.
  for (const other of [4, 8, 16, 32]) assertEquals(await hasBlocks(other), other === block);
});
