/**
 * Which object and which view each image, and so each latent code, is of.
 *
 * @module
 */

/** n images of P objects at Q angles; every object may have its own subset of angles. */
export interface Observations {
  /** Object of each image (n), 0 … P − 1. */
  readonly objects: Int32Array;
  /** View of each image (n), an index of `angles`. */
  readonly views: Int32Array;
  /** P. */
  readonly objectCount: number;
  /** Angles in radians (Q); also those that no image shows but that are to be predicted. */
  readonly angles: Float64Array;
}

/** The object and view of codes to predict. */
export type Targets = Pick<Observations, "objects" | "views">;

/**
 * Checks that there is an image, and that all indices are in range.
 *
 * @throws RangeError in one line when not
 */
export function checkObservations(
  targets: Targets,
  { objectCount, angles }: Pick<Observations, "objectCount" | "angles">,
): void {
  const { objects, views } = targets;
  const refuse = (rule: string, value: number | string) =>
    new RangeError(
      `Cannot build the covariance of latent codes: ${rule}: current value is ${value}`,
    );
  if (objects.length === 0) throw refuse("there must be at least one code", 0);
  if (objects.length !== views.length) {
    throw refuse(
      "each code must have an object and a view",
      `${objects.length} and ${views.length}`,
    );
  }
  const object = objects.find((p) => p < 0 || p >= objectCount);
  if (object !== undefined) throw refuse(`objects must be 0 … ${objectCount - 1}`, object);
  const view = views.find((q) => q < 0 || q >= angles.length);
  if (view !== undefined) throw refuse(`views must be 0 … ${angles.length - 1}`, view);
  const angle = angles.find((value) => !Number.isFinite(value));
  if (angle !== undefined) throw refuse("angles must be finite", angle);
}
