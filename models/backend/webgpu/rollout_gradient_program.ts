/**
 * The gradient of the whole rollout as one WGSL program: one dispatch, one workgroup per sequence.
 *
 * Steps are taken in reverse. Each is computed again from the state before it, and differentiated stage by stage. Every
 * sequence has its own sums of weight gradients, which a second program adds: no atomics, the same bits every time.
 *
 * @module
 */
import { bytesOf, fieldCode, type ProgramCode, stageCode } from "./rollout_program.ts";
import {
  differentiatesSlopes,
  lanesOf,
  packedSize,
  packedTransposes,
  packedWeight,
  packedWeights,
  type RolloutShape,
  type WeightName,
} from "./rollout_shape.ts";
import {
  BARRIER,
  declare,
  each,
  laterStages,
  literal,
  Products,
  TOTAL,
  weightedTerms,
} from "./wgsl.ts";

/** Positions of the parts of the gradient's result; the gradient of the initial state (n, 2q) comes first. */
export interface GradientResult {
  /** Index of the gradient of the initial log-density (n). */
  readonly density: number;
  /** Index of every sequence's gradient of the packed weights (n, P). */
  readonly weights: number;
  /** Numbers in all. */
  readonly size: number;
}

/** Lays the result out. */
export function gradientResult(shape: RolloutShape, sequences: number): GradientResult {
  const density = sequences * 2 * shape.latentDimensions;
  const weights = density + (shape.density ? sequences : 0);
  return { density, weights, size: weights + sequences * packedSize(packedWeights(shape)) };
}

/** Goes back through stage `stage`: from `adjoint` and the later stages' `pointBars` to its own, `bar1` and `bar2`. */
function stageGradient(
  shape: RolloutShape,
  stage: number,
): { readonly code: string; readonly partials: number } {
  const { latentDimensions: q, hidden: H, tableau } = shape;
  const lanes = lanesOf(shape);
  const transposes = packedTransposes(shape);
  const slopes = differentiatesSlopes(shape);
  const [D, at] = [2 * q, stage * H];
  const product = (name: WeightName, vector: (k: string) => string) => ({
    vector,
    buffer: "transposes",
    matrix: packedWeight(transposes, name),
  });
  const third = new Products([
    product("layer3/kernel", (k) => `accelerations[${stage * q} + ${k}]`),
    ...(slopes ? [product("trace/matrix", (k) => `slope(hidden2[${at} + ${k}])`)] : []),
  ], lanes);
  const second = new Products([product("layer2/kernel", (k) => `bar2[${at} + ${k}]`)], lanes);
  const first = new Products([product("layer1/kernel", (k) => `bar1[${at} + ${k}]`)], lanes);
  const weight = tableau.weights[stage]!;
  const later = weightedTerms(laterStages(tableau, stage), (j) => `pointBars[${j * D} + i]`);
  const rateBar = [...(weight === 0 ? [] : [`${literal(weight)} * adjoint[i]`]), later ?? []]
    .flat().join(" + ") || "0.0";
  // d(1 − h²) = −2h dh: how the trace d1 · M · d2 depends on the activations.
  const rise = `${literal(-2 * weight)} * uniforms.stepSize * densityAdjoint`;
  const code = [
    each(
      D,
      lanes,
      `let rateBar = uniforms.stepSize * (${rateBar});
      if (i < ${q}) { accelerations[${stage * q} + i] = rateBar; }
      else { pointBars[${stage * D - q} + i] = rateBar; }`,
    ),
    BARRIER,
    third.code,
    BARRIER,
    each(
      H,
      lanes,
      `let h = hidden2[${at} + i];
      var bar = ${third.sum(0, "i")};
      ${
        slopes
          ? `bar += ${rise} * h * bar2[${at} + i]; // left: d1 · M
      bar1[${at} + i] = ${third.sum(1, "i")}; // right: M · d2`
          : ""
      }
      bar2[${at} + i] = bar * slope(h);`,
    ),
    BARRIER,
    second.code,
    BARRIER,
    each(
      H,
      lanes,
      `let h = hidden1[${at} + i];
      var bar = ${second.sum(0, "i")};
      ${slopes ? `bar += ${rise} * h * bar1[${at} + i];` : ""}
      bar1[${at} + i] = bar * slope(h);`,
    ),
    BARRIER,
    first.code,
    BARRIER,
    each(
      D,
      lanes,
      `let bar = ${first.sum(0, "i")};
      if (i < ${q}) { pointBars[${stage * D} + i] += bar; } else { pointBars[${
        stage * D
      } + i] = bar; }`,
    ),
  ].join("\n");
  return { code, partials: Math.max(third.partials, second.partials, first.partials) };
}

/** Adds a step's gradient of all weights to the sequence's sums: products of activations and bars of all stages. */
function weightGradients(shape: RolloutShape): string {
  const { latentDimensions: q, hidden: H, tableau } = shape;
  const lanes = lanesOf(shape);
  const weights = packedWeights(shape);
  const add = (
    name: WeightName,
    term: (stage: number, row: string, column: string) => string | undefined,
  ) => {
    const { rows, columns, offset } = packedWeight(weights, name);
    const sum = tableau.weights.flatMap((_, stage) => term(stage, "k", "n") ?? [])
      .join(" + ");
    return each(
      rows * columns,
      lanes,
      `let k = i / ${columns}; let n = i % ${columns}; result[sums + ${offset} + i] += ${sum};`,
    );
  };
  const bar1 = (stage: number, n: string) => `bar1[${stage * H} + ${n}]`;
  const bar2 = (stage: number, n: string) => `bar2[${stage * H} + ${n}]`;
  const bar3 = (stage: number, n: string) => `accelerations[${stage * q} + ${n}]`;
  const hidden = (layer: 1 | 2, stage: number, k: string) => `hidden${layer}[${stage * H} + ${k}]`;
  return [
    add("layer1/kernel", (s, k, n) => `points[${s * 2 * q} + ${k}] * ${bar1(s, n)}`),
    add("layer1/bias", (s, _, n) => bar1(s, n)),
    add("layer2/kernel", (s, k, n) => `${hidden(1, s, k)} * ${bar2(s, n)}`),
    add("layer2/bias", (s, _, n) => bar2(s, n)),
    add("layer3/kernel", (s, k, n) => `${hidden(2, s, k)} * ${bar3(s, n)}`),
    add("layer3/bias", (s, _, n) => bar3(s, n)),
    ...(shape.density
      ? [
        add("trace/matrix", (s, k, n) => {
          const weight = tableau.weights[s]!;
          return weight === 0
            ? undefined
            : `${literal(weight)} * uniforms.stepSize * densityAdjoint` +
              ` * slope(${hidden(1, s, k)}) * slope(${hidden(2, s, n)})`;
        }),
      ]
      : []),
  ].join("\n");
}

/**
 * Reads the rollout's whole result as `rollout`, `weights` and `transposes` (packed), and the gradients of the outputs
 * `stateBars` (frames + 1, n, 2q) and `densityBars` (frames + 1, n); writes the parts of {@link gradientResult}.
 */
export function rolloutGradientCode(shape: RolloutShape): ProgramCode {
  const { latentDimensions: q, hidden: H, density, tableau } = shape;
  const lanes = lanesOf(shape);
  const field = fieldCode(shape);
  const count = tableau.stages.length;
  const size = packedSize(packedWeights(shape));
  const recomputed = tableau.stages.map((_, stage) =>
    // `bar2` holds d1 · M until this stage is differentiated.
    stageCode(
      shape,
      stage,
      differentiatesSlopes(shape) ? `bar2[${stage * H} + i] = left;` : undefined,
    )
  );
  const back = tableau.stages.map((_, stage) => stageGradient(shape, stage)).reverse();
  const arrays = [
    ...field.arrays,
    { name: "bar1", length: count * H },
    { name: "bar2", length: count * H },
    { name: "pointBars", length: count * 2 * q },
    { name: "adjoint", length: 2 * q },
    {
      name: "partials",
      length: Math.max(...[...recomputed, ...back].map(({ partials }) => partials)),
    },
  ];
  const pointBars = tableau.stages.map((_, stage) => `pointBars[${stage * 2 * q} + i]`);
  const code = `
    ${declare(arrays)}
    ${field.functions}
    ${TOTAL}
    fn main(index : i32) {
      let lane = i32(localId.x);
      let sequence = i32(workgroupId.x);
      let row = uniforms.sequences * ${2 * q};
      let own = sequence * ${2 * q};
      let densities = uniforms.sequences * ${2 * q};
      let sums = densities + ${density ? "uniforms.sequences" : "0"} + sequence * ${size};
      var carry = (uniforms.frames + 1) * (row + ${density ? "uniforms.sequences" : "0"})
        + uniforms.frames * uniforms.stepsPerFrame * row + own;
      ${each(2 * q, lanes, "adjoint[i] = 0.0;")}
      ${density ? "var densityAdjoint = 0.0;" : ""}
      ${each(size, lanes, "result[sums + i] = 0.0;")}
      for (var frame = uniforms.frames; frame > 0; frame--) {
        ${each(2 * q, lanes, "adjoint[i] += stateBars[frame * row + own + i];")}
        ${density ? "densityAdjoint += densityBars[frame * uniforms.sequences + sequence];" : ""}
        for (var step = 0; step < uniforms.stepsPerFrame; step++) {
          carry -= row;
          ${each(2 * q, lanes, "start[i] = rollout[carry + i];")}
          ${recomputed.map((stage) => stage.code).join("\n")}
          ${back.map((stage) => stage.code).join("\n")}
          ${each(2 * q, lanes, `adjoint[i] += ${pointBars.join(" + ")};`)}
          ${weightGradients(shape)}
          ${BARRIER}
        }
      }
      ${each(2 * q, lanes, "result[own + i] = adjoint[i] + stateBars[own + i];")}
      ${
    density
      ? "if (lane == 0) { result[densities + sequence] = densityAdjoint + densityBars[sequence]; }"
      : ""
  }
    }`;
  return { code, workgroupBytes: bytesOf(arrays) };
}

/** Threads of a workgroup of {@link SUM_ROWS_CODE}. */
export const SUM_ROWS_LANES = 64;

/**
 * Adds the rows of a matrix, in order, with one thread per column. Reads `matrix` (rows, columns) from index `offset` on,
 * these three as uniforms; writes (columns).
 */

export const SUM_ROWS_CODE = `
  fn main(index : i32) {
    if (index >= uniforms.columns) { return; }
    var sum = 0.0;
    for (var row = 0; row < uniforms.rows; row++) {
      sum += matrix[uniforms.offset + row * uniforms.columns + index];
    }
    result[index] = sum;
  }`;
