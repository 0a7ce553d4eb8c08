/**
 * The sizes at which training steps are timed: the paper's settings with their minibatches, and the axes along which one of
 * their quantities varies.
 *
 * @module
 */
import {
  BOUNCING_BALLS_SETTINGS,
  MOCAP_MANY_SETTINGS,
  MOCAP_SINGLE_SETTINGS,
  type Ode2vaeSettings,
  RMNIST_SETTINGS,
} from "../../models/ode2vae/settings.ts";

/** Name of a size in options and results; the peers in Python have the same. */
export type SizeName = "rmnist" | "bouncing_balls" | "mocap_many" | "mocap_single";

/** A model with the shape of its minibatch. */
export interface Size {
  /** Name in options and results. */
  readonly name: SizeName;
  /** Name for people. */
  readonly title: string;
  /** The model. */
  readonly settings: Ode2vaeSettings;
  /** B: sequences. */
  readonly sequences: number;
  /** L: observed frames of each. */
  readonly frames: number;
  /** G: points of the time grid from the first observed frame on. */
  readonly grid: number;
}

function size(
  name: SizeName,
  title: string,
  settings: Ode2vaeSettings,
  frames: number,
  grid: number,
  sequences = settings.optimisation.batchSize,
): Size {
  return Object.freeze({ name, title, settings, sequences, frames, grid });
}

/** All sizes by name. */
export const SIZES: Readonly<Record<SizeName, Size>> = Object.freeze({
  // 11 of 16 angles are observed; the grid has all of them.
  rmnist: size("rmnist", "rotating MNIST", RMNIST_SETTINGS, 11, 16),
  bouncing_balls: size("bouncing_balls", "bouncing balls", BOUNCING_BALLS_SETTINGS, 20, 20),
  mocap_many: size("mocap_many", "motion capture, many walks", MOCAP_MANY_SETTINGS, 300, 300),
  // A model of one walk, of which about 200 frames are trained on.
  mocap_single: size("mocap_single", "motion capture, a walk", MOCAP_SINGLE_SETTINGS, 200, 200, 1),
});

/** Names of all sizes, in order. */
export const SIZE_NAMES: readonly SizeName[] = Object.keys(SIZES) as SizeName[];

/** Whether a text is the name of a size. */
export function isSizeName(text: string): text is SizeName {
  return Object.hasOwn(SIZES, text);
}

/** What the cost of a step depends on; q and Hf as in the settings. */
export type CostPlace =
  & Pick<Size, "sequences" | "frames" | "grid">
  & Pick<Ode2vaeSettings, "latentDimensions" | "fieldHidden">;

/** A part of {@link CostPlace} that an axis varies; the grid goes with the frames. */
export type CostQuantity = Exclude<keyof CostPlace, "grid">;

/** Names of {@link CostQuantity} for people. */
export const QUANTITY_LABELS: Readonly<Record<CostQuantity, string>> = Object.freeze({
  sequences: "sequences in the minibatch",
  frames: "frames of a sequence",
  latentDimensions: "latent size q",
  fieldHidden: "hidden size Hf of the field",
});

/** One quantity of a size varies over some values. */
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
  place: Pick<CostPlace, "sequences" | "frames" | "grid">,
): CostAxis {
  const { latentDimensions, fieldHidden } = SIZES[size].settings;
  const base = { ...place, latentDimensions, fieldHidden };
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

/** The size of the model at one value of an axis. */
export function sizeAt({ id, size, quantity, base }: CostAxis, value: number): Size {
  const grid = quantity === "frames" ? value : base.grid;
  const { latentDimensions, fieldHidden, ...shape } = { ...base, grid, [quantity]: value };
  const of = SIZES[size];
  // Digits come in 16 angles, 11 of them observed; moving discs in any number of frames. What an image shows does not
  // change the time of a step.
  const name = id === "rmnist/frames" ? "bouncing_balls" : of.name;
  return { ...of, name, settings: { ...of.settings, latentDimensions, fieldHidden }, ...shape };
}
