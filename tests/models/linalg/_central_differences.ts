/** Gradients against central differences. */
import type { Objective } from "../../../models/linalg/lbfgs.ts";

/** The greatest difference of a gradient from central differences, as a share of the greatest slope. */
export function gradientError(objective: Objective, point: Float64Array): number {
  const { gradient } = objective(point);
  const step = 1e-5;
  let [worst, largest] = [0, 0];
  for (let i = 0; i < point.length; i++) {
    const at = (shift: number) => objective(point.with(i, point[i]! + shift)).value;
    const slope = (at(step) - at(-step)) / (2 * step);
    worst = Math.max(worst, Math.abs(slope - gradient[i]!));
    largest = Math.max(largest, Math.abs(slope));
  }
  return worst / largest;
}
