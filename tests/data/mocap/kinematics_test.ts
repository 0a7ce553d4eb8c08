import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { parseAmc } from "../../../data/mocap/amc.ts";
import { parseAsf } from "../../../data/mocap/asf.ts";
import { jointPositions } from "../../../data/mocap/kinematics.ts";
import vectors from "./kinematics_vectors.json" with { type: "json" };
import { encode } from "./_walker.ts";

const skeleton = parseAsf(encode(vectors.asf), "x.asf");
const motion = parseAmc(encode(vectors.amc), "x.amc", skeleton);

Deno.test("jointPositions() agrees with NumPy's products of matrices", () => {
  assertEquals(motion.frameCount, vectors.joints.length);
  for (const [frame, joints] of vectors.joints.entries()) {
    const width = skeleton.channelCount;
    const positions = jointPositions(
      skeleton,
      motion.values.subarray(frame * width, (frame + 1) * width),
    );
    for (const [i, { name }] of skeleton.bones.entries()) {
      const expected = joints[vectors.bones.indexOf(name)]!;
      for (const axis of [0, 1, 2]) {
        assertAlmostEquals(positions[3 * i + axis]!, expected[axis]!, 1e-12, `${frame} ${name}`);
      }
    }
  }
});

Deno.test("jointPositions() keeps the bones' lengths", () => {
  const positions = jointPositions(skeleton, motion.values.subarray(13, 26));
  for (const [i, { parent, length }] of skeleton.bones.entries()) {
    if (parent < 0) continue;
    const between = [0, 1, 2].map((axis) =>
      positions[3 * i + axis]! - positions[3 * parent + axis]!
    );
    assertAlmostEquals(Math.hypot(...between), length, 1e-12);
  }
});

Deno.test("jointPositions() throws when a frame has another number of values", () => {
  assertThrows(
    () => jointPositions(skeleton, new Float64Array(5)),
    RangeError,
    "Cannot place a skeleton: a frame must have 13 values, is 5",
  );
});
