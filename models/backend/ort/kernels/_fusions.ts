/**
 * Sums that are recorded together with the product that they follow.
 *
 * @module
 */
import { type Graph, type GraphValue, sizeOf } from "../graph.ts";
import { reshaped } from "./_reshape.ts";

/** Fuses A·B + bias into one Gemm where one side of an addition is a product and the other a row. */
function fuseBias(graph: Graph, a: GraphValue, b: GraphValue): GraphValue | undefined {
  for (const [product, bias] of [[a, b], [b, a]] as const) {
    const node = graph.producer(product);
    if (node?.op !== "Gemm" || node.operands.length !== 2) continue;
    const isRow = bias.shape.length === 1 && bias.shape[0] === product.shape[1];
    const isSum = bias.shape.length === 2 && bias.shape.every((n, i) => n === product.shape[i]);
    if (!isRow && !isSum) continue;
    return graph.emit("Gemm", [...node.operands, bias], product.shape, {
      attributes: node.attributes,
    });
  }
  return undefined;
}

/** Fuses x · gain + shift with a number for each channel, (n, c, h, w), into one pass over x. */
function fuseAffine(graph: Graph, a: GraphValue, b: GraphValue): GraphValue | undefined {
  for (const [product, shift] of [[a, b], [b, a]] as const) {
    const node = graph.producer(product);
    const channels = product.shape[1];
    const isRow = (shape: readonly number[]) =>
      shape.length === 4 && shape[1] === channels && sizeOf(shape) === channels;
    if (node?.op !== "Mul" || !isRow(shift.shape) || isRow(product.shape)) continue;
    const [x, gain] = isRow(node.operands[1]!.shape) ? node.operands : node.operands.toReversed();
    if (!x || !gain || !isRow(gain.shape) || sizeOf(x.shape) !== sizeOf(product.shape)) continue;
    const row = (value: GraphValue) => reshaped(graph, value, [channels!]);
    const fill = (value: number) =>
      graph.constant(Array<number>(channels!).fill(value), [channels!]);
    return graph.emit(
      "BatchNormalization",
      [x, row(gain), row(shift), fill(0), fill(1)],
      product.shape,
      { attributes: { epsilon: { float: 0 } } },
    );
  }
  return undefined;
}

/** What two operands of an operation may be fused with, by its name in ONNX. */
export const fusions: Readonly<
  Record<
    string,
    readonly ((graph: Graph, a: GraphValue, b: GraphValue) => GraphValue | undefined)[]
  >
> = { Add: [fuseBias, fuseAffine] };
