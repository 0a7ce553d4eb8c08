/**
 * Along what the cost of a training step is measured: one size varies, the others stay.
 *
 * @module
 */
import type { Ode2vaeSettings } from "../../models/ode2vae/settings.ts";
import { type Size, type SizeName, SIZES } from "./sizes.ts";

/** What a cost depends on. */
export interface CostPlace {
  /** B: sequences in the minibatch. */
  readonly sequences: number;
  /** L: frames of each sequence. */
  readonly frames: number;
  /** G: points of the time grid. */
  readonly grid: number;
  /** q: dimensions of position and of velocity each. */
  readonly latentDimensions: number;
  /** Hf: width of the field's hidden layers. */
  readonly fieldHidden: number;
}

/** A part of {@link CostPlace} that an axis varies; the grid goes with the frames. */
export type CostQuantity = Exclude<keyof CostPlace, "grid">;

/** Names of {@link CostQuantity} for people. */
export const QUANTITY_LABELS: Readonly<Record<CostQuantity, string>> = Object.freeze({
  sequences: "sequences in the minibatch",
  frames: "frames of a sequence",
  latentDimensions: "latent size q",
  fieldHidden: "hidden size Hf of the field",
});

/** One size varies over some values. */
export interface CostAxis {
  /** Name in options and results, e.g. "mocap_many/frames". */
  readonly id: string;
  /** The model. */
  readonly size: SizeName;
  /** What varies. */
  readonly quantity: CostQuantity;
  /** Its values, increasing. */
  readonly values: readonly number[];
  /** What stays; the value of `quantity` (and of the grid, where frames vary) is replaced. */
  readonly base: CostPlace;
}

function axis(
  size: SizeName,
  quantity: CostQuantity,
  values: readonly number[],
  { sequences, frames, grid }: Pick<CostPlace, "sequences" | "frames" | "grid">,
): CostAxis {
  const { latentDimensions, fieldHidden } = SIZES[size].settings;
  const base = { sequences, frames, grid, latentDimensions, fieldHidden };
  return Object.freeze({ id: `${size}/${quantity}`, size, quantity, values, base });
}

// Fewer frames than the paper's 300: what is measured is how the cost grows.
const MOCAP = { sequences: 20, frames: 60, grid: 60 };

/** All axes; the values span a factor of 16 or more. */
export const COST_AXES: readonly CostAxis[] = Object.freeze([
  axis("rmnist", "sequences", [4, 8, 16, 32, 64], { sequences: 60, frames: 11, grid: 16 }),
  axis("rmnist", "frames", [4, 8, 16, 32, 64], { sequences: 10, frames: 11, grid: 16 }),
  axis("mocap_many", "sequences", [10, 30, 90, 270, 810], MOCAP),
  axis("mocap_many", "frames", [15, 30, 60, 120, 240], MOCAP),
  axis("mocap_many", "latentDimensions", [3, 9, 27, 81, 243], MOCAP),
  axis("mocap_many", "fieldHidden", [30, 60, 120, 240, 480], MOCAP),
]);

/** Names of all axes, in order. */
export const COST_AXIS_IDS: readonly string[] = COST_AXES.map(({ id }) => id);

/** All that a point's cost depends on: the axis' base with one value of what varies. */
export function placeOf({ quantity, base }: CostAxis, value: number): CostPlace {
  return quantity === "frames"
    ? { ...base, frames: value, grid: value }
    : { ...base, [quantity]: value };
}

/** The size of the model at one value of an axis. */
export function sizeAt(axis: CostAxis, value: number): Size {
  const { sequences, frames, grid, latentDimensions, fieldHidden } = placeOf(axis, value);
  const of = SIZES[axis.size];
  const settings: Ode2vaeSettings = { ...of.settings, latentDimensions, fieldHidden };
  // Digits come in 16 angles, 11 of them observed; moving discs in any number of frames. What an image shows does not
  // change the time of a step.
  const name = axis.id === "rmnist/frames" ? "bouncing_balls" : of.name;
  return { ...of, name, settings, sequences, frames, grid };
}
