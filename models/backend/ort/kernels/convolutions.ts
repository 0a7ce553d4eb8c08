/**
 * Recording kernels of convolutions and their gradients.
 *
 * All three are `Conv` or `ConvTranspose` on NCHW images. The gradient of the kernel is a convolution as well: channels
 * take the place of the batch, the incoming gradient that of the kernel, and the stride that of the dilation.
 *
 * @module
 */
import { gemm, reversed, transpose } from "../nodes.ts";
import { Recorded } from "../recorded.ts";
import { defineKernel } from "../recording_backend.ts";
import { fitsBlocks, fitsImages } from "./_blocked_convolution.ts";
import {
  convInfo,
  correlate,
  correlateEach,
  correlateWithImages,
  inFirst,
  type Info,
  outFirst,
  scatter,
  sumsEach,
} from "./_correlation.ts";
import {
  collectTaps,
  denseLayouts,
  denseMatrix,
  imagesOf,
  isDense,
  rowsOf,
} from "./_dense_convolution.ts";
import { factored, withFactors } from "./_fusions.ts";
import { hasPhases, scatterByPhase } from "./_phases.ts";

/** With fewer output channels than this, a plain `Conv` of stride 1 is slower than a `ConvTranspose`. */
const FEW_CHANNELS = 4;

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
      ? scatter(graph, images.channelsFirst, reversed(graph, inFirst(graph, filter), [2, 3]), {
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
      ? correlate(graph, images.channelsFirst, reversed(graph, inFirst(graph, filter), [2, 3]), {
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
      // The same sums with exchanged roles, (cout, cin, kh, kw), and reversed taps.

      const geometry = { before: mirrored(taps, beforeOf(info)), size: taps };
      const value = sumsEach(graph, info.outChannels)
        ? correlateEach(graph, dy.channelsFirst, x.channelsFirst, geometry)
        : correlate(graph, byChannel(dy), byChannel(x), geometry);
      const kernel = transpose(graph, reversed(graph, value, [2, 3]), [2, 3, 1, 0]);
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
