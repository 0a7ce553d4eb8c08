/**
 * The check that a matrix is symmetric, before a factorisation that reads one half of it.
 *
 * @module
 */
import type { Matrix } from "./matrix.ts";
import { NumericalError } from "./numerical_error.ts";

/** Difference between Aᵢⱼ and Aⱼᵢ that rounding explains, as a share of the largest entry. */
const ROUNDING = 1e-10;

/**
 * Checks that A is square, finite and symmetric up to rounding.
 *
 * @param action what cannot be done otherwise, e.g. "factor a matrix"
 * @throws RangeError in one line when it is not square or not symmetric
 * @throws NumericalError in one line when it is not finite
 */
export function checkSymmetric({ rows, columns, data }: Matrix, action: string): void {
  const refuse = (rule: string, value: string) =>
    new RangeError(`Cannot ${action}: it must be ${rule}: current value is ${value}`);
  if (rows !== columns) throw refuse("square", `${rows}×${columns}`);
  let largest = 0;
  for (let i = 0; i < data.length; i++) {
    const size = Math.abs(data[i]!);
    if (!Number.isFinite(size)) {
      throw new NumericalError(
        `Cannot ${action}: it must be finite: current value is ${data[i]} in row ` +
          `${Math.floor(i / columns)}, column ${i % columns}`,
      );
    }
    largest = Math.max(largest, size);
  }
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < i; j++) {
      const [lower, upper] = [data[i * columns + j]!, data[j * columns + i]!];
      if (Math.abs(lower - upper) > ROUNDING * largest) {
        throw refuse("symmetric", `${lower} at (${i}, ${j}), ${upper} at (${j}, ${i})`);
      }
    }
  }
}
