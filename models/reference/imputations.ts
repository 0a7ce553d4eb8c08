/**
 * Registry of the trivial references.
 *
 * @module
 */
import type { Imputation } from "./angle_sequences.ts";
import { imputeLinearInterpolation } from "./linear_interpolation.ts";
import { imputeMeanImage } from "./mean_image.ts";
import { imputeNearestAngle } from "./nearest_angle.ts";

/** Name of a trivial reference. */
export type ReferenceName = "mean-image" | "nearest-angle" | "linear-interpolation";

/** The trivial references by registry name. */
export const IMPUTATIONS: Readonly<Record<ReferenceName, Imputation>> = {
  "mean-image": imputeMeanImage,
  "nearest-angle": imputeNearestAngle,
  "linear-interpolation": imputeLinearInterpolation,
};

/** Whether a model's registry name is that of a trivial reference. */
export function isReferenceName(name: string): name is ReferenceName {
  return Object.hasOwn(IMPUTATIONS, name);
}
