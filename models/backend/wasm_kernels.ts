/**
 * Kernels that TensorFlow.js's `wasm` backend lacks and the suite's gradients need, composed of those it has.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

type Image = tf.Tensor4D;

/**
 * The gradient of a convolution's filter as a convolution: channels take the place of the batch, the incoming gradient
 * that of the filter, and the stride that of the dilation.
 *
 * @param x images (n, h, w, cin)
 * @param dy gradient of the output (n, h', w', cout)
 * @returns (kh, kw, cin, cout)
 */
function filterGradient(
  x: Image,
  dy: Image,
  filterShape: [number, number, number, number],
  stride: number | [number, number],
  pad: "same" | "valid",
): tf.Tensor {
  const info = tf.backend_util.computeConv2DInfo(x.shape, filterShape, stride, 1, pad);
  const { strideHeight, strideWidth, padInfo, filterHeight, filterWidth } = info;
  const rows = (info.outHeight - 1) * strideHeight + filterHeight;
  const columns = (info.outWidth - 1) * strideWidth + filterWidth;
  const bottom = rows - info.inHeight - padInfo.top;
  const right = columns - info.inWidth - padInfo.left;
  // Rows and columns that no tap reaches are cut off; missing ones are zeros.
  const reached = tf.slice(x, [0, 0, 0, 0], [
    -1,
    info.inHeight + Math.min(bottom, 0),
    info.inWidth + Math.min(right, 0),
    -1,
  ]);
  const padded = tf.pad(reached, [
    [0, 0],
    [padInfo.top, Math.max(bottom, 0)],
    [padInfo.left, Math.max(right, 0)],
    [0, 0],
  ]);
  const gradient = tf.conv2d(
    tf.transpose(padded, [3, 1, 2, 0]) as Image, // (cin, rows, columns, n)
    tf.transpose(dy, [1, 2, 0, 3]) as Image, // (h', w', n, cout)
    1,
    "valid",
    "NHWC",
    [strideHeight, strideWidth],
  ); // (cin, kh, kw, cout)
  return tf.transpose(gradient, [1, 2, 0, 3]);
}

tf.registerKernel({
  kernelName: "Conv2DBackpropFilter",
  backendName: "wasm",
  kernelFunc: ({ inputs, attrs }) => {
    const { x, dy } = inputs as unknown as { readonly x: Image; readonly dy: Image };
    const { filterShape, strides, pad } = attrs as unknown as {
      readonly filterShape: [number, number, number, number];
      readonly strides: number | [number, number];
      readonly pad: "same" | "valid";
    };
    return filterGradient(x, dy, filterShape, strides, pad);
  },
});
