/**
 * The suite's own training step in this very process, at any size: what `cost.ts` and `memory.ts` measure. The
 * comparison with others (`measure.ts`) gives every contestant a process of its own instead.
 *
 * @module
 */
import type { HostArrays } from "../../models/backend/tensors.ts";
import type { Backend } from "../../models/backend/backend.ts";
import { adamRate } from "../../models/nn/adam.ts";
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

/**
 * Compiles the training step of a size.
 *
 * @throws RangeError when the frames do not fit the grid
 */
export async function ownStep(backend: Backend, size: Size): Promise<OwnStep> {
  const { settings, sequences, frames: length, grid } = size;
  const params: Record<string, HostArrays[string]> = { ...await workload(size) };
  const batch: Record<string, HostArrays[string]> = {};
  for (const name of BATCH_INPUTS) {
    batch[name] = params[name]!;
    delete params[name];
  }
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
