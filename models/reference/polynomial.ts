/**
 * Extrapolation by a polynomial of time through the last frames of a context.
 *
 * @module
 */
import { cholesky, choleskySolve } from "../linalg/cholesky.ts";
import { matrix, multiply, row, transposeMultiply } from "../linalg/matrix.ts";
import type { Method } from "../training/method.ts";
import { framesMatrix, type SequenceData, type SequenceModel } from "../training/sequences.ts";
import { count, natural, parseSettings } from "../training/settings.ts";
import { extrapolating } from "./extrapolation.ts";
import { untrained } from "./untrained.ts";

const SETTINGS = {
  degree: natural(1, "degree of the polynomial"),
  lastFrames: count(
    10,
    "last frames of a context that it is fitted to, or all where there are fewer",
  ),
};

/** The least-squares polynomial of each number of a frame; frames of the context may be missing. */
export const polynomial: Method<SequenceData, SequenceModel> = untrained(
  "Polynomial",
  SETTINGS,
  ({ settings }) => {
    const { degree, lastFrames } = parseSettings("a polynomial", SETTINGS, settings);
    return {
      trained: extrapolating(({ sequences, context }, s) => {
        const frames = Array.from(context(s)).slice(-lastFrames);
        if (frames.length <= degree) {
          throw new RangeError(
            `Cannot fit a polynomial to sequence ${s}: the context must have more than ${degree} ` +
              `frames, has ${frames.length}`,
          );
        }
        const [first, last] = [frames[0]!, frames.at(-1)!];
        // Powers of times that are at most 1 in the context keep the normal equations well conditioned.
        const powers = (frame: number) =>
          Array.from({ length: degree + 1 }, (_, k) => ((frame - last) / (last - first || 1)) ** k);
        const inputs = matrix(
          frames.length,
          degree + 1,
          Float64Array.from(frames.flatMap(powers)),
        );
        const gram = transposeMultiply(inputs, inputs);
        const moments = transposeMultiply(inputs, framesMatrix(sequences, s, frames));
        const coefficients = choleskySolve(
          cholesky(gram, "the normal equations of a polynomial"),
          moments,
        );
        return (frame) =>
          row(multiply(matrix(1, degree + 1, Float64Array.from(powers(frame))), coefficients), 0);
      }),
    };
  },
);
