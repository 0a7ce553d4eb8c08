/**
 * Recording kernels that move values without computing.
 *
 * @module
 */
import { slice_util, util } from "@tensorflow/tfjs-core";
import { sizeOf } from "../../tensors.ts";
import type { Graph } from "../graph.ts";
import { BEFORE_FIRST, reshaped, reversed, sliced, transpose } from "../nodes.ts";
import { type Layout, physicalAxis, physicalShape, Recorded } from "../recorded.ts";
import { defineKernel } from "../recording_backend.ts";

type Unary = { readonly x: Recorded };
type List = { readonly list: readonly Recorded[] };

function reshape(graph: Graph, x: Recorded, shape: readonly number[]): Recorded {
  if (x.uniform !== undefined) return Recorded.uniform(graph, x.uniform, shape, x.type);
  // If the last three axes stay, images remain images: only their number is written differently.
  const last = (s: readonly number[]) => s.slice(-3).join();
  if (x.layout === "channelsFirst" && shape.length === 4 && last(shape) === last(x.shape)) {
    const target = physicalShape(shape, "channelsFirst");
    return Recorded.of(graph, reshaped(graph, x.channelsFirst, target), shape, "channelsFirst");
  }
  return Recorded.of(graph, reshaped(graph, x.standard, shape), shape);
}

defineKernel<Unary>("Reshape", (graph, { x }, { shape }) => {
  const target = util.inferFromImplicitShape(shape as number[], sizeOf(x.shape));
  return reshape(graph, x, target);
});

defineKernel<{ readonly input: Recorded }>("ExpandDims", (graph, { input }, { dim }) => {
  const shape = [...input.shape];
  const at = dim as number;
  shape.splice(at < 0 ? at + shape.length + 1 : at, 0, 1);
  return reshape(graph, input, shape);
});

defineKernel<Unary>("Transpose", (graph, { x }, { perm }) => {
  const order = perm as number[];
  const shape = order.map((axis) => x.shape[axis]!);
  if (x.uniform !== undefined) return Recorded.uniform(graph, x.uniform, shape, x.type);
  if (order.every((axis, i) => axis === i)) return x;
  return Recorded.of(graph, transpose(graph, x.standard, order));
});

/** x[begin : begin + size] along the axes that are cut. */
function slice(
  graph: Graph,
  x: Recorded,
  begin: readonly number[],
  size: readonly number[],
): Recorded {
  if (x.uniform !== undefined) return Recorded.uniform(graph, x.uniform, size, x.type);
  const axes = x.shape.map((_, i) => i).filter((i) => size[i] !== x.shape[i]);
  if (axes.length === 0) return x;
  const bounds = {
    starts: axes.map((i) => begin[i]!),
    ends: axes.map((i) => begin[i]! + size[i]!),
    axes: axes.map((i) => physicalAxis(i, x.layout)),
  };
  const value = sliced(graph, x.in(x.layout), bounds, physicalShape(size, x.layout));
  return Recorded.of(graph, value, size, x.layout);
}

defineKernel<Unary>("Slice", (graph, { x }, { begin, size }) => {
  const [from, count] = slice_util.parseSliceParams(
    Recorded.uniform(graph, 0, x.shape, x.type) as never,
    begin as number[],
    size as number[],
  );
  return slice(graph, x, from!, count!);
});

defineKernel<Unary>("StridedSlice", (graph, { x }, attributes) => {
  const info = slice_util.sliceInfo(
    [...x.shape],
    attributes.begin as number[],
    attributes.end as number[],
    attributes.strides as number[],
    attributes.beginMask as number,
    attributes.endMask as number,
    attributes.ellipsisMask as number,
    attributes.newAxisMask as number,
    attributes.shrinkAxisMask as number,
  );
  const { begin, end, strides } = info;
  const bounds = {
    starts: begin,
    ends: end.map((n, i) => strides[i]! < 0 && n < 0 ? BEFORE_FIRST : n),
    axes: x.shape.map((_, i) => i),
    steps: strides,
  };
  const shape = slice_util.computeOutShape(begin, end, strides);
  const value = sliced(graph, x.standard, bounds, shape);
  return Recorded.of(graph, reshaped(graph, value, info.finalShape), info.finalShape);
});

function concat(graph: Graph, list: readonly Recorded[], axis: number): Recorded {
  const parts = list.filter((x) => sizeOf(x.shape) > 0);
  if (parts.length === 1) return parts[0]!;
  const layout: Layout = parts.every((x) => x.shape.length === 4 && x.layout === "channelsFirst")
    ? "channelsFirst"
    : "standard";
  const shape = [...parts[0]!.shape];
  shape[axis] = parts.reduce((sum, x) => sum + x.shape[axis]!, 0);
  const value = graph.emit(
    "Concat",
    parts.map((x) => x.in(layout)),
    physicalShape(shape, layout),
    { attributes: { axis: physicalAxis(axis, layout) } },
  );
  return Recorded.of(graph, value, shape, layout);
}

defineKernel<List>("Concat", (graph, { list }, { axis }) => {
  const at = util.parseAxisParam(axis as number, [...list[0]!.shape])[0]!;
  return concat(graph, list, at);
});

defineKernel<List>("Pack", (graph, { list }, { axis }) => {
  const given = axis as number;
  const at = given < 0 ? given + list[0]!.shape.length + 1 : given;
  return concat(
    graph,
    list.map((x) => reshape(graph, x, [...x.shape.slice(0, at), 1, ...x.shape.slice(at)])),
    at,
  );
});

/** Consecutive pieces of the given lengths. */
function split(
  graph: Graph,
  x: Recorded,
  sizes: readonly number[],
  axis: number,
): readonly Recorded[] {
  let from = 0;
  return sizes.map((length) => {
    const begin = x.shape.map((_, i) => i === axis ? from : 0);
    from += length;
    return slice(graph, x, begin, x.shape.map((n, i) => i === axis ? length : n));
  });
}

defineKernel<Unary>("SplitV", (graph, { x }, { numOrSizeSplits, axis }) => {
  const at = util.parseAxisParam(axis as number, [...x.shape])[0]!;
  const total = x.shape[at]!;
  const given = numOrSizeSplits as number | number[];
  const sizes = typeof given === "number"
    ? Array<number>(given).fill(total / given)
    : given.map((n) => n === -1 ? total - given.reduce((sum, m) => sum + Math.max(m, 0), 0) : n);
  return split(graph, x, sizes, at);
});

defineKernel<{ readonly value: Recorded }>("Unpack", (graph, { value }, { axis }) => {
  const at = util.parseAxisParam(axis as number, [...value.shape])[0]!;
  const shape = value.shape.filter((_, i) => i !== at);
  return split(graph, value, Array<number>(value.shape[at]!).fill(1), at)
    .map((part) => reshape(graph, part, shape));
});

defineKernel<Unary>("PadV2", (graph, { x }, { paddings, constantValue }) => {
  const pads = paddings as [number, number][];
  const shape = x.shape.map((n, i) => n + pads[i]![0] + pads[i]![1]);
  if (pads.every(([before, after]) => before === 0 && after === 0)) return x;
  if (x.uniform === constantValue) {
    return Recorded.uniform(graph, x.uniform as number, shape, x.type);
  }
  const order = shape.map((_, i) => i).sort((i, j) =>
    physicalAxis(i, x.layout) - physicalAxis(j, x.layout)
  );
  const amounts = [...order.map((i) => pads[i]![0]), ...order.map((i) => pads[i]![1])];
  const value = graph.emit("Pad", [
    x.in(x.layout),
    graph.integers(amounts),
    graph.constant([constantValue as number], [], x.type),
  ], physicalShape(shape, x.layout));
  return Recorded.of(graph, value, shape, x.layout);
});

defineKernel<Unary>("Tile", (graph, { x }, { reps }) => {
  const times = reps as number[];
  const shape = x.shape.map((n, i) => n * times[i]!);
  if (x.uniform !== undefined) return Recorded.uniform(graph, x.uniform, shape, x.type);
  return Recorded.of(graph, graph.emit("Tile", [x.standard, graph.integers(times)], shape));
});

defineKernel<Unary>("BroadcastTo", (graph, { x }, { shape }) => {
  const target = shape as number[];
  if (x.uniform !== undefined) return Recorded.uniform(graph, x.uniform, target, x.type);
  return Recorded.of(graph, graph.emit("Expand", [x.standard, graph.integers(target)], target));
});

defineKernel<Unary>("Reverse", (graph, { x }, { dims }) => {
  const axes = util.parseAxisParam(dims as number | number[], [...x.shape]);
  return Recorded.of(graph, reversed(graph, x.standard, axes));
});

defineKernel<{ readonly x: Recorded; readonly indices: Recorded }>(
  "GatherV2",
  (graph, { x, indices }, { axis, batchDims }) => {
    if (batchDims) {
      throw new RangeError(`Cannot record GatherV2: batchDims must be 0, is ${batchDims}`);
    }
    const at = util.parseAxisParam(axis as number, [...x.shape])[0]!;
    const shape = [...x.shape.slice(0, at), ...indices.shape, ...x.shape.slice(at + 1)];
    const value = graph.emit("Gather", [x.standard, indices.standard], shape, {
      attributes: { axis: at },
    });
    return Recorded.of(graph, value);
  },
);

defineKernel<Unary>("Cumsum", (graph, { x }, { axis, exclusive, reverse }) => {
  const attributes = { exclusive: Number(exclusive), reverse: Number(reverse) };
  const along = graph.constant([axis as number], [], "int32");
  const value = graph.emit("CumSum", [x.standard, along], x.shape, { attributes });
  return Recorded.of(graph, value);
});

defineKernel<Unary>("DepthToSpace", (graph, { x }, { blockSize }) => {
  const [n, h, w, c] = x.shape as [number, number, number, number];
  const block = blockSize as number;
  const shape = [n, h * block, w * block, c / (block * block)];
  const physical = physicalShape(shape, "channelsFirst");
  const attributes = { blocksize: block };
  const value = graph.emit("DepthToSpace", [x.channelsFirst], physical, { attributes });
  return Recorded.of(graph, value, shape, "channelsFirst");
});
