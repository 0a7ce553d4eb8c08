/**
 * The recorded graph: values, nodes and nesting, before it becomes an ONNX model.
 *
 * Nodes are pure, so a node is placed in the outermost loop level that has its inputs (what does not change in a loop
 * moves out of it), and equal nodes are recorded once.
 *
 * @module
 */

/** Element types that the suite records. */
export type ElementType = "float32" | "int32" | "bool" | "int64";

/** Attribute of a node: integers, integer lists and strings as they are, floats wrapped. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

/** Attributes by name. */
export type Attributes = Readonly<Record<string, Attribute>>;

/** A tensor of the graph in its physical (ONNX) shape. */
export interface GraphValue {
  /** Name in the model. */
  readonly id: string;
  /** Physical shape. */
  readonly shape: readonly number[];
  /** Element type. */
  readonly type: ElementType;
  /** Loop level that computes it: 0 outside all loops. */
  readonly depth: number;
}

/** A loop's body. */
export interface Subgraph {
  /** Placeholders. `Scan`: carries, then slices. `Loop`: number of the iteration, condition, carries. */
  readonly inputs: readonly GraphValue[];
  /** `Scan`: new carries, then the values that are stacked. `Loop`: condition, new carries. */
  readonly outputs: readonly GraphValue[];
  /** The body in order of recording. */
  readonly nodes: readonly GraphNode[];
}

/** One operation. */
export interface GraphNode {
  /** ONNX's name of the operator. */
  readonly op: string;
  /** Operator set; "" for ONNX's own. */
  readonly domain: string;
  /** Inputs by name; "" for an optional one that is left out. */
  readonly inputs: readonly string[];
  /** The inputs that are there, as values. */
  readonly operands: readonly GraphValue[];
  /** Values that it computes. */
  readonly outputs: readonly GraphValue[];
  /** Attributes by name. */
  readonly attributes: Attributes;
  /** What a `Scan` or `Loop` repeats. */
  readonly body?: Subgraph;
}

/** Constant data of the graph. */
export interface GraphConstant {
  /** The value that stands for it. */
  readonly value: GraphValue;
  /** Its numbers, little-endian, row-major. */
  readonly bytes: Uint8Array;
}

interface Level {
  readonly nodes: GraphNode[];
  readonly known: Map<string, readonly GraphValue[]>;
}

/** Constants with at most this many elements may be read while a graph is recorded. */
const MOST_LITERAL = 64;

const dataTypes = { float32: Float32Array, int32: Int32Array, bool: Uint8Array } as const;

/** Properties of what will run a graph that decide its form. */
export interface GraphTarget {
  /** Compute threads; 1 by default. */
  readonly threads?: number;
  /** Channels in a block of ONNX Runtime's blocked convolutions; 1, the default, for none. */
  readonly channelBlock?: number;
  /** Bytes of a value to compute at a time, so that they fit the processor's cache; infinite by default. */
  readonly tileBytes?: number;
}

/** Collects nodes, constants and nested loop bodies. */
export class Graph {
  readonly #levels: Level[] = [{ nodes: [], known: new Map() }];
  readonly #constants = new Map<string, GraphConstant>();
  readonly #literals = new Map<string, readonly number[]>();
  readonly #producers = new Map<string, GraphNode>();
  /** Order of recording. */
  readonly #places = new Map<GraphNode, number>();
  /** Level of each recorded body: {@link inBody} adds to it. */
  readonly #levelOf = new Map<Subgraph, Level>();
  /** What an output of a body is a copy of. */
  readonly #originals = new Map<GraphValue, GraphValue>();
  /** Compute threads: some operations have one form for a single thread and another for several. */
  readonly threads: number;
  /** See {@link GraphTarget}. */
  readonly channelBlock: number;
  /** See {@link GraphTarget}. */
  readonly tileBytes: number;
  #count = 0;

  /** An empty graph. */
  constructor({ threads = 1, channelBlock = 1, tileBytes = Infinity }: GraphTarget = {}) {
    this.threads = threads;
    this.channelBlock = channelBlock;
    this.tileBytes = tileBytes;
  }

  /** Nodes outside all loops, in order of recording. */
  get nodes(): readonly GraphNode[] {
    return this.#levels[0]!.nodes;
  }

  /** Constants in order of first use. */
  get constants(): readonly GraphConstant[] {
    return [...this.#constants.values()];
  }

  /** Loop level that is being recorded. */
  get depth(): number {
    return this.#levels.length - 1;
  }

  #fresh(shape: readonly number[], type: ElementType, depth: number): GraphValue {
    return { id: `v${this.#count++}`, shape, type, depth };
  }

  /** A graph input or, in a loop, what the loop passes to its body. @param depth the body's loop level */
  placeholder(shape: readonly number[], type: ElementType, depth = this.depth): GraphValue {
    return this.#fresh(shape, type, depth);
  }

  /** A constant; equal constants are stored once. */
  constant(
    values: ArrayLike<number>,
    shape: readonly number[],
    type: ElementType = "float32",
  ): GraphValue {
    const data = type === "int64"
      ? BigInt64Array.from(Array.from(values, (v) => BigInt(v)))
      : dataTypes[type].from(values);
    const bytes = new Uint8Array(data.buffer);
    // Long constants are not compared: each is stored.
    const key = `${type}[${shape}]${bytes.length <= 4096 ? bytes.join() : `#${this.#count}`}`;
    const known = this.#constants.get(key);
    if (known) return known.value;
    const value = this.#fresh(shape, type, 0);
    this.#constants.set(key, { value, bytes });
    if (data.length <= MOST_LITERAL) this.#literals.set(value.id, Array.from(data, Number));
    return value;
  }

  /** The numbers of a short constant; undefined for other values. */
  literal(value: GraphValue): readonly number[] | undefined {
    return this.#literals.get(value.id);
  }

  /** A constant list of 64-bit integers, such as a shape. */
  integers(values: readonly number[]): GraphValue {
    return this.constant(values, [values.length], "int64");
  }

  /** The node that computes a value; undefined for inputs and constants. */
  producer(value: GraphValue): GraphNode | undefined {
    return this.#producers.get(value.id);
  }

  /** Whether a value exists when a node runs: an input, a constant, or the output of a node recorded earlier. */
  precedes(value: GraphValue, node: GraphNode): boolean {
    const producer = this.#producers.get(value.id);
    return producer === undefined || this.#places.get(producer)! < this.#places.get(node)!;
  }

  /** The value of a node if it has been recorded; undefined otherwise. */
  find(
    op: string,
    inputs: readonly GraphValue[],
    attributes: Attributes = {},
  ): GraphValue | undefined {
    const depth = Math.max(0, ...inputs.map((input) => input.depth));
    const key = nodeKey(op, inputs.map(({ id }) => id), attributes, "", [inputs[0]!.type]);
    return this.#levels[depth]?.known.get(key)?.[0];
  }

  /** Records a node with one output. */
  emit(
    op: string,
    inputs: readonly (GraphValue | undefined)[],
    shape: readonly number[],
    options: {
      readonly type?: ElementType;
      readonly attributes?: Attributes;
      readonly domain?: string;
    } = {},
  ): GraphValue {
    const { attributes = {}, domain = "", type = inputs[0]?.type ?? "float32" } = options;
    return this.emitMany(op, inputs, [{ shape, type }], { attributes, domain })[0]!;
  }

  /** Records a node with several outputs. */
  emitMany(
    op: string,
    inputs: readonly (GraphValue | undefined)[],
    outputs: readonly { readonly shape: readonly number[]; readonly type: ElementType }[],
    options: {
      readonly attributes?: Attributes;
      readonly domain?: string;
      readonly body?: Subgraph;
      /** Lowest loop level, for a node whose body reads values of that level. */
      readonly depth?: number;
    } = {},
  ): readonly GraphValue[] {
    const { attributes = {}, domain = "", body } = options;
    const depth = Math.max(options.depth ?? 0, ...inputs.map((input) => input?.depth ?? 0));
    const level = this.#levels[depth]!;
    const names = inputs.map((input) => input?.id ?? "");
    const key = nodeKey(op, names, attributes, domain, outputs.map((output) => output.type));
    const known = body ? undefined : level.known.get(key);
    if (known) return known;
    const values = outputs.map(({ shape, type }) => this.#fresh(shape, type, depth));
    const node: GraphNode = {
      op,
      domain,
      inputs: names,
      operands: inputs.filter((input) => input !== undefined),
      outputs: values,
      attributes,
      ...(body ? { body } : {}),
    };
    level.nodes.push(node);
    this.#places.set(node, this.#places.size);
    level.known.set(key, values);
    for (const value of values) this.#producers.set(value.id, node);
    return values;
  }

  /** Records a loop's body one level deeper. `record` makes the placeholders, records the nodes, returns the outputs. */
  nest(
    record: () => {
      readonly inputs: readonly GraphValue[];
      readonly outputs: readonly GraphValue[];
    },
  ): Subgraph {
    const level: Level = { nodes: [], known: new Map() };
    this.#levels.push(level);
    try {
      const depth = this.depth;
      const { inputs, outputs } = record();
      const own: GraphValue[] = [];
      for (const value of outputs) own.push(this.#ownOutput(level, own, value, depth));
      const body = { inputs, outputs: own, nodes: level.nodes };
      this.#levelOf.set(body, level);
      return body;
    } finally {
      this.#levels.pop();
    }
  }

  /** Outputs must be computed in the body itself and have different names: a copy of any value that is not so. */
  #ownOutput(
    { nodes }: Level,
    others: readonly GraphValue[],
    value: GraphValue,
    depth: number,
  ): GraphValue {
    const computed = value.depth === depth && this.#producers.has(value.id);
    if (computed && !others.includes(value)) return value;
    const copy = this.#fresh(value.shape, value.type, depth);
    nodes.push(plainNode("Identity", [value], copy));
    this.#originals.set(copy, value);
    return copy;
  }

  /**
   * Records more nodes in the body of a recorded loop; nodes that the body has already are not recorded again.
   *
   * @throws RangeError when the node is no loop
   */
  inBody<T>(loop: GraphNode, record: () => T): T {
    const level = loop.body && this.#levelOf.get(loop.body);
    if (!level) {
      throw new RangeError(`Cannot record in a body: the node must be a loop, is ${loop.op}`);
    }
    this.#levels.push(level);
    try {
      return record();
    } finally {
      this.#levels.pop();
    }
  }

  /** The stack, (length, …), that a `Scan` makes of a value of its body; undefined where it makes none. */
  stacked(loop: GraphNode, value: GraphValue): GraphValue | undefined {
    const carries = loop.attributes.carries as number;
    const place = loop.body!.outputs.findIndex((output, i) =>
      i >= carries && (this.#originals.get(output) ?? output) === value
    );
    return loop.outputs[place];
  }

  /**
   * Makes a recorded loop stack one more value of its body.
   *
   * @param loop a `Scan` of the level that is being recorded
   * @param length number of iterations
   * @returns the stack, (length, …)
   */
  stack(loop: GraphNode, length: number, value: GraphValue): GraphValue {
    const known = this.stacked(loop, value);
    if (known) return known;
    const outputs = loop.body!.outputs as GraphValue[];
    const own = this.inBody(
      loop,
      () => this.#ownOutput(this.#levels.at(-1)!, outputs, value, this.depth),
    );
    outputs.push(own);
    const stack = this.#fresh([length, ...own.shape], own.type, loop.outputs[0]!.depth);
    (loop.outputs as GraphValue[]).push(stack);
    this.#producers.set(stack.id, loop);
    return stack;
  }
}

/** A node with one output, of ONNX's own operator set and without attributes. */
export function plainNode(
  op: string,
  operands: readonly GraphValue[],
  output: GraphValue,
): GraphNode {
  const inputs = operands.map(({ id }) => id);
  return { op, domain: "", inputs, operands, outputs: [output], attributes: {} };
}

/** Equal for nodes that compute the same. */
function nodeKey(
  op: string,
  inputs: readonly string[],
  attributes: Attributes,
  domain: string,
  types: readonly ElementType[],
): string {
  return `${domain}:${op}(${inputs})${JSON.stringify(attributes)}${types}`;
}
