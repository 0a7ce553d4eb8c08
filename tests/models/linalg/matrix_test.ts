import { assertEquals, assertThrows } from "@std/assert";
import {
  frobenius,
  identity,
  matrix,
  multiply,
  multiplyTranspose,
  row,
  trace,
  transpose,
  transposeMultiply,
} from "../../../models/linalg/matrix.ts";
import { solveLower, solveLowerTransposed } from "../../../models/linalg/cholesky.ts";

const a = matrix(2, 3, Float64Array.of(1, 2, 3, 4, 5, 6));
const b = matrix(3, 2, Float64Array.of(7, 8, 9, 10, 11, 12));

Deno.test("products are those computed by hand", () => {
  assertEquals(multiply(a, b), matrix(2, 2, Float64Array.of(58, 64, 139, 154)));
  assertEquals(transposeMultiply(a, transpose(b)), multiply(transpose(a), transpose(b)));
  assertEquals(multiplyTranspose(a, a), matrix(2, 2, Float64Array.of(14, 32, 32, 77)));
  assertEquals(frobenius(a, a), 91);
  assertEquals(multiply(identity(2, 3), a).data, Float64Array.of(3, 6, 9, 12, 15, 18));
  assertEquals([...row(b, 1)], [9, 10]);
  assertEquals(trace(multiply(a, b)), 212);
});

Deno.test("multiply() has the bits of the plain loop for every number of rows and terms", () => {
  const wave = (rows: number, columns: number) =>
    matrix(
      rows,
      columns,
      Float64Array.from({ length: rows * columns }, (_, i) => Math.sin(3 * i + 1)),
    );
  for (let n = 1; n <= 9; n++) {
    const [left, right] = [wave(n, 10 - n), wave(10 - n, 3)];
    const expected = matrix(n, 3);
    for (let i = 0; i < n; i++) {
      for (let k = 0; k < 10 - n; k++) {
        for (let j = 0; j < 3; j++) {
          expected.data[i * 3 + j]! += left.data[i * (10 - n) + k]! * right.data[k * 3 + j]!;
        }
      }
    }
    assertEquals(multiply(left, right), expected);
  }
});

Deno.test("solveLower() and solveLowerTransposed() undo a triangular factor", () => {
  // The 9 above the diagonal is not read.
  const l = matrix(2, 2, Float64Array.of(2, 9, 3, 4));
  const right = matrix(2, 2, Float64Array.of(2, 4, 11, -2));
  assertEquals([...solveLower(l, right).data], [1, 2, 2, -2]);
  // Lᵀ = [[2, 3], [0, 4]]
  const upper = matrix(2, 1, Float64Array.of(8, 8));
  assertEquals([...solveLowerTransposed(l, upper).data], [1, 2]);
  assertEquals([...right.data], [2, 4, 11, -2], "the right-hand side stays");
});

Deno.test("matrices throw in one line when sizes do not fit", () => {
  const refuses = (action: () => unknown, message: string) => {
    assertEquals(assertThrows(action, RangeError).message, message);
  };
  refuses(
    () => matrix(2, 2, new Float64Array(3)),
    "Cannot make a 2×2 matrix: data must have 4 numbers, has 3",
  );
  refuses(() => multiply(a, a), "Cannot multiply A·B: inner lengths must be equal, are 3 and 2");
  refuses(
    () => transposeMultiply(a, b),
    "Cannot multiply Aᵀ·B: inner lengths must be equal, are 2 and 3",
  );
  refuses(
    () => frobenius(a, b),
    "Cannot take the inner product of two matrices: shapes must be equal, are 2×3 and 3×2",
  );
  refuses(
    () => solveLower(a, b),
    "Cannot solve a triangular system: L must be 3×3 for B 3×2, is 2×3",
  );
  refuses(
    () => solveLowerTransposed(matrix(1, 1), matrix(1, 1)),
    "Cannot solve a triangular system: entry 0 of the diagonal must not be zero, is 0",
  );
});
