/**
 * A TensorFlow.js tensor while it is being recorded: its logical shape and where its values are in the graph.
 *
 * Images are NHWC for TensorFlow.js and NCHW for ONNX. A recorded tensor of rank 4 may be in either layout; element-wise
 * operations keep the layout of their operands, so that a stack of convolutions has no transposes inside.
 *
 * @module
 */
import type { ElementType, Graph, GraphValue } from "./graph.ts";
import { transpose } from "./nodes.ts";

/** Physical order of a recorded tensor's axes. */
export type Layout = "standard" | "channelsFirst";

const toChannelsFirst = [0, 3, 1, 2];
const toStandard = [0, 2, 3, 1];

/** A recorded tensor. */
export class Recorded {
  readonly #graph: Graph;
  /** Logical shape: TensorFlow.js's. */
  readonly shape: readonly number[];
  /** Element type. */
  readonly type: ElementType;
  /** The value of every element, if all are known to be equal. */
  readonly uniform: number | undefined;
  readonly #values: Partial<Record<Layout, GraphValue>> = {};

  private constructor(graph: Graph, shape: readonly number[], type: ElementType, uniform?: number) {
    this.#graph = graph;
    this.shape = shape;
    this.type = type;
    this.uniform = uniform;
  }

  /** A tensor whose values are a graph value. @param shape logical shape */
  static of(
    graph: Graph,
    value: GraphValue,
    shape: readonly number[] = value.shape,
    layout: Layout = "standard",
  ): Recorded {
    const recorded = new Recorded(graph, shape, value.type);
    recorded.#values[layout] = value;
    return recorded;
  }

  /** A tensor whose elements are all equal; it enters the graph only where it must. */
  static uniform(
    graph: Graph,
    value: number,
    shape: readonly number[],
    type: ElementType,
  ): Recorded {
    return new Recorded(graph, shape, type, value);
  }

  /** The layout that needs no new node. */
  get layout(): Layout {
    return this.#values.channelsFirst && !this.#values.standard ? "channelsFirst" : "standard";
  }

  /** The graph value in TensorFlow.js's own order of axes. */
  get standard(): GraphValue {
    return this.#values.standard ??= this.#materialize("standard");
  }

  /** The graph value of an (n, h, w, c) tensor as (n, c, h, w). */
  get channelsFirst(): GraphValue {
    return this.#values.channelsFirst ??= this.#materialize("channelsFirst");
  }

  /** The graph value in a layout. */
  in(layout: Layout): GraphValue {
    return layout === "standard" ? this.standard : this.channelsFirst;
  }

  #materialize(layout: Layout): GraphValue {
    const target = physicalShape(this.shape, layout);
    if (this.uniform !== undefined) {
      const scalar = this.#graph.constant([this.uniform], [], this.type);
      if (target.length === 0) return scalar;
      return this.#graph.emit("Expand", [scalar, this.#graph.integers(target)], target);
    }
    const source = (layout === "standard" ? this.#values.channelsFirst : this.#values.standard)!;
    const [, h, w, c] = this.shape as [number, number, number, number];
    // One channel or one pixel: both orders are the same bytes.
    if (c === 1 || h * w === 1) {
      return this.#graph.emit("Reshape", [source, this.#graph.integers(target)], target);
    }
    return transpose(this.#graph, source, layout === "standard" ? toStandard : toChannelsFirst);
  }
}

/** Shape of a logical (n, h, w, c) or other shape in a layout. */
export function physicalShape(shape: readonly number[], layout: Layout): readonly number[] {
  return layout === "standard" ? shape : toChannelsFirst.map((axis) => shape[axis]!);
}

/** Where a logical axis of a rank-4 tensor is in a layout. */
export function physicalAxis(axis: number, layout: Layout): number {
  return layout === "standard" ? axis : toChannelsFirst.indexOf(axis);
}
