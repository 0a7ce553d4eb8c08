/**
 * What the gradient of a loop takes from the loop itself instead of computing it again.
 *
 * The gradient's body recomputes a turn from the carry that came in. Whatever it recomputes, the loop has computed
 * before, and it is the same expression: so the loop stacks those values that the gradient's own nodes read, and the
 * gradient's body gets their slices.
 *
 * @module
 */
import { type Graph, type GraphNode, type GraphValue, sizeOf, type Subgraph } from "./graph.ts";
import { prune } from "./wiring.ts";
import { reshaped } from "./nodes.ts";

/**
 * Most bytes that one loop stacks for its gradient; beyond, turns are recomputed. PyTorch's tape keeps the same values
 * without a limit.
 */
export const MOST_KEPT_BYTES: number = 2 ** 29;

/** One cheap pass: done again in the gradient rather than read from a stack. */
const CHEAP: ReadonlySet<string> = new Set([
  ...["Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Cast", "Not"],
  ...["Reshape", "Slice"],
]);

/** A mask of what is kept as well: made of all turns at once, behind the loop. */
const MASK = "HardSigmoid";

/** A loop and its gradient's body, while that is recorded. */
export interface LoopPair {
  /** The loop. */
  readonly loop: GraphNode;
  /** Turns. */
  readonly length: number;
  /** Loop level of both bodies. */
  readonly depth: number;
  /** For each value that the gradient's body gets of a turn, carry or slice: the loop's own and the stack of all. */
  readonly given: ReadonlyMap<
    string,
    { readonly forward: GraphValue; readonly stack: GraphValue }
  >;
}

/** Bytes of a value over all turns. */
export function stackedBytes(value: GraphValue, length: number): number {
  return 4 * sizeOf(value.shape) * length;
}

/** Values of a turn that the loop keeps for its gradient. */
export class KeptValues {
  readonly #graph: Graph;
  readonly #pair: LoopPair;
  readonly #primal = new Map<string, boolean>();
  readonly #forwards = new Map<string, GraphValue>();
  readonly #stacks = new Map<string, GraphValue>();

  /** Nothing is kept yet. */
  constructor(graph: Graph, pair: LoopPair) {
    this.#graph = graph;
    this.#pair = pair;
  }

  /** Whether a value of the gradient's body depends on the loop's turn alone, and the loop can have it. */
  isPrimal(value: GraphValue): boolean {
    const { loop, depth, given } = this.#pair;
    if (given.has(value.id)) return true;
    // What the gradient has recorded outside comes after the loop, which then cannot read it.
    if (value.depth < depth) return this.#graph.precedes(value, loop);
    const known = this.#primal.get(value.id);
    if (known !== undefined) return known;
    const node = this.#graph.producer(value);
    const primal = node !== undefined && !node.body &&
      node.operands.every((operand) => this.isPrimal(operand));
    this.#primal.set(value.id, primal);
    return primal;
  }

  /** The loop's own value for a primal one of the gradient's body; recorded in the loop's level. */
  #forward(value: GraphValue): GraphValue {
    const { depth, given } = this.#pair;
    const own = given.get(value.id)?.forward;
    if (own) return own;
    if (value.depth < depth) return value;
    // Known ones first: by all ways through a long turn, one value is asked for exponentially often.
    const known = this.#forwards.get(value.id);
    if (known) return known;
    const { op, inputs, operands, outputs, attributes, domain } = this.#graph.producer(value)!;
    const rest = operands.map((operand) => this.#forward(operand));
    const values = this.#graph.emitMany(
      op,
      inputs.map((name) => name === "" ? undefined : rest.shift()),
      outputs,
      { attributes, domain },
    );
    outputs.forEach((output, i) => this.#forwards.set(output.id, values[i]!));
    return values[outputs.indexOf(value)]!;
  }

  /** A primal value of all turns, (length, …). */
  stackOf(value: GraphValue): GraphValue {
    const { loop, length, given } = this.#pair;
    const known = given.get(value.id)?.stack ?? this.#stacks.get(value.id);
    if (known) return known;
    const { op, operands, attributes } = this.#graph.producer(value)!;
    const stack = op === MASK
      ? this.#graph.emit(op, [this.stackOf(operands[0]!)], [length, ...value.shape], { attributes })
      : this.#graph.stack(loop, length, () => this.#forward(value));
    this.#stacks.set(value.id, stack);
    return stack;
  }

  /** What the nodes of the gradient's body read of the turn and would else compute again. */
  #wanted(nodes: readonly GraphNode[]): readonly GraphValue[] {
    const { depth, given } = this.#pair;
    const wanted = new Map<string, GraphValue>();
    const seen = new Set<string>();
    const want = (value: GraphValue) => {
      if (value.depth !== depth || given.has(value.id) || !this.isPrimal(value)) return;
      if (seen.has(value.id)) return;
      seen.add(value.id);
      const node = this.#graph.producer(value)!;
      if (CHEAP.has(node.op)) { for (const operand of node.operands) want(operand); }
      else wanted.set(value.id, value);
    };
    const visit = (list: readonly GraphNode[]) => {
      for (const node of list) {
        if (!node.body && node.outputs.every((output) => this.isPrimal(output))) continue;
        for (const operand of node.operands) want(operand);
        if (node.body) visit(node.body.nodes);
      }
    };
    visit(nodes);
    return [...wanted.values()];
  }

  /**
   * The gradient's body with kept values in the place of computed ones.
   *
   * @param most bytes that may be kept
   * @returns the body, and the stacks that it gets as slices after those that it has
   */
  use(body: Subgraph, most = MOST_KEPT_BYTES): {
    readonly body: Subgraph;
    readonly stacks: readonly GraphValue[];
  } {
    const nodes = prune(body.nodes, body.outputs.map(({ id }) => id));
    const wanted = this.#wanted(nodes);
    const bytes = wanted.reduce(
      (sum, value) => sum + stackedBytes(value, this.#pair.length),
      0,
    );
    if (bytes > most) return { body, stacks: [] };
    const slices = new Map<string, GraphValue>();
    const stacks = wanted.map((value) => {
      slices.set(value.id, this.#graph.placeholder(value.shape, value.type, this.#pair.depth));
      return this.stackOf(value);
    });
    return {
      body: {
        inputs: [...body.inputs, ...slices.values()],
        outputs: body.outputs,
        nodes: nodes.map((node) => reading(node, slices)),
      },
      stacks,
    };
  }
}

/** The node with other values in the place of some that it reads. */
function reading(node: GraphNode, instead: ReadonlyMap<string, GraphValue>): GraphNode {
  return {
    ...node,
    inputs: node.inputs.map((name) => instead.get(name)?.id ?? name),
    operands: node.operands.map((value) => instead.get(value.id) ?? value),
    ...(node.body
      ? { body: { ...node.body, nodes: node.body.nodes.map((inner) => reading(inner, instead)) } }
      : {}),
  };
}

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
