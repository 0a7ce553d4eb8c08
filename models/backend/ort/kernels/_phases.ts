/**
 * A strided transposed convolution seen from its blocks: every pixel of a stride × stride block of the result is a
 * convolution of stride 1 with every stride-th tap.
 *
 * @module
 */
import type { Graph, GraphValue } from "../graph.ts";
import type { Recorded } from "../recorded.ts";
import type { Info } from "./_convolution_info.ts";
import { withZero } from "./_dense_convolution.ts";

/** Whether the result consists of blocks; the last ones may stick out. */
export function hasPhases({ strideHeight, strideWidth }: Info): boolean {
  return strideHeight > 1 && strideHeight === strideWidth;
}

/**
 * Along one axis, pixel stride·j + phase of the result is Σ_t x[j - t] · tap[phase + padding + stride·t]: the least and
 * the largest t that any phase needs.
 */
function reach(stride: number, taps: number, padding: number): readonly [number, number] {
  const phases = Array.from({ length: stride }, (_, phase) => phase);
  return [
    Math.min(...phases.map((phase) => Math.ceil((-phase - padding) / stride))),
    Math.max(...phases.map((phase) => Math.floor((taps - 1 - phase - padding) / stride))),
  ];
}

/**
 * The kernel (c · stride², cx, taps, taps) of the convolution of stride 1: for each of the c channels of the result, the
 * pixels of a block in row-major order.
 *
 * @param filter (kh, kw, c, cx) of the convolution that is transposed
 */
export function phaseKernel(
  graph: Graph,
  filter: Recorded,
  info: Info,
): { readonly kernel: GraphValue; readonly before: readonly number[] } {
  const { strideHeight: stride, filterHeight: kh, filterWidth: kw } = info;
  const { inChannels: channels, outChannels: inputs, padInfo: { top, left } } = info;
  const [firstRow, lastRow] = reach(stride, kh, top);
  const [firstColumn, lastColumn] = reach(stride, kw, left);
  const rows = lastRow - firstRow + 1;
  const columns = lastColumn - firstColumn + 1;
  const zero = kh * kw * channels * inputs;
  const index = new Int32Array(stride * stride * channels * inputs * rows * columns);
  let at = 0;
  for (let c = 0; c < channels; c++) {
    for (let block = 0; block < stride * stride; block++) {
      for (let i = 0; i < inputs; i++) {
        for (let row = 0; row < rows; row++) {
          const ky = Math.floor(block / stride) + top + stride * (lastRow - row);
          for (let column = 0; column < columns; column++) {
            const kx = block % stride + left + stride * (lastColumn - column);
            const inside = ky >= 0 && ky < kh && kx >= 0 && kx < kw;
            index[at++] = inside ? ((ky * kw + kx) * channels + c) * inputs + i : zero;
          }
        }
      }
    }
  }
  const shape = [channels * stride * stride, inputs, rows, columns];
  const kernel = graph.emit(
    "Gather",
    [withZero(graph, filter.standard), graph.constant(index, shape, "int32")],
    shape,
    { attributes: { axis: 0 } },
  );
  return { kernel, before: [lastRow, lastColumn] };
}
