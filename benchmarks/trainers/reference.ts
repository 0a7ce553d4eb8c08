/**
 * Trainers of the trivial references: nothing is trained, everything is in the evaluation.
 *
 * @module
 */
import {
  type AngleSequences,
  image,
  imputationError,
} from "../../models/reference/angle_sequences.ts";
import { IMPUTATIONS, type ReferenceName } from "../../models/reference/imputations.ts";
import type { Evaluation, Trainer } from "../trainer.ts";
import { frameStrips, missingFrames } from "../record/frame_strips.ts";

/** Sequences that a record shows, by default. */
const SHOWN_SEQUENCES = 4;

/** What {@link createReferenceTrainer} takes. */
export interface ReferenceTask {
  /** Which reference. */
  readonly model: ReferenceName;
  /** The sequences whose hidden angle is imputed; square images. */
  readonly sequences: AngleSequences;
  /** What each angle is, for the curve over them; a full turn in equal steps by default. */
  readonly degrees?: readonly number[];
  /** Index of the angle that is the test: hidden in every sequence. */
  readonly unseenAngle: number;
  /** How many of the first sequences the report shows; 4 by default. */
  readonly shownSequences?: number;
}

/** Every angle of every sequence imputed from that sequence's observed images at other angles: (angles)(count, pixels). */
function imputeAll({ model, sequences }: ReferenceTask): Float32Array[] {
  const impute = IMPUTATIONS[model];
  return Array.from({ length: sequences.angles }, (_, angle) => impute(sequences, angle));
}

function evaluate(task: ReferenceTask): Evaluation {
  const { sequences, unseenAngle, shownSequences = SHOWN_SEQUENCES } = task;
  const { count, angles, pixels } = sequences;
  const imputed = imputeAll(task);
  const errors = imputed.map((values, angle) => imputationError(sequences, angle, values));
  const side = Math.sqrt(pixels);
  const shown = Array.from({ length: Math.min(count, shownSequences) }, (_, sequence) => {
    const observed = sequences.observed.length / count;
    const reconstruction = new Float32Array(angles * pixels);
    imputed.forEach((values, angle) =>
      reconstruction.set(
        values.subarray(sequence * pixels, (sequence + 1) * pixels),
        angle * pixels,
      )
    );
    const truth = new Float32Array(angles * pixels);
    for (let angle = 0; angle < angles; angle++) {
      truth.set(image(sequences, sequence, angle), angle * pixels);
    }
    return frameStrips({
      name: `sequence${sequence}`,
      label: `digit ${sequence}, each frame imputed from the others`,
      height: side,
      width: side,
      marked: missingFrames(
        sequences.observed.subarray(sequence * observed, (sequence + 1) * observed),
        angles,
      ),
      markedLabel: "hidden from training",
      strips: [
        { label: "truth", values: truth },
        { label: "reconstruction", values: reconstruction },
      ],
      ofData: true,
    });
  });
  return {
    metrics: [{
      name: "testMse",
      label: "MSE at the unseen angle",
      value: errors[unseenAngle]!,
      unit: "per pixel",
      direction: "lower",
    }],
    curves: [{
      name: "errorPerAngle",
      label: "MSE per pixel, each angle imputed from the other observed angles",
      unit: "",
      xLabel: "angle",
      xUnit: "degrees",
      x: errors.map((_, angle) => task.degrees?.[angle] ?? 360 * angle / angles),
      y: errors,
    }],
    exhibits: shown,
  };
}

/**
 * The trainer of a trivial reference. It has no epochs and no parameters.
 *
 * Its evaluation gives `testMse`, the per-pixel error at the unseen angle over all sequences, and the curve
 * `errorPerAngle`: for each angle, every sequence's image there is imputed from that sequence's observed images at
 * *other* angles (also where it was observed) and compared with the truth. At the unseen angle this is `testMse`.
 *
 * @throws RangeError when the unseen angle is none of the angles, or was observed
 */
export function createReferenceTrainer(task: ReferenceTask): Trainer {
  const { sequences, unseenAngle } = task;
  if (!Number.isInteger(unseenAngle) || unseenAngle < 0 || unseenAngle >= sequences.angles) {
    throw new RangeError(
      `Cannot evaluate ${task.model} as the unseen angle must be one of 0 … ${
        sequences.angles - 1
      }: current value is ${unseenAngle}`,
    );
  }
  if (sequences.observed.includes(unseenAngle)) {
    throw new RangeError(
      `Cannot evaluate ${task.model} as the unseen angle must be hidden in every sequence: ` +
        `angle ${unseenAngle} was observed`,
    );
  }
  let evaluationSeconds = 0;
  return {
    epochs: 0,
    parameters: 0,
    steps: 0,
    settings: {},
    curveDescriptions: {},
    get seconds() {
      return { compilation: 0, evaluation: evaluationSeconds };
    },
    runEpoch: (epoch) =>
      Promise.reject(
        new RangeError(`Cannot run epoch ${epoch} of ${task.model} as it has 0 epochs`),
      ),
    checkpoint: () => ({}),
    restore: () => {},
    evaluate: () => {
      const start = performance.now();
      const evaluation = evaluate(task);
      evaluationSeconds += (performance.now() - start) / 1000;
      return Promise.resolve(evaluation);
    },
    dispose: () => {},
  };
}
