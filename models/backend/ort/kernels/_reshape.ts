/**
 * Values under another shape.
 *
 * @module
 */
import type { Graph, GraphValue } from "../graph.ts";

/** The same elements in another shape; the value itself where it has that shape. */
export function reshaped(graph: Graph, x: GraphValue, shape: readonly number[]): GraphValue {
  if (`${x.shape}` === `${shape}`) return x;
  return graph.emit("Reshape", [x, graph.integers(shape)], shape);
}
