/**
 * `scan` as one ONNX `Scan` node, and its gradient as a second one that runs backwards.
 *
 * The gradient computes each iteration again from its carry and has TensorFlow.js's tape differentiate it, so that the
 * size of the graph does not depend on the number of iterations. Afterwards `scan_gradient.ts` replaces what was computed
 * again by values of the loop.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { ScanBody, ScanInputs, ScanOutputs } from "../backend.ts";
import { untaped, withGradient } from "../engine.ts";
import type { Tensors } from "../tensors.ts";
import type { Graph, GraphNode, GraphValue, Subgraph } from "./graph.ts";
import { reshaped, sliced } from "./nodes.ts";
import { Recorded } from "./recorded.ts";
import { recordedOf, recordingBackend, tensorOf, valueOf } from "./recording_backend.ts";
import {
  KeptValues,
  MOST_KEPT_BYTES,
  type ProductTerm,
  productTerms,
  stackedBytes,
  sumOfProducts,
} from "./scan_gradient.ts";

const zeros = (shape: readonly number[]) => tf.zeros([...shape]);
const zip = (names: readonly string[], tensors: readonly tf.Tensor[]): Tensors =>
  Object.fromEntries(names.map((name, i) => [name, tensors[i]!]));

/**
 * Records a `Scan` node; `record` gets the body's placeholders and returns the body's outputs, `finish` may replace the
 * body by one with more slices.
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
    /** Carries whose number only the recording determines; they begin with zeros. */
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
  // ONNX takes the number of iterations from the slices: if there are none, a dummy one.
  const slices = given.slices.length > 0
    ? given.slices
    : [graph.constant(new Float32Array(length), [length])];
  let stacked: readonly GraphValue[] = [];
  let carries: readonly GraphValue[] = [];
  const recorded = graph.nest(() => {
    const carry = given.carry.map(({ shape, type }) => graph.placeholder(shape, type));
    const parts = slices.map(({ shape, type }) => graph.placeholder(shape.slice(1), type));
    const out = record(carry, parts);
    ({ stacked, carry: carries } = out);
    return {
      inputs: [...carry, ...(out.extraCarry ?? []), ...parts],
      outputs: [...carries, ...stacked],
    };
  });
  const { body, stacks } = finish(recorded);
  const extra = carries.slice(given.carry.length).map(({ shape, type }) =>
    Recorded.uniform(graph, 0, shape, type).standard
  );
  const values = graph.emitMany(
    "Scan",
    [...given.carry, ...extra, ...slices, ...stacks],
    [...carries, ...stacked.map(({ shape, type }) => ({ shape: [length, ...shape], type }))],
    { body, depth: graph.depth, attributes: { carries: carries.length, reverse: Number(reverse) } },
  );
  return {
    node: values[0] && graph.producer(values[0]),
    carry: values.slice(0, carries.length),
    stacked: values.slice(carries.length),
  };
}

/** A stack (length, …) moved on by one iteration, with a value for the first one. */
function delayed(graph: Graph, first: GraphValue, stack: GraphValue): GraphValue {
  const { shape } = stack;
  const row = reshaped(graph, first, [1, ...first.shape]);
  if (shape[0] === 1) return row;
  const bounds = { starts: [0], ends: [shape[0]! - 1], axes: [0] };
  const before = sliced(graph, stack, bounds, [shape[0]! - 1, ...first.shape]);
  return graph.emit("Concat", [row, before], shape, { attributes: { axis: 0 } });
}

/** Gradients of Σ outputs · upstream with respect to `inputs`; undefined if the outputs do not depend on one. */
function pullBack(
  f: () => readonly tf.Tensor[],
  inputs: readonly tf.Tensor[],
  upstream: readonly (tf.Tensor | undefined)[],
): readonly (tf.Tensor | undefined)[] {
  return untaped(() => {
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
  });
}

/** `scan` on the recorder. */
export function recordScan(body: ScanBody, inputs: ScanInputs): ScanOutputs {
  const { length } = inputs;
  const { graph } = recordingBackend();
  const paramNames = Object.keys(inputs.params);
  const carryNames = Object.keys(inputs.carry);
  const xNames = Object.keys(inputs.xs ?? {});
  let yNames: readonly string[] = [];
  const params = Object.values(inputs.params);
  const carry = Object.values(inputs.carry);
  const xs = Object.values(inputs.xs ?? {});
  const carries = carry.length;

  /** One iteration as a function of lists: new carry, then y. */
  const iterate = (
    params: readonly tf.Tensor[],
    carry: readonly tf.Tensor[],
    x: readonly tf.Tensor[],
  ): readonly tf.Tensor[] => {
    const out = body(zip(paramNames, params), zip(carryNames, carry), zip(xNames, x));
    yNames = Object.keys(out.y);
    return [...carryNames.map((name) => out.carry[name]!), ...Object.values(out.y)];
  };

  let loop: GraphNode | undefined;
  /** The carry that came into each iteration, (length, …) each. */
  let carryStacks: readonly GraphValue[] = [];
  /** The placeholders of the loop's body: carries, then slices. */
  let placeholders: readonly GraphValue[] = [];
  const forward = (): tf.Tensor[] => {
    /** Which y is the carry that an iteration leaves; −1 for none. */
    let yOfCarry: readonly number[] = [];
    const out = scanNode(
      graph,
      { carry: carry.map(valueOf), slices: xs.map(valueOf), length, reverse: false },
      (carryValues, xValues) => {
        placeholders = [...carryValues, ...xValues];
        const results = iterate(params, carryValues.map(tensorOf), xValues.map(tensorOf))
          .map(valueOf);
        const ys = results.slice(carries);
        yOfCarry = results.slice(0, carries).map((value) => ys.indexOf(value));
        // The incoming carry is stacked as well, for the gradient; pruned if none is taken.
        return {
          carry: results.slice(0, carries),
          stacked: [...ys, ...carryValues.filter((_, i) => yOfCarry[i]! < 0)],
        };
      },
    );
    loop = out.node;
    const incoming = [...out.stacked.slice(yNames.length)];
    carryStacks = carry.map((first, i) => {
      const y = out.stacked[yOfCarry[i]!];
      // What an iteration leaves is what comes into the next one.
      return y === undefined ? incoming.shift()! : delayed(graph, valueOf(first), y);
    });
    return [...out.carry, ...out.stacked.slice(0, yNames.length)].map(tensorOf);
  };

  const backward = (upstream: readonly tf.Tensor[]): readonly tf.Tensor[] => {
    const dYs = upstream.slice(carries);
    // A y whose gradient is all zeros is left out of the loop.
    const liveYs = dYs.map((dy) => recordedOf(dy).uniform !== 0);
    const stacksGiven = [...carryStacks, ...xs.map(valueOf)];
    let kept: KeptValues | undefined;
    /** For each parameter: products over all iterations, or a sum made in the loop, or undefined without a gradient. */
    let kinds: readonly (readonly ProductTerm[] | "added up" | undefined)[] = [];
    let hasXGradient: readonly boolean[] = [];
    let stackedTerms: readonly GraphValue[] = [];
    const out = scanNode(
      graph,
      {
        carry: upstream.slice(0, carries).map(valueOf),
        slices: [...stacksGiven, ...dYs.filter((_, i) => liveYs[i]).map(valueOf)],
        length,
        reverse: true,
        finish: (body) => kept?.use(body) ?? { body, stacks: [] },
      },
      (dCarryValues, sliceValues) => {
        if (loop) {
          const given = new Map(
            stacksGiven.map((stack, i) =>
              [sliceValues[i]!.id, { forward: placeholders[i]!, stack }] as const
            ),
          );
          kept = new KeptValues(graph, { loop, length, depth: graph.depth, given });
        }
        const tensors = sliceValues.map(tensorOf);
        const carryNow = tensors.slice(0, carries);
        const xNow = tensors.slice(carries, carries + xs.length);
        const dYNow = tensors.slice(carries + xs.length);
        const dYsNow = liveYs.map((live) => live ? dYNow.shift() : undefined);
        // Aliases of the parameters: what the body reads is differentiated, not what made them.
        const aliases = params.map((param) => recordingBackend().tensor(recordedOf(param)));
        const grads = pullBack(
          () => iterate(aliases, carryNow, xNow),
          [...aliases, ...carryNow, ...xNow],
          [...dCarryValues.map(tensorOf), ...dYsNow],
        );
        const dParams = grads.slice(0, params.length);
        const dCarry = grads.slice(params.length, params.length + carries);
        const dXs = grads.slice(params.length + carries);
        const stacks = new Set<GraphValue>();
        kinds = dParams.map((grad) => {
          const terms = grad && kept && productTerms(graph, valueOf(grad), graph.depth);
          if (!terms) return grad && "added up";
          for (const { rows, columns } of terms) stacks.add(columns).add(rows ?? columns);
          return terms;
        });
        if (stackedBytes(stacks, length) > MOST_KEPT_BYTES) {
          kinds = dParams.map((grad) => grad && "added up");
        } else stackedTerms = [...stacks].filter((value) => !kept!.isPrimal(value));
        hasXGradient = dXs.map((grad) => grad !== undefined);
        const terms = dParams.filter((_, i) => kinds[i] === "added up").map((grad) =>
          valueOf(grad!)
        );
        const sums = terms.map(({ shape, type }) => graph.placeholder(shape, type));
        const added = sums.map((sum, i) => valueOf(tf.add(tensorOf(sum), tensorOf(terms[i]!))));
        return {
          extraCarry: sums,
          carry: [...dCarry.map((grad, i) => valueOf(grad ?? zeros(carry[i]!.shape))), ...added],
          stacked: [...dXs.filter((grad) => grad !== undefined).map(valueOf), ...stackedTerms],
        };
      },
    );
    const sums = out.carry.slice(carries);
    const stacked = [...out.stacked];
    const xGradients = stacked.splice(0, hasXGradient.filter(Boolean).length);
    const stackOf = (value: GraphValue) =>
      stacked[stackedTerms.indexOf(value)] ?? kept!.stackOf(value);
    return [
      ...kinds.map((kind, i) => {
        if (kind === undefined) return zeros(params[i]!.shape);
        return tensorOf(kind === "added up" ? sums.shift()! : sumOfProducts(graph, kind, stackOf));
      }),
      ...out.carry.slice(0, carries).map(tensorOf),
      ...hasXGradient.map((has, i) => has ? tensorOf(xGradients.shift()!) : zeros(xs[i]!.shape)),
    ];
  };

  const indexed = (tensors: readonly tf.Tensor[]) => ({ ...tensors }) as unknown as Tensors;
  const outputs = withGradient(
    indexed([...params, ...carry, ...xs]),
    forward,
    (upstream) => indexed(backward(upstream)),
  );
  return {
    carry: zip(carryNames, outputs.slice(0, carries)),
    ys: zip(yNames, outputs.slice(carries)),
  };
}
