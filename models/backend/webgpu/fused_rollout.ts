/**
 * ODE2VAE's rollout on TensorFlow.js's WebGPU backend: one dispatch, and two more for its gradient, whatever the number of
 * steps. Op by op, every step is hundreds of dispatches.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { FixedStepProblem } from "../../ode/fixed_step.ts";
import type { SecondOrderMlp } from "../../ode/second_order_mlp.ts";
import { withGradient } from "../engine.ts";
import { mapValues, parameter, type Tensors } from "../tensors.ts";
import { dispatch, webgpuBackend } from "./device_program.ts";
import {
  gradientResult,
  rolloutGradientCode,
  SUM_ROWS_CODE,
  SUM_ROWS_LANES,
} from "./rollout_gradient_program.ts";
import { rolloutCode, rolloutResult } from "./rollout_program.ts";
import {
  lanesOf,
  packedSize,
  packedTransposes,
  packedWeights,
  type RolloutShape,
} from "./rollout_shape.ts";

/** A fixed-step problem whose field is ODE2VAE's, given by its settings instead of as a function. */
export interface FusedRolloutProblem
  extends Omit<FixedStepProblem, "field" | "integrands" | "unroll"> {
  /** The field. */
  readonly mlp: SecondOrderMlp;
}

/** What the programs are compiled for; undefined if there is no program for the problem. */
function shapeOf(
  { mlp, state, params, tableau, frames }: FusedRolloutProblem,
): RolloutShape | undefined {
  if (mlp.trace === "hutchinson" || frames < 1 || parameter(state, "z").shape[0] === 0) {
    return undefined;
  }
  return {
    latentDimensions: mlp.latentDimensions,
    hidden: parameter(params, "layer2/kernel").shape[0]!,
    activation: mlp.activation,
    density: mlp.trace === "exact",
    tableau,
  };
}

/** The limits of a WebGPU device that matter, in the units of `GPUDevice.limits`. */
export interface DeviceLimits {
  /** Bytes that a workgroup shares. */
  readonly maxComputeWorkgroupStorageSize: number;
  /** Threads of a workgroup. */
  readonly maxComputeInvocationsPerWorkgroup: number;
  /** Workgroups of a dispatch. */
  readonly maxComputeWorkgroupsPerDimension: number;
  /** Bytes of one buffer. */
  readonly maxStorageBufferBindingSize: number;
}

/** Sizes that are not compiled into the programs. */
export interface Counts {
  /** Sequences n. */
  readonly sequences: number;
  /** Frames after the initial one. */
  readonly frames: number;
  /** Steps between two frames. */
  readonly stepsPerFrame: number;
}

/** Whether a device has enough memory and threads for the rollout and its gradient. */
export function fits(shape: RolloutShape, counts: Counts, limits: DeviceLimits): boolean {
  const { sequences, frames, stepsPerFrame } = counts;
  const numbers = Math.max(
    rolloutResult(shape, sequences, frames, stepsPerFrame).size,
    gradientResult(shape, sequences).size,
  );
  return workgroupBytes(shape) <= limits.maxComputeWorkgroupStorageSize &&
    lanesOf(shape) <= limits.maxComputeInvocationsPerWorkgroup &&
    sequences <= limits.maxComputeWorkgroupsPerDimension &&
    4 * numbers <= limits.maxStorageBufferBindingSize;
}

/** Computed once for each shape: every rollout needs it. */
const knownBytes = new Map<string, number>();

/** Bytes that a workgroup of the larger of the two programs shares. */
export function workgroupBytes(shape: RolloutShape): number {
  const key = JSON.stringify(shape);
  const known = knownBytes.get(key);
  if (known !== undefined) return known;
  const programs = [rolloutCode(shape), rolloutGradientCode(shape)];
  const bytes = Math.max(...programs.map((program) => program.workgroupBytes));
  knownBytes.set(key, bytes);
  return bytes;
}

/**
 * Solves the problem in one dispatch if the current backend is WebGPU and has a program for it.
 *
 * @returns states at all frames as `solveFixedStep` gives them: z (frames + 1, n, 2q) and, with a trace, logDensity
 * (frames + 1, n); differentiable in the state and all params. Undefined if the problem must be solved op by op
 */
export function solveOnDevice(problem: FusedRolloutProblem): Tensors | undefined {
  if (tf.getBackend() !== "webgpu") return undefined;
  const shape = shapeOf(problem);
  if (shape === undefined) return undefined;
  const { frames, stepsPerFrame } = problem;
  const sequences = parameter(problem.state, "z").shape[0]!;
  const counts = { sequences, frames, stepsPerFrame };
  if (!fits(shape, counts, webgpuBackend().device.limits)) return undefined;
  return solve(shape, counts, problem);
}

const flat = (tensor: tf.Tensor): tf.Tensor1D => tf.reshape(tensor, [tensor.size]);
const part = (tensor: tf.Tensor1D, offset: number, shape: number[]) =>
  tf.reshape(tf.slice(tensor, offset, tf.util.sizeFromShape(shape)), shape);

/** The rollout with its gradient. */
function solve(shape: RolloutShape, counts: Counts, problem: FusedRolloutProblem): Tensors {
  const { sequences, frames, stepsPerFrame } = counts;
  const { density } = shape;
  const width = 2 * shape.latentDimensions;
  const packing = packedWeights(shape);
  const state = Object.fromEntries(
    (density ? ["z", "logDensity"] : ["z"]).map((name) => [name, parameter(problem.state, name)]),
  );
  const weights = Object.fromEntries(
    packing.map(({ name }) => [name, parameter(problem.params, name)]),
  );
  const request = (name: string) => ({
    key: `${name} ${JSON.stringify(shape)}`,
    lanes: lanesOf(shape),
    workgroups: sequences,
    uniforms: { ...counts },
    floatUniforms: { stepSize: problem.stepSize },
  });

  const forward = (save: (tensors: tf.Tensor[]) => void): tf.Tensor[] => {
    const packed = tf.concat1d(Object.values(weights).map(flat));
    const result = rolloutResult(shape, sequences, frames, stepsPerFrame);
    const { z, logDensity } = state;
    const rollout = dispatch({
      ...request("rollout"),
      code: () => rolloutCode(shape).code,
      inputs: { initial: z!, weights: packed, ...(logDensity && { density: logDensity }) },
      outputSize: result.size,
    });
    // Whoever made the weights may have freed them when the gradient is taken.
    save([rollout, packed, ...packedTransposes(shape).map(({ name }) => parameter(weights, name))]);
    const states = part(rollout, 0, [frames + 1, sequences, width]);
    return density ? [states, part(rollout, result.densities, [frames + 1, sequences])] : [states];
  };

  /** Gradients of the state and of all weights, by name, from what was saved and the gradients of the frames. */
  const backward = (
    [stateBars, densityBars]: readonly tf.Tensor[],
    [rollout, packed, ...matrices]: readonly tf.Tensor[],
  ): Tensors => {
    const layout = gradientResult(shape, sequences);
    const gradients = dispatch({
      ...request("rollout gradient"),
      code: () => rolloutGradientCode(shape).code,
      inputs: {
        rollout: rollout!,
        weights: packed!,
        transposes: tf.concat1d(matrices.map((matrix) => flat(tf.transpose(matrix)))),
        stateBars: stateBars!,
        ...(density && { densityBars: densityBars! }),
      },
      outputSize: layout.size,
    });
    const columns = packedSize(packing);
    const sums = dispatch({
      key: "sum rows",
      code: () => SUM_ROWS_CODE,
      lanes: SUM_ROWS_LANES,
      workgroups: Math.ceil(columns / SUM_ROWS_LANES),
      inputs: { matrix: gradients },
      uniforms: { rows: sequences, columns, offset: layout.weights },
      outputSize: columns,
    });
    const offsets = Object.fromEntries(packing.map(({ name, offset }) => [name, offset]));
    return {
      z: part(gradients, 0, [sequences, width]),
      ...(density && { logDensity: part(gradients, layout.density, [sequences]) }),
      ...mapValues(weights, (weight, name) => part(sums, offsets[name]!, weight.shape)),
    };
  };

  const [z, logDensity] = withGradient({ ...state, ...weights }, forward, backward);
  return { z: z!, ...(logDensity && { logDensity }) };
}
