/**
 * Fully connected layers and two-dimensional convolutions.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parameter, type Tensors } from "../backend/tensors.ts";

/** Element-wise non-linearity of a layer; `linear` is none. */
export type Activation = "linear" | "relu" | "elu" | "tanh" | "softplus";

/** Applies an element-wise non-linearity; the shape stays. */
export function activate(x: tf.Tensor, activation: Activation): tf.Tensor {
  return activation === "linear" ? x : tf[activation](x);
}

/** x (n, in) → activation(x · kernel + bias) (n, out), with kernel (in, out) and bias (out). */
export function affine(
  x: tf.Tensor,
  kernel: tf.Tensor,
  bias: tf.Tensor,
  activation: Activation = "linear",
): tf.Tensor {
  return activate(tf.add(tf.matMul(x, kernel), bias), activation); // (n, in) x (in, out) -> (n, out)
}

/**
 * The dense layer whose parameters are `NAME/kernel` (in, out) and `NAME/bias` (out): x (n, in) → (n, out).
 *
 * @throws RangeError when a parameter is missing
 */
export function dense(
  params: Tensors,
  name: string,
  x: tf.Tensor,
  activation: Activation = "linear",
): tf.Tensor {
  const [kernel, bias] = [parameter(params, `${name}/kernel`), parameter(params, `${name}/bias`)];
  return affine(x, kernel, bias, activation);
}

/** Dense layers `NAME/layer1` … with a non-linearity after each of the `hidden` first ones: x (n, in) → (n, out). */
export function perceptron(
  params: Tensors,
  name: string,
  x: tf.Tensor,
  hidden: number,
  activation: Activation,
): tf.Tensor {
  for (let layer = 1; layer <= hidden; layer++) {
    x = dense(params, `${name}/layer${layer}`, x, activation);
  }
  return dense(params, `${name}/layer${hidden + 1}`, x);
}

/** Stride (both directions) and TensorFlow's padding rule of a convolution. */
export interface ConvOptions {
  /** Step in pixels, the same downwards and sideways. */
  readonly stride: number;
  /** "same": zeros around the image, the odd one at the end; "valid": none. */
  readonly padding: "same" | "valid";
}

/** Stride and padding of a convolution; a number of zeros pads all four sides, as PyTorch does. */
export interface PaddedConvOptions extends Pick<ConvOptions, "stride"> {
  /** As in {@link ConvOptions}, or zeros on each side. */
  readonly padding: ConvOptions["padding"] | number;
}

/**
 * Cross-correlation of images with a kernel.
 *
 * @param x (n, h, w, cin)
 * @param kernel (kh, kw, cin, cout)
 * @returns (n, h', w', cout): h' = ⌈h / stride⌉ for "same", ⌊(h + 2p - kh) / stride⌋ + 1 for p zeros, none for "valid"
 */
export function conv2d(
  x: tf.Tensor,
  kernel: tf.Tensor,
  { stride, padding }: PaddedConvOptions,
): tf.Tensor4D {
  const [images, weights] = [x as tf.Tensor4D, kernel as tf.Tensor4D];
  if (typeof padding !== "number") return tf.conv2d(images, weights, stride, padding);
  // TensorFlow's native kernels know "same" and "valid" alone.
  const isSame = stride === 1 && kernel.shape[0] === 2 * padding + 1 &&
    kernel.shape[1] === kernel.shape[0];
  if (isSame) return tf.conv2d(images, weights, stride, "same");
  const sides: [number, number] = [padding, padding];
  return tf.conv2d(tf.pad4d(images, [[0, 0], sides, sides, [0, 0]]), weights, stride, "valid");
}

/**
 * Transposed convolution: the gradient of {@link conv2d} with respect to its images.
 *
 * @param x (n, h, w, cin)
 * @param kernel (kh, kw, cout, cin)
 * @returns (n, h', w', cout): h' = h · stride for "same", (h - 1) · stride + kh for "valid"
 */
export function convTranspose2d(
  x: tf.Tensor,
  kernel: tf.Tensor,
  options: ConvOptions,
): tf.Tensor4D {
  const [n, h, w] = x.shape as [number, number, number, number];
  const [kh, kw, cout] = kernel.shape as [number, number, number, number];
  const { stride, padding } = options;
  const size = (length: number, taps: number) =>
    padding === "same" ? length * stride : (length - 1) * stride + taps;
  return tf.conv2dTranspose(
    x as tf.Tensor4D,
    kernel as tf.Tensor4D,
    [n, size(h, kh), size(w, kw), cout],
    stride,
    padding,
  );
}
