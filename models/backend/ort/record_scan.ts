/**
 * `scan` as one ONNX `Scan` node, and its gradient as a second one that runs backwards.
 *
 * Forward, each turn's carry is kept; backward, a turn is computed again from its carry and differentiated by
 * TensorFlow.js's tape, so that the graph's size does not depend on the number of turns.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { ScanBody, ScanInputs, ScanOutputs } from "../scan.ts";
import type { Tensors } from "../tensors.ts";
import type { Graph, GraphValue } from "./graph.ts";
import { Recorded } from "./recorded.ts";
import { recordingBackend } from "./recording_backend.ts";

const valueOf = (tensor: tf.Tensor): GraphValue =>
  recordingBackend().recorded(tensor.dataId).standard;
const tensorOf = (graph: Graph, value: GraphValue): tf.Tensor =>
  recordingBackend().tensor(Recorded.of(graph, value));
const zeros = (shape: readonly number[]) => tf.zeros([...shape]);
const zip = (names: readonly string[], tensors: readonly tf.Tensor[]): Tensors =>
  Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));

/** Records a `Scan` node; `record` gets the body's placeholders and returns the body's outputs. */
function scanNode(
  graph: Graph,
  given: {
    readonly carry: readonly GraphValue[];
    readonly slices: readonly GraphValue[];
    readonly length: number;
    readonly reverse: boolean;
  },
  record: (carry: readonly GraphValue[], slices: readonly GraphValue[]) => {
    /** Carries that only the body knows how many there are; they begin with zeros. */
    readonly extraCarry?: readonly GraphValue[];
    readonly carry: readonly GraphValue[];
    readonly stacked: readonly GraphValue[];
  },
): { readonly carry: readonly GraphValue[]; readonly stacked: readonly GraphValue[] } {
  const { length, reverse } = given;
  // ONNX counts the turns by the slices: without any, a dummy one.
  const counted = given.slices.length > 0
    ? given.slices
    : [graph.constant(new Float32Array(length), [length])];
  let stackedShapes: readonly GraphValue[] = [];
  let carryShapes: readonly GraphValue[] = [];
  const body = graph.nest(() => {
    const carry = given.carry.map(({ shape, type }) => graph.placeholder(shape, type));
    const slices = counted.map(({ shape, type }) => graph.placeholder(shape.slice(1), type));
    const out = record(carry, slices);
    stackedShapes = out.stacked;
    carryShapes = out.carry;
    return {
      inputs: [...carry, ...(out.extraCarry ?? []), ...slices],
      outputs: [...out.carry, ...out.stacked],
    };
  });
  const extra = carryShapes.slice(given.carry.length).map(({ shape, type }) =>
    Recorded.uniform(graph, 0, shape, type).standard
  );
  const values = graph.emitMany(
    "Scan",
    [...given.carry, ...extra, ...counted],
    [
      ...carryShapes.map(({ shape, type }) => ({ shape, type })),
      ...stackedShapes.map(({ shape, type }) => ({ shape: [length, ...shape], type })),
    ],
    {
      body,
      depth: graph.depth,
      attributes: { carries: carryShapes.length, reverse: Number(reverse) },
    },
  );
  return {
    carry: values.slice(0, carryShapes.length),
    stacked: values.slice(carryShapes.length),
  };
}

/** Gradients of Σ outputs · upstream with respect to `inputs`; undefined where the outputs do not depend on one. */
function pullBack(
  f: () => readonly tf.Tensor[],
  inputs: readonly tf.Tensor[],
  upstream: readonly (tf.Tensor | undefined)[],
): readonly (tf.Tensor | undefined)[] {
  const state = tf.engine().state as unknown as { activeTape: unknown };
  // The engine forgets the outer tape when a gradient is taken inside a gradient function.
  const outerTape = state.activeTape;
  try {
    const inner = () => {
      const terms = f().flatMap((output, i) =>
        upstream[i] ? [tf.sum(tf.mul(output, upstream[i]!))] : []
      );
      return terms.length > 0 ? tf.addN(terms) : tf.scalar(0);
    };
    const { grads } = tf.engine().gradients(inner, [...inputs], undefined, true) as {
      grads: (tf.Tensor | undefined | null)[];
    };
    return grads.map((grad) => grad ?? undefined);
  } finally {
    state.activeTape = outerTape;
  }
}

/** {@link scan} on the recorder. */
export function recordScan(body: ScanBody, inputs: ScanInputs): ScanOutputs {
  const { length } = inputs;
  const { graph } = recordingBackend();
  const names = {
    params: Object.keys(inputs.params),
    carry: Object.keys(inputs.carry),
    xs: Object.keys(inputs.xs ?? {}),
    ys: [] as string[],
  };
  const all = [
    ...Object.values(inputs.params),
    ...Object.values(inputs.carry),
    ...Object.values(inputs.xs ?? {}),
  ];
  const counts = [names.params.length, names.carry.length] as const;
  const parts = <T>(list: readonly T[]) => ({
    params: list.slice(0, counts[0]),
    carry: list.slice(counts[0], counts[0] + counts[1]),
    xs: list.slice(counts[0] + counts[1]),
  });

  /** One turn as a function of lists: new carry, then y. */
  const turn = (
    params: readonly tf.Tensor[],
    carry: readonly tf.Tensor[],
    x: readonly tf.Tensor[],
  ): readonly tf.Tensor[] => {
    const out = body(zip(names.params, params), zip(names.carry, carry), zip(names.xs, x));
    names.ys = Object.keys(out.y);
    return [...names.carry.map((name) => out.carry[name]!), ...Object.values(out.y)];
  };

  let carries: readonly GraphValue[] = [];
  const forward = (): tf.Tensor[] => {
    const { params, carry, xs } = parts(all);
    const out = scanNode(
      graph,
      { carry: carry.map(valueOf), slices: xs.map(valueOf), length, reverse: false },
      (carryValues, xValues) => {
        const results = turn(
          params,
          carryValues.map((value) => tensorOf(graph, value)),
          xValues.map((value) => tensorOf(graph, value)),
        ).map(valueOf);
        // Each turn's incoming carry is stacked, too, for the gradient; pruned where none is taken.
        return {
          carry: results.slice(0, counts[1]),
          stacked: [...results.slice(counts[1]), ...carryValues],
        };
      },
    );
    const ys = out.stacked.slice(0, names.ys.length);
    carries = out.stacked.slice(names.ys.length);
    return [...out.carry, ...ys].map((value) => tensorOf(graph, value));
  };

  const backward = (upstream: tf.Tensor[]): readonly tf.Tensor[] => {
    const { params, carry, xs } = parts(all);
    const dCarry = upstream.slice(0, counts[1]);
    const dYs = upstream.slice(counts[1]);
    const recorded = (tensor: tf.Tensor) => recordingBackend().recorded(tensor.dataId);
    // What has no gradient of its own (all zeros) is not carried into the loop.
    const liveYs = dYs.map((dy) => recorded(dy).uniform !== 0);
    let kinds: readonly boolean[] = [];
    let xKinds: readonly boolean[] = [];
    const slices = [
      ...carries,
      ...xs.map(valueOf),
      ...dYs.filter((_, i) => liveYs[i]).map(valueOf),
    ];
    const out = scanNode(
      graph,
      { carry: dCarry.map(valueOf), slices, length, reverse: true },
      (dCarryValues, sliceValues) => {
        const tensors = sliceValues.map((value) => tensorOf(graph, value));
        const carryNow = tensors.slice(0, counts[1]);
        const xNow = tensors.slice(counts[1], counts[1] + xs.length);
        const dYNow = tensors.slice(counts[1] + xs.length);
        const dYsNow = liveYs.map((live) => live ? dYNow.shift() : undefined);
        // Aliases of the parameters: what the body reads is differentiated, not what made them.
        const aliases = params.map((param) => recordingBackend().tensor(recorded(param)));
        const arguments_ = [...aliases, ...carryNow, ...xNow];
        const grads = pullBack(
          () => turn(aliases, carryNow, xNow),
          arguments_,
          [...dCarryValues.map((value) => tensorOf(graph, value)), ...dYsNow],
        );
        const d = parts(grads);
        kinds = d.params.map((grad) => grad !== undefined);
        xKinds = d.xs.map((grad) => grad !== undefined);
        const sums = d.params.filter((grad) => grad !== undefined).map(valueOf);
        const extraCarry = sums.map(({ shape, type }) => graph.placeholder(shape, type));
        const accumulated = extraCarry.map((sum, i) =>
          valueOf(tf.add(tensorOf(graph, sum), tensorOf(graph, sums[i]!)))
        );
        return {
          extraCarry,
          carry: [
            ...d.carry.map((grad, i) => valueOf(grad ?? zeros(carry[i]!.shape))),
            ...accumulated,
          ],
          stacked: d.xs.filter((grad) => grad !== undefined).map(valueOf),
        };
      },
    );
    const take = (
      kindsOf: readonly boolean[],
      values: readonly GraphValue[],
      like: readonly tf.Tensor[],
    ) => {
      const rest = [...values];
      return kindsOf.map((known, i) =>
        known ? tensorOf(graph, rest.shift()!) : zeros(like[i]!.shape)
      );
    };
    return [
      ...take(kinds, out.carry.slice(counts[1]), params),
      ...out.carry.slice(0, counts[1]).map((value) => tensorOf(graph, value)),
      ...take(xKinds, out.stacked, xs),
    ];
  };

  // Private in TensorFlow.js's types; `customGrad` on top of it allows one output only.
  const engine = tf.engine() as unknown as {
    runKernelFunc(kernel: {
      forwardFunc: () => tf.Tensor[];
      backwardsFunc: (dy: tf.Tensor | tf.Tensor[]) => Record<string, () => tf.Tensor>;
      inputs: Record<string, tf.Tensor>;
    }): tf.Tensor[];
  };
  const outputs = engine.runKernelFunc({
    forwardFunc: forward,
    backwardsFunc: (dys) => {
      const grads = backward(Array.isArray(dys) ? dys : [dys]);
      return Object.fromEntries(grads.map((grad, i) => [String(i), () => grad]));
    },
    inputs: Object.fromEntries(all.map((tensor, i) => [String(i), tensor])),
  });
  return {
    carry: zip(names.carry, outputs.slice(0, counts[1])),
    ys: zip(names.ys, outputs.slice(counts[1])),
  };
}
