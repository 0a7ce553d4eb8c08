/**
 * Nodes that several kernels record.
 *
 * @module
 */
import { type Graph, type GraphValue, sizeOf } from "./graph.ts";

/** The same elements in another shape; the value itself where it has that shape. */
export function reshaped(graph: Graph, x: GraphValue, shape: readonly number[]): GraphValue {
  if (`${x.shape}` === `${shape}`) return x;
  return graph.emit("Reshape", [x, graph.integers(shape)], shape);
}

/** a·b, with either transposed (1) or not (0). */
export function gemm(graph: Graph, a: GraphValue, b: GraphValue, transA: number, transB: number) {
  const shape = [a.shape[transA ? 1 : 0]!, b.shape[transB ? 0 : 1]!];
  return graph.emit("Gemm", [a, b], shape, { attributes: { transA, transB } });
}

/** The rows of x (n, …) at places of a shape: (…shape, …). */
export function gathered(
  graph: Graph,
  x: GraphValue,
  places: Int32Array,
  shape: readonly number[],
): GraphValue {
  const index = graph.constant(places, shape, "int32");
  return graph.emit("Gather", [x, index], [...shape, ...x.shape.slice(1)], {
    attributes: { axis: 0 },
  });
}

/** x with a zero behind it, flat. */
export function withZero(graph: Graph, x: GraphValue): GraphValue {
  const length = sizeOf(x.shape);
  return graph.emit("Concat", [reshaped(graph, x, [length]), graph.constant([0], [1])], [
    length + 1,
  ], {
    attributes: { axis: 0 },
  });
}
