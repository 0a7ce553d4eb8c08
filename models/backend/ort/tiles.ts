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
import { firstAxis, type TileRule, tileRule } from "./_tile_rules.ts";
import { type Graph, type GraphNode, type GraphValue, sizeOf } from "./graph.ts";
import { prune, reads } from "./prune.ts";

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

/** A node that may be computed part by part. */
interface Candidate {
  readonly node: GraphNode;
  readonly rule: TileRule;
  /** Operands that are cut. */
  readonly parts: readonly GraphValue[];
}

/** The nodes that one loop computes, in order. */
type Group = readonly Candidate[];

/** Finds and builds the loops of one graph. */
class Tiling {
  readonly #graph: Graph;
  readonly #nodes: readonly GraphNode[];
  readonly #producers = new Map<string, GraphNode>();
  readonly #candidates = new Map<GraphNode, Candidate>();
  readonly #stages = new Map<GraphNode, number>();
  readonly #readers = new Map<string, GraphNode[]>();

  constructor(graph: Graph, nodes: readonly GraphNode[]) {
    this.#graph = graph;
    this.#nodes = nodes;
    for (const node of nodes) {
      for (const output of node.outputs) this.#producers.set(output.id, node);
      const candidate = this.#candidate(node);
      if (candidate) this.#candidates.set(node, candidate);
      for (const name of reads(node)) {
        const readers = this.#readers.get(name);
        if (readers) readers.push(node);
        else this.#readers.set(name, [node]);
      }
    }
  }

  #candidate(node: GraphNode): Candidate | undefined {
    const rule = tileRule(node, (value) => this.#graph.literal(value));
    if (!rule) return undefined;
    const given = new Map(node.operands.map((operand) => [operand.id, operand]));
    const parts = node.inputs.flatMap((id, place) =>
      rule.shares[place] === "part" && id !== "" ? [given.get(id)!] : []
    );
    const largest = Math.max(...[...node.outputs, ...parts].map(bytesOf));
    return largest >= FEWEST_PARTS * this.#graph.tileBytes ? { node, rule, parts } : undefined;
  }

  /** What a value is a reshape of: the same memory, so that it belongs where its source does. */
  #source(value: GraphValue): GraphValue {
    const node = this.#producers.get(value.id);
    return node?.op === "Reshape" ? this.#source(node.operands[0]!) : value;
  }

  /** Whether a node's result may be read in the stage that makes it, part by part. */
  #isOpen(node: GraphNode): boolean {
    if (this.#candidates.has(node)) return true;
    if (node.op !== "Reshape") return false;
    const source = this.#producers.get(this.#source(node.outputs[0]!).id);
    return source !== undefined && this.#candidates.has(source);
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
        const producer = this.#producers.get(name);
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
        (this.#readers.get(id) ?? []).map((reader) => ({ id, reader }))
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
      const keys = [...parts, ...node.outputs].map((value) => `${stage}:${this.#source(value).id}`);
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
          groupOf.set(`${stage}:${this.#source(value).id}`, joined);
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
        const source = this.#source(value);
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

  /** The loop that computes a group, and the nodes around it. */
  loop(group: Group, parts: number, wanted: ReadonlySet<string>): readonly GraphNode[] {
    const graph = this.#graph;
    const own = new Set(group.map(({ node }) => node));
    const around: GraphNode[] = [];
    const body: GraphNode[] = [];
    const slices: { readonly stack: GraphValue; readonly part: GraphValue }[] = [];
    /** Parts by the name of the whole. */
    const known = new Map<string, GraphValue>();
    const partShape = (shape: readonly number[]) =>
      shape.with(firstAxis(shape), shape[firstAxis(shape)]! / parts);
    const fresh = ({ shape, type }: GraphValue) => graph.placeholder(partShape(shape), type);
    const reshape = (from: GraphValue, to: GraphValue): GraphNode => {
      const shape = graph.integers(to.shape);
      return {
        op: "Reshape",
        domain: "",
        inputs: [from.id, shape.id],
        operands: [from, shape],
        outputs: [to],
        attributes: {},
      };
    };
    const partOf = (value: GraphValue): GraphValue => {
      const done = known.get(value.id);
      if (done) return done;
      const part = fresh(value);
      known.set(value.id, part);
      const producer = this.#producers.get(value.id);
      const source = this.#producers.get(this.#source(value).id);
      if (producer?.op === "Reshape" && source && own.has(source)) {
        body.push(reshape(partOf(producer.operands[0]!), part));
        return part;
      }
      const stack = graph.placeholder([parts, ...part.shape], value.type);
      around.push(reshape(value, stack));
      slices.push({ stack, part });
      return part;
    };
    for (const { node, rule } of group) {
      const given = new Map(node.operands.map((operand) => [operand.id, operand]));
      const names = new Map<string, GraphValue>();
      const inputs = node.inputs.map((id, place) => {
        if (id === "") return "";
        const value = given.get(id)!;
        const read = rule.shares[place] === "part" ? partOf(value) : value;
        names.set(read.id, read);
        return read.id;
      });
      const outputs = node.outputs.map((output) => {
        const part = fresh(output);
        known.set(output.id, part);
        return part;
      });
      const operands = inputs.flatMap((id) => id === "" ? [] : [names.get(id)!]);
      body.push({ ...node, inputs, operands, outputs, attributes: rule.attributes(parts) });
    }
    const isRead = ({ id }: GraphValue): boolean =>
      wanted.has(id) ||
      (this.#readers.get(id) ?? []).some((reader) =>
        reader.op === "Reshape" ? isRead(reader.outputs[0]!) : !own.has(reader)
      );
    const results = group.flatMap(({ node }) => node.outputs).filter(isRead);
    const stacks = results.map((value) =>
      graph.placeholder([parts, ...partShape(value.shape)], value.type)
    );
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
          outputs: results.map(({ id }) => known.get(id)!),
          nodes: body,
        },
      },
      ...results.map((value, i) => reshape(stacks[i]!, value)),
    ];
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
  const tiling = new Tiling(graph, nodes);
  const loops = new Map<GraphNode, readonly GraphNode[]>();
  const inLoops = new Set<GraphNode>();
  for (const group of tiling.groups()) {
    const parts = tiling.partsOf(group);
    if (parts === undefined) continue;
    loops.set(group[0]!.node, tiling.loop(group, parts, new Set(wanted)));
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
