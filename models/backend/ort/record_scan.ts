/**
 * `scan` as one ONNX `Scan` node, and its gradient as a second one that runs backwards.
 *
 * Backward, a turn is computed again from its carry and differentiated by TensorFlow.js's tape, so that the graph's size
 * does not depend on the number of turns; then what has been computed again is taken from the loop instead (see
 * `_kept_values.ts`), and gradients of weights become one product over all turns (see `_stacked_products.ts`).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { ScanBody, ScanInputs, ScanOutputs } from "../backend.ts";
import type { Tensors } from "../tensors.ts";
import {
  KeptValues,
  MOST_KEPT_BYTES,
  type ProductTerm,
  productTerms,
  stackedBytes,
  sumOfProducts,
} from "./scan_gradient.ts";
import type { Graph, GraphNode, GraphValue, Subgraph } from "./graph.ts";
import { Recorded } from "./recorded.ts";
import { recordingBackend } from "./recording_backend.ts";

const valueOf = (tensor: tf.Tensor): GraphValue =>
  recordingBackend().recorded(tensor.dataId).standard;
const tensorOf = (graph: Graph, value: GraphValue): tf.Tensor =>
  recordingBackend().tensor(Recorded.of(graph, value));
const zeros = (shape: readonly number[]) => tf.zeros([...shape]);
const zip = (names: readonly string[], tensors: readonly tf.Tensor[]): Tensors =>
  Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));

/**
 * Records a `Scan` node; `record` gets the body's placeholders and returns the body's outputs, `finish` may exchange the
 * body for one with more slices.
 */
function scanNode(
  graph: Graph,
  given: {
    readonly carry: readonly GraphValue[];
    readonly slices: readonly GraphValue[];
    readonly length: number;
    readonly reverse: boolean;
    readonly finish?: (
      body: Subgraph,
    ) => { readonly body: Subgraph; readonly stacks: readonly GraphValue[] };
  },
  record: (carry: readonly GraphValue[], slices: readonly GraphValue[]) => {
    /** Carries that only the body knows how many there are; they begin with zeros. */
    readonly extraCarry?: readonly GraphValue[];
    readonly carry: readonly GraphValue[];
    readonly stacked: readonly GraphValue[];
  },
): {
  readonly node: GraphNode | undefined;
  readonly carry: readonly GraphValue[];
  readonly stacked: readonly GraphValue[];
} {
  const { length, reverse, finish = (body) => ({ body, stacks: [] }) } = given;
  // ONNX counts the turns by the slices: without any, a dummy one.
  const counted = given.slices.length > 0
    ? given.slices
    : [graph.constant(new Float32Array(length), [length])];
  let stackedShapes: readonly GraphValue[] = [];
  let carryShapes: readonly GraphValue[] = [];
  const recorded = graph.nest(() => {
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
  const { body, stacks } = finish(recorded);
  const extra = carryShapes.slice(given.carry.length).map(({ shape, type }) =>
    Recorded.uniform(graph, 0, shape, type).standard
  );
  const values = graph.emitMany(
    "Scan",
    [...given.carry, ...extra, ...counted, ...stacks],
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
    node: values[0] && graph.producer(values[0]),
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
  let loop: GraphNode | undefined;
  /** What the loop's body gets of a turn: carries, then slices. */
  let turnValues: readonly GraphValue[] = [];
  const forward = (): tf.Tensor[] => {
    const { params, carry, xs } = parts(all);
    const out = scanNode(
      graph,
      { carry: carry.map(valueOf), slices: xs.map(valueOf), length, reverse: false },
      (carryValues, xValues) => {
        turnValues = [...carryValues, ...xValues];
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
    loop = out.node;
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
    const ofTurn = [...carries, ...xs.map(valueOf)];
    let kept: KeptValues | undefined;
    /** For each parameter: products over all turns, or that it is added up in the loop, or that nothing depends on it. */
    let kinds: readonly (readonly ProductTerm[] | "added up" | undefined)[] = [];
    let xKinds: readonly boolean[] = [];
    let stackedTerms: readonly GraphValue[] = [];
    const out = scanNode(
      graph,
      {
        carry: dCarry.map(valueOf),
        slices: [...ofTurn, ...dYs.filter((_, i) => liveYs[i]).map(valueOf)],
        length,
        reverse: true,
        finish: (body) => kept?.use(body) ?? { body, stacks: [] },
      },
      (dCarryValues, sliceValues) => {
        if (loop) {
          const given = new Map(
            ofTurn.map((stack, i) =>
              [sliceValues[i]!.id, { forward: turnValues[i]!, stack }] as const
            ),
          );
          kept = new KeptValues(graph, { loop, length, depth: graph.depth, given });
        }
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
        const stacks = new Set<GraphValue>();
        kinds = d.params.map((grad) => {
          const terms = grad && kept && productTerms(graph, valueOf(grad), graph.depth);
          if (!terms) return grad && "added up";
          for (const { rows, columns } of terms) stacks.add(columns).add(rows ?? columns);
          return terms;
        });
        const bytes = [...stacks].reduce((sum, value) => sum + stackedBytes(value, length), 0);
        if (bytes > MOST_KEPT_BYTES) kinds = d.params.map((grad) => grad && "added up");
        else stackedTerms = [...stacks].filter((value) => !kept!.isPrimal(value));
        xKinds = d.xs.map((grad) => grad !== undefined);
        const sums = d.params.filter((_, i) => kinds[i] === "added up").map((grad) =>
          valueOf(grad!)
        );
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
          stacked: [
            ...d.xs.filter((grad) => grad !== undefined).map(valueOf),
            ...stackedTerms,
          ],
        };
      },
    );
    const sums = out.carry.slice(counts[1]);
    const xGradients = out.stacked.slice(0, xKinds.filter(Boolean).length);
    const termStacks = out.stacked.slice(xGradients.length);
    const stackOf = (value: GraphValue) =>
      termStacks[stackedTerms.indexOf(value)] ?? kept!.stackOf(value);
    const next = (queue: GraphValue[]) => tensorOf(graph, queue.shift()!);
    const [sumQueue, xQueue] = [[...sums], [...xGradients]];
    return [
      ...kinds.map((kind, i) => {
        if (kind === undefined) return zeros(params[i]!.shape);
        if (kind === "added up") return next(sumQueue);
        return tensorOf(graph, sumOfProducts(graph, kind, stackOf));
      }),
      ...out.carry.slice(0, counts[1]).map((value) => tensorOf(graph, value)),
      ...xKinds.map((known, i) => known ? next(xQueue) : zeros(xs[i]!.shape)),
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
