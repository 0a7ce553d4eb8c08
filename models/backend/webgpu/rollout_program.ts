/**
 * The whole rollout as one WGSL program: one dispatch, one workgroup per sequence.
 *
 * The code of ODE2VAE's field at a Runge–Kutta stage serves the gradient as well: every stage has its own place in
 * workgroup memory, so that the gradient finds all activations of a step.
 *
 * @module
 */
import {
  lanesOf,
  packedWeight,
  packedWeights,
  type RolloutShape,
  type WeightName,
} from "./rollout_shape.ts";
import {
  BARRIER,
  declare,
  each,
  literal,
  Products,
  type SharedArray,
  TOTAL,
  weightedTerms,
} from "./wgsl.ts";

/** A WGSL program. */
export interface ProgramCode {
  /** Functions and `main(index)`, as TensorFlow.js's backend expects them. */
  readonly code: string;
  /** Bytes of workgroup memory. */
  readonly workgroupBytes: number;
}

/** Bytes of arrays in workgroup memory. */
export function bytesOf(arrays: readonly SharedArray[]): number {
  return arrays.reduce((bytes, { length }) => bytes + 4 * length, 0);
}

/** Positions of the parts of the rollout's result. */
export interface RolloutResult {
  /** Index of log q at every frame (frames + 1, n); the states (frames + 1, n, 2q) come before. */
  readonly densities: number;
  /** Index of the state before every step (frames · stepsPerFrame, n, 2q). */
  readonly carries: number;
  /** Numbers in all. */
  readonly size: number;
}

/** Lays the result out. */
export function rolloutResult(
  { latentDimensions: q, density }: RolloutShape,
  sequences: number,
  frames: number,
  stepsPerFrame: number,
): RolloutResult {
  const densities = (frames + 1) * sequences * 2 * q;
  const carries = densities + (density ? (frames + 1) * sequences : 0);
  return { densities, carries, size: carries + frames * stepsPerFrame * sequences * 2 * q };
}

/**
 * Reads `initial` (n, 2q), `weights` (packed) and `density` (n), with the uniforms `sequences`, `frames`, `stepsPerFrame`
 * and `stepSize`. Writes states and log-densities at all frames, and for the gradient the state before every step, in the
 * order of {@link rolloutResult}.
 */
export function rolloutCode(shape: RolloutShape): ProgramCode {
  const { latentDimensions: q, density, tableau } = shape;
  const lanes = lanesOf(shape);
  const field = fieldCode(shape);
  const stages = tableau.weights.map((weight, stage) =>
    // Nothing reads the log-density in between: each lane adds up its own terms, and the lanes' sums are added at a frame.
    stageCode(
      shape,
      stage,
      density && weight !== 0
        ? `rise += ${literal(weight)} * left * slope(hidden2[${stage * shape.hidden} + i]);`
        : undefined,
    )
  );
  const arrays = [
    ...field.arrays,
    { name: "partials", length: Math.max(lanes, ...stages.map(({ partials }) => partials)) },
  ];
  const change = weightedTerms(tableau.weights, (j) => `rate(${j}, i)`)!;
  const addRises = `
    partials[lane] = rise;
    ${BARRIER}
    for (var half = ${lanes / 2}; half > 0; half /= 2) {
      if (lane < half) { partials[lane] += partials[lane + half]; }
      ${BARRIER}
    }
    logDensity += uniforms.stepSize * partials[0];
    if (lane == 0) { result[densities + frame * uniforms.sequences + sequence] = logDensity; }`;
  const code = `
    ${declare(arrays)}
    ${field.functions}
    ${TOTAL}
    fn main(index : i32) {
      let lane = i32(localId.x);
      let sequence = i32(workgroupId.x);
      let row = uniforms.sequences * ${2 * q};
      let densities = (uniforms.frames + 1) * row;
      var carry = densities + ${density ? "(uniforms.frames + 1) * uniforms.sequences" : "0"}
        + sequence * ${2 * q};
      ${
    each(
      2 * q,
      lanes,
      `start[i] = initial[sequence * ${2 * q} + i]; result[sequence * ${2 * q} + i] = start[i];`,
    )
  }
      ${
    density
      ? `var logDensity = density[sequence];
      if (lane == 0) { result[densities + sequence] = logDensity; }`
      : ""
  }
      for (var frame = 1; frame <= uniforms.frames; frame++) {
        ${density ? "var rise = 0.0;" : ""}
        for (var step = 0; step < uniforms.stepsPerFrame; step++) {
          ${each(2 * q, lanes, "result[carry + i] = start[i];")}
          carry += row;
          ${stages.map((stage) => stage.code).join("\n")}
          ${each(2 * q, lanes, `start[i] += uniforms.stepSize * (${change});`)}
          ${BARRIER}
        }
        ${each(2 * q, lanes, `result[frame * row + sequence * ${2 * q} + i] = start[i];`)}
        ${density ? addRises : ""}
      }
    }`;
  return { code, workgroupBytes: bytesOf(arrays) };
}

/** Functions `slope`, `activate` and `rate`, and the workgroup memory that {@link stageCode} uses but for `partials`. */
export interface FieldCode {
  /** `start` (2q), and for each stage `points` (2q), `hidden1` (H), `hidden2` (H) and `accelerations` (q). */
  readonly arrays: readonly SharedArray[];
  /** Declarations of functions. */
  readonly functions: string;
}

/** The field of a shape. */
export function fieldCode(shape: RolloutShape): FieldCode {
  const { latentDimensions: q, hidden: H, activation, tableau } = shape;
  const stages = tableau.stages.length;
  // tanh as TensorFlow.js computes it: WGSL's own may overflow. In relu, x < 0 is false for NaN, which so stays NaN.
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

/** The code of a stage. */
export interface StageCode {
  /** Statements; before them, all lanes must have finished with this stage's memory. */
  readonly code: string;
  /** Numbers in `partials`. */
  readonly partials: number;
}

/**
 * Moves to the point of stage `stage` and evaluates the field there.
 *
 * @param withTrace statement with `i` (hidden unit) and `left` (d1 · M, column i) in scope; absent without a trace
 */
export function stageCode(shape: RolloutShape, stage: number, withTrace?: string): StageCode {
  const { latentDimensions: q, hidden: H, tableau } = shape;
  const lanes = lanesOf(shape);
  const weights = packedWeights(shape);
  const bias = (layer: 1 | 2 | 3) =>
    `weights[${packedWeight(weights, `layer${layer}/bias`).offset} + i]`;
  const product = (name: WeightName, vector: (k: string) => string) => ({
    vector,
    buffer: "weights",
    matrix: packedWeight(weights, name),
  });
  const entry = (array: string, length: number) => (k: string) =>
    `${array}[${stage * length} + ${k}]`;
  const point = entry("points", 2 * q);
  const [hidden1, hidden2] = [entry("hidden1", H), entry("hidden2", H)];
  const first = new Products([product("layer1/kernel", point)], lanes);
  const second = new Products([
    product("layer2/kernel", hidden1),
    ...(withTrace === undefined ? [] : [product("trace/matrix", (k) => `slope(${hidden1(k)})`)]),
  ], lanes);
  const third = new Products([product("layer3/kernel", hidden2)], lanes);

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
    // No barrier: in the next stage, the same lane reads it.

    each(q, lanes, `accelerations[${stage * q} + i] = ${third.sum(0, "i")} + ${bias(3)};`),
  ].join("\n");
  return { code, partials: Math.max(first.partials, second.partials, third.partials) };
}
