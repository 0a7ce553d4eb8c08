/**
 * Convolutions on a few pixels as one matrix product.
 *
 * @module
 */
import { sizeOf } from "../../tensors.ts";
import type { Graph, GraphValue } from "../graph.ts";
import { gathered, reduced, reshaped, withZero } from "../nodes.ts";
import { type Layout, physicalShape, Recorded } from "../recorded.ts";
import type { Info } from "./_correlation.ts";

/** Orders of a dense product's rows and columns. */
interface DenseLayouts {
  /** Of the pixels and channels of the convolution's image. */
  readonly input: Layout;
  /** Of those of its result. */
  readonly output: Layout;
}

/** The side with fewer pixels is next to a dense layer, so it is channels-last; the other is next to convolutions. */
export function denseLayouts(info: Info): DenseLayouts {
  const [before, after] = [info.inHeight * info.inWidth, info.outHeight * info.outWidth];
  return {
    input: before < after ? "standard" : "channelsFirst",
    output: after < before ? "standard" : "channelsFirst",
  };
}

/** Distances between neighbouring channels and between neighbouring pixels in a row of a layout. */
const strides = (layout: Layout, channels: number, pixels: number) =>
  layout === "standard" ? { channel: 1, pixel: channels } : { channel: pixels, pixel: 1 };

/**
 * Sizes of the matrix product. With 5×5 taps on 4×4 pixels most taps fall on the padding, so that a dense product makes
 * fewer multiplications, in one piece.
 */
function denseSizes(info: Info) {
  const outSize = info.outHeight * info.outWidth;
  return {
    outSize,
    rows: info.inChannels * info.inHeight * info.inWidth,
    columns: info.outChannels * outSize,
    taps: info.filterHeight * info.filterWidth * info.inChannels * info.outChannels,
  };
}

/** Calls `visit` with every entry of the matrix (cin·h·w, cout·h'·w') that is a tap, and the pixel of the result. */
function visitTaps(info: Info, visit: (tap: number, entry: number, pixel: number) => void): void {
  const { inChannels: ci, outChannels: co, inHeight, inWidth, outWidth } = info;
  const { filterHeight: kh, filterWidth: kw } = info;
  const { outSize, columns } = denseSizes(info);
  const layouts = denseLayouts(info);
  const rowOf = strides(layouts.input, ci, inHeight * inWidth);
  const columnOf = strides(layouts.output, co, outSize);
  for (let o = 0; o < outSize; o++) {
    for (let ky = 0; ky < kh; ky++) {
      const y = Math.floor(o / outWidth) * info.strideHeight + ky - info.padInfo.top;
      if (y < 0 || y >= inHeight) continue;
      for (let kx = 0; kx < kw; kx++) {
        const x = (o % outWidth) * info.strideWidth + kx - info.padInfo.left;
        if (x < 0 || x >= inWidth) continue;
        for (let i = 0; i < ci; i++) {
          const row = i * rowOf.channel + (y * inWidth + x) * rowOf.pixel;
          for (let c = 0; c < co; c++) {
            const tap = ((ky * kw + kx) * ci + i) * co + c;
            visit(tap, row * columns + c * columnOf.channel + o * columnOf.pixel, o);
          }
        }
      }
    }
  }
}

/**
 * Whether the dense product is faster than a convolution: because it is smaller, or because the convolution has too few
 * channels on one side to be computed in blocks.
 */
export function isDense(graph: Graph, info: Info): boolean {
  const { inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth } = info;
  if (info.dilationHeight !== 1 || info.dilationWidth !== 1) return false;
  if (outHeight * outWidth === 1) return false;
  const taps = filterHeight * filterWidth;
  if (inHeight * inWidth <= taps) return true;
  const fewest = Math.min(info.inChannels, info.outChannels);
  return outHeight * outWidth <= taps && fewest < graph.channelBlock;
}

/** The filter (kh, kw, cin, cout) as a matrix (cin·h·w, cout·h'·w'). */
export function denseMatrix(graph: Graph, filter: Recorded, info: Info): GraphValue {
  const { rows, columns, taps } = denseSizes(info);
  // Entries without a tap take the zero after the taps.
  const matrix = new Int32Array(rows * columns).fill(taps);
  visitTaps(info, (tap, entry) => matrix[entry] = tap);
  return gathered(graph, withZero(graph, filter.standard), matrix, [rows, columns]);
}

/** The gradient of the matrix, (cin·h·w, cout·h'·w'), collected in the filter's shape. */
export function collectTaps(graph: Graph, gradient: GraphValue, info: Info): GraphValue {
  const { rows, columns, taps, outSize } = denseSizes(info);
  // The entries that each tap fills; unused places point to the zero after the matrix.
  const entries = new Int32Array(taps * outSize).fill(rows * columns);
  visitTaps(info, (tap, entry, pixel) => entries[pixel * taps + tap] = entry);
  const places = gathered(graph, withZero(graph, gradient), entries, [outSize, taps]);
  return reshaped(graph, reduced(graph, "ReduceSum", places, [0]), info.filterShape);
}

/** Images as rows (n, c·h·w). */
export function rowsOf(graph: Graph, images: Recorded, layout: Layout): GraphValue {
  const shape = [images.shape[0]!, sizeOf(images.shape.slice(1))];
  return reshaped(graph, images.in(layout), shape);
}

/** Rows (n, c·h·w) as images of a logical NHWC shape. */
export function imagesOf(
  graph: Graph,
  rows: GraphValue,
  shape: readonly number[],
  layout: Layout,
): Recorded {
  return Recorded.of(graph, reshaped(graph, rows, physicalShape(shape, layout)), shape, layout);
}
