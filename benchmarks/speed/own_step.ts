/**
 * The suite's own training step in this very process, at any size: what `cost.ts` and `memory.ts` measure, and what
 * `serve_step.ts` makes for `measure.ts`, which gives every contestant a process of its own.
 *
 * @module
 */
import type { HostArrays } from "../../models/backend/tensors.ts";
import type { Backend } from "../../models/backend/backend.ts";
import { adamRate } from "../../models/training/optimisers.ts";
import {
  initialTrainingState,
  trainingInputs,
  trainingStep,
} from "../../models/ode2vae/training_step.ts";
import type { Size } from "./sizes.ts";
import type { StepReport } from "./step_process.ts";
import { BATCH_INPUTS, initialState, workload } from "./workload.ts";

/** A compiled training step with its minibatch, at the parameters that the last step left. */
export interface OwnStep {
  /** Seconds of compilation. */
  readonly compileSeconds: number;
  /** Operations of the compiled graph, loop bodies counted once. */
  readonly nodeCount: number;
  /** Makes one step: loss, gradients and Adam update. */
  step(): Promise<StepReport>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/** Splits a workload's arrays into those of the batch and the parameters. */
function split(arrays: HostArrays): { readonly params: HostArrays; readonly batch: HostArrays } {
  const pick = (isBatch: boolean) =>
    Object.fromEntries(
      Object.entries(arrays).filter(([name]) => BATCH_INPUTS.includes(name) === isBatch),
    );
  return { params: pick(false), batch: pick(true) };
}

/**
 * Compiles the training step for a workload.
 *
 * @param size gives the settings; sequences, frames and grid are those of the workload
 * @param inputs parameters, minibatch and noise by name, as `workload()` makes them
 */
export async function stepOn(
  backend: Backend,
  size: Size,
  inputs: HostArrays,
): Promise<OwnStep> {
  const { settings } = size;
  const { params, batch } = split(inputs);
  const [sequences, length, grid] = batch.selection!.shape as [number, number, number];
  const state = initialTrainingState(params, initialState(size));
  const specs = trainingInputs(state, { sequences, length, grid }, settings);
  const compiled = await backend.compile(trainingStep(settings), specs, {
    carried: Object.keys(state),
  });
  await compiled.start(state);
  let steps = 0;
  return {
    compileSeconds: compiled.seconds,
    nodeCount: compiled.nodeCount,
    async step() {
      const start = performance.now();
      const rate = adamRate(settings.optimisation.learningRate, ++steps);
      const { loss } = await compiled.run({
        ...batch,
        rate: { shape: [], data: Float32Array.of(rate) },
      });
      return { seconds: (performance.now() - start) / 1000, loss: loss!.data[0]! };
    },
    dispose: () => compiled.dispose(),
  };
}

/**
 * Compiles the training step of a size.
 *
 * @throws RangeError when the frames do not fit the grid
 */
export async function ownStep(backend: Backend, size: Size): Promise<OwnStep> {
  return await stepOn(backend, size, await workload(size));
}
