/**
 * Gradients of weights that a loop would add up turn by turn, as one product over all turns.
 *
 * A weight W that enters as x·W has the gradient Σ xᵀ·dy over the turns. Instead of one small product and one addition a
 * turn, x and dy of all turns are stacked, and one product has as many rows as all turns together.
 *
 * @module
 */
import { type Graph, type GraphNode, type GraphValue, sizeOf } from "./graph.ts";
import { reshaped } from "./kernels/_reshape.ts";

/** One summand of a gradient: rowsᵀ·columns, or the sum of columns over its rows. */
export interface ProductTerm {
  /** (n, k); absent: a one for each row. */
  readonly rows?: GraphValue;
  /** (n, m) */
  readonly columns: GraphValue;
}

/** The transposed left product aᵀ·b of a node, if it is that. */
function isTransposedProduct({ op, attributes }: GraphNode): boolean {
  return op === "Gemm" && attributes.transA === 1 && attributes.transB === 0;
}

/** Whether a node sums a matrix over its rows. */
function isRowSum(graph: Graph, { op, operands, attributes }: GraphNode): boolean {
  if (op !== "ReduceSum" || attributes.keepdims !== 0) return false;
  const [x, axes] = operands as [GraphValue, GraphValue];
  return x.shape.length === 2 && axes.id === graph.integers([0]).id;
}

/**
 * A gradient taken apart into products that are computed in the body: undefined where it is anything else.
 *
 * @param depth loop level of the body
 */
export function productTerms(
  graph: Graph,
  gradient: GraphValue,
  depth: number,
): readonly ProductTerm[] | undefined {
  if (gradient.depth < depth) return undefined;
  const node = graph.producer(gradient);
  if (!node) return undefined;
  const inBody = (value: GraphValue) => value.depth === depth;
  const together = (...parts: readonly (readonly ProductTerm[] | undefined)[]) =>
    parts.every((part) => part !== undefined) ? parts.flat() : undefined;
  const [a, b, c] = node.operands;
  if (isTransposedProduct(node)) {
    if (!inBody(a!) || !inBody(b!)) return undefined;
    const own = [{ rows: a!, columns: b! }];
    return c ? together(own, productTerms(graph, c, depth)) : own;
  }
  if (isRowSum(graph, node)) return inBody(a!) ? [{ columns: a! }] : undefined;
  const addition = node.op === "Sum" ||
    (node.op === "Add" && node.operands.every(({ shape }) => `${shape}` === `${gradient.shape}`));
  if (!addition) return undefined;
  return together(...node.operands.map((operand) => productTerms(graph, operand, depth)));
}

/** (turns, n, m) → (turns · n, m) */
function flat(graph: Graph, stack: GraphValue): GraphValue {
  const columns = stack.shape.at(-1)!;
  const shape = [sizeOf(stack.shape) / columns, columns];
  return reshaped(graph, stack, shape);
}

/** A column of ones, one for each row of x. */
function onesFor(graph: Graph, x: GraphValue): GraphValue {
  return graph.constant(new Float32Array(x.shape[0]!).fill(1), [x.shape[0]!, 1]);
}

/**
 * The sum of all terms over all turns.
 *
 * @param stackOf all turns of a value of the body, (turns, …)
 */
export function sumOfProducts(
  graph: Graph,
  terms: readonly ProductTerm[],
  stackOf: (value: GraphValue) => GraphValue,
): GraphValue {
  let sum: GraphValue | undefined;
  for (const { rows, columns } of terms) {
    const right = flat(graph, stackOf(columns));
    // A sum over rows is a product with ones, at a quarter of the time that ONNX Runtime takes for narrow rows.
    const left = rows ? flat(graph, stackOf(rows)) : onesFor(graph, right);
    const shape = [left.shape[1]!, right.shape[1]!];
    const attributes = { transA: 1, transB: 0 };
    sum = graph.emit("Gemm", [left, right, ...(sum ? [sum] : [])], shape, { attributes });
  }
  // A matrix of one row, where it is a vector's gradient.
  return terms.some(({ rows }) => rows) ? sum! : reshaped(graph, sum!, [sum!.shape[1]!]);
}
