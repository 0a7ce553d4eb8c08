/**
 * A rollout in plain double-precision numbers, sequence by sequence, from the model's equations: an oracle for central
 * differences.
 *
 * @module
 */
import type { HostArrays } from "../../../../models/backend/tensors.ts";
import { tableau } from "../../../../models/ode/tableaus.ts";
import { projectionOf, type RolloutCase } from "./_rollout_cases.ts";

const range = (n: number) => Array.from({ length: n }, (_, i) => i);
const total = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

/** Numbers of a rollout's inputs, one of which may have been moved. */
export type Numbers = Readonly<Record<string, ArrayLike<number>>>;

/** The numbers of host arrays. */
export function numbersOf(arrays: HostArrays): Record<string, number[]> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, { data }]) => [name, Array.from(data)]),
  );
}

/** d(v, s, log q)/dt at one point. */
function field(rollout: RolloutCase, numbers: Numbers, point: readonly number[]): number[] {
  const { q, hidden: H, activation, trace } = rollout;
  const activate = (x: number) => activation === "tanh" ? Math.tanh(x) : Math.max(x, 0);
  const slope = (x: number) => activation === "tanh" ? 1 - Math.tanh(x) ** 2 : Number(x > 0);
  const affine = (layer: number, input: readonly number[], width: number) =>
    range(width).map((n) =>
      numbers[`layer${layer}/bias`]![n]! +
      total(input.map((x, k) => x * numbers[`layer${layer}/kernel`]![k * width + n]!))
    );
  const before1 = affine(1, point.slice(0, 2 * q), H);
  const before2 = affine(2, before1.map(activate), H);
  const acceleration = affine(3, before2.map(activate), q);
  const rise = trace === "none" ? 0 : total(
    before1.flatMap((x, k) =>
      before2.map((y, n) => slope(x) * numbers["trace/matrix"]![k * H + n]! * slope(y))
    ),
  );
  return [...acceleration, ...point.slice(0, q), rise];
}

/** The scalar `projected` of the tests' rollouts. */
export function projectedRollout(rollout: RolloutCase, numbers: Numbers): number {
  const { sequences, q, trace, frames, stepsPerFrame, stepSize } = rollout;
  const { stages, weights } = tableau(rollout.method);
  const ofState = projectionOf("z", (frames + 1) * sequences * 2 * q);
  const ofDensity = projectionOf("logDensity", (frames + 1) * sequences);
  let sum = 0;
  for (const sequence of range(sequences)) {
    let y = [
      ...range(2 * q).map((c) => numbers["z"]![sequence * 2 * q + c]!),
      trace === "none" ? 0 : numbers["logDensity"]![sequence]!,
    ];
    for (const frame of range(frames + 1)) {
      for (let step = 0; frame > 0 && step < stepsPerFrame; step++) {
        const rates: number[][] = [];
        const move = (coefficients: readonly number[]) =>
          y.map((x, c) => x + stepSize * total(coefficients.map((a, j) => a * rates[j]![c]!)));
        for (const row of stages) rates.push(field(rollout, numbers, move(row)));
        y = move(weights);
      }
      const row = frame * sequences + sequence;
      sum += total(range(2 * q).map((c) => y[c]! * ofState[row * 2 * q + c]!));
      if (trace !== "none") sum += y[2 * q]! * ofDensity[row]!;
    }
  }
  return sum;
}
