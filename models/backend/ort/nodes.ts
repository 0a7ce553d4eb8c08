/**
 * Nodes that several kernels record.
 *
 * @module
 */
import { sizeOf } from "../tensors.ts";
import type { ElementType, Graph, GraphValue } from "./graph.ts";

/** The end of a slice that goes backwards to the first element: -1 would mean the last one. */
export const BEFORE_FIRST = -2147483648;

/** The same elements in another shape; the value itself if it has that shape. */
export function reshaped(graph: Graph, x: GraphValue, shape: readonly number[]): GraphValue {
  if (`${x.shape}` === `${shape}`) return x;
  return graph.emit("Reshape", [x, graph.integers(shape)], shape);
}

/** x with its axes in another order. */
export function transpose(graph: Graph, x: GraphValue, perm: readonly number[]): GraphValue {
  return graph.emit("Transpose", [x], perm.map((axis) => x.shape[axis]!), { attributes: { perm } });
}

const onnxTypes: Readonly<Record<string, number>> = { float32: 1, int32: 6, bool: 9 };

/** The same values as another element type. */
export function castTo(graph: Graph, x: GraphValue, type: ElementType): GraphValue {
  if (x.type === type) return x;
  return graph.emit("Cast", [x], x.shape, { type, attributes: { to: onnxTypes[type]! } });
}

/** x[starts : ends : steps] along `axes`, one number for each of them; `shape` is that of the result. */
export function sliced(
  graph: Graph,
  x: GraphValue,
  bounds: {
    readonly starts: readonly number[];
    readonly ends: readonly number[];
    readonly axes: readonly number[];
    readonly steps?: readonly number[];
  },
  shape: readonly number[],
): GraphValue {
  const { starts, ends, axes, steps } = bounds;
  const lists = [starts, ends, axes, ...(steps ? [steps] : [])];
  return graph.emit("Slice", [x, ...lists.map((list) => graph.integers(list))], shape);
}

/** x with some axes reversed. */
export function reversed(graph: Graph, x: GraphValue, axes: readonly number[]): GraphValue {
  const [starts, ends] = [axes.map(() => -1), axes.map(() => BEFORE_FIRST)];
  return sliced(graph, x, { starts, ends, axes, steps: starts }, x.shape);
}

/** The first rows and columns of images (n, c, h, w). */
export function cut(graph: Graph, x: GraphValue, size: readonly number[]): GraphValue {
  const shape = [...x.shape.slice(0, 2), ...size];
  if (`${x.shape}` === `${shape}`) return x;
  return sliced(graph, x, { starts: [0, 0], ends: size, axes: [2, 3] }, shape);
}

/** Shape of what a reduction leaves. */
export function reducedShape(
  shape: readonly number[],
  axes: readonly number[],
  keepDims: boolean,
): readonly number[] {
  return keepDims
    ? shape.map((n, i) => axes.includes(i) ? 1 : n)
    : shape.filter((_, i) => !axes.includes(i));
}

/** A reduction such as `ReduceSum` over some axes. */
export function reduced(
  graph: Graph,
  op: string,
  x: GraphValue,
  axes: readonly number[],
  keepDims = false,
): GraphValue {
  const attributes = { keepdims: Number(keepDims) };
  const shape = reducedShape(x.shape, axes, keepDims);
  return graph.emit(op, [x, graph.integers(axes)], shape, { attributes });
}

/** a·b of two matrices, with either transposed (1) or not (0). */
export function gemm(
  graph: Graph,
  a: GraphValue,
  b: GraphValue,
  transA: number,
  transB: number,
): GraphValue {
  const shape = [a.shape[transA ? 1 : 0]!, b.shape[transB ? 0 : 1]!];
  return graph.emit("Gemm", [a, b], shape, { attributes: { transA, transB } });
}

/** The rows of x (n, …) whose indices are given as an array of a shape: (…shape, …). */
export function gathered(
  graph: Graph,
  x: GraphValue,
  indices: Int32Array,
  shape: readonly number[],
): GraphValue {
  const index = graph.constant(indices, shape, "int32");
  const attributes = { axis: 0 };
  return graph.emit("Gather", [x, index], [...shape, ...x.shape.slice(1)], { attributes });
}

/** x, flat, with a zero after it. */
export function withZero(graph: Graph, x: GraphValue): GraphValue {
  const length = sizeOf(x.shape);
  const parts = [reshaped(graph, x, [length]), graph.constant([0], [1])];
  return graph.emit("Concat", parts, [length + 1], { attributes: { axis: 0 } });
}
