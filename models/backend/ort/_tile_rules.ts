/**
 * Which operations can be computed part by part, and what a part needs of their operands.
 *
 * A value is split along its first axis with more than one element, so that its parts follow each other in memory: part
 * k of every result must depend on part k of some operands and on the whole of the others.
 *
 * @module
 */
import type { Attributes, GraphNode, GraphValue } from "./graph.ts";

/** What one part of a result needs of an operand. */
export type Share = "part" | "whole";

/** How to compute a node part by part. */
export interface TileRule {
  /** One for each input by its position, including inputs that are left out. */
  readonly shares: readonly Share[];
  /** A number that the number of parts must divide, besides the lengths of the values' first axes. */
  readonly divisible?: number;
  /** Attributes of the node that computes one of `parts` parts. */
  readonly attributes: (parts: number) => Attributes;
}

/** The numbers of a constant list of integers; undefined for other values. */
export type Integers = (value: GraphValue) => readonly number[] | undefined;

/** A node's inputs as values, by position; undefined for an optional one that is left out. */
export function inputValues({ inputs, operands }: GraphNode): readonly (GraphValue | undefined)[] {
  const rest = [...operands];
  return inputs.map((id) => id === "" ? undefined : rest.shift());
}

const ELEMENTWISE: ReadonlySet<string> = new Set(
  "Abs Add Clip Div Elu Exp HardSigmoid LeakyRelu Log Max Min Mul Neg Pow Reciprocal Relu Sigmoid Sign Softplus Sqrt Sub \
Sum Tanh".split(" "),
);
const REDUCTIONS: ReadonlySet<string> = new Set(["ReduceMax", "ReduceMin", "ReduceSum"]);
/** Operations that compute each image of a batch on its own. */
const BY_IMAGE: ReadonlySet<string> = new Set([
  "BatchNormalization",
  "Conv",
  "ConvTranspose",
  "ReorderInput",
  "ReorderOutput",
]);

/** The first axis with more than one element: a value is split along it. */
export function firstAxis(shape: readonly number[]): number {
  return Math.max(0, shape.findIndex((length) => length !== 1));
}

/** What a part needs of an operand that is broadcast to a result. */
function broadcastShare(operand: readonly number[], result: readonly number[]): Share {
  const axis = firstAxis(result);
  const length = operand[axis - (result.length - operand.length)] ?? 1;
  return length === result[axis] ? "part" : "whole";
}

/** How to compute a node part by part; undefined if that is impossible. */
export function tileRule(node: GraphNode, integers: Integers): TileRule | undefined {
  const { op, domain, operands, attributes } = node;
  const x = operands[0];
  const result = node.outputs[0]!.shape;
  if (!x || node.body || node.outputs.length > 1) return undefined;
  const inputs = inputValues(node);
  const rule = (share: (operand: GraphValue, place: number) => Share): TileRule => ({
    shares: inputs.map((value, place) => value ? share(value, place) : "whole"),
    attributes: () => attributes,
  });
  const axis = firstAxis(x.shape);
  // Part k of the first operand gives part k of the result if both are cut along the same axis.
  const first = axis === firstAxis(result)
    ? rule((_, place) => place === 0 ? "part" : "whole")
    : undefined;
  const allAfter = (axes: readonly number[] | undefined) => axes?.every((a) => a > axis) ?? false;
  if (ELEMENTWISE.has(op)) return rule((operand) => broadcastShare(operand.shape, result));
  if (REDUCTIONS.has(op)) return operands[1] && allAfter(integers(operands[1])) ? first : undefined;
  if (op === "Slice") return operands[3] && allAfter(integers(operands[3])) ? first : undefined;
  if (op === "Col2Im") return axis <= 1 ? first : undefined;
  if (op === "Transpose") {
    const { perm } = attributes as { perm: readonly number[] };
    return perm.slice(0, axis + 1).every((from, to) => from === to) ? first : undefined;
  }
  if (op === "Gemm") {
    if (attributes.transA === 1 || axis > 0) return undefined;
    return rule((operand, place) =>
      place === 0 ? "part" : place === 1 ? "whole" : broadcastShare(operand.shape, result)
    );
  }
  if (!BY_IMAGE.has(op)) return undefined;
  if (axis === 0) {
    // A convolution's fourth input is added to its result.
    const isSum = (place: number) => place === 3 && op !== "BatchNormalization";
    return rule((_, place) => place === 0 || isSum(place) ? "part" : "whole");
  }
  // A grouped convolution of one image whose groups are the images.

  const group = attributes.group as number | undefined;
  if (op !== "Conv" || domain !== "" || axis > 1 || group === undefined) return undefined;
  return {
    ...rule(() => "part"),
    divisible: group,
    attributes: (parts) => ({ ...attributes, group: group / parts }),
  };
}
