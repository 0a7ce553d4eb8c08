/**
 * Recording kernels of convolutions and their gradients.
 *
 * All three are `Conv` or `ConvTranspose` on NCHW images. The gradient of the kernel is a convolution, too: channels
 * take the place of the batch, the incoming gradient that of the kernel, and the stride that of the dilation. Which
 * form is recorded where two are equal was decided by measurement: ONNX Runtime multiplies a (channels out ×
 * taps·channels in) matrix for `Conv`, and (taps·channels out × channels in) for `ConvTranspose`, and is slow where the
 * first of the two numbers is small.
 *
 * @module
 */
import { defineKernel } from "../kernel.ts";
import { type Graph, type GraphValue, sizeOf } from "../graph.ts";
import { type Layout, physicalShape, Recorded } from "../recorded.ts";
import {
  blockedConvolution,
  blockedImageConvolution,
  fitsBlocks,
  fitsImages,
} from "./_blocked_convolution.ts";
import { factored, withFactors } from "./_channel_factors.ts";
import { convInfo, type Info } from "./_convolution_info.ts";
import { collectTaps, denseLayouts, denseMatrix, isDense } from "./_dense_convolution.ts";
import { hasPhases, phaseKernel } from "./_phases.ts";
import { reshaped } from "./_reshape.ts";

/** Fewer output channels than this make a plain `Conv` of stride 1 slower than a `ConvTranspose`. */
const FEW_CHANNELS = 4;
/** Blocks of up to so many pixels a channel are put in order by a matrix product. */
const MOST_PERMUTED_PIXELS = 64;
/** Kernels of more taps than this are images. */
const MOST_BLOCKED_TAPS = 49;

function transpose(graph: Graph, x: GraphValue, perm: readonly number[]): GraphValue {
  return graph.emit("Transpose", [x], perm.map((axis) => x.shape[axis]!), { attributes: { perm } });
}

/** x with both of its last two axes reversed. */
function flipped(graph: Graph, x: GraphValue): GraphValue {
  const every = graph.integers([-1, -1]);
  const ends = graph.integers([-2147483648, -2147483648]);
  return graph.emit("Slice", [x, every, ends, graph.integers([2, 3]), every], x.shape);
}

/** (kh, kw, cin, cout) → (cout, cin, kh, kw) */
const outFirst = (graph: Graph, filter: Recorded) =>
  transpose(graph, filter.standard, [3, 2, 0, 1]);
/** (kh, kw, cin, cout) → (cin, cout, kh, kw) */
const inFirst = (graph: Graph, filter: Recorded) => transpose(graph, filter.standard, [2, 3, 0, 1]);

/** Where a convolution's windows lie. */
interface Geometry {
  readonly stride?: readonly number[];
  readonly dilation?: readonly number[];
  /** Zeros before the first row and column. */
  readonly before: readonly number[];
  /** Of the result. */
  readonly size: readonly number[];
}

/** Attributes of a `Conv` that gives the wanted size, or more than that. */
function windows(image: readonly number[], taps: readonly number[], geometry: Geometry) {
  const { stride = [1, 1], dilation = [1, 1], before, size } = geometry;
  // Zeros after the last row and column that give exactly the output's size; fewer than none are cut afterwards.
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

/** The first rows and columns. */
function cut(graph: Graph, x: GraphValue, size: readonly number[]): GraphValue {
  const shape = [...x.shape.slice(0, 2), ...size];
  if (x.shape.every((n, i) => n === shape[i])) return x;
  const bounds = [[0, 0], size, [2, 3]].map((list) => graph.integers(list));
  return graph.emit("Slice", [x, ...bounds], shape);
}

/**
 * Cross-correlation of x (n, cin, h, w) with w (cout, cin, kh, kw), the output's size known.
 *
 * With several threads ONNX Runtime shares out the images of a `Conv`, unless it has more channels than pixels out: then
 * it shares out each image's small product, and waits more than it works. Such a one is recorded in pieces.
 */
function correlate(graph: Graph, x: GraphValue, w: GraphValue, geometry: Geometry): GraphValue {
  const { size } = geometry;
  const [channels, inputs, ...taps] = w.shape as [number, number, number, number];
  // A kernel as large as images is one: its reordering would be most of the work.
  const inBlocks = sizeOf(taps) <= MOST_BLOCKED_TAPS && fitsBlocks(graph, inputs, channels);
  const pieces = graph.threads > 1 && !inBlocks ? Math.ceil(channels / sizeOf(size)) : 1;
  if (pieces > 1) {
    const share = Math.ceil(channels / pieces);
    const parts = Array.from({ length: Math.ceil(channels / share) }, (_, piece) => {
      const from = piece * share;
      const count = Math.min(share, channels - from);
      const bounds = [[from], [from + count], [0]].map((list) => graph.integers(list));
      const part = graph.emit("Slice", [w, ...bounds], [count, ...w.shape.slice(1)]);
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
    // A kernel of one pixel makes zeros of zeros: they are added afterwards. WebGPU's provider (onnxruntime-node 1.30)
    // overlooks such pads where there are none before.
    const bare = correlate(graph, x, w, { before: [0, 0], size: x.shape.slice(2) });
    const around = [[0, 0], pads.slice(0, 2), [0, 0], pads.slice(2)].flat();
    return cut(graph, graph.emit("Pad", [bare, graph.integers(around)], shape), size);
  }
  const value = inBlocks
    ? blockedConvolution(graph, x, w, { shape, attributes })
    : graph.emit("Conv", [x, w], shape, { attributes });
  return cut(graph, value, size);
}

/** Whether a batch of so many channels is summed image by image; not on a GPU, which has no such caches. */
const sumsEach = (graph: Graph, channels: number) => channels === 1 && graph.channelBlock > 1;

/**
 * {@link correlate} of x (n, 1, h, w) with images (n, cout, kh, kw), summed over the batch n: (1, cout, h', w'). Every image
 * is a group of its own, so that its copied patches stay in the cache.
 */
function correlateEach(
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
  const sum = graph.emit("ReduceSum", [rows, graph.integers([0])], [rows.shape[1]!], {
    attributes: { keepdims: 0 },
  });
  return cut(graph, reshaped(graph, sum, [1, channels, ...computed]), geometry.size);
}

/**
 * {@link correlate} of x (cin, n, h, w) with images (n, cout, kh, kw) in blocks, summed over the batch n.
 *
 * Of a row of results ONNX Runtime computes six at a time, but the last two of five one by one: a sixth, which nobody
 * wants, costs less than nothing (7.0 ms instead of 9.8 for the gradient of a 5×5 kernel between 12 and 24 channels).
 */
function correlateWithImages(
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
function scatter(
  graph: Graph,
  x: GraphValue,
  w: GraphValue,
  geometry: {
    readonly stride: readonly number[];
    readonly before: readonly number[];
    readonly size: readonly number[];
  },
): GraphValue {
  const { stride, before, size } = geometry;
  const taps = w.shape.slice(2);
  // Rows that would stick out at the end are cut (positive) or missing (negative: filled with zeros).
  const rest = size.map((n, i) => (x.shape[2 + i]! - 1) * stride[i]! + taps[i]! - before[i]! - n);
  const pads = [...before, ...rest.map((n) => Math.max(n, 0))];
  const output_padding = rest.map((n) => Math.max(-n, 0));
  return graph.emit("ConvTranspose", [x, w], [x.shape[0]!, w.shape[1]!, ...size], {
    attributes: { kernel_shape: taps, strides: stride, pads, output_padding },
  });
}

/**
 * Blocks (n, c · block², h, w) as images (n, c, inHeight, inWidth), by a product with a permutation of all pixels of a
 * channel, of which those that stick out are missing: 1.3 ms instead of 5.6 for 660 × 48 channels of 8 × 8, cut to 7 × 7.
 */
function permutedBlocks(graph: Graph, blocks: GraphValue, info: Info): GraphValue {
  const { inHeight, inWidth, inChannels, strideHeight: block } = info;
  const [n, , h, w] = blocks.shape as [number, number, number, number];
  const from = block * block * h * w;
  const to = inHeight * inWidth;
  const permutation = new Float32Array(from * to);
  for (let y = 0; y < inHeight; y++) {
    for (let x = 0; x < inWidth; x++) {
      const place = (y % block) * block + x % block;
      const pixel = Math.floor(y / block) * w + Math.floor(x / block);
      permutation[(place * h * w + pixel) * to + y * inWidth + x] = 1;
    }
  }
  const rows = reshaped(graph, blocks, [n * inChannels, from]);
  const images = gemm(graph, rows, graph.constant(permutation, [from, to]), 0, 0);
  return reshaped(graph, images, [n, inChannels, inHeight, inWidth]);
}

/**
 * A strided transposed convolution as one of stride 1 that gives all pixels of a stride × stride block as channels: a
 * `Conv` uses several threads, a `ConvTranspose` hardly does.
 */
function scatterByPhase(graph: Graph, dy: GraphValue, filter: Recorded, info: Info): GraphValue {
  const { kernel, before } = phaseKernel(graph, filter, info);
  const block = info.strideHeight;
  const size = [info.inHeight, info.inWidth].map((n) => Math.ceil(n / block));
  const blocks = correlate(graph, dy, kernel, { before, size });
  const places = block * block;
  if (places * sizeOf(size) <= MOST_PERMUTED_PIXELS) {
    return permutedBlocks(graph, blocks, info);
  }
  // All channels of all images as those of one: several times as fast as `DepthToSpace`.
  const whole = size.map((n) => n * block);
  const columns = reshaped(graph, blocks, [1, blocks.shape[0]! * blocks.shape[1]!, sizeOf(size)]);
  const count = dy.shape[0]! * info.inChannels;
  const image = graph.emit(
    "Col2Im",
    [columns, graph.integers(whole), graph.integers([block, block])],
    [1, count, ...whole],
    { attributes: { strides: [block, block] } },
  );
  const images = reshaped(graph, image, [dy.shape[0]!, info.inChannels, ...whole]);
  return cut(graph, images, [info.inHeight, info.inWidth]);
}

/** Images as rows (n, c·h·w). */
function rowsOf(graph: Graph, images: Recorded, layout: Layout): GraphValue {
  const shape = [images.shape[0]!, sizeOf(images.shape.slice(1))];
  return reshaped(graph, images.in(layout), shape);
}

function gemm(graph: Graph, a: GraphValue, b: GraphValue, transA: number, transB: number) {
  const shape = [a.shape[transA ? 1 : 0]!, b.shape[transB ? 0 : 1]!];
  return graph.emit("Gemm", [a, b], shape, { attributes: { transA, transB } });
}

/** Rows (n, c·h·w) as images of a logical NHWC shape. */
function imagesOf(
  graph: Graph,
  rows: GraphValue,
  shape: readonly number[],
  layout: Layout,
): Recorded {
  return Recorded.of(graph, reshaped(graph, rows, physicalShape(shape, layout)), shape, layout);
}

/** Channels of the convolution that gives all pixels of a block. */
const phases = (info: Info) => info.inChannels * info.strideHeight * info.strideWidth;
const strideOf = (info: Info) => [info.strideHeight, info.strideWidth];
const beforeOf = (info: Info) => [info.padInfo.top, info.padInfo.left];
const mirrored = (taps: readonly number[], before: readonly number[]) =>
  taps.map((n, i) => n - 1 - before[i]!);

defineKernel<{ readonly x: Recorded; readonly filter: Recorded }>(
  "Conv2D",
  (graph, { x, filter: given }, attributes) => {
    const info = convInfo(x.shape, given.shape, attributes);
    if (isDense(graph, info)) {
      const matrix = denseMatrix(graph, given, info);
      const { input, output } = denseLayouts(info);
      const rows = gemm(graph, rowsOf(graph, x, input), matrix, 0, 0);
      return imagesOf(graph, rows, info.outShape, output);
    }
    const { images, factor } = factored(graph, x);
    const filter = withFactors(graph, given, { input: factor });
    const before = beforeOf(info);
    const size = [info.outHeight, info.outWidth];
    const dilation = [info.dilationHeight, info.dilationWidth];
    const dense = dilation.every((n) => n === 1) && strideOf(info).every((n) => n === 1);
    const value = dense && info.outChannels < FEW_CHANNELS && info.inChannels >= FEW_CHANNELS
      ? scatter(graph, images.channelsFirst, flipped(graph, inFirst(graph, filter)), {
        stride: [1, 1],
        before: mirrored(filter.shape.slice(0, 2), before),
        size,
      })
      : correlate(graph, images.channelsFirst, outFirst(graph, filter), {
        stride: strideOf(info),
        dilation,
        before,
        size,
      });
    return Recorded.of(graph, value, info.outShape, "channelsFirst");
  },
);

defineKernel<{ readonly dy: Recorded; readonly filter: Recorded }>(
  "Conv2DBackpropInput",
  (graph, { dy, filter: given }, attributes) => {
    const inputShape = attributes.inputShape as readonly number[];
    const info = convInfo(inputShape, given.shape, attributes);
    if (isDense(graph, info)) {
      const matrix = denseMatrix(graph, given, info);
      const { input, output } = denseLayouts(info);
      const rows = gemm(graph, rowsOf(graph, dy, output), matrix, 0, 1);
      return imagesOf(graph, rows, inputShape, input);
    }
    const { images, factor } = factored(graph, dy);
    const filter = withFactors(graph, given, { output: factor });
    const size = [info.inHeight, info.inWidth];
    const dense = strideOf(info).every((n) => n === 1);
    const value = dense && info.inChannels >= FEW_CHANNELS
      ? correlate(graph, images.channelsFirst, flipped(graph, inFirst(graph, filter)), {
        before: mirrored(filter.shape.slice(0, 2), beforeOf(info)),
        size,
      })
      : hasPhases(info) && (graph.threads > 1 || fitsBlocks(graph, info.outChannels, phases(info)))
      ? scatterByPhase(graph, images.channelsFirst, filter, info)
      : scatter(graph, images.channelsFirst, outFirst(graph, filter), {
        stride: strideOf(info),
        before: beforeOf(info),
        size,
      });
    return Recorded.of(graph, value, inputShape, "channelsFirst");
  },
);

defineKernel<{ readonly x: Recorded; readonly dy: Recorded }>(
  "Conv2DBackpropFilter",
  (graph, { x: input, dy: output }, attributes) => {
    const filterShape = attributes.filterShape as readonly number[];
    const info = convInfo(input.shape, filterShape, attributes);
    if (isDense(graph, info)) {
      const layouts = denseLayouts(info);
      const rows = rowsOf(graph, input, layouts.input);
      const gradient = gemm(graph, rows, rowsOf(graph, output, layouts.output), 1, 0);
      return Recorded.of(graph, collectTaps(graph, gradient, info), filterShape);
    }
    const { images: x, factor: inputFactor } = factored(graph, input);
    const { images: dy, factor: outputFactor } = factored(graph, output);
    const factors = { input: inputFactor, output: outputFactor };
    // Channels in the place of the batch: (c, n, h, w).
    const byChannel = (image: Recorded) => transpose(graph, image.channelsFirst, [1, 0, 2, 3]);
    const taps = filterShape.slice(0, 2);
    const dense = strideOf(info).every((n) => n === 1);
    if (dense && info.outChannels < FEW_CHANNELS && info.inChannels >= FEW_CHANNELS) {
      // The same sums with the roles exchanged, (cout, cin, kh, kw), their taps in reverse.
      const geometry = { before: mirrored(taps, beforeOf(info)), size: taps };
      const value = sumsEach(graph, info.outChannels)
        ? correlateEach(graph, dy.channelsFirst, x.channelsFirst, geometry)
        : correlate(graph, byChannel(dy), byChannel(x), geometry);
      const kernel = transpose(graph, flipped(graph, value), [2, 3, 1, 0]);
      return withFactors(graph, Recorded.of(graph, kernel), factors);
    }
    // (cin, cout, kh, kw)
    const geometry = { dilation: strideOf(info), before: beforeOf(info), size: taps };
    const value = sumsEach(graph, info.inChannels)
      ? correlateEach(graph, x.channelsFirst, dy.channelsFirst, geometry)
      : fitsImages(graph, info.inChannels, x.shape[0]!, info.outChannels)
      ? correlateWithImages(graph, byChannel(x), dy.channelsFirst, geometry)
      : correlate(graph, byChannel(x), byChannel(dy), geometry);
    const kernel = transpose(graph, value, [2, 3, 0, 1]);
    return withFactors(graph, Recorded.of(graph, kernel), factors);
  },
);
