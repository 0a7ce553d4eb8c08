/**
 * Recording kernels that work element by element.
 *
 * @module
 */
import { broadcast_util } from "@tensorflow/tfjs-core";
import { sizeOf } from "../../tensors.ts";
import type { ElementType, Graph, GraphValue } from "../graph.ts";
import { castTo, reshaped } from "../nodes.ts";
import { type Layout, physicalShape, Recorded } from "../recorded.ts";
import { defineKernel, type KernelAttributes } from "../recording_backend.ts";
import { fusions } from "./_fusions.ts";

type Unary = { readonly x: Recorded };
type Binary = { readonly a: Recorded; readonly b: Recorded };
/** Builds the nodes of a unary function on a physical value. */
type Build = (graph: Graph, x: GraphValue, attributes: KernelAttributes) => GraphValue;

const scalar = (graph: Graph, value: number, type: ElementType = "float32") =>
  graph.constant([value], [], type);
/**
 * A number as an operand next to a value of a shape. If the value's last axis has one element, ONNX Runtime is slow with
 * a scalar (3.6 ms for half a million elements), but not with a tensor of the same rank (0.2 ms).
 */
function scalarBeside(
  graph: Graph,
  shape: readonly number[],
  value: number,
  type: ElementType = "float32",
): GraphValue {
  return graph.constant([value], shape.at(-1) === 1 ? shape.map(() => 1) : [], type);
}
/** Multiplied by it, all positive float32 numbers except the subnormal ones are at least 1. */
const STEEPEST = 3e38;

const withConstant = (op: string, graph: Graph, x: GraphValue, value: number) =>
  graph.emit(op, [x, scalarBeside(graph, x.shape, value, x.type)], x.shape);

/** Functions that TensorFlow.js and ONNX call by the same name. */
const sameNames = [
  ...["Abs", "Acos", "Asin", "Atan", "Ceil", "Cos", "Cosh", "Erf", "Exp", "Floor", "Log", "Neg"],
  ...["Reciprocal", "Relu", "Round", "Sigmoid", "Sign", "Sin", "Sinh", "Softplus", "Sqrt", "Tan"],
  "Tanh",
];

const unary: Readonly<Record<string, Build>> = {
  ...Object.fromEntries(
    sameNames.map((op): [string, Build] => [op, (graph, x) => graph.emit(op, [x], x.shape)]),
  ),
  LogicalNot: (graph, x) => graph.emit("Not", [x], x.shape),
  Elu: (graph, x) => graph.emit("Elu", [x], x.shape, { attributes: { alpha: { float: 1 } } }),
  Square: (graph, x) => graph.emit("Mul", [x, x], x.shape),
  Rsqrt: (graph, x) => graph.emit("Reciprocal", [graph.emit("Sqrt", [x], x.shape)], x.shape),
  Expm1: (graph, x) => withConstant("Sub", graph, graph.emit("Exp", [x], x.shape), 1),
  Log1p: (graph, x) => graph.emit("Log", [withConstant("Add", graph, x, 1)], x.shape),
  LeakyRelu: (graph, x, { alpha }) =>
    graph.emit("LeakyRelu", [x], x.shape, { attributes: { alpha: { float: alpha as number } } }),
  ClipByValue: (graph, x, { clipValueMin, clipValueMax }) =>
    graph.emit(
      "Clip",
      [x, scalar(graph, clipValueMin as number), scalar(graph, clipValueMax as number)],
      x.shape,
    ),
  // x > 0 → 1, else alpha.
  Step: (graph, given, { alpha = 0 }) => {
    // x and its positive part have the same steps: if the latter is recorded already, both share one mask.
    const x = castTo(graph, graph.find("Relu", [given]) ?? given, "float32");
    if (alpha === 0) {
      // x times a factor near the largest, cut to [0, 1]: one pass instead of a comparison and a conversion, and NaN stays
      // NaN, as in TensorFlow.js. The result is less than 1 only for numbers below 1e-38.
      return graph.emit("HardSigmoid", [x], x.shape, {
        attributes: { alpha: { float: STEEPEST }, beta: { float: 0 } },
      });
    }
    const positive = graph.emit("Greater", [x, scalarBeside(graph, x.shape, 0)], x.shape, {
      type: "bool",
    });
    return graph.emit(
      "Where",
      [positive, scalar(graph, 1), scalar(graph, alpha as number)],
      x.shape,
      { type: "float32" },
    );
  },
  IsNan: (graph, x) => graph.emit("IsNaN", [x], x.shape, { type: "bool" }),
};

for (const [name, build] of Object.entries(unary)) {
  defineKernel<Unary>(
    name,
    (graph, { x }, attributes) =>
      Recorded.of(graph, build(graph, x.in(x.layout), attributes), x.shape, x.layout),
  );
}

defineKernel<Unary>("Identity", (_, { x }) => x);
defineKernel<Unary>("Cast", (graph, { x }, { dtype }) => {
  const type = dtype as ElementType;
  if (x.type === type) return x;
  if (x.uniform !== undefined) {
    const value = type === "bool" ? Number(x.uniform !== 0) : x.uniform;
    return Recorded.uniform(graph, type === "int32" ? Math.trunc(value) : value, x.shape, type);
  }
  return Recorded.of(graph, castTo(graph, x.in(x.layout), type), x.shape, x.layout);
});
defineKernel<Unary>("ZerosLike", (graph, { x }) => Recorded.uniform(graph, 0, x.shape, x.type));
defineKernel<Unary>("OnesLike", (graph, { x }) => Recorded.uniform(graph, 1, x.shape, x.type));
defineKernel("Fill", (graph, _, { shape, value, dtype }) =>
  Recorded.uniform(
    graph,
    value as number,
    shape as number[],
    (dtype as ElementType | undefined) ?? "float32",
  ));

/** An operand in the layout of the result, as small as broadcasting allows. @param shape logical shape of the result */
function operand(graph: Graph, x: Recorded, layout: Layout, shape: readonly number[]): GraphValue {
  if (x.uniform !== undefined && x.shape.length <= shape.length) {
    return scalarBeside(graph, physicalShape(shape, layout), x.uniform, x.type);
  }
  if (layout === "standard") return x.standard;
  if (x.shape.length === 4) return x.channelsFirst;
  if (sizeOf(x.shape) === 1) return reshaped(graph, x.standard, [1]);
  // A tensor of lower rank is broadcast over leading axes: write them out, then reorder.
  const padded = [...Array<number>(4 - x.shape.length).fill(1), ...x.shape];
  const full = reshaped(graph, x.standard, padded);
  return Recorded.of(graph, full, padded).channelsFirst;
}

function binary(name: string, op: string, outputType?: ElementType): void {
  defineKernel<Binary>(name, (graph, { a, b }) => {
    const shape = broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
    const same = (x: Recorded) =>
      x.shape.length === shape.length && sizeOf(x.shape) === sizeOf(shape);
    // Adding 0 and multiplying by 1 are not recorded: gradients begin with ones and collect zeros.
    if (op === "Add" && a.uniform === 0 && same(b)) return b;
    if ((op === "Add" || op === "Sub") && b.uniform === 0 && same(a)) return a;
    if (op === "Mul" && a.uniform === 1 && same(b)) return b;
    if ((op === "Mul" || op === "Div") && b.uniform === 1 && same(a)) return a;
    // Zero even if the other factor is NaN or infinite, where TensorFlow.js gives NaN: zeros here are gradients of values
    // without influence, and a NaN with influence reaches the loss by another path.
    if (op === "Mul" && (a.uniform === 0 || b.uniform === 0)) {
      return Recorded.uniform(graph, 0, shape, a.type);
    }
    const type = outputType ?? a.type;
    const channelsFirst = shape.length === 4 &&
      [a, b].some((x) => x.layout === "channelsFirst" && x.shape.length === 4 && same(x));
    const layout = channelsFirst ? "channelsFirst" : "standard";
    const sides = [a, b].map((x) => operand(graph, x, layout, shape));
    // If both are scalars that stand for a larger shape, write one out.
    const target = physicalShape(shape, layout);
    const reached = broadcast_util.assertAndGetBroadcastShape(
      [...sides[0]!.shape],
      [...sides[1]!.shape],
    );
    if (reached.length !== target.length || sizeOf(reached) !== sizeOf(target)) {
      sides[0] = graph.emit("Expand", [sides[0]!, graph.integers(target)], target);
    }
    const [left, right] = sides as [GraphValue, GraphValue];
    let fused: GraphValue | undefined;
    for (const fuse of fusions[op] ?? []) fused ??= fuse(graph, left, right);
    const value = fused ?? graph.emit(op, [left, right], target, { type });
    return Recorded.of(graph, value, shape, layout);
  });
}

const arithmetic = {
  ...{ Add: "Add", Sub: "Sub", Multiply: "Mul", RealDiv: "Div" },
  ...{ Maximum: "Max", Minimum: "Min", Pow: "Pow" },
};
const comparisons = {
  ...{ Greater: "Greater", GreaterEqual: "GreaterOrEqual", Less: "Less", LessEqual: "LessOrEqual" },
  ...{ Equal: "Equal", LogicalAnd: "And", LogicalOr: "Or" },
};
for (const [name, op] of Object.entries(arithmetic)) binary(name, op);
for (const [name, op] of Object.entries(comparisons)) binary(name, op, "bool");

defineKernel<Binary>("NotEqual", (graph, { a, b }) => {
  const shape = broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  const equal = graph.emit("Equal", [a.standard, b.standard], shape, { type: "bool" });
  return Recorded.of(graph, graph.emit("Not", [equal], shape));
});

defineKernel<Binary>("SquaredDifference", (graph, { a, b }) => {
  const shape = broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  const difference = graph.emit("Sub", [a.standard, b.standard], shape);
  return Recorded.of(graph, graph.emit("Mul", [difference, difference], shape));
});

// With y = e^x - 1 below zero, the slope e^x is y + 1; above it is 1.
defineKernel<{ readonly dy: Recorded; readonly y: Recorded }>("EluGrad", (graph, { dy, y }) => {
  const value = y.in(y.layout);
  const slope = withConstant("Add", graph, withConstant("Min", graph, value, 0), 1);
  const gradient = graph.emit("Mul", [dy.in(y.layout), slope], value.shape);
  return Recorded.of(graph, gradient, y.shape, y.layout);
});

defineKernel<{ readonly list: readonly Recorded[] }>("AddN", (graph, { list }) => {
  const terms = list.filter((x) => x.uniform !== 0);
  if (terms.length === 0) return list[0]!;
  if (terms.length === 1) return terms[0]!;
  const layout = terms.every((x) => x.layout === "channelsFirst") ? "channelsFirst" : "standard";
  const values = terms.map((x) => x.in(layout));
  const sum = graph.emit("Sum", values, values[0]!.shape);
  return Recorded.of(graph, sum, terms[0]!.shape, layout);
});

defineKernel<{ readonly condition: Recorded; readonly t: Recorded; readonly e: Recorded }>(
  "Select",
  (graph, { condition, t, e }) => {
    const given = castTo(graph, condition.standard, "bool");
    // A condition of lower rank selects whole rows.
    const ones = Array<number>(Math.max(0, t.shape.length - given.shape.length)).fill(1);
    const mask = reshaped(graph, given, [...given.shape, ...ones]);
    const value = graph.emit("Where", [mask, t.standard, e.standard], t.shape, { type: t.type });
    return Recorded.of(graph, value);
  },
);
