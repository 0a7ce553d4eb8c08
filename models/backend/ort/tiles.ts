/**
 * Long passes over images in parts that fit a cache.
 *
 * ONNX Runtime runs one operation after the other over the whole of its operands. Where those are larger than the
 * processor's cache, each pass reads from memory what the one before has just written. So neighbouring passes are put
 * into the body of a `Scan` that goes over the batch a few images at a time: what one operation writes is still in the
 * cache when the next reads it. With one thread no bit changes by that, as every image is computed as before; several
 * threads may share an image's sums otherwise.
 *
 * Operations are grouped by stages: what needs a result of all images (a batch normalisation its mean) belongs to a later
 * stage than what contributes to that. No path leads from a stage out and back in, so that one loop may compute it.
 *
 * @module
 */
import { firstAxis, inputValues, type TileRule, tileRule } from "./_tile_rules.ts";
import { prune, reads, Wiring } from "./wiring.ts";
import { type Graph, type GraphNode, type GraphValue, sizeOf } from "./graph.ts";

/** Values with fewer bytes than so many parts are not worth cutting. */
const FEWEST_PARTS = 2;
/** More parts than this are more dispatching than computing. */
const MOST_PARTS = 32;
/** A loop is worth its while when it spares memory so many times the largest value that it cuts. */
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

  /** Whether a node's result may be read in the stage that makes it, part by part. */
  #isOpen(node: GraphNode): boolean {
    if (this.#candidates.has(node)) return true;
    if (node.op !== "Reshape") return false;
    const origin = this.#wiring.origin(node.outputs[0]!);
    return origin !== undefined && this.#candidates.has(origin);
  }

  /** Whether a node reads a value part by part; what a reshape of it is read for is asked there. */
  #readsParts(reader: GraphNode, name: string): boolean {
    if (reader.op === "Reshape") return true;
    const shares = this.#candidates.get(reader)?.rule.shares;
    return shares !== undefined &&
      reader.inputs.every((input, place) => input !== name || shares[place] === "part");
  }

  /** A stage for each node, as early as may be. */
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
    // What only later stages read is computed there: a mask of the forward pass together with the gradient that it cuts.
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

  /** Candidates of one stage that hand each other values, or read the same. */
  groups(): readonly Group[] {
    this.#findStages();
    const groupOf = new Map<string, Candidate[]>();
    const groups = new Set<Candidate[]>();
    for (const candidate of this.#candidates.values()) {
      const { node, parts } = candidate;
      const stage = this.#stages.get(node)!;
      const keys = [...parts, ...node.outputs].map((value) =>
        `${stage}:${this.#wiring.source(value).id}`
      );
      const joined: Candidate[] = [];
      for (const group of new Set(keys.map((key) => groupOf.get(key)))) {
        if (!group) continue;
        joined.push(...group);
        groups.delete(group);
      }
      joined.push(candidate);
      groups.add(joined);
      for (const member of joined) {
        for (const value of [...member.parts, ...member.node.outputs]) {
          groupOf.set(`${stage}:${this.#wiring.source(value).id}`, joined);
        }
      }
    }
    const places = new Map(this.#nodes.map((node, place) => [node, place]));
    return [...groups].map((group) =>
      group.toSorted((a, b) => places.get(a.node)! - places.get(b.node)!)
    );
  }

  /** How many parts a group is computed in; undefined where it had better stay as it is. */
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

/** Nodes, or what takes the place of several, each behind all that it reads. */
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
 * @param nodes of the outermost level, in order, without what nobody needs
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
  // Reshapes that only a loop's nodes read are in the loop now.
  return prune(ordered(units), wanted);
}

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
