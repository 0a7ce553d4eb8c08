/**
 * The preprocessing of the CMU walks in ODE2VAE's experiments, without which no error compares with the paper's: 50 of the
 * 62 channels, the root's steps instead of its positions, and no scaling.
 *
 * @module
 */
import { DataError, type DataErrorCode } from "../files.ts";
import type { MatData } from "../mat.ts";
import type { Sequences } from "../sequences.ts";
import type { Motion } from "./amc.ts";
import type { Skeleton } from "./asf.ts";

/** Channels of a walk. */
export const WALK_CHANNELS = 50;
/** First frames from which a walk is predicted. */
export const CONTEXT_FRAMES = 3;
/** Time between two frames, in the time of the models: a hundred frames are 10. CMU's cameras took 120 a second. */
export const FRAME_INTERVAL = 0.1;

/**
 * The bones of a walk and their channels, in the order of CMU's AMC files. Hands, fingers, thumbs and toes are left out:
 * columns 32–36, 44–48, 55 and 62 of 62.
 */
const BONES: readonly (readonly [bone: string, channels: string])[] = [
  ["root", "tx ty tz rx ry rz"],
  ...["lowerback", "upperback", "thorax", "lowerneck", "upperneck", "head"]
    .map((bone) => [bone, "rx ry rz"] as const),
  ...["r", "l"].flatMap((side) =>
    ([["clavicle", "ry rz"], ["humerus", "rx ry rz"], ["radius", "rx"], ["wrist", "ry"]] as const)
      .map(([bone, channels]) => [side + bone, channels] as const)
  ),
  ...["r", "l"].flatMap((side) =>
    ([["femur", "rx ry rz"], ["tibia", "rx"], ["foot", "rx rz"]] as const)
      .map(([bone, channels]) => [side + bone, channels] as const)
  ),
];

/** One error about a file or a folder that cannot be used. */
export function unusable(
  code: DataErrorCode,
  path: string,
  rule: string,
  value: string,
): DataError {
  return new DataError(code, `Cannot use ${path}: ${rule}, is ${value}`);
}

/** Numbers of a file, for a walk. @throws DataError (corrupt) unless each is finite in float32, in which models compute */
export function finiteWalk(numbers: MatData, name: string, path: string): Float64Array {
  const wrong = numbers.find((number) => !Number.isFinite(Math.fround(number)));
  if (wrong === undefined) return Float64Array.from(numbers);
  throw unusable("corrupt", path, `${name} must be finite in float32`, `${wrong}`);
}

/** Where each channel of a walk stands among those of a skeleton. @throws DataError (corrupt) in one line if one is absent */
export function channelPlaces(skeleton: Skeleton): readonly number[] {
  return BONES.flatMap(([name, channels]) => {
    const bone = skeleton.bones.find((bone) => bone.name === name);
    return channels.split(" ").map((channel) => {
      const at = bone?.channels.findIndex((other) => other === channel) ?? -1;
      if (at >= 0) return bone!.firstChannel + at;
      throw unusable("corrupt", skeleton.path, `it must have ${channel} of ${name}`, "without");
    });
  });
}

/**
 * The channels of a walk: the root's steps to the next frame (forward differences of its translation), then angles in
 * degrees. Nothing is subtracted or scaled yet.
 *
 * @returns (frameCount - 1, 50), as the last frame has no step
 * @throws DataError (corrupt) in one line if the skeleton lacks a channel or there is no second frame
 */
export function walkChannels({ path, skeleton, frameCount, values }: Motion): Float64Array {
  if (frameCount < 2) throw unusable("corrupt", path, "a walk must have 2 frames", `${frameCount}`);
  const places = channelPlaces(skeleton);
  const width = skeleton.channelCount;
  const walk = new Float64Array((frameCount - 1) * WALK_CHANNELS);
  for (let frame = 0; frame < frameCount - 1; frame++) {
    places.forEach((place, channel) => {
      const value = values[frame * width + place]!;
      walk[frame * WALK_CHANNELS + channel] = channel < 3
        ? values[(frame + 1) * width + place]! - value
        : value;
    });
  }
  return walk;
}

/** A walk (frames, 50) less each channel's mean over its first `frames` frames. */
export function centred(walk: Float64Array, frames: number): Float64Array {
  const mean = new Float64Array(WALK_CHANNELS);
  for (let i = 0; i < frames * WALK_CHANNELS; i++) mean[i % WALK_CHANNELS]! += walk[i]! / frames;
  return walk.map((value, i) => value - mean[i % WALK_CHANNELS]!);
}

/** Walks of equal length as sequences. @param observedCount frames, from the first, that are observed; all by default */
export function walkSequences(
  walks: readonly Float64Array[],
  frameCount: number,
  observedCount = frameCount,
): Sequences {
  const size = frameCount * WALK_CHANNELS;
  const frames = new Float32Array(walks.length * size);
  walks.forEach((walk, i) => frames.set(walk.subarray(0, size), i * size));
  const observed = Int32Array.from(
    { length: walks.length * observedCount },
    (_, i) => i % observedCount,
  );
  return {
    count: walks.length,
    frameCount,
    frameShape: [WALK_CHANNELS],
    frames,
    observedCount,
    observed,
  };
}
