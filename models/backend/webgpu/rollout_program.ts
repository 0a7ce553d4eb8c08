/**
 * The whole rollout as one WGSL program: one dispatch, one workgroup a sequence.
 *
 * @module
 */
import { fieldCode, stageCode } from "./field_code.ts";
import { lanesOf, type RolloutShape } from "./rollout_shape.ts";
import { BARRIER, declare, each, literal, type SharedArray, TOTAL, weightedTerms } from "./wgsl.ts";

/** WGSL with the workgroup memory it takes. */
export interface ProgramCode {
  /** Functions and `main(index)`, as TensorFlow.js's backend wants them. */
  readonly code: string;
  /** Bytes of workgroup memory. */
  readonly workgroupBytes: number;
}

/** Bytes of arrays in workgroup memory. */
export function bytesOf(arrays: readonly SharedArray[]): number {
  return arrays.reduce((bytes, { length }) => bytes + 4 * length, 0);
}

/** Where the rollout's result has its parts. */
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
 * and `stepSize`, and writes what {@link rolloutResult} says: states and
 * log-densities at all frames, and for the gradient the state before every step.
 */
export function rolloutCode(shape: RolloutShape): ProgramCode {
  const { latentDimensions: q, density, tableau } = shape;
  const lanes = lanesOf(shape);
  const field = fieldCode(shape);
  const stages = tableau.weights.map((weight, stage) =>
    // The log-density is only integrated: each lane sums its share, and the lanes' sums are added at a frame.
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
    {
      name: "partials",
      length: Math.max(lanes, ...stages.map(({ partials }) => partials)),
    },
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
