/**
 * Convolutions in ONNX Runtime's own blocked layout.
 *
 * Its CPU library has a second implementation of `Conv`, for images whose channels are in blocks the size of a vector
 * register, (n, c / block, h, w, block). It multiplies directly from the image instead of copying every patch first, and
 * is about twice as fast. ONNX Runtime's optimiser uses it if kernels are constants; in a training step they change, so
 * it is recorded here, with the kernels' reordering as part of the graph.
 *
 * @module
 */
import type { Attributes, Graph, GraphValue } from "../graph.ts";
import { gathered, reshaped, transpose } from "../nodes.ts";

/** Operator set of the blocked operations. */
const BLOCKED_DOMAIN = "com.microsoft.nchwc";

/**
 * With fewer input channels there are so few products for each pixel that the reordering costs more than it saves, unless
 * a stride leaves few pixels: 0.7 ms instead of 1.2 for 5 × 5 taps from 1 channel of 28 × 28 to 8 of 14 × 14.
 */
const FEWEST_INPUTS = 4;
/** Largest ratio of channels after padding to whole blocks to those before. */
const MOST_PADDING = 1.5;
/** The same for few inputs: the usual way spends its time on copies, whatever the number of outputs. */
const MOST_PADDING_OF_FEW = 2;
/** If images are the kernels: the same for the batch that is summed over, and for the output channels. */
const MOST_PADDING_OF_BATCH = 1.05;
const MOST_PADDING_OF_IMAGES = 1.34;

const blocksOf = (channels: number, block: number) => Math.ceil(channels / block);

/** Whether padding to whole blocks at most multiplies the number of channels by `most`. */
const fits = ({ channelBlock: block }: Graph, channels: number, most: number) =>
  blocksOf(channels, block) * block <= most * channels;

/** Whether a convolution's channels fill enough of their blocks. */
export function fitsBlocks(
  graph: Graph,
  inputs: number,
  outputs: number,
  stride: readonly number[] = [1, 1],
): boolean {
  const { channelBlock: block } = graph;
  if (block === 1) return false;
  if (inputs < FEWEST_INPUTS) {
    return stride.every((n) => n > 1) && fits(graph, outputs, MOST_PADDING_OF_FEW);
  }
  // Fewer inputs than a block are read one by one, in the usual layout.
  return fits(graph, outputs, MOST_PADDING) &&
    (inputs < block || fits(graph, inputs, MOST_PADDING));
}

/**
 * Whether correlating x (cin, n, h, w) with images (n, cout, kh, kw) justifies reordering them: every channel of x uses
 * all images once.
 */
export function fitsImages(graph: Graph, inputs: number, batch: number, outputs: number): boolean {
  return graph.channelBlock > 1 && inputs >= FEWEST_INPUTS &&
    fits(graph, batch, MOST_PADDING_OF_BATCH) && fits(graph, outputs, MOST_PADDING_OF_IMAGES);
}

/** x with zeros after it, up to a shape. */
function padded(graph: Graph, x: GraphValue, shape: readonly number[]): GraphValue {
  const missing = shape.map((n, axis) => n - x.shape[axis]!);
  if (missing.every((n) => n === 0)) return x;
  return graph.emit("Pad", [x, graph.integers([...shape.map(() => 0), ...missing])], shape);
}

/** Kernels (cout, cin, kh, kw) in blocks, missing channels zero: the shape is that of the padded kernels. */
function blockedKernel(graph: Graph, kernel: GraphValue): GraphValue {
  const { channelBlock: block } = graph;
  const [outputs, inputs, kh, kw] = kernel.shape as [number, number, number, number];
  const outBlocks = blocksOf(outputs, block);
  const inBlocks = inputs < block ? undefined : blocksOf(inputs, block);
  const whole = [outBlocks * block, inBlocks ? inBlocks * block : inputs, kh, kw];
  const full = padded(graph, kernel, whole);
  const [split, perm] = inBlocks
    ? [[outBlocks, block, inBlocks, block, kh, kw], [0, 2, 4, 5, 3, 1]] as const
    : [[outBlocks, block, inputs, kh, kw], [0, 2, 3, 4, 1]] as const;
  return reshaped(graph, transpose(graph, reshaped(graph, full, split), perm), whole);
}

/** Images (n, c, h, w) in blocks, missing channels zero: the shape is that of the padded images. */
function blockedImages(graph: Graph, x: GraphValue): GraphValue {
  const [n, channels, h, w] = x.shape as [number, number, number, number];
  // ReorderInput reads four channels at a time.
  const fours = 4 * Math.ceil(channels / 4);
  const readable = padded(graph, x, [n, fours, h, w]);
  const whole = blocksOf(channels, graph.channelBlock) * graph.channelBlock;
  return graph.emit("ReorderInput", [readable], [n, whole, h, w], { domain: BLOCKED_DOMAIN });
}

/**
 * Images as the kernel of a convolution that takes the batch as channels, in blocks: (n, c, h, w) → kernels
 * (c, n, h, w). They are reordered as images first, so that whole blocks are moved and not single numbers, by a `Gather`,
 * which uses several threads while `Pad` and `Transpose` do not: 2.0 ms instead of 3.7 for (660, 24, 14, 14).
 *
 * Copies of the last image fill the last block: they are multiplied by zeros.
 */
function blockedImageKernel(graph: Graph, images: GraphValue): GraphValue {
  const { channelBlock: block } = graph;
  const byBlock = blockedImages(graph, images);
  const [n, channels, h, w] = byBlock.shape as [number, number, number, number];
  const [inBlocks, outBlocks] = [blocksOf(n, block), channels / block];
  const index = new Int32Array(outBlocks * inBlocks * h * w * block);
  let at = 0;
  for (let outputs = 0; outputs < outBlocks; outputs++) {
    for (let inputs = 0; inputs < inBlocks; inputs++) {
      for (let pixel = 0; pixel < h * w; pixel++) {
        for (let i = 0; i < block; i++) {
          const image = Math.min(inputs * block + i, n - 1);
          index[at++] = (image * outBlocks + outputs) * h * w + pixel;
        }
      }
    }
  }
  const rows = reshaped(graph, byBlock, [n * outBlocks * h * w, block]);
  const ordered = gathered(graph, rows, index, [index.length]);
  return reshaped(graph, ordered, [channels, inBlocks * block, h, w]);
}

/**
 * Images in blocks, with columns of zeros to their left and right: a convolution of each channel with one tap of 1, which
 * uses several threads while `Pad` does not.
 */
function withColumns(graph: Graph, x: GraphValue, left: number, right: number): GraphValue {
  if (left + right === 0) return x;
  const [n, channels, h, w] = x.shape as [number, number, number, number];
  const ones = graph.constant(new Float32Array(channels).fill(1), [channels, 1, 1, 1]);
  return graph.emit("Conv", [x, ones], [n, channels, h, left + w + right], {
    domain: BLOCKED_DOMAIN,
    attributes: { kernel_shape: [1, 1], pads: [0, left, 0, right], group: channels },
  });
}

/** What a blocked convolution computes. */
export interface BlockedConvolution {
  /** Shape of the result, (n, cout, h', w'). */
  readonly shape: readonly number[];
  /** Attributes of the `Conv`. */
  readonly attributes: Attributes;
}

function convolution(
  graph: Graph,
  x: GraphValue,
  kernel: GraphValue,
  { shape, attributes }: BlockedConvolution,
): GraphValue {
  const [n, channels, h, w] = shape as [number, number, number, number];
  const blocked = graph.emit("Conv", [x, kernel], [n, kernel.shape[0]!, h, w], {
    domain: BLOCKED_DOMAIN,
    attributes,
  });
  return graph.emit("ReorderOutput", [blocked], shape, {
    domain: BLOCKED_DOMAIN,
    attributes: { channels },
  });
}

/** `Conv` of x (n, cin, h, w) with kernels (cout, cin, kh, kw), computed in blocks. */
export function blockedConvolution(
  graph: Graph,
  x: GraphValue,
  kernel: GraphValue,
  what: BlockedConvolution,
): GraphValue {
  const images = x.shape[1]! < graph.channelBlock ? x : blockedImages(graph, x);
  return convolution(graph, images, blockedKernel(graph, kernel), what);
}

/**
 * {@link blockedConvolution} of x (cin, n, h, w) with images (n, cout, kh, kw) in place of kernels, summed over the batch.
 *
 * The zeros to the left and right of x are written out. ONNX Runtime computes results whose windows reach beyond a row
 * one by one, and here nearly all do: 5.1 ms instead of 9.3 for the gradient of a 5×5 kernel between 24 and 48 channels.
 */
export function blockedImageConvolution(
  graph: Graph,
  x: GraphValue,
  images: GraphValue,
  { shape, attributes }: BlockedConvolution,
): GraphValue {
  const [top, left, bottom, right] = attributes.pads as [number, number, number, number];
  const wide = withColumns(graph, blockedImages(graph, x), left, right);
  return convolution(graph, wide, blockedImageKernel(graph, images), {
    shape,
    attributes: { ...attributes, pads: [top, 0, bottom, 0] },
  });
}
