import { assertEquals } from "@std/assert";
import { imputeLinearInterpolation } from "../../../models/reference/linear_interpolation.ts";
import { sequences } from "./_sequences.ts";

Deno.test("imputeLinearInterpolation() is exact when images are linear in the angle", () => {
  assertEquals(
    imputeLinearInterpolation(sequences([[0, 2, 6], [0, 1, 6]]), 3),
    Float32Array.of(30, 31, 130, 131),
  );
});

Deno.test("imputeLinearInterpolation() weights around the circle by nearness", () => {
  // Angle 7 lies 1 after angle 6 and 3 before angle 2: 3/4 of image 6 and 1/4 of image 2.
  assertEquals(
    imputeLinearInterpolation(sequences([[2, 6]]), 7),
    Float32Array.of(0.75 * 60 + 0.25 * 20, 0.75 * 61 + 0.25 * 21),
  );
});

Deno.test("imputeLinearInterpolation() does not read the image itself when it was observed", () => {
  const set = sequences([[2, 3, 4]]);
  set.frames.fill(1e6, 3 * 2, 4 * 2);
  assertEquals(imputeLinearInterpolation(set, 3), Float32Array.of(30, 31));
});

Deno.test("imputeLinearInterpolation() copies the only image when one other angle was observed", () => {
  assertEquals(imputeLinearInterpolation(sequences([[3, 5]]), 3), Float32Array.of(50, 51));
});
