/**
 * Rows put in an order that is known while a step is recorded.
 *
 * @module
 */
import { type Graph, type GraphValue, sizeOf } from "../graph.ts";
import { reshaped } from "./_reshape.ts";

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
