/**
 * How recorded nodes are connected: what each reads, which are needed, who makes and who reads a value.
 *
 * @module
 */
import type { GraphNode, GraphValue, Subgraph } from "./graph.ts";

/** Names that a node reads, including those that its body reads from outside. */
export function reads(node: GraphNode): readonly string[] {
  if (!node.body) return node.inputs;
  return [...node.inputs, ...node.body.nodes.flatMap(reads)];
}

/** The nodes and those of all bodies inside. */
export function allNodes(nodes: readonly GraphNode[]): readonly GraphNode[] {
  return nodes.flatMap((node) => node.body ? [node, ...allNodes(node.body.nodes)] : [node]);
}

/** The nodes that the wanted values need; loops lose the stacked outputs and slices that nothing reads. */
export function prune(
  nodes: readonly GraphNode[],
  wanted: readonly string[],
): readonly GraphNode[] {
  const needed = new Set(wanted);
  const kept: GraphNode[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((output) => needed.has(output.id))) continue;
    const small = node.body ? pruneLoop(node, node.body, needed) : node;
    for (const name of reads(small)) needed.add(name);
    kept.push(small);
  }
  return kept.reverse();
}

/** A loop without the nodes, and a `Scan` also without stacked outputs and slices, that nothing reads; carries stay. */
function pruneLoop(node: GraphNode, body: Subgraph, needed: ReadonlySet<string>): GraphNode {
  if (node.op === "Loop") {
    return {
      ...node,
      body: { ...body, nodes: prune(body.nodes, body.outputs.map(({ id }) => id)) },
    };
  }
  const carries = node.attributes.carries as number;
  const keep = node.outputs.map((output, i) => i < carries || needed.has(output.id));
  const outputs = body.outputs.filter((_, i) => keep[i]);
  const nodes = prune(body.nodes, outputs.map((value) => value.id));
  const read = new Set([...nodes.flatMap(reads), ...outputs.map((value) => value.id)]);
  const isRead = body.inputs.map((input, i) => i < carries || read.has(input.id));
  // The length of the slices is the number of iterations: one stays.
  if (isRead.lastIndexOf(true) < carries) isRead[carries] = true;
  return {
    ...node,
    inputs: node.inputs.filter((_, i) => isRead[i]),
    operands: node.operands.filter((_, i) => isRead[i]),
    outputs: node.outputs.filter((_, i) => keep[i]),
    body: { inputs: body.inputs.filter((_, i) => isRead[i]), outputs, nodes },
  };
}

/** The connections between nodes of one level. */
export class Wiring {
  readonly #producers = new Map<string, GraphNode>();
  readonly #readers = new Map<string, GraphNode[]>();

  /** Connections between these nodes. */
  constructor(nodes: readonly GraphNode[]) {
    for (const node of nodes) {
      for (const { id } of node.outputs) this.#producers.set(id, node);
      for (const name of reads(node)) {
        const readers = this.#readers.get(name);
        if (readers) readers.push(node);
        else this.#readers.set(name, [node]);
      }
    }
  }

  /** The node that computes a value of this name; undefined for inputs and constants. */
  producer(name: string): GraphNode | undefined {
    return this.#producers.get(name);
  }

  /** The nodes that read a value of this name, possibly in their bodies. */
  readers(name: string): readonly GraphNode[] {
    return this.#readers.get(name) ?? [];
  }

  /** The value that a value is a reshape of (the same memory), or the value itself. */
  source(value: GraphValue): GraphValue {
    const node = this.producer(value.id);
    return node?.op === "Reshape" ? this.source(node.operands[0]!) : value;
  }

  /** The node that computes the {@link source} of a value. */
  origin(value: GraphValue): GraphNode | undefined {
    return this.producer(this.source(value).id);
  }
}
