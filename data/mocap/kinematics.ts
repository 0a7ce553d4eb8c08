/**
 * Forward kinematics: where the ends of a skeleton's bones are.
 *
 * @module
 */
import type { Bone, Skeleton } from "./asf.ts";

/** A rotation: 3×3, row-major, for column vectors. */
type Rotation = readonly number[];

/** Rotation by degrees about an axis, 0 to 2 for x to z. */
function rotationAbout(axis: number, degrees: number): Rotation {
  const [cos, sin] = [Math.cos(degrees * Math.PI / 180), Math.sin(degrees * Math.PI / 180)];
  const [i, j] = [(axis + 1) % 3, (axis + 2) % 3];
  const rotation = new Array<number>(9).fill(0);
  rotation[4 * axis] = 1;
  rotation[4 * i] = cos;
  rotation[4 * j] = cos;
  rotation[3 * i + j] = -sin;
  rotation[3 * j + i] = sin;
  return rotation;
}

const IDENTITY: Rotation = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** A·B. */
function times(a: Rotation, b: Rotation): Rotation {
  return IDENTITY.map((_, at) => {
    const [row, column] = [3 * Math.floor(at / 3), at % 3];
    return a[row]! * b[column]! + a[row + 1]! * b[3 + column]! + a[row + 2]! * b[6 + column]!;
  });
}

/** Aᵀ. */
function transposed(a: Rotation): Rotation {
  return IDENTITY.map((_, at) => a[3 * (at % 3) + Math.floor(at / 3)]!);
}

/** Rotations one after the other, the first first. */
function inTurn(rotations: readonly (readonly [axis: number, degrees: number])[]): Rotation {
  return rotations.reduce<Rotation>(
    (before, [axis, degrees]) => times(rotationAbout(axis, degrees), before),
    IDENTITY,
  );
}

/** A bone's rotation relative to its parent: its channels turn it about its own axes C, which is C·M·C⁻¹. */
function localRotation({ axis, channels, firstChannel }: Bone, values: Float64Array): Rotation {
  const own = inTurn(axis.map((degrees, about) => [about, degrees]));
  const turns = channels.map((channel, i) =>
    [["rx", "ry", "rz"].indexOf(channel), values[firstChannel + i]!] as const
  );
  const motion = inTurn(turns.filter(([about]) => about >= 0));
  return times(times(own, motion), transposed(own));
}

/** The root's position, to which its translation is added. */
function rootPosition({ bones, position }: Skeleton, values: Float64Array): number[] {
  const { channels, firstChannel } = bones[0]!;
  return ["tx", "ty", "tz"].map((name, i) => {
    const channel = channels.findIndex((other) => other === name);
    return position[i]! + (channel < 0 ? 0 : values[firstChannel + channel]!);
  });
}

/**
 * Where the ends of all bones are in one frame; a stick figure has a line from each bone's parent's end to its own.
 *
 * @param values a frame of a motion: lengths in the skeleton's unit, angles in degrees (channelCount)
 * @returns (bones, 3) in the skeleton's unit; the first is the root itself. In CMU's files y is up, and a unit is
 * 2.54/0.45 cm
 * @throws RangeError for another number of values
 */
export function jointPositions(skeleton: Skeleton, values: Float64Array): Float64Array {
  const { bones, channelCount } = skeleton;
  if (values.length !== channelCount) {
    throw new RangeError(
      `Cannot place a skeleton: a frame must have ${channelCount} values, is ${values.length}`,
    );
  }
  const positions = new Float64Array(3 * bones.length);
  const rotations: Rotation[] = [];
  for (const [i, bone] of bones.entries()) {
    const local = localRotation(bone, values);
    if (bone.parent < 0) {
      rotations.push(local);
      positions.set(rootPosition(skeleton, values), 3 * i);
      continue;
    }
    const rotation = times(rotations[bone.parent]!, local);
    rotations.push(rotation);
    const [x, y, z] = bone.direction;
    for (let row = 0; row < 3; row++) {
      const along = rotation[3 * row]! * x + rotation[3 * row + 1]! * y +
        rotation[3 * row + 2]! * z;
      positions[3 * i + row] = positions[3 * bone.parent + row]! + bone.length * along;
    }
  }
  return positions;
}
