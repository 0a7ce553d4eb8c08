/**
 * WGSL of the field of ODE2VAE and of the points where a Runge–Kutta step evaluates it, for one sequence a workgroup.
 *
 * Every stage has its own place in workgroup memory, so that the gradient finds all activations of a step.
 *
 * @module
 */
import { lanesOf, packedWeight, packedWeights, type RolloutShape } from "./rollout_shape.ts";
import { BARRIER, each, Products, type SharedArray, weightedTerms } from "./wgsl.ts";

/** Functions `slope`, `activate` and `rate`, and the workgroup memory that {@link stageCode} uses but for `partials`. */
export interface FieldCode {
  /** `start` (2q), and for each stage `points` (2q), `hidden1` (H), `hidden2` (H) and `accelerations` (q). */
  readonly arrays: readonly SharedArray[];
  /** Declarations of functions. */
  readonly functions: string;
}

/** What each stage needs. */
export function fieldCode(shape: RolloutShape): FieldCode {
  const { latentDimensions: q, hidden: H, activation, tableau } = shape;
  const stages = tableau.stages.length;
  // As TensorFlow.js computes tanh: WGSL's own may overflow. NaN is smaller than nothing and so stays NaN.
  const [activate, slope] = activation === "relu"
    ? ["return select(x, 0.0, x < 0.0);", "return select(0.0, 1.0, h > 0.0);"]
    : [
      "let e = exp(-2.0 * abs(x)); return sign(x) * (1.0 - e) / (1.0 + e);",
      "return 1.0 - h * h;",
    ];
  return {
    arrays: [
      { name: "start", length: 2 * q },
      { name: "points", length: stages * 2 * q },
      { name: "hidden1", length: stages * H },
      { name: "hidden2", length: stages * H },
      { name: "accelerations", length: stages * q },
    ],
    functions: `
      fn activate(x : f32) -> f32 { ${activate} }
      fn slope(h : f32) -> f32 { ${slope} }
      // Entry c of the state's derivative: dv/dt = f(v, s), ds/dt = v.
      fn rate(stage : i32, c : i32) -> f32 {
        if (c < ${q}) { return accelerations[stage * ${q} + c]; }
        return points[stage * ${2 * q} + c - ${q}];
      }`,
  };
}

/** The code of a stage, and how many numbers it leaves in `partials`. */
export interface StageCode {
  /** Statements; before them, all lanes must have finished with this stage's memory. */
  readonly code: string;
  /** Numbers in `partials`. */
  readonly partials: number;
}

/**
 * Moves to the point of stage `stage` and evaluates the field there.
 *
 * @param withTrace statement with `i` (hidden unit) and `left` (d1 · M, column i) in scope; none where no trace is needed
 */
export function stageCode(shape: RolloutShape, stage: number, withTrace?: string): StageCode {
  const { latentDimensions: q, hidden: H, tableau } = shape;
  const lanes = lanesOf(shape);
  const weights = packedWeights(shape);
  const matrix = (name: Parameters<typeof packedWeight>[1]) => packedWeight(weights, name);
  const bias = (layer: 1 | 2 | 3) => `weights[${matrix(`layer${layer}/bias`).offset} + i]`;
  const entry = (array: string, length: number) => (k: string) =>
    `${array}[${stage * length} + ${k}]`;
  const [point, hidden1, hidden2] = [
    entry("points", 2 * q),
    entry("hidden1", H),
    entry("hidden2", H),
  ];
  const buffer = "weights";

  const first = new Products([{ vector: point, buffer, matrix: matrix("layer1/kernel") }], lanes);
  const second = new Products([
    { vector: hidden1, buffer, matrix: matrix("layer2/kernel") },
    ...(withTrace === undefined ? [] : [{
      vector: (k: string) => `slope(${hidden1(k)})`,
      buffer,
      matrix: matrix("trace/matrix"),
    }]),
  ], lanes);
  const third = new Products([{ vector: hidden2, buffer, matrix: matrix("layer3/kernel") }], lanes);

  const moved = weightedTerms(tableau.stages[stage]!, (j) => `rate(${j}, i)`);
  const code = [
    each(
      2 * q,
      lanes,
      `${point("i")} = start[i]${moved ? ` + uniforms.stepSize * (${moved})` : ""};`,
    ),
    BARRIER,
    first.code,
    BARRIER,
    each(H, lanes, `${hidden1("i")} = activate(${first.sum(0, "i")} + ${bias(1)});`),
    BARRIER,
    second.code,
    BARRIER,
    each(
      H,
      lanes,
      `${hidden2("i")} = activate(${second.sum(0, "i")} + ${bias(2)});` +
        (withTrace === undefined ? "" : `let left = ${second.sum(1, "i")}; ${withTrace}`),
    ),
    BARRIER,
    third.code,
    BARRIER,
    // Read by the same lane in the next stage's point: no barrier.
    each(q, lanes, `accelerations[${stage * q} + i] = ${third.sum(0, "i")} + ${bias(3)};`),
  ].join("\n");
  return { code, partials: Math.max(first.partials, second.partials, third.partials) };
}
