/**
 * Who makes and who reads each value of a list of nodes.
 *
 * @module
 */
import type { GraphNode, GraphValue } from "./graph.ts";
import { reads } from "./prune.ts";

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

  /** The nodes that read a value of this name, in their bodies, too. */
  readers(name: string): readonly GraphNode[] {
    return this.#readers.get(name) ?? [];
  }

  /** What a value is a reshape of: the same memory, so that it belongs where its source does. */
  source(value: GraphValue): GraphValue {
    const node = this.producer(value.id);
    return node?.op === "Reshape" ? this.source(node.operands[0]!) : value;
  }

  /** The node that computes the {@link source} of a value. */
  origin(value: GraphValue): GraphNode | undefined {
    return this.producer(this.source(value).id);
  }
}
