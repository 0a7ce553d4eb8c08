/**
 * What the fused rollout's WGSL is compiled for, and the positions of weights in memory.
 *
 * @module
 */
import type { FieldActivation } from "../../ode/second_order_mlp.ts";
import type { Tableau } from "../../ode/tableaus.ts";

/** The part of a rollout that its programs are compiled for; the numbers of sequences, frames and steps may vary. */
export interface RolloutShape {
  /** q: dimensions of position and of velocity each. */
  readonly latentDimensions: number;
  /** H: width of the field's two hidden layers. */
  readonly hidden: number;
  /** Non-linearity of both hidden layers. */
  readonly activation: FieldActivation;
  /** Whether the log-density is integrated, with the exact trace. */
  readonly density: boolean;
  /** The method. */
  readonly tableau: Tableau;
}

/** One matrix or bias among the packed weights. */
export interface PackedWeight {
  /** Name among the field's parameters. */
  readonly name: string;
  /** Rows; a bias has one. */
  readonly rows: number;
  /** Columns. */
  readonly columns: number;
  /** Index of its first number. */
  readonly offset: number;
}

/** Names of {@link packedWeights}. */
export type WeightName =
  | "layer1/kernel"
  | "layer1/bias"
  | "layer2/kernel"
  | "layer2/bias"
  | "layer3/kernel"
  | "layer3/bias"
  | "trace/matrix";

/** Weights one after the other, as the programs read them: the number of storage buffers is limited. */
export function packedWeights(shape: RolloutShape): readonly PackedWeight[] {
  const { latentDimensions: q, hidden: H } = shape;
  return pack([
    ["layer1/kernel", 2 * q, H],
    ["layer1/bias", 1, H],
    ["layer2/kernel", H, H],
    ["layer2/bias", 1, H],
    ["layer3/kernel", H, q],
    ["layer3/bias", 1, q],
    ...(shape.density ? [["trace/matrix", H, H] as const] : []),
  ]);
}

/** Transposed matrices one after the other for the gradient, so that neighbouring threads read neighbouring numbers. */
export function packedTransposes(shape: RolloutShape): readonly PackedWeight[] {
  const { latentDimensions: q, hidden: H } = shape;
  return pack([
    ["layer1/kernel", H, 2 * q],
    ["layer2/kernel", H, H],
    ["layer3/kernel", q, H],
    ...(differentiatesSlopes(shape) ? [["trace/matrix", H, H] as const] : []),
  ]);
}

/** Whether the trace depends on the activations and not only on the weights: the slopes of relu are constant. */
export function differentiatesSlopes({ density, activation }: RolloutShape): boolean {
  return density && activation === "tanh";
}

function pack(
  weights: readonly (readonly [name: WeightName, rows: number, columns: number])[],
): readonly PackedWeight[] {
  let offset = 0;
  return weights.map(([name, rows, columns]) => {
    const packed = { name, rows, columns, offset };
    offset += rows * columns;
    return packed;
  });
}

/** Number of packed numbers. */
export function packedSize(weights: readonly PackedWeight[]): number {
  return weights.reduce((size, { rows, columns }) => size + rows * columns, 0);
}

/** The packed weight called `name`. @throws RangeError that lists the valid names */
export function packedWeight(weights: readonly PackedWeight[], name: WeightName): PackedWeight {
  const found = weights.find((weight) => weight.name === name);
  if (found) return found;
  const valid = weights.map((weight) => weight.name).join(", ");
  throw new RangeError(`Cannot find a packed weight: name must be one of ${valid}, is "${name}"`);
}

/**
 * Threads per sequence: two for each hidden unit and product (the second layer and the trace are multiplied at the same
 * time), within the limits of every device.
 */

export function lanesOf({ hidden }: RolloutShape): number {
  const wanted = 2 ** Math.ceil(Math.log2(4 * hidden));
  return Math.min(256, Math.max(64, wanted));
}
