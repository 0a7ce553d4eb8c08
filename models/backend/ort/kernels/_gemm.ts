/**
 * Products of two matrices.
 *
 * @module
 */
import type { Graph, GraphValue } from "../graph.ts";

/** a·b, with either transposed (1) or not (0). */
export function gemm(graph: Graph, a: GraphValue, b: GraphValue, transA: number, transB: number) {
  const shape = [a.shape[transA ? 1 : 0]!, b.shape[transB ? 0 : 1]!];
  return graph.emit("Gemm", [a, b], shape, { attributes: { transA, transB } });
}
