import { assertAlmostEquals, assertEquals } from "@std/assert";
import { proceduralThrees } from "../../data/procedural_threes.ts";
import { rotate } from "../../data/rotation.ts";

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
