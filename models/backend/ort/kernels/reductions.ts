/**
 * Recording kernels that reduce over axes.
 *
 * @module
 */
import { util } from "@tensorflow/tfjs-core";
import { defineKernel } from "../kernel.ts";
import { type Graph, type GraphValue, sizeOf } from "../graph.ts";
import { type Layout, physicalAxis, Recorded } from "../recorded.ts";
import { castTo } from "./elementwise.ts";

type Unary = { readonly x: Recorded };

/** The square whose sum is wanted, where a value is one: a pass over the data is saved. */
function squared(graph: Graph, x: GraphValue): GraphValue | undefined {
  const node = graph.producer(x);
  if (node?.op !== "Mul" || node.inputs[0] !== node.inputs[1]) return undefined;
  return node.operands[0];
}

function reduceNode(
  graph: Graph,
  op: string,
  x: GraphValue,
  axes: readonly number[],
  keepDims: boolean,
): GraphValue {
  const shape = keepDims
    ? x.shape.map((n, i) => axes.includes(i) ? 1 : n)
    : x.shape.filter((_, i) => !axes.includes(i));
  const keepdims = keepDims ? 1 : 0;
  // Since opset 13 the axes of a sum are an input; those of the other reductions follow only in opset 18.
  if (op === "ReduceSum") {
    return graph.emit(op, [x, graph.integers(axes)], shape, { attributes: { keepdims } });
  }
  return graph.emit(op, [x], shape, { attributes: { axes, keepdims } });
}

function reduction(name: string, op: string): void {
  defineKernel<Unary>(name, (graph, { x }, { axis, reductionIndices, keepDims }) => {
    // TensorFlow.js calls the axes of Max otherwise than those of the others.
    const given = (axis ?? reductionIndices) as number | number[] | undefined;
    const axes = util.parseAxisParam(given ?? x.shape.map((_, i) => i), [...x.shape]);
    const keep = Boolean(keepDims);
    const logical = keep
      ? x.shape.map((n, i) => axes.includes(i) ? 1 : n)
      : x.shape.filter((_, i) => !axes.includes(i));
    if (axes.length === 0) return x;
    if (x.uniform !== undefined && op === "ReduceSum") {
      const count = sizeOf(x.shape) / sizeOf(logical);
      return Recorded.uniform(graph, x.uniform * count, logical, x.type);
    }
    // Spatial axes may leave an image in either order; what stays must keep TensorFlow.js's order.
    const rest = x.shape.map((_, i) => i).filter((i) => !axes.includes(i));
    const ordered = x.layout === "standard" || keep || !rest.includes(3) || rest.length === 1 ||
      (rest.length === 2 && rest[0] === 0);
    const layout: Layout = ordered ? x.layout : "standard";
    const source = x.in(layout);
    const numeric = op === "ReduceSum" || op === "ReduceMean" || op === "ReduceProd"
      ? castTo(graph, source, source.type === "bool" ? "int32" : source.type)
      : source;
    const physical = axes.map((i) => physicalAxis(i, layout)).sort((p, q) => p - q);
    const square = op === "ReduceSum" || op === "ReduceMean" ? squared(graph, numeric) : undefined;
    let value: GraphValue;
    if (square) {
      value = reduceNode(graph, "ReduceSumSquare", square, physical, keep);
      if (op === "ReduceMean") {
        const share = graph.constant([sizeOf(logical) / sizeOf(x.shape)], []);
        value = graph.emit("Mul", [value, share], value.shape);
      }
    } else value = reduceNode(graph, op, numeric, physical, keep);
    return Recorded.of(graph, value, logical, keep ? layout : "standard");
  });
}

reduction("Sum", "ReduceSum");
reduction("Mean", "ReduceMean");
reduction("Max", "ReduceMax");
reduction("Min", "ReduceMin");
reduction("Prod", "ReduceProd");

for (const [name, op] of [["All", "ReduceMin"], ["Any", "ReduceMax"]] as const) {
  defineKernel<Unary>(name, (graph, { x }, { axis, keepDims }) => {
    const axes = util.parseAxisParam(
      (axis as number | number[] | undefined) ?? x.shape.map((_, i) => i),
      [...x.shape],
    );
    const number = castTo(graph, x.standard, "int32");
    return Recorded.of(
      graph,
      castTo(graph, reduceNode(graph, op, number, axes, Boolean(keepDims)), "bool"),
    );
  });
}

for (const [name, op] of [["ArgMax", "ArgMax"], ["ArgMin", "ArgMin"]] as const) {
  defineKernel<Unary>(name, (graph, { x }, { axis }) => {
    const at = util.parseAxisParam(axis as number, [...x.shape])[0]!;
    const shape = x.shape.filter((_, i) => i !== at);
    const index = graph.emit(op, [x.standard], shape, {
      type: "int64",
      attributes: { axis: at, keepdims: 0 },
    });
    return Recorded.of(graph, castTo(graph, index, "int32"));
  });
}
