/**
 * Recording kernels that reduce over axes.
 *
 * @module
 */
import { util } from "@tensorflow/tfjs-core";
import { defineKernel } from "../recording_backend.ts";
import { type Graph, type GraphValue, sizeOf } from "../graph.ts";
import { type Layout, physicalAxis, Recorded } from "../recorded.ts";
import { castTo, reshaped } from "../nodes.ts";

type Unary = { readonly x: Recorded };

/** Shape of what a reduction leaves. */
function reducedShape(
  shape: readonly number[],
  axes: readonly number[],
  keepDims: boolean,
): readonly number[] {
  return keepDims
    ? shape.map((n, i) => axes.includes(i) ? 1 : n)
    : shape.filter((_, i) => !axes.includes(i));
}

function reduceNode(
  graph: Graph,
  op: string,
  x: GraphValue,
  axes: readonly number[],
  keepDims: boolean,
): GraphValue {
  const shape = reducedShape(x.shape, axes, keepDims);
  const attributes = { keepdims: keepDims ? 1 : 0 };
  return graph.emit(op, [x, graph.integers(axes)], shape, { attributes });
}

/** Neighbouring axes that are all summed, or all kept, as one. */
interface Run {
  readonly length: number;
  readonly summed: boolean;
}

function runsOf(shape: readonly number[], axes: readonly number[]): readonly Run[] {
  const runs: Run[] = [];
  for (const [i, length] of shape.entries()) {
    if (length === 1) continue;
    const summed = axes.includes(i);
    const last = runs.at(-1);
    if (last?.summed === summed) runs[runs.length - 1] = { length: last.length * length, summed };
    else runs.push({ length, summed });
  }
  return runs;
}

/**
 * A sum in the form that is quick in ONNX Runtime: its loops are slow where the last axis has one element, and where
 * what is kept lies between what is summed, as an image's channels do. So axes are merged, and the summed ones behind the
 * channels go first. Measured for (660, 12, 28, 28) → (12): 2.0 ms at once, 0.7 ms in two sums.
 */
function sumNode(
  graph: Graph,
  x: GraphValue,
  axes: readonly number[],
  keepDims: boolean,
): GraphValue {
  const runs = runsOf(x.shape, axes);
  const merged = runs.length < x.shape.length;
  const [outer, kept, inner] = runs;
  const isBetween = runs.length === 3 && inner!.summed;
  if (!merged && !isBetween || !runs.some(({ summed }) => summed)) {
    return reduceNode(graph, "ReduceSum", x, axes, keepDims);
  }
  let sum: GraphValue;
  if (isBetween) {
    const rows = reshaped(graph, x, [outer!.length * kept!.length, inner!.length]);
    const partial = reduceNode(graph, "ReduceSum", rows, [1], false);
    const table = reshaped(graph, partial, [outer!.length, kept!.length]);
    sum = reduceNode(graph, "ReduceSum", table, [0], false);
  } else {
    // All in one run: a row to sum.
    const shape = runs.length === 1 ? [1, runs[0]!.length] : runs.map(({ length }) => length);
    const offset = shape.length - runs.length;
    const summed = runs.flatMap((run, i) => run.summed ? [i + offset] : []);
    sum = reduceNode(graph, "ReduceSum", reshaped(graph, x, shape), summed, false);
  }
  return reshaped(graph, sum, reducedShape(x.shape, axes, keepDims));
}

function reduction(name: string, op: string): void {
  defineKernel<Unary>(name, (graph, { x }, { axis, reductionIndices, keepDims }) => {
    // TensorFlow.js calls the axes of Max otherwise than those of the others.
    const given = (axis ?? reductionIndices) as number | number[] | undefined;
    const axes = util.parseAxisParam(given ?? x.shape.map((_, i) => i), [...x.shape]);
    const keep = Boolean(keepDims);
    const logical = reducedShape(x.shape, axes, keep);
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
    const counts = source.type === "bool" && (op === "ReduceSum" || op === "ReduceProd");
    const numeric = op === "ReduceMean"
      ? castTo(graph, source, "float32")
      : counts
      ? castTo(graph, source, "int32")
      : source;
    const physical = axes.map((i) => physicalAxis(i, layout)).sort((p, q) => p - q);
    let value: GraphValue;
    if (op === "ReduceSum" || op === "ReduceMean") {
      value = sumNode(graph, numeric, physical, keep);
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
