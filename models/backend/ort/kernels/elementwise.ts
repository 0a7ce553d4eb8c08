/**
 * Recording kernels that work element by element.
 *
 * @module
 */
import { broadcast_util } from "@tensorflow/tfjs-core";
import { defineKernel, type KernelAttributes } from "../recording_backend.ts";
import { type ElementType, type Graph, type GraphValue, sizeOf } from "../graph.ts";
import { type Layout, physicalShape, Recorded } from "../recorded.ts";
import { fusions } from "./_fusions.ts";
import { reshaped } from "../nodes.ts";

type Unary = { readonly x: Recorded };
type Binary = { readonly a: Recorded; readonly b: Recorded };
/** Builds the nodes of a unary function on a physical value. */
type Build = (graph: Graph, x: GraphValue, attributes: KernelAttributes) => GraphValue;

const scalar = (graph: Graph, value: number, type: ElementType = "float32") =>
  graph.constant([value], [], type);
/**
 * A number as an operand beside a value of a shape. ONNX Runtime goes through a value whose last axis has one element
 * one by one beside a scalar (3.6 ms for half a million), and at once beside a tensor of the same rank (0.2 ms).
 */
function scalarBeside(
  graph: Graph,
  shape: readonly number[],
  value: number,
  type: ElementType = "float32",
): GraphValue {
  return graph.constant([value], shape.at(-1) === 1 ? shape.map(() => 1) : [], type);
}
/** All positive float32 numbers, but the subnormal ones, are 1 or more when multiplied by it. */
const STEEPEST = 3e38;
const one = (op: string): Build => (graph, x) => graph.emit(op, [x], x.shape);
const withConstant = (op: string, graph: Graph, x: GraphValue, value: number) =>
  graph.emit(op, [x, scalarBeside(graph, x.shape, value, x.type)], x.shape);

const unary: Readonly<Record<string, Build>> = {
  Abs: one("Abs"),
  Acos: one("Acos"),
  Asin: one("Asin"),
  Atan: one("Atan"),
  Ceil: one("Ceil"),
  Cos: one("Cos"),
  Cosh: one("Cosh"),
  Erf: one("Erf"),
  Exp: one("Exp"),
  Floor: one("Floor"),
  Log: one("Log"),
  LogicalNot: one("Not"),
  Neg: one("Neg"),
  Reciprocal: one("Reciprocal"),
  Relu: one("Relu"),
  Round: one("Round"),
  Sigmoid: one("Sigmoid"),
  Sign: one("Sign"),
  Sin: one("Sin"),
  Sinh: one("Sinh"),
  Softplus: one("Softplus"),
  Sqrt: one("Sqrt"),
  Tan: one("Tan"),
  Tanh: one("Tanh"),
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
    // The same of x and of its positive part, which may be there already: then both share one mask.
    const x = castTo(graph, graph.find("Relu", [given]) ?? given, "float32");
    if (alpha === 0) {
      // x times a factor near the largest, cut to [0, 1]: one pass instead of a comparison and its conversion, and NaN
      // stays NaN, as in TensorFlow.js. Only of numbers below 1e-38 it makes less than 1.
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
  Identity: (_, x) => x,
};

const onnxType: Readonly<Record<string, number>> = { float32: 1, int32: 6, bool: 9 };

/** The same values as another element type. */
export function castTo(graph: Graph, x: GraphValue, type: ElementType): GraphValue {
  if (x.type === type) return x;
  return graph.emit("Cast", [x], x.shape, { type, attributes: { to: onnxType[type]! } });
}

for (const [name, build] of Object.entries(unary)) {
  defineKernel<Unary>(name, (graph, { x }, attributes) => {
    if (name === "Identity") return x;
    return Recorded.of(graph, build(graph, x.in(x.layout), attributes), x.shape, x.layout);
  });
}

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

/**
 * An operand in the layout of the result, cut down to what broadcasting needs.
 *
 * @param shape logical shape of the result
 */
function operand(
  graph: Graph,
  x: Recorded,
  layout: Layout,
  shape: readonly number[],
): GraphValue {
  if (x.uniform !== undefined && x.shape.length <= shape.length) {
    return scalarBeside(graph, physicalShape(shape, layout), x.uniform, x.type);
  }
  if (layout === "standard") return x.standard;
  if (x.shape.length === 4) return x.channelsFirst;
  if (sizeOf(x.shape) === 1) {
    return reshaped(graph, x.standard, [1]);
  }
  // A tensor of lower rank broadcasts over its leading axes: write them out, then reorder.
  const padded = [...Array<number>(4 - x.shape.length).fill(1), ...x.shape];
  const full = reshaped(graph, x.standard, padded);
  return Recorded.of(graph, full, padded).channelsFirst;
}

function binary(name: string, op: string, outputType?: ElementType, swap = false): void {
  defineKernel<Binary>(name, (graph, { a, b }) => {
    const shape = broadcast_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
    const same = (x: Recorded) =>
      x.shape.length === shape.length && sizeOf(x.shape) === sizeOf(shape);
    // What adds nothing is not recorded: gradients begin with ones and collect zeros.
    if (op === "Add" && a.uniform === 0 && same(b)) return b;
    if ((op === "Add" || op === "Sub") && b.uniform === 0 && same(a)) return a;
    if (op === "Mul" && a.uniform === 1 && same(b)) return b;
    if ((op === "Mul" || op === "Div") && b.uniform === 1 && same(a)) return a;
    // Zero, also where the other factor is NaN or infinite and TensorFlow.js gives NaN: zeros here are gradients of what
    // does not matter, and a NaN that matters reaches the loss by another way.
    if (op === "Mul" && (a.uniform === 0 || b.uniform === 0)) {
      return Recorded.uniform(graph, 0, shape, a.type);
    }
    const type = outputType ?? a.type;
    const channelsFirst = shape.length === 4 &&
      [a, b].some((x) => x.layout === "channelsFirst" && x.shape.length === 4 && same(x));
    const layout = channelsFirst ? "channelsFirst" : "standard";
    const sides = [a, b].map((x) => operand(graph, x, layout, shape));
    // Two scalars of a shape that is larger than both: write one out.
    const target = physicalShape(shape, layout);
    const reached = broadcast_util.assertAndGetBroadcastShape(
      [...sides[0]!.shape],
      [...sides[1]!.shape],
    );
    if (reached.length !== target.length || sizeOf(reached) !== sizeOf(target)) {
      sides[0] = graph.emit("Expand", [sides[0]!, graph.integers(target)], target);
    }
    const [left, right] = swap ? [sides[1]!, sides[0]!] : [sides[0]!, sides[1]!];
    let fused: GraphValue | undefined;
    for (const fuse of fusions[op] ?? []) fused ??= fuse(graph, left, right);
    const value = fused ?? graph.emit(op, [left, right], target, { type });
    return Recorded.of(graph, value, shape, layout);
  });
}

binary("Add", "Add");
binary("Sub", "Sub");
binary("Multiply", "Mul");
binary("RealDiv", "Div");
binary("Maximum", "Max");
binary("Minimum", "Min");
binary("Pow", "Pow");
binary("Greater", "Greater", "bool");
binary("GreaterEqual", "GreaterOrEqual", "bool");
binary("Less", "Less", "bool");
binary("LessEqual", "LessOrEqual", "bool");
binary("Equal", "Equal", "bool");
binary("LogicalAnd", "And", "bool");
binary("LogicalOr", "Or", "bool");

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
  return Recorded.of(
    graph,
    graph.emit("Sum", values, values[0]!.shape),
    terms[0]!.shape,
    layout,
  );
});

defineKernel<{ readonly condition: Recorded; readonly t: Recorded; readonly e: Recorded }>(
  "Select",
  (graph, { condition, t, e }) => {
    const rank = t.shape.length;
    let mask = castTo(graph, condition.standard, "bool");
    // A condition of lower rank selects whole rows.
    if (condition.shape.length < rank) {
      const shape = [
        ...condition.shape,
        ...Array<number>(rank - condition.shape.length).fill(1),
      ];
      mask = reshaped(graph, mask, shape);
    }
    const value = graph.emit("Where", [mask, t.standard, e.standard], t.shape, { type: t.type });
    return Recorded.of(graph, value);
  },
);
