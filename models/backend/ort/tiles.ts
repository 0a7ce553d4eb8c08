/**
 * Computes long passes over images in parts that fit a cache.
 *
 * ONNX Runtime runs one operation after the other over all of its operands. If these are larger than the processor's
 * cache, each pass reads from memory what the one before has just written. So neighbouring passes are put into the body
 * of a `Scan` over the batch, a few images at a time: what one operation writes is still in the cache when the next
 * reads it. With one thread no bit changes, as every image is computed as before; several threads may divide an image's
 * sums differently.
 *
 * Operations are grouped by stages: what needs a result of all images (such as the mean of a batch normalisation) belongs
 * to a later stage than what contributes to it. No path leaves a stage and comes back, so one loop can compute it.
 *
 * @module
 */
import { sizeOf } from "../tensors.ts";
import { firstAxis, inputValues, type TileRule, tileRule } from "./_tile_rules.ts";
import { type Graph, type GraphNode, type GraphValue, plainNode } from "./graph.ts";
import { prune, reads, Wiring } from "./wiring.ts";

/** Fewest parts: smaller values are not cut. */
const FEWEST_PARTS = 2;
/** Most parts: with more, dispatching takes longer than computing. */
const MOST_PARTS = 32;
/** Tile only if the saved traffic is at least this multiple of the largest value. */
const LEAST_SAVED = 2;

const elementBytes = { float32: 4, int32: 4, bool: 1, int64: 8 } as const;
const bytesOf = ({ shape, type }: GraphValue) => elementBytes[type] * sizeOf(shape);
const firstLength = ({ shape }: GraphValue) => shape[firstAxis(shape)] ?? 1;
const divisor = (a: number, b: number): number => b === 0 ? a : divisor(b, a % b);

/** Finds the groups of one graph. */
class Tiling {
  readonly #graph: Graph;
  readonly #nodes: readonly GraphNode[];
  readonly #wiring: Wiring;
  readonly #candidates = new Map<GraphNode, Candidate>();
  readonly #stages = new Map<GraphNode, number>();

  constructor(graph: Graph, nodes: readonly GraphNode[], wiring: Wiring) {
    this.#graph = graph;
    this.#nodes = nodes;
    this.#wiring = wiring;
    for (const node of nodes) {
      const candidate = this.#candidate(node);
      if (candidate) this.#candidates.set(node, candidate);
    }
  }

  #candidate(node: GraphNode): Candidate | undefined {
    const rule = tileRule(node, (value) => this.#graph.literal(value));
    if (!rule) return undefined;
    const parts = inputValues(node).flatMap((value, place) =>
      value && rule.shares[place] === "part" ? [value] : []
    );
    const largest = Math.max(...[...node.outputs, ...parts].map(bytesOf));
    return largest >= FEWEST_PARTS * this.#graph.tileBytes ? { node, rule, parts } : undefined;
  }

  /** Whether the stage that computes a node can also read its result, part by part. */
  #isOpen(node: GraphNode): boolean {
    if (this.#candidates.has(node)) return true;
    if (node.op !== "Reshape") return false;
    const origin = this.#wiring.origin(node.outputs[0]!);
    return origin !== undefined && this.#candidates.has(origin);
  }

  /** Whether a node reads a value part by part; for a reshape, its own readers decide. */
  #readsParts(reader: GraphNode, name: string): boolean {
    if (reader.op === "Reshape") return true;
    const shares = this.#candidates.get(reader)?.rule.shares;
    return shares !== undefined &&
      reader.inputs.every((input, place) => input !== name || shares[place] === "part");
  }

  /** Assigns each node to the earliest possible stage. */
  #findStages(): void {
    for (const node of this.#nodes) {
      let stage = 0;
      for (const name of reads(node)) {
        const producer = this.#wiring.producer(name);
        if (!producer) continue;
        const stays = !this.#candidates.has(node) ||
          this.#isOpen(producer) && this.#readsParts(node, name);
        stage = Math.max(stage, this.#stages.get(producer)! + (stays ? 0 : 1));
      }
      this.#stages.set(node, stage);
    }
    // What only later stages read is computed there: a mask of the forward pass together with the gradient it masks.
    for (const node of this.#nodes.toReversed()) {
      if (!this.#isOpen(node)) continue;
      const readers = node.outputs.flatMap(({ id }) =>
        this.#wiring.readers(id).map((reader) => ({ id, reader }))
      );
      const isFree = readers.every(({ id, reader }) =>
        this.#isOpen(reader) && this.#readsParts(reader, id)
      );
      if (readers.length === 0 || !isFree) continue;
      const stages = readers.map(({ reader }) => this.#stages.get(reader)!);
      this.#stages.set(node, Math.max(this.#stages.get(node)!, Math.min(...stages)));
    }
  }

  /** Groups of candidates: those of one stage that read each other's values, or the same ones. */
  groups(): readonly Group[] {
    this.#findStages();
    const groupOf = new Map<string, Candidate[]>();
    const groups = new Set<Candidate[]>();
    for (const candidate of this.#candidates.values()) {
      const { node } = candidate;
      const stage = this.#stages.get(node)!;
      const keysOf = ({ node, parts }: Candidate) =>
        [...parts, ...node.outputs].map((value) => `${stage}:${this.#wiring.source(value).id}`);
      const joined: Candidate[] = [];
      for (const group of new Set(keysOf(candidate).map((key) => groupOf.get(key)))) {
        if (!group) continue;
        joined.push(...group);
        groups.delete(group);
      }
      joined.push(candidate);
      groups.add(joined);
      for (const key of joined.flatMap(keysOf)) groupOf.set(key, joined);
    }
    const places = new Map(this.#nodes.map((node, place) => [node, place]));
    return [...groups].map((group) =>
      group.toSorted((a, b) => places.get(a.node)! - places.get(b.node)!)
    );
  }

  /** Into how many parts to divide a group; undefined if it is better left as it is. */
  partsOf(group: Group): number | undefined {
    const touched = new Map<string, { readonly bytes: number; count: number }>();
    let common = 0;
    for (const { node, rule, parts } of group) {
      if (rule.divisible !== undefined) common = divisor(common, rule.divisible);
      for (const value of [...parts, ...node.outputs]) {
        common = divisor(common, firstLength(value));
        const source = this.#wiring.source(value);
        common = divisor(common, firstLength(source));
        const known = touched.get(source.id);
        if (known) known.count++;
        else touched.set(source.id, { bytes: bytesOf(source), count: 1 });
      }
    }
    const values = [...touched.values()];
    const largest = Math.max(...values.map(({ bytes }) => bytes));
    const saved = values.reduce((sum, { bytes, count }) => sum + (count - 1) * bytes, 0);
    if (saved < LEAST_SAVED * largest) return undefined;
    for (let parts = FEWEST_PARTS; parts <= Math.min(MOST_PARTS, common); parts++) {
      if (common % parts === 0 && largest <= parts * this.#graph.tileBytes) return parts;
    }
    return undefined;
  }
}

/** Single nodes, or the nodes that replace several, ordered so that each comes after all that it reads. */
function ordered(units: readonly (readonly GraphNode[])[]): readonly GraphNode[] {
  const unitOf = new Map<string, readonly GraphNode[]>();
  for (const unit of units) {
    for (const node of unit) for (const { id } of node.outputs) unitOf.set(id, unit);
  }
  const done = new Set<readonly GraphNode[]>();
  const nodes: GraphNode[] = [];
  const place = (unit: readonly GraphNode[]): void => {
    if (done.has(unit)) return;
    done.add(unit);
    for (const name of unit.flatMap(reads)) {
      const before = unitOf.get(name);
      if (before) place(before);
    }
    nodes.push(...unit);
  };
  for (const unit of units) place(unit);
  return nodes;
}

/**
 * Nodes that compute the same with fewer long passes over memory.
 *
 * @param nodes those of the outermost level, in order and pruned
 * @param wanted names of the values that are read from outside
 */
export function inTiles(
  graph: Graph,
  nodes: readonly GraphNode[],
  wanted: readonly string[],
): readonly GraphNode[] {
  if (graph.tileBytes === Infinity) return nodes;
  const wiring = new Wiring(nodes);
  const tiling = new Tiling(graph, nodes, wiring);
  const loops = new Map<GraphNode, readonly GraphNode[]>();
  const inLoops = new Set<GraphNode>();
  for (const group of tiling.groups()) {
    const parts = tiling.partsOf(group);
    if (parts === undefined) continue;
    loops.set(group[0]!.node, tileLoop(graph, wiring, { group, parts, wanted }));
    for (const { node } of group) inLoops.add(node);
  }
  if (loops.size === 0) return nodes;
  const units = nodes.flatMap((node) => {
    const loop = loops.get(node);
    return loop ? [loop] : inLoops.has(node) ? [] : [[node]];
  });
  // Reshapes that only a loop's nodes read have moved into the loop.
  return prune(ordered(units), wanted);
}

/** A node that can be computed part by part. */
interface Candidate {
  /** The node. */
  readonly node: GraphNode;
  /** What a part of it needs. */
  readonly rule: TileRule;
  /** Operands that are cut. */
  readonly parts: readonly GraphValue[];
}

/** The nodes that one loop computes, in order. */
type Group = readonly Candidate[];

/**
 * The loop that computes a group, and the reshapes around it.
 *
 * @param wiring that of all nodes of the group's level
 * @param parts iterations of the loop: a divisor of the first length of every value that is cut
 * @param wanted names of the values that are read from outside the level
 */
function tileLoop(
  graph: Graph,
  wiring: Wiring,
  { group, parts, wanted }: {
    readonly group: Group;
    readonly parts: number;
    readonly wanted: readonly string[];
  },
): readonly GraphNode[] {
  const reshape = (from: GraphValue, to: GraphValue) =>
    plainNode("Reshape", [from, graph.integers(to.shape)], to);
  const own = new Set(group.map(({ node }) => node));
  const around: GraphNode[] = [];
  const body: GraphNode[] = [];
  const slices: { readonly stack: GraphValue; readonly part: GraphValue }[] = [];
  /** Parts by the name of the whole value. */
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
      body.push(reshape(partOf(producer.operands[0]!), part));
      return part;
    }
    const stack = stackOf(part);
    around.push(reshape(value, stack));
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
    ...results.map(({ whole }, i) => reshape(stacks[i]!, whole)),
  ];
}
