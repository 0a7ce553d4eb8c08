/**
 * The loop that computes a group of nodes part by part.
 *
 * @module
 */
import { firstAxis, inputValues, type TileRule } from "./_tile_rules.ts";
import type { Wiring } from "./_wiring.ts";
import type { Graph, GraphNode, GraphValue } from "./graph.ts";

/** A node that may be computed part by part. */
export interface Candidate {
  /** The node. */
  readonly node: GraphNode;
  /** What a part of it needs. */
  readonly rule: TileRule;
  /** Operands that are cut. */
  readonly parts: readonly GraphValue[];
}

/** The nodes that one loop computes, in order. */
export type Group = readonly Candidate[];

function reshape(graph: Graph, from: GraphValue, to: GraphValue): GraphNode {
  const shape = graph.integers(to.shape);
  return {
    op: "Reshape",
    domain: "",
    inputs: [from.id, shape.id],
    operands: [from, shape],
    outputs: [to],
    attributes: {},
  };
}

/**
 * The loop that computes a group, and the reshapes around it.
 *
 * @param wiring of all nodes of the group's level
 * @param parts turns of the loop: a divisor of the first length of every value that is cut
 * @param wanted names of the values that are read from outside of the level
 */
export function tileLoop(
  graph: Graph,
  wiring: Wiring,
  { group, parts, wanted }: {
    readonly group: Group;
    readonly parts: number;
    readonly wanted: readonly string[];
  },
): readonly GraphNode[] {
  const own = new Set(group.map(({ node }) => node));
  const around: GraphNode[] = [];
  const body: GraphNode[] = [];
  const slices: { readonly stack: GraphValue; readonly part: GraphValue }[] = [];
  /** Parts by the name of the whole. */
  const known = new Map<string, GraphValue>();
  const fresh = (value: GraphValue) => {
    const axis = firstAxis(value.shape);
    const shape = value.shape.with(axis, value.shape[axis]! / parts);
    const part = graph.placeholder(shape, value.type);
    known.set(value.id, part);
    return part;
  };
  const stackOf = ({ shape, type }: GraphValue) => graph.placeholder([parts, ...shape], type);
  const partOf = (value: GraphValue): GraphValue => {
    const done = known.get(value.id);
    if (done) return done;
    const part = fresh(value);
    const producer = wiring.producer(value.id);
    const origin = wiring.origin(value);
    if (producer?.op === "Reshape" && origin && own.has(origin)) {
      body.push(reshape(graph, partOf(producer.operands[0]!), part));
      return part;
    }
    const stack = stackOf(part);
    around.push(reshape(graph, value, stack));
    slices.push({ stack, part });
    return part;
  };
  for (const { node, rule } of group) {
    const read = inputValues(node).map((value, place) =>
      value && rule.shares[place] === "part" ? partOf(value) : value
    );
    body.push({
      ...node,
      inputs: read.map((value) => value?.id ?? ""),
      operands: read.filter((value) => value !== undefined),
      outputs: node.outputs.map(fresh),
      attributes: rule.attributes(parts),
    });
  }
  const isRead = ({ id }: GraphValue): boolean =>
    wanted.includes(id) ||
    wiring.readers(id).some((reader) =>
      reader.op === "Reshape" ? isRead(reader.outputs[0]!) : !own.has(reader)
    );
  const results = group.flatMap(({ node }) => node.outputs).filter(isRead)
    .map((whole) => ({ whole, part: known.get(whole.id)! }));
  const stacks = results.map(({ part }) => stackOf(part));
  return [
    ...around,
    {
      op: "Scan",
      domain: "",
      inputs: slices.map(({ stack }) => stack.id),
      operands: slices.map(({ stack }) => stack),
      outputs: stacks,
      attributes: { carries: 0, reverse: 0 },
      body: {
        inputs: slices.map(({ part }) => part),
        outputs: results.map(({ part }) => part),
        nodes: body,
      },
    },
    ...results.map(({ whole }, i) => reshape(graph, stacks[i]!, whole)),
  ];
}
