/**
 * Recording kernels of matrix products.
 *
 * @module
 */
import { broadcast_util } from "@tensorflow/tfjs-core";
import type { Graph, GraphValue } from "../graph.ts";
import { gemm, transpose } from "../nodes.ts";
import { Recorded } from "../recorded.ts";
import { defineKernel } from "../recording_backend.ts";

/** Every matrix of a batch transposed. */
function swapped(graph: Graph, x: GraphValue): GraphValue {
  const rank = x.shape.length;
  return transpose(graph, x, [...x.shape.keys()].with(-1, rank - 2).with(-2, rank - 1));
}

/** a·b for matrices or batches of them. */
function product(
  graph: Graph,
  a: GraphValue,
  b: GraphValue,
  transposeA: boolean,
  transposeB: boolean,
): GraphValue {
  if (a.shape.length === 2 && b.shape.length === 2) {
    return gemm(graph, a, b, Number(transposeA), Number(transposeB));
  }
  const rows = a.shape.at(transposeA ? -1 : -2)!;
  const columns = b.shape.at(transposeB ? -2 : -1)!;
  const batch = broadcast_util.assertAndGetBroadcastShape(
    a.shape.slice(0, -2),
    b.shape.slice(0, -2),
  );
  const shape = [...batch, rows, columns];
  // ONNX Runtime fuses the transposes into the product if it can; WebGPU's provider has no fused one.
  const left = transposeA ? swapped(graph, a) : a;
  const right = transposeB ? swapped(graph, b) : b;
  return graph.emit("MatMul", [left, right], shape);
}

defineKernel<{ readonly a: Recorded; readonly b: Recorded }>(
  "BatchMatMul",
  (graph, { a, b }, { transposeA, transposeB }) =>
    Recorded.of(
      graph,
      product(graph, a.standard, b.standard, Boolean(transposeA), Boolean(transposeB)),
    ),
);

const activations: Readonly<Record<string, string>> = {
  relu: "Relu",
  sigmoid: "Sigmoid",
  elu: "Elu",
};

defineKernel<{ readonly a: Recorded; readonly b: Recorded; readonly bias?: Recorded }>(
  "_FusedMatMul",
  (graph, { a, b, bias }, { transposeA, transposeB, activation }) => {
    let value = product(graph, a.standard, b.standard, Boolean(transposeA), Boolean(transposeB));
    if (bias) {
      const node = graph.producer(value)!;
      value = node.op === "Gemm"
        ? graph.emit("Gemm", [a.standard, b.standard, bias.standard], value.shape, {
          attributes: node.attributes,
        })
        : graph.emit("Add", [value, bias.standard], value.shape);
    }
    if (activation === "linear" || activation === undefined) return Recorded.of(graph, value);
    const op = activations[activation as string];
    if (!op) {
      throw new RangeError(
        `Cannot record a fused product: its activation must be one of linear, ${
          Object.keys(activations).join(", ")
        }, is ${activation}`,
      );
    }
    return Recorded.of(graph, graph.emit(op, [value], value.shape));
  },
);
