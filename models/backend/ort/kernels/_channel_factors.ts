/**
 * Factors of channels, moved from images to kernels.
 *
 * A convolution is linear in its kernel, so that what its images were last multiplied with, a number for each channel, may
 * as well multiply the kernel, which has far fewer elements. The gradient of a batch normalisation ends with such a
 * product.
 *
 * @module
 */
import { type Graph, type GraphValue, sizeOf } from "../graph.ts";
import { Recorded } from "../recorded.ts";
import { reshaped } from "./_reshape.ts";

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
