/**
 * Predictions of a trained npODE: the path from the state of the context, decoded.
 *
 * @module
 */
import { frameSize } from "../../data/sequences.ts";
import { minimise } from "../linalg/lbfgs.ts";
import { row } from "../linalg/matrix.ts";
import { askedFrames, type SequenceQuery } from "../training/sequences.ts";
import type { InducingField } from "./field.ts";
import { decodeState, type LatentSpace, observedStates } from "./latent.ts";
import { solvePath } from "./path.ts";
import { initialStateObjective, type ModelOptions, solverOf } from "./posterior.ts";

/** What predictions are made with. */
export interface TrainedField {
  /** Where its states are. */
  readonly space: LatentSpace;
  /** The field. */
  readonly field: InducingField;
  /** log σ of each dimension's noise (q). */
  readonly logNoise: Float64Array;
  /** How paths are computed and begin. */
  readonly options: ModelOptions & {
    /** Frames from one fitted frame to the next. */
    readonly frameStride: number;
  };
}

/** Iterations that find an initial state of few numbers. */
const INITIAL_STATE_ITERATIONS = 50;

/** The state at the first frame of the context: that frame's, or the most likely one given all of the context. */
function initialState(
  { space, field, logNoise, options }: TrainedField,
  { sequences }: SequenceQuery,
  sequence: number,
  context: ArrayLike<number>,
): Float64Array {
  const { frameStride, initialState: kind } = options;
  const seen = kind === "learned" ? context : [context[0]!];
  const observed = observedStates(space, sequences, sequence, seen, frameStride);
  const first = row(observed.states, 0);
  if (kind === "first-frame") return first;
  const objective = initialStateObjective(field, observed, logNoise, options);
  return minimise(objective, first, INITIAL_STATE_ITERATIONS);
}

/**
 * Frames on the path that begins at the context.
 *
 * @returns (count, asked, d)
 * @throws RangeError for a draw, or frames before the context
 */
export function predictPaths(trained: TrainedField, query: SequenceQuery): Float32Array {
  const { sequences, context, draw } = query;
  const asked = askedFrames(query);
  if (draw !== undefined) {
    throw new RangeError(
      "Cannot draw from npODE: its field is the most likely one, so that draw must be absent",
    );
  }
  const { space, field, options } = trained;
  const { frameInterval, frameStride } = options;
  // Every frame is asked for, not only the fitted ones: the steps are at most as long as in training.
  const stepsPerFrame = Math.ceil(options.stepsPerFrame / frameStride);
  const solver = solverOf({ frameInterval: frameInterval / frameStride, stepsPerFrame });
  const size = frameSize(sequences);
  if (size !== space.mean.length) {
    throw new RangeError(
      `Cannot predict by npODE: frames must have ${space.mean.length} numbers, have ${size}`,
    );
  }
  const q = space.deviations.length;
  const result = new Float32Array(sequences.count * asked.length * size);
  for (let s = 0; s < sequences.count; s++) {
    const seen = context(s);
    const first = seen[0];
    if (first === undefined || asked.some((frame) => frame < first)) {
      throw new RangeError(
        `Cannot predict by npODE: frames must not be before the first of the context, which is ` +
          `${first}, asked for ${Math.min(...asked)}`,
      );
    }
    const start = initialState(trained, query, s, seen);
    const steps = Math.max(0, ...asked.map((frame) => frame - first)) * stepsPerFrame;
    const { states } = solvePath(field, start, steps, solver);
    asked.forEach((frame, i) => {
      const at = (frame - first) * stepsPerFrame * q;
      const to = (s * asked.length + i) * size;
      decodeState(space, states.subarray(at, at + q), result.subarray(to, to + size));
    });
  }
  return result;
}
