/**
 * ODE2VAE's rollout on TensorFlow.js's WebGPU backend: one dispatch, and one more for its gradient, whatever the number of
 * steps. Op by op every step is hundreds of dispatches.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { FixedStepProblem } from "../../ode/fixed_step.ts";
import type { SecondOrderMlp } from "../../ode/second_order_mlp.ts";
import { parameter, type Tensors } from "../tensors.ts";
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

/** A fixed-step problem whose field is ODE2VAE's: what the kernel is told instead of the field as a function. */
export interface FusedRolloutProblem
  extends Omit<FixedStepProblem, "field" | "integrands" | "unroll"> {
  /** The field. */
  readonly mlp: SecondOrderMlp;
}

/** What the programs are compiled for; undefined where there is no program for the problem. */
function shapeOf({ mlp, state, params, tableau, frames }: FusedRolloutProblem):
  | RolloutShape
  | undefined {
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

/**
 * Solves the problem in one dispatch where the current backend is WebGPU and has a program for it.
 *
 * @returns states at all frames as `solveFixedStep` gives them: z (frames + 1, n, 2q) and, with a trace, logDensity
 * (frames + 1, n); differentiable in the state and all params. Undefined where the problem must be solved op by op
 */
export function solveOnDevice(problem: FusedRolloutProblem): Tensors | undefined {
  if (tf.getBackend() !== "webgpu") return undefined;
  const shape = shapeOf(problem);
  if (shape === undefined) return undefined;
  const { frames, stepsPerFrame } = problem;
  const sequences = parameter(problem.state, "z").shape[0]!;
  const counts = { sequences, frames, stepsPerFrame };
  if (!fits(shape, counts, webgpuBackend().device.limits)) return undefined;
  return new FusedRollout(shape, counts, problem).solve();
}

const flat = (tensor: tf.Tensor): tf.Tensor1D => tf.reshape(tensor, [tensor.size]);
const part = (tensor: tf.Tensor1D, offset: number, shape: number[]) =>
  tf.reshape(tf.slice(tensor, offset, tf.util.sizeFromShape(shape)), shape);

/** One rollout and its gradient. */
class FusedRollout {
  readonly #shape: RolloutShape;
  readonly #counts: Counts;
  readonly #stepSize: number;
  readonly #state: Tensors;
  readonly #weights: Tensors;

  constructor(shape: RolloutShape, counts: Counts, problem: FusedRolloutProblem) {
    this.#shape = shape;
    this.#counts = counts;
    this.#stepSize = problem.stepSize;
    const entries = shape.density ? ["z", "logDensity"] : ["z"];
    this.#state = Object.fromEntries(
      entries.map((name) => [name, parameter(problem.state, name)]),
    );
    this.#weights = Object.fromEntries(
      packedWeights(shape).map(({ name }) => [name, parameter(problem.params, name)]),
    );
  }

  solve(): Tensors {
    // Private in TensorFlow.js's types; `customGrad` on top of it allows one output only.
    const engine = tf.engine() as unknown as {
      runKernelFunc(kernel: {
        forwardFunc: (backend: unknown, save: (tensors: tf.Tensor[]) => void) => tf.Tensor[];
        backwardsFunc: (
          dy: tf.Tensor | tf.Tensor[],
          saved: tf.Tensor[],
        ) => Record<string, () => tf.Tensor>;
        inputs: Record<string, tf.Tensor>;
      }): tf.Tensor[];
    };
    const [z, logDensity] = engine.runKernelFunc({
      forwardFunc: (_, save) => {
        const packed = tf.concat1d(Object.values(this.#weights).map(flat));
        const rollout = this.#forward(packed);
        // Who made the weights may have freed them when the gradient is taken.
        const matrices = packedTransposes(this.#shape).map(({ name }) =>
          parameter(this.#weights, name)
        );
        save([rollout, packed, ...matrices]);
        return this.#frames(rollout);
      },
      backwardsFunc: (bars, saved) => {
        const gradients = this.#backward(saved, Array.isArray(bars) ? bars : [bars]);
        return Object.fromEntries(
          Object.entries(gradients).map(([name, gradient]) => [name, () => gradient]),
        );
      },
      inputs: { ...this.#state, ...this.#weights },
    });
    return { z: z!, ...(logDensity && { logDensity }) };
  }

  #result() {
    const { sequences, frames, stepsPerFrame } = this.#counts;
    return rolloutResult(this.#shape, sequences, frames, stepsPerFrame);
  }

  /** What both programs share. */
  #request(name: string) {
    return {
      key: `${name} ${JSON.stringify(this.#shape)}`,
      lanes: lanesOf(this.#shape),
      workgroups: this.#counts.sequences,
      uniforms: { ...this.#counts },
      floatUniforms: { stepSize: this.#stepSize },
    };
  }

  #forward(weights: tf.Tensor1D): tf.Tensor1D {
    const { z, logDensity } = this.#state;
    return dispatch({
      ...this.#request("rollout"),
      code: () => rolloutCode(this.#shape).code,
      inputs: { initial: z!, weights, ...(logDensity && { density: logDensity }) },
      outputSize: this.#result().size,
    });
  }

  /** States and log-densities at all frames, from the rollout's result. */
  #frames(rollout: tf.Tensor1D): tf.Tensor[] {
    const { sequences, frames } = this.#counts;
    const [width, moments] = [2 * this.#shape.latentDimensions, frames + 1];
    const z = part(rollout, 0, [moments, sequences, width]);
    return this.#shape.density
      ? [z, part(rollout, this.#result().densities, [moments, sequences])]
      : [z];
  }

  /** Gradients of the state and of all weights, by name, from what the rollout saved and the gradients of the frames. */
  #backward(
    [rollout, weights, ...matrices]: readonly tf.Tensor[],
    [stateBars, densityBars]: readonly tf.Tensor[],
  ): Tensors {
    const { sequences } = this.#counts;
    const { density, latentDimensions } = this.#shape;
    const layout = gradientResult(this.#shape, sequences);
    const gradients = dispatch({
      ...this.#request("rollout gradient"),
      code: () => rolloutGradientCode(this.#shape).code,
      inputs: {
        rollout: rollout!,
        weights: weights!,
        transposes: tf.concat1d(matrices.map((matrix) => flat(tf.transpose(matrix)))),
        stateBars: stateBars!,
        ...(density && { densityBars: densityBars! }),
      },
      outputSize: layout.size,
    });
    const columns = packedSize(packedWeights(this.#shape));
    const sums = dispatch({
      key: "sum rows",
      code: () => SUM_ROWS_CODE,
      lanes: SUM_ROWS_LANES,
      workgroups: Math.ceil(columns / SUM_ROWS_LANES),
      inputs: { matrix: gradients },
      uniforms: { rows: sequences, columns, offset: layout.weights },
      outputSize: columns,
    });
    return {
      z: part(gradients, 0, [sequences, 2 * latentDimensions]),
      ...(density && { logDensity: part(gradients, layout.density, [sequences]) }),
      ...Object.fromEntries(
        packedWeights(this.#shape).map(({ name, offset }) => {
          const { shape } = parameter(this.#weights, name);
          return [name, part(sums, offset, shape)];
        }),
      ),
    };
  }
}

/** What a WebGPU device must allow; the numbers are those of `GPUDevice.limits`. */
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

/** A problem's counts. */
export interface Counts {
  /** Sequences n. */
  readonly sequences: number;
  /** Frames after the initial one. */
  readonly frames: number;
  /** Steps between two frames. */
  readonly stepsPerFrame: number;
}

/** Whether a device has room for the rollout and its gradient. */
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

/** Found once for each shape: every rollout asks. */
const knownBytes = new Map<string, number>();

/** Bytes that the larger of the two programs has its workgroups share. */
export function workgroupBytes(shape: RolloutShape): number {
  const key = JSON.stringify(shape);
  const known = knownBytes.get(key);
  if (known !== undefined) return known;
  const programs = [rolloutCode(shape), rolloutGradientCode(shape)];
  const bytes = Math.max(...programs.map((program) => program.workgroupBytes));
  knownBytes.set(key, bytes);
  return bytes;
}
