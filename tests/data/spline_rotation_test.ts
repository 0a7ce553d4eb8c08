import { assertAlmostEquals, assertEquals } from "@std/assert";
import { PIXELS, SPLINE } from "../../data/rotation_recipe.ts";
import { rotateSpline, splineCoefficients } from "../../data/spline_rotation.ts";
import vectors from "./spline_rotation_vectors.json" with { type: "json" };

// The vectors are SciPy's: `python3 tests/data/spline_rotation_vectors.py > tests/data/spline_rotation_vectors.json`.

for (const { size, degrees, image, turned } of vectors.rotations) {
  Deno.test(`rotateSpline() agrees with SciPy when ${size}×${size} pixels are turned by ${degrees}°`, () => {
    const radians = degrees * Math.PI / 180;
    const turn = { cos: Math.cos(radians), sin: Math.sin(radians) };
    // As SciPy takes sines of whole right angles: exactly.
    if (degrees % 90 === 0) [turn.cos, turn.sin] = [Math.round(turn.cos), Math.round(turn.sin)];
    const out = new Float64Array(size * size);
    rotateSpline(splineCoefficients(image, size), size, turn, -0.5, out);
    turned.forEach((expected, i) => assertAlmostEquals(out[i]!, expected, 1e-12));
  });
}

Deno.test("SPLINE.turn() agrees with the authors' recipe in SciPy to 1e-6, frames in reverse", () => {
  const image = Uint8Array.from(vectors.digit.image);
  const frames = new Float32Array(16 * PIXELS);
  SPLINE.turn(image, frames);
  for (const [frame, pixels] of Object.entries(vectors.digit.frames)) {
    assertEquals(pixels.length, PIXELS);
    const at = Number(frame) * PIXELS;
    pixels.forEach((expected, i) => assertAlmostEquals(frames[at + i]!, expected, 1e-6));
  }
});

Deno.test("SPLINE.turn() lifts the background of turned frames, and leaves that of upright ones", () => {
  const frames = new Float32Array(16 * PIXELS);
  SPLINE.turn(Uint8Array.from(vectors.digit.image), frames);
  const corner = (frame: number) => frames[frame * PIXELS + 27]!;
  assertAlmostEquals(corner(15), 0, 1e-12);
  for (let frame = 1; frame < 15; frame++) assertEquals(corner(frame) > 0.03, true, `${frame}`);
});

Deno.test("SPLINE.turn() leaves a blank image blank", () => {
  const frames = new Float32Array(16 * PIXELS);
  SPLINE.turn(new Uint8Array(PIXELS), frames);
  assertEquals(frames.every((value) => value === 0), true);
});
