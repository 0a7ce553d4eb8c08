import { assertEquals } from "@std/assert";
import { imputeNearestAngle } from "../../../models/reference/nearest_angle.ts";
import { sequences } from "./_sequences.ts";

Deno.test("imputeNearestAngle() takes each sequence's own nearest image", () => {
  const imputed = imputeNearestAngle(sequences([[0, 2, 6], [0, 5, 6]]), 4);
  // Sequence 0 is a tie of angles 2 and 6, sequence 1 has angle 5 next to it.
  assertEquals(imputed, Float32Array.of(20, 21, 150, 151));
});

Deno.test("imputeNearestAngle() takes the angle before when two are equally near", () => {
  assertEquals(imputeNearestAngle(sequences([[2, 4]]), 3), Float32Array.of(20, 21));
  assertEquals(imputeNearestAngle(sequences([[1, 7]]), 0), Float32Array.of(70, 71));
});

Deno.test("imputeNearestAngle() measures around the circle", () => {
  assertEquals(imputeNearestAngle(sequences([[0, 4]]), 7), Float32Array.of(0, 1));
  assertEquals(imputeNearestAngle(sequences([[3, 7]]), 0), Float32Array.of(70, 71));
});

Deno.test("imputeNearestAngle() does not copy the image itself when it was observed", () => {
  assertEquals(imputeNearestAngle(sequences([[0, 3, 4]]), 3), Float32Array.of(40, 41));
});
