/**
 * The error of numbers that have left what double precision can compute with.
 *
 * @module
 */

/**
 * Thrown where sizes and types are right and the values are not: a matrix that is not positive definite, a parameter
 * that has overflowed. In training it is a divergence; any other RangeError is a mistake of the caller.
 */
export class NumericalError extends RangeError {
  /** Name of the class of errors. */
  override name = "NumericalError";
}
