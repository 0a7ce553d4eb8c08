/**
 * What the gradient of a loop takes from the loop itself instead of computing it again.
 *
 * The gradient's body recomputes an iteration from the carry that came in. Whatever it recomputes, the loop has computed
 * before, by the same expression. So the loop stacks the values that the gradient's own nodes read, and the gradient's
 * body gets slices of these stacks. Gradients of weights are not even added up in the body, but are one product after it.
 *
 * @module
 */
import { sizeOf } from "../tensors.ts";
import type { Graph, GraphNode, GraphValue, Subgraph } from "./graph.ts";
import { reshaped } from "./nodes.ts";
import { prune } from "./wiring.ts";

/**
 * Most bytes that one loop stacks for its gradient; if it would need more, iterations are recomputed. PyTorch's tape
 * keeps the same values without a limit.
 */
export const MOST_KEPT_BYTES: number = 2 ** 29;

/** One cheap pass: repeated in the gradient rather than read from a stack. */
const CHEAP: ReadonlySet<string> = new Set([
  ...["Greater", "GreaterOrEqual", "Less", "LessOrEqual", "Cast", "Not"],
  ...["Reshape", "Slice"],
]);

/** A mask computed from a stacked value: made for all iterations at once, after the loop. */
const MASK = "HardSigmoid";

/** Of a stacked value, made for all iterations at once as well, where the loop itself does not compute them. */
const ELEMENTWISE: ReadonlySet<string> = new Set([MASK, "Add", "Sub", "Mul", "Neg"]);

/** A loop and its gradient's body, while the body is recorded. */
export interface LoopPair {
  /** The loop. */
  readonly loop: GraphNode;
  /** Number of iterations. */
  readonly length: number;
  /** Loop level of both bodies. */
  readonly depth: number;
  /** For each carry and slice that the gradient's body gets: the loop's own value, and the stack of all iterations. */
  readonly given: ReadonlyMap<
    string,
    { readonly forward: GraphValue; readonly stack: GraphValue }
  >;
}

/** Bytes of values over all iterations. */
export function stackedBytes(values: Iterable<GraphValue>, length: number): number {
  let bytes = 0;
  for (const { shape } of values) bytes += 4 * sizeOf(shape) * length;
  return bytes;
}

/** Values of an iteration that the loop keeps for its gradient. */
export class KeptValues {
  readonly #graph: Graph;
  readonly #pair: LoopPair;
  readonly #primal = new Map<string, boolean>();
  readonly #forwards = new Map<string, GraphValue>();
  readonly #stacks = new Map<string, GraphValue>();
  readonly #derivations = new Map<string, GraphValue | undefined>();
  /** Names of what the loop computes for itself. */
  readonly #own: ReadonlySet<string>;

  /** Nothing is kept yet. */
  constructor(graph: Graph, pair: LoopPair) {
    this.#graph = graph;
    this.#pair = pair;
    const { nodes } = pair.loop.body!;
    this.#own = new Set(nodes.flatMap(({ outputs }) => outputs.map(({ id }) => id)));
  }

  /** Whether a value of the gradient's body depends only on what the loop has in the same iteration. */
  isPrimal(value: GraphValue): boolean {
    const { loop, depth, given } = this.#pair;
    if (given.has(value.id)) return true;
    // The loop cannot read what the gradient has recorded outside: that comes after it.
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
    // Each value once: a long body has exponentially many paths to it.
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

  /** The loop's own value for a primal one of the gradient's body. */
  #ownOf(value: GraphValue): GraphValue {
    return this.#graph.inBody(this.#pair.loop, () => this.#forward(value));
  }

  /** A primal value of all iterations, (length, …). */
  stackOf(value: GraphValue): GraphValue {
    const known = this.#stacked(value);
    if (known) return known;
    const { op, operands } = this.#graph.producer(value)!;
    if (op === MASK) this.stackOf(operands[0]!);
    const stack = this.#derived(value) ??
      this.#graph.stack(this.#pair.loop, this.#pair.length, this.#ownOf(value));
    this.#stacks.set(value.id, stack);
    return stack;
  }

  /** The stack that there is of a primal value; undefined where there is none yet. */
  #stacked(value: GraphValue): GraphValue | undefined {
    return this.#pair.given.get(value.id)?.stack ?? this.#stacks.get(value.id) ??
      this.#graph.stacked(this.#pair.loop, this.#ownOf(value));
  }

  /**
   * All iterations of a value that the loop does not compute for itself, from what is stacked already, element by element;
   * undefined where that cannot be.
   */
  #derived(value: GraphValue): GraphValue | undefined {
    const { length, depth } = this.#pair;
    // Each value once: there may be exponentially many paths to it.
    if (this.#derivations.has(value.id)) return this.#derivations.get(value.id);
    const { op, operands, attributes } = this.#graph.producer(value)!;
    let derivation: GraphValue | undefined;
    if (ELEMENTWISE.has(op) && !this.#own.has(this.#ownOf(value).id)) {
      const stacks = operands.map((operand) => {
        if (operand.depth < depth) return sizeOf(operand.shape) === 1 ? operand : undefined;
        if (`${operand.shape}` !== `${value.shape}`) return undefined;
        return this.#stacked(operand) ?? this.#derived(operand);
      });
      if (stacks.every((stack) => stack !== undefined)) {
        derivation = this.#graph.emit(op, stacks, [length, ...value.shape], { attributes });
      }
    }
    this.#derivations.set(value.id, derivation);
    return derivation;
  }

  /** Primal values that the nodes of the gradient's body read and would otherwise compute again. */
  #wanted(nodes: readonly GraphNode[]): readonly GraphValue[] {
    const { depth, given } = this.#pair;
    const wanted: GraphValue[] = [];
    const seen = new Set<string>();
    const want = (value: GraphValue) => {
      if (value.depth !== depth || given.has(value.id) || !this.isPrimal(value)) return;
      if (seen.has(value.id)) return;
      seen.add(value.id);
      const node = this.#graph.producer(value)!;
      if (CHEAP.has(node.op)) node.operands.forEach(want);
      else wanted.push(value);
    };
    const visit = (list: readonly GraphNode[]) => {
      for (const node of list) {
        if (!node.body && node.outputs.every((output) => this.isPrimal(output))) continue;
        node.operands.forEach(want);
        if (node.body) visit(node.body.nodes);
      }
    };
    visit(nodes);
    return wanted;
  }

  /**
   * The gradient's body, reading kept values instead of computing them.
   *
   * @returns the body, and the stacks that it gets as slices after those that it already has
   */
  use(body: Subgraph): { readonly body: Subgraph; readonly stacks: readonly GraphValue[] } {
    const nodes = prune(body.nodes, body.outputs.map(({ id }) => id));
    const wanted = this.#wanted(nodes);
    if (stackedBytes(wanted, this.#pair.length) > MOST_KEPT_BYTES) return { body, stacks: [] };
    const slices = new Map<string, GraphValue>();
    const stacks = wanted.map((value) => {
      slices.set(value.id, this.#graph.placeholder(value.shape, value.type, this.#pair.depth));
      return this.stackOf(value);
    });
    return {
      body: {
        inputs: [...body.inputs, ...slices.values()],
        outputs: body.outputs,
        nodes: nodes.map((node) => substituted(node, slices)),
      },
      stacks,
    };
  }
}

/** The node with some of the values that it reads replaced. */
function substituted(node: GraphNode, by: ReadonlyMap<string, GraphValue>): GraphNode {
  const { inputs, operands, body } = node;
  return {
    ...node,
    inputs: inputs.map((name) => by.get(name)?.id ?? name),
    operands: operands.map((value) => by.get(value.id) ?? value),
    ...(body && { body: { ...body, nodes: body.nodes.map((inner) => substituted(inner, by)) } }),
  };
}

/**
 * One summand of a weight's gradient: rowsᵀ·columns, or the sum of columns over its rows.
 *
 * A weight W that enters as x·W has the gradient Σ xᵀ·dy over the iterations. Instead of one small product and one
 * addition in each of them, x and dy of all iterations are stacked, and one product has the rows of all.
 */
export interface ProductTerm {
  /** (n, k); absent: a one for each row. */
  readonly rows?: GraphValue;
  /** (n, m) */
  readonly columns: GraphValue;
}

/** Whether a node sums a matrix over its rows. */
function isRowSum(graph: Graph, { op, operands, attributes }: GraphNode): boolean {
  if (op !== "ReduceSum" || attributes.keepdims !== 0) return false;
  const [x, axes] = operands as [GraphValue, GraphValue];
  return x.shape.length === 2 && axes.id === graph.integers([0]).id;
}

/**
 * A gradient taken apart into products that are computed in the body; undefined if it is anything else.
 *
 * @param depth loop level of the body
 */
export function productTerms(
  graph: Graph,
  gradient: GraphValue,
  depth: number,
): readonly ProductTerm[] | undefined {
  const node = gradient.depth < depth ? undefined : graph.producer(gradient);
  if (!node) return undefined;
  const { op, operands, attributes } = node;
  const [a, b, c] = operands;
  const isInBody = (value: GraphValue) => value.depth === depth;
  if (op === "Gemm" && attributes.transA === 1 && attributes.transB === 0) {
    if (!isInBody(a!) || !isInBody(b!)) return undefined;
    const rest = c ? productTerms(graph, c, depth) : [];
    return rest && [{ rows: a!, columns: b! }, ...rest];
  }
  if (isRowSum(graph, node)) return isInBody(a!) ? [{ columns: a! }] : undefined;
  const isAddition = op === "Sum" ||
    (op === "Add" && operands.every(({ shape }) => `${shape}` === `${gradient.shape}`));
  if (!isAddition) return undefined;
  const parts = operands.map((operand) => productTerms(graph, operand, depth));
  return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
}

/** The sum of all terms over all iterations. @param stackOf all iterations of a value of the body, (length, …) */
export function sumOfProducts(
  graph: Graph,
  terms: readonly ProductTerm[],
  stackOf: (value: GraphValue) => GraphValue,
): GraphValue {
  /** (length, n, m) → (length · n, m) */
  const flat = (stack: GraphValue) => {
    const columns = stack.shape.at(-1)!;
    return reshaped(graph, stack, [sizeOf(stack.shape) / columns, columns]);
  };
  const ones = (count: number) => graph.constant(new Float32Array(count).fill(1), [count, 1]);
  let sum: GraphValue | undefined;
  for (const { rows, columns } of terms) {
    const right = flat(stackOf(columns));
    // A sum over rows as a product with ones: for narrow rows it takes a quarter of the time of `ReduceSum`.
    const left = rows ? flat(stackOf(rows)) : ones(right.shape[0]!);
    const shape = [left.shape[1]!, right.shape[1]!];
    const attributes = { transA: 1, transB: 0 };
    sum = graph.emit("Gemm", [left, right, ...(sum ? [sum] : [])], shape, { attributes });
  }
  // Without rows it is a vector's gradient: a matrix of one row.
  return terms.some(({ rows }) => rows) ? sum! : reshaped(graph, sum!, [sum!.shape[1]!]);
}
