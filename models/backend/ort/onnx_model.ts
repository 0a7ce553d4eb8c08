/**
 * From a recorded graph to the bytes of an ONNX model.
 *
 * @module
 */
import proto from "onnx-proto";
import type { onnx as Onnx } from "onnx-proto";
import type { Attribute, ElementType, Graph, GraphNode, GraphValue, Subgraph } from "./graph.ts";
import { inTiles } from "./tiles.ts";
import { allNodes, prune, reads } from "./wiring.ts";

// onnx-proto is CommonJS: in Deno its exports are properties of the default export.
const { onnx } = proto as unknown as { onnx: typeof Onnx };

/** Operator set of the recorded nodes. */
const OPSET = 18;
/** Version of the file format that goes with it. */
const IR_VERSION = 8;
const { DataType } = onnx.TensorProto;
const { AttributeType } = onnx.AttributeProto;

const elementTypes: Readonly<Record<ElementType, number>> = {
  float32: DataType.FLOAT,
  int32: DataType.INT32,
  int64: DataType.INT64,
  bool: DataType.BOOL,
};

function attributeProto(name: string, attribute: Attribute): Onnx.IAttributeProto {
  if (typeof attribute === "string") {
    return { name, type: AttributeType.STRING, s: new TextEncoder().encode(attribute) };
  }
  if (typeof attribute === "number") return { name, type: AttributeType.INT, i: attribute };
  if ("float" in attribute) return { name, type: AttributeType.FLOAT, f: attribute.float };
  return { name, type: AttributeType.INTS, ints: [...attribute] };
}

function valueInfo({ id, type, shape }: GraphValue, name = id): Onnx.IValueInfoProto {
  const dim = shape.map((length) => ({ dimValue: length }));
  return { name, type: { tensorType: { elemType: elementTypes[type], shape: { dim } } } };
}

/** What the names of loops and of the nodes that they repeat begin with. */
export const LOOP_NODES = "loop:";

function nodeProto(node: GraphNode, inLoop: boolean): Onnx.INodeProto {
  const attributes = node.op === "Scan" ? scanAttributes(node, node.body!) : node.attributes;
  const attribute = Object.entries(attributes)
    .map(([name, value]) => attributeProto(name, value));
  if (node.body) {
    attribute.push({ name: "body", type: AttributeType.GRAPH, g: bodyProto(node.body) });
  }
  return {
    opType: node.op,
    domain: node.domain,
    name: `${inLoop || node.body ? LOOP_NODES : ""}${node.outputs[0]!.id}`,
    input: [...node.inputs],
    output: node.outputs.map((output) => output.id),
    attribute,
  };
}

/** `Scan` needs a direction for each slice that goes in and comes out; how many are left is known after pruning. */
function scanAttributes(node: GraphNode, body: Subgraph): Readonly<Record<string, Attribute>> {
  const { carries, reverse } = node.attributes as { carries: number; reverse: number };
  const slices = body.inputs.length - carries;
  return {
    num_scan_inputs: slices,
    scan_input_directions: Array<number>(slices).fill(reverse),
    scan_output_directions: Array<number>(body.outputs.length - carries).fill(reverse),
  };
}

function bodyProto(body: Subgraph): Onnx.IGraphProto {
  return {
    name: "body",
    node: body.nodes.map((node) => nodeProto(node, true)),
    input: body.inputs.map((value) => valueInfo(value)),
    output: body.outputs.map((value) => valueInfo(value)),
  };
}

/** An encoded model. */
export interface EncodedModel {
  /** The model in protobuf encoding. */
  readonly bytes: Uint8Array;
  /** Nodes after pruning, bodies included. */
  readonly nodeCount: number;
  /** How often each operation occurs. */
  readonly operations: Readonly<Record<string, number>>;
  /** Names of the inputs that the outputs depend on. */
  readonly inputNames: readonly string[];
}

/**
 * Encodes the part of a graph that computes `outputs`.
 *
 * @param inputs graph inputs by their public name
 * @param outputs graph outputs by their public name
 */
export function encodeModel(
  graph: Graph,
  inputs: Readonly<Record<string, GraphValue>>,
  outputs: Readonly<Record<string, GraphValue>>,
): EncodedModel {
  const wanted = Object.values(outputs).map((value) => value.id);
  const nodes = inTiles(graph, prune(graph.nodes, wanted), wanted);
  // Public names enter through Identity nodes, so that one value may be input and several outputs at once.
  const rename = (from: string, to: string): Onnx.INodeProto => ({
    opType: "Identity",
    input: [from],
    output: [to],
    name: `${from}→${to}`,
  });
  const all = allNodes(nodes);
  const domains = new Set(all.map(({ domain }) => domain).filter((domain) => domain !== ""));
  const operations: Record<string, number> = {};
  for (const { op } of all) operations[op] = (operations[op] ?? 0) + 1;
  const used = new Set([...wanted, ...nodes.flatMap(reads)]);
  const live = Object.entries(inputs).filter(([, value]) => used.has(value.id));
  const model = onnx.ModelProto.encode({
    irVersion: IR_VERSION,
    producerName: "ode2vae-bench",
    opsetImport: [
      { domain: "", version: OPSET },
      ...[...domains].map((domain) => ({ domain, version: 1 })),
    ],
    graph: {
      name: "step",
      node: [
        ...live.map(([name, value]) => rename(`in:${name}`, value.id)),
        ...nodes.map((node) => nodeProto(node, false)),
        ...Object.entries(outputs).map(([name, value]) => rename(value.id, `out:${name}`)),
      ],
      input: live.map(([name, value]) => valueInfo(value, `in:${name}`)),
      output: Object.entries(outputs).map(([name, value]) => valueInfo(value, `out:${name}`)),
      initializer: graph.constants.filter(({ value }) => used.has(value.id))
        .map(({ value: { id, type, shape }, bytes }) => ({
          name: id,
          dataType: elementTypes[type],
          dims: [...shape],
          rawData: bytes,
        })),
    },
  });
  return {
    bytes: model.finish(),
    nodeCount: all.length,
    operations,
    inputNames: live.map(([name]) => name),
  };
}
