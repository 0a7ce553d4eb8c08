/**
 * Recording kernels that reduce over axes.
 *
 * @module
 */
import { util } from "@tensorflow/tfjs-core";
import { sizeOf } from "../../tensors.ts";
import type { Graph, GraphValue } from "../graph.ts";
import { castTo, reduced, reducedShape, reshaped } from "../nodes.ts";
import { type Layout, physicalAxis, Recorded } from "../recorded.ts";
import { defineKernel } from "../recording_backend.ts";

type Unary = { readonly x: Recorded };

/** Neighbouring axes that are all summed, or all kept, seen as one. */
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
 * A sum in the form that is fast in ONNX Runtime: its loops are slow if the last axis has one element, and if the kept
 * axes are between summed ones, as an image's channels are. So axes are merged, and those after the channels are summed
 * first. Measured for (660, 12, 28, 28) → (12): 2.0 ms at once, 0.7 ms in two sums.
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
    return reduced(graph, "ReduceSum", x, axes, keepDims);
  }
  let sum: GraphValue;
  if (isBetween) {
    const rows = reshaped(graph, x, [outer!.length * kept!.length, inner!.length]);
    const partial = reduced(graph, "ReduceSum", rows, [1]);
    sum = reduced(graph, "ReduceSum", reshaped(graph, partial, [outer!.length, kept!.length]), [0]);
  } else {
    // A single run becomes a row to sum.
    const shape = runs.length === 1 ? [1, runs[0]!.length] : runs.map(({ length }) => length);
    const offset = shape.length - runs.length;
    const summed = runs.flatMap((run, i) => run.summed ? [i + offset] : []);
    sum = reduced(graph, "ReduceSum", reshaped(graph, x, shape), summed);
  }
  return reshaped(graph, sum, reducedShape(x.shape, axes, keepDims));
}

/** The axes of a kernel's attribute; all without one. */
function axesOf(x: Recorded, axis: unknown): number[] {
  const given = axis as number | number[] | undefined;
  return util.parseAxisParam(given ?? x.shape.map((_, i) => i), [...x.shape]);
}

function reduction(name: string, op: string): void {
  defineKernel<Unary>(name, (graph, { x }, { axis, reductionIndices, keepDims }) => {
    // For Max, TensorFlow.js has another name for the axes.
    const axes = axesOf(x, axis ?? reductionIndices);
    const keep = Boolean(keepDims);
    const logical = reducedShape(x.shape, axes, keep);
    if (axes.length === 0) return x;
    if (x.uniform !== undefined && op === "ReduceSum") {
      const count = sizeOf(x.shape) / sizeOf(logical);
      return Recorded.uniform(graph, x.uniform * count, logical, x.type);
    }
    // Axes that stay must keep TensorFlow.js's order, whatever the layout of the image.
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
    } else value = reduced(graph, op, numeric, physical, keep);
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
    const number = castTo(graph, x.standard, "int32");
    const value = reduced(graph, op, number, axesOf(x, axis), Boolean(keepDims));
    return Recorded.of(graph, castTo(graph, value, "bool"));
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
