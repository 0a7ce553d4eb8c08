import { assertAlmostEquals, assertEquals } from "@std/assert";
import { proceduralThrees } from "../../data/procedural_threes.ts";
import { rotate, rotateSpline, splineCoefficients } from "../../data/rotation.ts";
import { PIXELS, SPLINE } from "../../data/rotation_recipe.ts";

const SIZE = 28;

Deno.test("rotate() turns counter-clockwise when looked at with row 0 on top", () => {
  const image = new Uint8Array(SIZE * SIZE);
  const at = (row: number, column: number) => row * SIZE + column;
  image[at(10, 20)] = 255; // Right of the centre, a little above it.
  const expected = { 0: [10, 20], 4: [7, 10], 8: [17, 7], 12: [20, 17] };
  for (const [turns, [row, column]] of Object.entries(expected)) {
    const out = new Float32Array(SIZE * SIZE);
    rotate(image, SIZE, Number(turns), out);
    assertEquals([...out.keys()].filter((i) => out[i] !== 0), [at(row!, column!)]);
    assertEquals(out[at(row!, column!)], 1);
  }
});

Deno.test("rotate() agrees with library trigonometry and a plain bilinear formula at every angle", () => {
  const image = proceduralThrees(1);
  const out = new Float32Array(SIZE * SIZE);
  for (let turns = 0; turns < 16; turns++) {
    rotate(image, SIZE, turns, out);
    const angle = 2 * Math.PI * turns / 16;
    for (let row = 0; row < SIZE; row++) {
      for (let column = 0; column < SIZE; column++) {
        // Cartesian coordinates with y upwards; the source is the point turned back by the angle.
        const x = column - 13.5, y = 13.5 - row;
        const sourceX = Math.cos(angle) * x + Math.sin(angle) * y;
        const sourceY = -Math.sin(angle) * x + Math.cos(angle) * y;
        const expected = bilinear(image, 13.5 - sourceY, 13.5 + sourceX) / 255;
        assertAlmostEquals(out[row * SIZE + column]!, expected, 1e-6);
      }
    }
  }
});

/** Sum of all pixels weighted by hat functions: slow and obvious. */
function bilinear(image: Uint8Array, row: number, column: number): number {
  let sum = 0;
  for (let r = Math.floor(row); r <= Math.floor(row) + 1; r++) {
    for (let c = Math.floor(column); c <= Math.floor(column) + 1; c++) {
      if (r < 0 || c < 0 || r >= SIZE || c >= SIZE) continue;
      sum += (1 - Math.abs(row - r)) * (1 - Math.abs(column - c)) * image[r * SIZE + c]!;
    }
  }
  return sum;
}

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
