/**
 * Walks as stick figures: frames of 50 channels back on the skeleton that they were recorded of.
 *
 * @module
 */
import type { Motion } from "./amc.ts";
import { jointPositions } from "./kinematics.ts";
import { channelPlaces, walkChannels } from "./preprocessing.ts";

/** Centimetres in CMU's unit of length. */
const CENTIMETRES = 2.54 / 0.45;

/** How the frames of one walk look. */
export interface StickFigure {
  /** Names of the joints. */
  readonly joints: readonly string[];
  /** Parent of each joint; -1 for the root. */
  readonly parents: readonly number[];
  /**
   * Places of the joints in one frame of the walk, (joints, 3) in centimetres, seen from its right side: x is the way that
   * the walk goes, y is up. The root stays at its mean height, since a walk holds its steps and not its places.
   *
   * @param frame 50 channels less the walk's means, as in its sequence
   */
  readonly positions: (frame: ArrayLike<number>) => Float64Array;
}

/** The stick figure of a motion. @param frames over so many first frames means were taken and subtracted */
export function stickFigure(motion: Motion, frames: number): StickFigure {
  const { skeleton, values } = motion;
  const { bones, channelCount } = skeleton;
  const mean = new Float64Array(channelCount);
  for (let i = 0; i < frames * channelCount; i++) mean[i % channelCount]! += values[i]! / frames;
  const places = channelPlaces(skeleton);
  const steps = walkChannels(motion);
  let [forwardX, forwardZ] = [0, 0];
  for (let frame = 0; frame < frames; frame++) {
    forwardX += steps[frame * places.length]!;
    forwardZ += steps[frame * places.length + 2]!;
  }
  const length = Math.hypot(forwardX, forwardZ);
  const [cos, sin] = length > 0 ? [forwardX / length, forwardZ / length] : [1, 0];
  mean[places[0]!] = mean[places[2]!] = 0;
  return {
    joints: bones.map(({ name }) => name),
    parents: bones.map(({ parent }) => parent),
    positions(frame) {
      const pose = mean.slice();
      for (let i = 3; i < places.length; i++) pose[places[i]!]! += frame[i]!;
      const positions = jointPositions(skeleton, pose);
      for (let at = 0; at < positions.length; at += 3) {
        const [x, y, z] = [positions[at]!, positions[at + 1]!, positions[at + 2]!];
        positions.set([cos * x + sin * z, y, cos * z - sin * x].map((v) => CENTIMETRES * v), at);
      }
      return positions;
    },
  };
}
