/**
 * Two-dimensional convolution and transposed convolution, NHWC.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensor4D } from "@tensorflow/tfjs-core";

/** Stride (both directions) and TensorFlow's padding rule of a convolution. */
export interface ConvOptions {
  /** Step in pixels, the same downwards and sideways. */
  readonly stride: number;
  /** "same": zeros around the image, the odd one at the end; "valid": none. */
  readonly padding: "same" | "valid";
}

/**
 * Cross-correlation of images with a kernel.
 *
 * @param x (n, h, w, cin)
 * @param kernel (kh, kw, cin, cout)
 * @returns (n, h', w', cout): h' = ⌈h / stride⌉ for "same", ⌊(h - kh) / stride⌋ + 1 for "valid"
 */
export function conv2d(x: tf.Tensor, kernel: tf.Tensor, options: ConvOptions): Tensor4D {
  return tf.conv2d(x as Tensor4D, kernel as Tensor4D, options.stride, options.padding);
}

/**
 * Transposed convolution: the gradient of {@link conv2d} with respect to its images.
 *
 * @param x (n, h, w, cin)
 * @param kernel (kh, kw, cout, cin)
 * @returns (n, h', w', cout): h' = h · stride for "same", (h - 1) · stride + kh for "valid"
 */
export function convTranspose2d(x: tf.Tensor, kernel: tf.Tensor, options: ConvOptions): Tensor4D {
  const [n, h, w] = x.shape as [number, number, number, number];
  const [kh, kw, cout] = kernel.shape as [number, number, number, number];
  const { stride, padding } = options;
  const size = (length: number, taps: number) =>
    padding === "same" ? length * stride : (length - 1) * stride + taps;
  return tf.conv2dTranspose(
    x as Tensor4D,
    kernel as Tensor4D,
    [n, size(h, kh), size(w, kw), cout],
    stride,
    padding,
  );
}
