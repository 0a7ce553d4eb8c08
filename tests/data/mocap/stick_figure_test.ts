import { assertAlmostEquals, assertEquals } from "@std/assert";
import { parseAmc } from "../../../data/mocap/amc.ts";
import { parseAsf } from "../../../data/mocap/asf.ts";
import { jointPositions } from "../../../data/mocap/kinematics.ts";
import { centred, WALK_CHANNELS, walkChannels } from "../../../data/mocap/preprocessing.ts";
import { stickFigure } from "../../../data/mocap/stick_figure.ts";
import { amcText, asfText, channelValues, encode } from "./_walker.ts";

const FRAMES = 6;
/** Channels that a walk has not: hands, fingers, thumbs, toes. They keep still here, so that nothing is lost. */
const LEFT_OUT = [31, 32, 33, 34, 35, 43, 44, 45, 46, 47, 54, 61];

Deno.test("stickFigure() puts frames back on the skeleton, seen from the right side of the way they go", () => {
  const skeleton = parseAsf(encode(asfText()), "x.asf");
  const values = channelValues(1, FRAMES + 1);
  values.forEach((frame, i) => {
    for (const channel of LEFT_OUT) frame[channel] = channel;
    frame.splice(0, 3, 2, 9, 3 * i); // along z, at a constant height
  });
  const motion = parseAmc(encode(amcText(values)), "x.amc", skeleton);
  const walk = centred(walkChannels(motion), FRAMES);
  const figure = stickFigure(motion, FRAMES);
  assertEquals(figure.parents, skeleton.bones.map(({ parent }) => parent));
  const width = skeleton.channelCount;
  for (let frame = 0; frame < FRAMES; frame++) {
    const own = jointPositions(
      skeleton,
      motion.values.subarray(frame * width, (frame + 1) * width),
    );
    const drawn = figure.positions(
      walk.subarray(frame * WALK_CHANNELS, (frame + 1) * WALK_CHANNELS),
    );
    figure.joints.forEach((name, joint) => {
      const [x, y, z] = own.subarray(3 * joint);
      const expected = [z! - 3 * frame, y!, 2 - x!];
      expected.forEach((value, axis) =>
        assertAlmostEquals(drawn[3 * joint + axis]!, value * 2.54 / 0.45, 1e-9, `${frame} ${name}`)
      );
    });
  }
});
