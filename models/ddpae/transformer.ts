/**
 * The spatial transformer of objects with a pose (s, x, y), as PyTorch's `affine_grid` and `grid_sample` compute it with
 * aligned corners and zeros around the image.
 *
 * Coordinates run from −1, the middle of an image's first pixel, to 1, the middle of its last. A point g of the frame shows
 * the point s g + (x, y) of the object. The scale turns nothing, so bilinear interpolation is a product Wy · object · Wxᵀ,
 * whose weights are hats of width one pixel around the point that is shown.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

/** Coordinates of pixels' middles: −1 … 1 (n). */
function coordinates(n: number): tf.Tensor {
  return tf.tensor1d(Float32Array.from({ length: n }, (_, i) => n > 1 ? 2 * i / (n - 1) - 1 : 0));
}

/**
 * Weights of source pixels in each target pixel along one axis: max(0, 1 − |p − i|), where p is the source's point, in
 * pixels, that the target shows.
 *
 * @param scale (…, 1)
 * @param shift (…, 1), in the source's coordinates
 * @returns (…, source, target)
 */
function hatWeights(scale: tf.Tensor, shift: tf.Tensor, source: number, target: number): tf.Tensor {
  const shown = tf.add(tf.mul(scale, coordinates(target)), shift); // (…, target)
  const pixel = tf.mul(tf.add(shown, 1), (source - 1) / 2);
  const pixels = tf.tensor2d(Float32Array.from({ length: source }, (_, i) => i), [source, 1]);
  return tf.relu(tf.sub(1, tf.abs(tf.sub(tf.expandDims(pixel, -2), pixels))));
}

/** The three numbers of poses (…, 3): (…, 1) each. */
function partsOf(pose: tf.Tensor): readonly [scale: tf.Tensor, x: tf.Tensor, y: tf.Tensor] {
  return tf.split(pose, 3, -1) as [tf.Tensor, tf.Tensor, tf.Tensor];
}

/**
 * Frames of objects: the sum of C objects, each where its pose says.
 *
 * @param objects (n, C, h, w)
 * @param pose (n, C, 3)
 * @param size pixels along each side of a frame
 * @returns (n, size, size)
 */
export function placed(objects: tf.Tensor, pose: tf.Tensor, size: number): tf.Tensor {
  const [n, count, height, width] = objects.shape as [number, number, number, number];
  const [scale, x, y] = partsOf(pose);
  const across = tf.matMul(objects, hatWeights(scale, x, width, size)); // (n, C, h, w) x (n, C, w, size)
  const down = hatWeights(scale, y, height, size);
  // The product over C · h rows at once also adds the objects up.
  const rows = (image: tf.Tensor) => tf.reshape(image, [n, count * height, size]);
  return tf.matMul(rows(down), rows(across), true); // (n, size, C h) x (n, C h, size)
}

/**
 * The inverse: what of a frame each object's window shows.
 *
 * @param frames (n, H, W)
 * @param pose (n, C, 3)
 * @param size pixels along each side of a window
 * @returns (n, C, size, size)
 */
export function cropped(frames: tf.Tensor, pose: tf.Tensor, size: number): tf.Tensor {
  const [n, height, width] = frames.shape as [number, number, number];
  const count = pose.shape[1]!;
  const [scale, x, y] = partsOf(pose);
  const weights = (shift: tf.Tensor, source: number) =>
    hatWeights(tf.reciprocal(scale), tf.neg(tf.div(shift, scale)), source, size);
  // (n, W, C size): all windows' columns side by side.
  const columns = tf.reshape(
    tf.transpose(weights(x, width), [0, 2, 1, 3]),
    [n, width, count * size],
  );
  const across = tf.transpose(
    tf.reshape(tf.matMul(frames, columns), [n, height, count, size]),
    [0, 2, 1, 3],
  ); // (n, C, H, size)
  return tf.matMul(weights(y, height), across, true); // (n, C, size, H) x (n, C, H, size)
}
