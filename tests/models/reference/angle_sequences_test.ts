import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { image, imputationError, otherAngles } from "../../../models/reference/angle_sequences.ts";
import { sequences } from "./_sequences.ts";

const SET = sequences([[0, 2, 5], [1, 2, 7]]);

Deno.test("otherAngles() leaves out the angle itself when it was observed", () => {
  assertEquals([...otherAngles(SET, 0, 2)], [0, 5]);
  assertEquals([...otherAngles(SET, 1, 2)], [1, 7]);
  assertEquals([...otherAngles(SET, 1, 3)], [1, 2, 7]);
});

Deno.test("otherAngles() throws when no other angle was observed", () => {
  assertThrows(
    () => otherAngles(sequences([[4]]), 0, 4),
    RangeError,
    "Cannot impute angle 4 as sequence 0 must be observed at another angle",
  );
});

Deno.test("image() gives the pixels of one sequence at one angle", () => {
  assertEquals([...image(SET, 1, 3)], [130, 131]);
});

Deno.test("imputationError() averages squares over sequences and pixels", () => {
  // Truth at angle 3: 30 31 | 130 131.
  const imputed = Float32Array.of(31, 31, 130, 128);
  assertAlmostEquals(imputationError(SET, 3, imputed), (1 + 0 + 0 + 9) / 4, 1e-12);
});
