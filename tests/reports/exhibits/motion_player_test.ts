import { assert, assertEquals } from "@std/assert";
import { type PlayedMotion, playedMotion } from "../../../reports/exhibits/motion_player.ts";
import { motion } from "./_examples.ts";

type Places = Parameters<typeof playedMotion>[2];

const JOINTS = motion.joints.length;
const LENGTHS = [24, 12];

/** Joints to the right of the root and upwards, as the record has them. */
const placesOf: Places = (row, frame) => {
  const at = (j: number, axis: number) =>
    motion.motions[row]!.positions[3 * (frame * JOINTS + j) + axis]!;
  if (frame >= LENGTHS[row]!) return [];
  return motion.joints.map((_, j) => [at(j, 0) - at(0, 0), at(j, 1)]);
};

/** As the page's script reads it: x and y in turn. */
const bytesOf = ({ places }: PlayedMotion, row: number) =>
  Array.from(atob(places[row]!), (byte) => byte.charCodeAt(0));

Deno.test("playedMotion() has every place of all motions on one scale, within half a step of a byte", () => {
  const played = playedMotion(motion, 24, placesOf);
  assertEquals([played.frames, played.step, played.places.length], [24, 1, 2]);
  // From the ground to the head, 1.75 high.
  const scale = 255 / 1.75;
  const [left, top, width, height] = played.view as [number, number, number, number];
  for (const [row, length] of LENGTHS.entries()) {
    const bytes = bytesOf(played, row);
    assertEquals(bytes.length, length * JOINTS * 2);
    for (let frame = 0; frame < length; frame++) {
      placesOf(row, frame).forEach(([right, up], j) => {
        const [x, y] = bytes.slice(2 * (frame * JOINTS + j)) as [number, number];
        assert(Math.abs(x - 127.5 - scale * right) <= 0.5 + 1e-9, `${row} ${frame} ${j}: ${x}`);
        assert(Math.abs(y - scale * (1.75 - up)) <= 0.5 + 1e-9, `${row} ${frame} ${j}: ${y}`);
        assert(x > left && x < left + width && y > top && y < top + height);
      });
    }
  }
  assertEquals(playedMotion(motion, 24, placesOf), played);
});

Deno.test("playedMotion() takes every few frames of a long motion, so that a page carries at most 40 kB", () => {
  const long = { ...motion, motions: [{ label: "long", positions: [] }] };
  const places: Places = (_, frame) => motion.joints.map((_, j) => [j, frame] as const);
  const { frames, step, places: [bytes] } = playedMotion(long, 50_000, places);
  assertEquals([step, frames], [18, 2778]);
  assertEquals(atob(bytes!).length, 2 * frames * JOINTS);
  assert(atob(bytes!).length <= 40_000);
});

Deno.test("playedMotion() draws motions of no size, and of the largest coordinates", () => {
  for (const size of [0, 5e-324, 1e300]) {
    const places: Places = (_, frame) =>
      motion.joints.map((_, j) => [(j % 2 ? -2 : 2) * size, frame % 2 ? -size : size] as const);
    const played = playedMotion(motion, 2, places);
    assert(played.view.every(Number.isFinite), `${size}: ${played.view}`);
    assertEquals(bytesOf(played, 0).length, 2 * 2 * JOINTS);
  }
});
