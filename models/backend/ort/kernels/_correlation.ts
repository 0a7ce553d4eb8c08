/**
 * Cross-correlations in the forms that ONNX Runtime has, and their adjoint.
 *
 * Where two forms compute the same, measurements decided which is recorded: ONNX Runtime multiplies a (channels out ×
 * taps·channels in) matrix for `Conv`, and (taps·channels out × channels in) for `ConvTranspose`, and is slow if the
 * first of the two numbers is small.
 *
 * @module
 */
import { backend_util } from "@tensorflow/tfjs-core";
import { sizeOf } from "../../tensors.ts";
import type { Graph, GraphValue } from "../graph.ts";
import { cut, reduced, reshaped, sliced, transpose } from "../nodes.ts";
import type { Recorded } from "../recorded.ts";
import type { KernelAttributes } from "../recording_backend.ts";
import { blockedConvolution, blockedImageConvolution, fitsBlocks } from "./_blocked_convolution.ts";

/** Kernels with more taps than this are not computed in blocks. */
const MOST_BLOCKED_TAPS = 49;

/** (kh, kw, cin, cout) → (cout, cin, kh, kw) */
export const outFirst = (graph: Graph, filter: Recorded) =>
  transpose(graph, filter.standard, [3, 2, 0, 1]);
/** (kh, kw, cin, cout) → (cin, cout, kh, kw) */
export const inFirst = (graph: Graph, filter: Recorded) =>
  transpose(graph, filter.standard, [2, 3, 0, 1]);

/** Positions of a convolution's windows. */
export interface Geometry {
  readonly stride?: readonly number[];
  readonly dilation?: readonly number[];
  /** Zeros before the first row and column. */
  readonly before: readonly number[];
  /** Rows and columns of the result. */
  readonly size: readonly number[];
}

/** Attributes of a `Conv` that computes the wanted size, or a larger one. */
function windows(image: readonly number[], taps: readonly number[], geometry: Geometry) {
  const { stride = [1, 1], dilation = [1, 1], before, size } = geometry;
  // Zeros after the last row and column that give exactly the output's size; if negative, the result is cut afterwards.
  const after = size.map((n, i) =>
    (n - 1) * stride[i]! + (taps[i]! - 1) * dilation[i]! + 1 - image[i]! - before[i]!
  );
  const zeros = after.map((n) => Math.max(n, 0));
  const computed = size.map((_, i) =>
    Math.floor(
      (image[i]! + before[i]! + zeros[i]! - (taps[i]! - 1) * dilation[i]! - 1) / stride[i]!,
    ) + 1
  );
  return {
    computed,
    attributes: {
      kernel_shape: taps,
      strides: stride,
      dilations: dilation,
      pads: [...before, ...zeros],
    },
  };
}

/**
 * Cross-correlation of x (n, cin, h, w) with w (cout, cin, kh, kw), for a known size of the output.
 *
 * With several threads ONNX Runtime divides the images of a `Conv` among them, unless its output has more channels than
 * pixels: then it divides each image's small product, and threads mostly wait. Such a one is recorded in pieces.
 */
export function correlate(
  graph: Graph,
  x: GraphValue,
  w: GraphValue,
  geometry: Geometry,
): GraphValue {
  const { size, stride } = geometry;
  const [channels, inputs, ...taps] = w.shape as [number, number, number, number];
  // A kernel as large as an image is an image: reordering it would be most of the work.
  const inBlocks = sizeOf(taps) <= MOST_BLOCKED_TAPS && fitsBlocks(graph, inputs, channels, stride);
  const pieces = graph.threads > 1 && !inBlocks ? Math.ceil(channels / sizeOf(size)) : 1;
  if (pieces > 1) {
    const share = Math.ceil(channels / pieces);
    const parts = Array.from({ length: Math.ceil(channels / share) }, (_, piece) => {
      const from = piece * share;
      const count = Math.min(share, channels - from);
      const bounds = { starts: [from], ends: [from + count], axes: [0] };
      const part = sliced(graph, w, bounds, [count, ...w.shape.slice(1)]);
      return correlate(graph, x, part, geometry);
    });
    const shape = [x.shape[0]!, channels, ...size];
    return graph.emit("Concat", parts, shape, { attributes: { axis: 1 } });
  }
  const { computed, attributes } = windows(x.shape.slice(2), taps, geometry);
  const shape = [x.shape[0]!, channels, ...computed];
  const { pads } = attributes;
  const isPixel = [...taps, ...attributes.strides].every((n) => n === 1);
  if (isPixel && pads.some((n) => n > 0)) {
    // A kernel of one pixel turns padding into zeros, so they are added afterwards. WebGPU's provider (onnxruntime-node
    // 1.30) ignores such pads if there are none before the first row and column.
    const bare = correlate(graph, x, w, { before: [0, 0], size: x.shape.slice(2) });
    const around = [[0, 0], pads.slice(0, 2), [0, 0], pads.slice(2)].flat();
    return cut(graph, graph.emit("Pad", [bare, graph.integers(around)], shape), size);
  }
  const value = inBlocks
    ? blockedConvolution(graph, x, w, { shape, attributes })
    : graph.emit("Conv", [x, w], shape, { attributes });
  return cut(graph, value, size);
}

/** Whether a batch with this many channels is correlated image by image; not on a GPU, which has no such caches. */
export const sumsEach = (graph: Graph, channels: number) =>
  channels === 1 && graph.channelBlock > 1;

/**
 * {@link correlate} of x (n, 1, h, w) with images (n, cout, kh, kw), summed over the batch n: (1, cout, h', w'). Every
 * image is a group of its own, so that its copied patches stay in the cache.
 */
export function correlateEach(
  graph: Graph,
  x: GraphValue,
  images: GraphValue,
  geometry: Geometry,
): GraphValue {
  const [n, channels, ...taps] = images.shape as [number, number, ...number[]];
  const size = x.shape.slice(2);
  const { computed, attributes } = windows(size, taps, geometry);
  const each = graph.emit(
    "Conv",
    [reshaped(graph, x, [1, n, ...size]), reshaped(graph, images, [n * channels, 1, ...taps])],
    [1, n * channels, ...computed],
    { attributes: { ...attributes, group: n } },
  );
  const rows = reshaped(graph, each, [n, channels * sizeOf(computed)]);
  const sum = reduced(graph, "ReduceSum", rows, [0]);
  return cut(graph, reshaped(graph, sum, [1, channels, ...computed]), geometry.size);
}

/**
 * {@link correlate} of x (cin, n, h, w) with images (n, cout, kh, kw) in blocks, summed over the batch n.
 *
 * ONNX Runtime vectorises six columns, and computes the last two of five one by one: pad five to six (7.0 ms instead of
 * 9.8 for the gradient of a 5×5 kernel between 12 and 24 channels).
 */
export function correlateWithImages(
  graph: Graph,
  x: GraphValue,
  images: GraphValue,
  geometry: Geometry,
): GraphValue {
  const taps = images.shape.slice(2);
  const [rows, columns] = geometry.size as [number, number];
  const size = [rows, columns % 6 === 5 ? columns + 1 : columns];
  const { computed, attributes } = windows(x.shape.slice(2), taps, { ...geometry, size });
  const shape = [x.shape[0]!, images.shape[1]!, ...computed];
  const value = blockedImageConvolution(graph, x, images, { shape, attributes });
  return cut(graph, value, geometry.size);
}

/** Scatters x (n, cin, h, w) through w (cin, cout, kh, kw): the adjoint of {@link correlate}. */
export function scatter(
  graph: Graph,
  x: GraphValue,
  w: GraphValue,
  { stride = [1, 1], before, size }: Geometry,
): GraphValue {
  const taps = w.shape.slice(2);
  // Rows beyond the end of the result: cut if positive; if negative, rows are missing and filled with zeros.
  const rest = size.map((n, i) => (x.shape[2 + i]! - 1) * stride[i]! + taps[i]! - before[i]! - n);
  // CUDA's provider (onnxruntime-node 1.30) leaves it to the CPU where pads before and after differ, so except on CPUs
  // with blocked convolutions what is beyond the end is cut afterwards.
  const most = (i: number) => graph.channelBlock > 1 ? Infinity : before[i]!;
  const after = rest.map((n, i) => Math.min(Math.max(n, 0), most(i)));
  const computed = size.map((n, i) => n + Math.max(rest[i]! - after[i]!, 0));
  const pads = [...before, ...after];
  const output_padding = rest.map((n) => Math.max(-n, 0));
  const value = graph.emit("ConvTranspose", [x, w], [x.shape[0]!, w.shape[1]!, ...computed], {
    attributes: { kernel_shape: taps, strides: stride, pads, output_padding },
  });
  return cut(graph, value, size);
}

type Shape4 = [number, number, number, number];

/** TensorFlow.js's geometry of a convolution. @throws RangeError for another format than NHWC */
export function convInfo(
  input: readonly number[],
  filter: readonly number[],
  attributes: KernelAttributes,
) {
  const { dataFormat, dilations } = attributes;
  if (dataFormat !== undefined && dataFormat !== "NHWC") {
    throw new RangeError(`Cannot record a convolution: its format must be NHWC, is ${dataFormat}`);
  }
  return backend_util.computeConv2DInfo(
    [...input] as Shape4,
    [...filter] as Shape4,
    attributes.strides as number,
    (dilations as number | undefined) ?? 1,
    attributes.pad as "same" | "valid",
    attributes.dimRoundingMode as "floor" | undefined,
  );
}

/** What {@link convInfo} returns. */
export type Info = ReturnType<typeof convInfo>;
