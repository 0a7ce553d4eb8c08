/**
 * What the player of a moving skeleton needs, small enough to be carried by a page: places in bytes.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { Motion } from "../../models/training/exhibit.ts";
import type { Place } from "../pages/plot.ts";
import { finiteRange } from "./drawing.ts";

/** The motions of a player, one below the other as in the still drawing. */
export interface PlayedMotion {
  /** Places of each motion in base64: frames × joints × (x, y), a byte each, y downwards. */
  readonly places: readonly string[];
  /** What of these places is to be seen: left, top, width, height. */
  readonly view: readonly number[];
  /** Frames of the longest motion. */
  readonly frames: number;
  /** Frames of the record from one of these to the next. */
  readonly step: number;
}

/** Most places of a player, of all motions together: a page carries two bytes of each. */
const MOST_PLACES = 20_000;
/** Largest place: on a screen two thirds of a pixel each. */
const MOST = 255;
/** Room around the figures, for the ends of their lines. */
const ROOM = 6;

/**
 * The places of every frame, or of every few where there are many.
 *
 * @param placesOf the joints of a frame of a motion, to the right of the root and upwards; none beyond its end
 * @param frames frames of the longest motion
 */
export function playedMotion(
  { joints, motions }: Motion,
  frames: number,
  placesOf: (row: number, frame: number) => readonly Place[],
): PlayedMotion {
  const step = Math.max(1, Math.ceil(frames * motions.length * joints.length / MOST_PLACES));
  const count = Math.ceil(frames / step);
  const rows = motions.map((_, row) =>
    Array.from({ length: count }, (_, i) => placesOf(row, i * step)).flat()
  );
  const all = rows.flat();
  const wide = all.reduce((most, [right]) => Math.max(most, Math.abs(right)), 0);
  const [low, high] = finiteRange(all.map(([, up]) => up)) ?? [0, 0];
  const scale = MOST / Math.max(2 * wide, high - low, 1e-9);
  const places = rows.map((row) =>
    Buffer.from(
      row.flatMap(([right, up]) => [
        Math.round(MOST / 2 + scale * right),
        Math.round(scale * (high - up)),
      ]),
    ).toString("base64")
  );
  const [width, height] = [2 * wide, high - low].map((size) => Math.ceil(scale * size) + 2 * ROOM);
  return {
    places,
    view: [Math.floor((MOST - width!) / 2), -ROOM, width!, height!],
    frames: count,
    step,
  };
}
