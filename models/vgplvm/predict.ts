/**
 * Predictions of a trained VGPLVM: the latents' posterior at the asked times, mapped to frames.
 *
 * @module
 */
import { frameSize } from "../../data/sequences.ts";
import { solveLower } from "../linalg/cholesky.ts";
import { matrix, multiply, row } from "../linalg/matrix.ts";
import type { SequenceQuery } from "../training/sequences.ts";
import { type TrainedPath, withContext } from "./context.ts";
import { evaluate, mappingKernel, parametersOf } from "./model.ts";
import { precisionFactor } from "./posterior.ts";
import { psi1Of } from "./psi.ts";
import { timeCovariance, timePrior } from "./time_kernel.ts";

/** Mean frames ⟨f(x)⟩ under the posterior of the latents at some frames' times: (asked, D). */
function meanFrames(trained: TrainedPath, asked: readonly number[]): Float64Array {
  const { sizes, observed, indices, mean, timeOf } = trained;
  const [Q, A] = [sizes.latentDimensions, asked.length];
  const parameters = parametersOf(sizes, indices.length, trained.point);
  const { means, logPrecisions, inducing, logTime } = parameters;
  const { prior, latents, bound } = evaluate(sizes, observed, parameters);
  const times = Float64Array.from(asked, timeOf);
  const cross = timeCovariance(sizes.timeKernel, logTime, observed.times, times); // (N, A)
  const { data: [variance] } = timePrior(sizes.timeKernel, logTime, times.subarray(0, 1));
  const answer = { means: matrix(Q, A), variances: matrix(Q, A) };
  for (let q = 0; q < Q; q++) {
    const precisions = row(logPrecisions, q).map(Math.exp);
    const scaled = matrix(cross.rows, A, cross.data.slice());
    for (let n = 0; n < cross.rows; n++) {
      row(scaled, n).forEach((value, a, own) => own[a] = value * Math.sqrt(precisions[n]!));
    }
    // Var x* = k** − k*ᵀ(K + Λ⁻¹)⁻¹k*.
    const reduction = solveLower(precisionFactor(prior, precisions), scaled);
    for (let a = 0; a < A; a++) {
      const known = indices.indexOf(asked[a]!);
      const at = q * A + a;
      if (known >= 0) {
        answer.means.data[at] = row(latents.means, q)[known]!;
        answer.variances.data[at] = row(latents.variances, q)[known]!;
        continue;
      }
      answer.variances.data[at] = variance!;
      for (let n = 0; n < cross.rows; n++) {
        answer.means.data[at]! += cross.data[n * A + a]! * row(means, q)[n]!;
        answer.variances.data[at]! -= reduction.data[n * A + a]! ** 2;
      }
    }
  }
  const expected = psi1Of(mappingKernel(parameters), answer, inducing); // (A, M)
  const frames = multiply(expected, bound.weights); // (A, M) x (M, D) -> (A, D)
  return frames.data.map((value, i) => value + mean[i % mean.length]!);
}

/**
 * Mean frames of a walk.
 *
 * @param contextIterations that find latents of frames that training did not see
 * @returns (count, asked, D)
 * @throws RangeError for a draw, frames of another size, or a context of another walk
 */
export function predictFrames(
  trained: TrainedPath,
  query: SequenceQuery,
  contextIterations: number,
): Float32Array {
  const { sequences, context, draw } = query;
  const asked = query.asked ?? Array.from({ length: sequences.frameCount }, (_, i) => i);
  if (draw !== undefined) {
    throw new RangeError("Cannot draw from VGPLVM: it predicts the mean, so draw must be absent");
  }
  const size = frameSize(sequences);
  if (size !== trained.mean.length) {
    throw new RangeError(
      `Cannot predict by VGPLVM: frames must have ${trained.mean.length} numbers, have ${size}`,
    );
  }
  const result = new Float32Array(sequences.count * asked.length * size);
  for (let s = 0; s < sequences.count; s++) {
    const shown = withContext(trained, sequences, s, Array.from(context(s)), contextIterations);
    result.set(meanFrames(shown, asked), s * asked.length * size);
  }
  return result;
}
