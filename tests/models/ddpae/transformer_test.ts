import { assert } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "../../../models/backend/tensors.ts";
import { valueAndGradients } from "../../../models/backend/engine.ts";
import { cropped, placed } from "../../../models/ddpae/transformer.ts";
import { ORT } from "../backend/_agreement.ts";
import { numbers, relativeError } from "../cpu.ts";
import { PYTORCH, sine, values } from "./_vectors.ts";

type Transform = (images: tf.Tensor, pose: tf.Tensor, size: number) => tf.Tensor;
/** Two images or frames, each with two poses: shapes, and pixels along each side of what comes out. */
const CASES = {
  placed: { f: placed as Transform, name: "objects", shape: [2, 2, 5, 6], size: 9 },
  cropped: { f: cropped as Transform, name: "frames", shape: [2, 9, 8], size: 5 },
};
const POSE = [2, 2, 3];

/** What comes out, and the gradients of its sum with weights. */
function withGradients(f: Transform, images: tf.Tensor, pose: tf.Tensor, size: number) {
  const { result, gradients } = valueAndGradients(() => {
    const value = f(images, pose, size);
    const weights = values("upstream", value.shape);
    return { loss: tf.sum(tf.mul(value, weights)) as tf.Scalar, value };
  }, { images, pose });
  return { value: result.value, images: gradients.images!, pose: gradients.pose! };
}

for (const [name, { f, name: input, shape, size }] of Object.entries(CASES)) {
  const expected = PYTORCH[name as keyof typeof CASES];
  const images = values(input, shape);
  const pose = tf.tensor(PYTORCH.poses, POSE);
  const agree = (of: string, found: readonly number[], wanted: readonly number[], bound = 2e-5) => {
    const error = relativeError(found, wanted, 1);
    assert(error < bound, `${of}: ${error}`);
  };

  Deno.test(`${name}() and its gradients are PyTorch's grid_sample's with aligned corners`, () => {
    const found = withGradients(f, images, pose, size);
    agree("value", numbers(found.value), expected.value);
    agree("images", numbers(found.images), expected.gradients[0]!);
    agree("pose", numbers(found.pose), expected.gradients[1]!);
  });

  Deno.test(`${name}() has the same values and gradients where it is compiled`, async () => {
    const shapes = { images: { shape }, pose: { shape: POSE } };
    const step = await ORT.compile(
      ({ images, pose }: Tensors) => withGradients(f, images!, pose!, size),
      shapes,
    );
    const found = await step.run({
      images: { shape, data: Float32Array.from(numbers(images)) },
      pose: { shape: POSE, data: Float32Array.from(PYTORCH.poses) },
    });
    await step.dispose();
    agree("value", [...found.value!.data], expected.value);
    agree("images", [...found.images!.data], expected.gradients[0]!);
    agree("pose", [...found.pose!.data], expected.gradients[1]!);
  });
}

/** A pixel of an image (h, w) between pixels, 0 beyond; in double precision. */
function bilinear(image: readonly number[], h: number, w: number, y: number, x: number): number {
  let sum = 0;
  for (let row = Math.floor(y); row <= Math.floor(y) + 1; row++) {
    for (let column = Math.floor(x); column <= Math.floor(x) + 1; column++) {
      if (row < 0 || row >= h || column < 0 || column >= w) continue;
      sum += (1 - Math.abs(y - row)) * (1 - Math.abs(x - column)) * image[row * w + column]!;
    }
  }
  return sum;
}

Deno.test("placed() has the gradients of central differences in double precision", () => {
  const { shape, size } = CASES.placed;
  const [n, count, h, w] = shape as [number, number, number, number];
  const weights = sine("upstream", n * size * size);
  /** The weighted sum of all frames, pixel by pixel. */
  const sum = (objects: readonly number[], poses: readonly number[]) => {
    let total = 0;
    for (let k = 0; k < n * count; k++) {
      const object = objects.slice(k * h * w, (k + 1) * h * w);
      const [s, x, y] = poses.slice(3 * k, 3 * k + 3) as [number, number, number];
      for (let pixel = 0; pixel < size * size; pixel++) {
        const at = (place: number, shift: number, length: number) =>
          (s * (2 * place / (size - 1) - 1) + shift + 1) / 2 * (length - 1);
        const [row, column] = [Math.floor(pixel / size), pixel % size];
        total += weights[Math.floor(k / count) * size * size + pixel]! *
          bilinear(object, h, w, at(row, y, h), at(column, x, w));
      }
    }
    return total;
  };
  const inputs = [sine("objects", n * count * h * w), PYTORCH.poses] as const;
  const step = 1e-6;
  const differences = inputs.map((input, of) =>
    input.map((_, i) => {
      const at = (change: number) =>
        sum(
          ...inputs.map((values, j) => j === of ? values.with(i, values[i]! + change) : values) as [
            number[],
            number[],
          ],
        );
      return (at(step) - at(-step)) / (2 * step);
    })
  );
  const found = withGradients(
    placed,
    values("objects", shape),
    tf.tensor(PYTORCH.poses, POSE),
    size,
  );
  for (const [i, gradient] of [found.images, found.pose].entries()) {
    const error = relativeError(numbers(gradient), differences[i]!, 1);
    assert(error < 2e-5, `${i}: ${error}`);
  }
});

Deno.test("cropped() undoes placed(): a window shows the object again", () => {
  const smooth = tf.tensor(
    Float32Array.from({ length: 256 }, (_, i) => {
      const [row, column] = [Math.floor(i / 16) - 7.5, i % 16 - 7.5];
      return Math.exp(-((row ** 2 + column ** 2) / 40));
    }),
    [1, 1, 16, 16],
  );
  const pose = tf.tensor([2.2, 0.7, -0.4], [1, 1, 3]);
  const back = cropped(placed(smooth, pose, 128), pose, 16);
  const worst = Math.max(...numbers(tf.abs(tf.sub(back, smooth))));
  assert(worst < 0.01, `${worst}`);
});
