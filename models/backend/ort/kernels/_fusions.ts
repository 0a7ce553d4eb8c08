/**
 * Products and sums that are merged into a neighbouring operation.
 *
 * @module
 */
import { sizeOf } from "../../tensors.ts";
import type { Graph, GraphValue } from "../graph.ts";
import { reshaped } from "../nodes.ts";
import { Recorded } from "../recorded.ts";

/** Images as a product. */
interface Factored {
  /** The images without the factor. */
  readonly images: Recorded;
  /** Factor of each channel, (c); undefined if the images are no such product. */
  readonly factor: GraphValue | undefined;
}

/**
 * Splits images (n, h, w, c) into a factor for each channel and the rest, if their last operation was that product.
 *
 * A convolution is linear in its kernel, so such a factor can as well multiply the kernel, which has far fewer elements.
 * The gradient of a batch normalisation ends with such a product.
 */
export function factored(graph: Graph, images: Recorded): Factored {
  const { layout, shape, uniform } = images;
  const node = uniform === undefined ? graph.producer(images.in(layout)) : undefined;
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

/**
 * Kernels (kh, kw, cin, cout), or their gradient, times a factor for each channel.
 *
 * @param input factors of the convolution's images (cin)
 * @param output factors of its result (cout)
 */
export function withFactors(
  graph: Graph,
  kernel: Recorded,
  { input, output }: {
    readonly input?: GraphValue | undefined;
    readonly output?: GraphValue | undefined;
  },
): Recorded {
  const { shape } = kernel;
  const times = (value: GraphValue, factor: GraphValue | undefined, row: readonly number[]) =>
    factor ? graph.emit("Mul", [value, reshaped(graph, factor, row)], shape) : value;
  const scaled = times(kernel.standard, input, [shape[2]!, 1]);
  return Recorded.of(graph, times(scaled, output, [shape[3]!]));
}

/** Fuses A·B + bias into one Gemm if one side of an addition is a product and the other a row or a matrix. */
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

/** Fuses x · gain + shift of x (n, c, h, w), with one gain and shift for each channel, into one pass over x. */
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

/** Fusions of an operation's two operands, by its name in ONNX; the first that applies is taken. */
export const fusions: Readonly<
  Record<
    string,
    readonly ((graph: Graph, a: GraphValue, b: GraphValue) => GraphValue | undefined)[]
  >
> = { Add: [fuseBias, fuseAffine] };
