/**
 * Products and sums that are recorded together with what follows or precedes them.
 *
 * @module
 */
import { type Graph, type GraphValue, sizeOf } from "../graph.ts";
import { Recorded } from "../recorded.ts";
import { reshaped } from "../nodes.ts";

/** Images as a product. */
interface Factored {
  /** The images without the factor. */
  readonly images: Recorded;
  /** Factor of each channel, (c); undefined where the images are no such product. */
  readonly factor: GraphValue | undefined;
}

/** Takes the factor of each channel out of images (n, h, w, c), where there is one. */
export function factored(graph: Graph, images: Recorded): Factored {
  if (images.uniform !== undefined) return { images, factor: undefined };
  const { layout, shape } = images;
  const node = graph.producer(images.in(layout));
  if (node?.op !== "Mul") return { images, factor: undefined };
  const channels = shape[3]!;
  const row = layout === "standard" ? [1, 1, 1, channels] : [1, channels, 1, 1];
  const isRow = (value: GraphValue) => `${value.shape}` === `${row}`;
  const [left, right] = node.operands as [GraphValue, GraphValue];
  const [bare, factor] = isRow(right) ? [left, right] : [right, left];
  if (!isRow(factor) || sizeOf(bare.shape) !== sizeOf(shape)) return { images, factor: undefined };
  return {
    images: Recorded.of(graph, bare, shape, layout),
    factor: reshaped(graph, factor, [channels]),
  };
}

/** Factors (c) of the channels of a convolution's images and of its result. */
interface Factors {
  readonly input?: GraphValue | undefined;
  readonly output?: GraphValue | undefined;
}

/** Kernels (kh, kw, cin, cout), or their gradient, with a factor for each channel in and each channel out. */
export function withFactors(
  graph: Graph,
  kernel: Recorded,
  { input, output }: Factors,
): Recorded {
  const { shape } = kernel;
  const times = (value: GraphValue, factor: GraphValue | undefined, row: readonly number[]) =>
    factor ? graph.emit("Mul", [value, reshaped(graph, factor, row)], shape) : value;
  const scaled = times(kernel.standard, input, [shape[2]!, 1]);
  return Recorded.of(graph, times(scaled, output, [shape[3]!]));
}

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
