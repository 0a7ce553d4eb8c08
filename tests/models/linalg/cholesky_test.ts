import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import {
  cholesky,
  choleskyInverse,
  choleskySolve,
  logDeterminant,
  solveLower,
  solveLowerTransposed,
} from "../../../models/linalg/cholesky.ts";
import {
  identity,
  type Matrix,
  matrix,
  multiply,
  multiplyTranspose,
  transpose,
} from "../../../models/linalg/matrix.ts";

function random(name: string, rows: number, columns: number): Matrix {
  const data = Float64Array.from(normal(fold(rootKey(3), name), rows * columns));
  return matrix(rows, columns, data);
}

function assertClose(actual: Matrix, expected: Matrix, tolerance: number) {
  assertEquals([actual.rows, actual.columns], [expected.rows, expected.columns]);
  const worst = Math.max(...expected.data.map((value, i) => Math.abs(value - actual.data[i]!)));
  assert(worst <= tolerance, `largest difference ${worst}`);
}

Deno.test("cholesky() gives the factor known from textbooks", () => {
  // L = [[2], [6, 1], [-8, 5, 3]]: integers, so exact.
  const a = matrix(3, 3, Float64Array.of(4, 12, -16, 12, 37, -43, -16, -43, 98));
  const l = cholesky(a);
  assertEquals([...l.data], [2, 0, 0, 6, 1, 0, -8, 5, 3]);
  assertAlmostEquals(logDeterminant(l), Math.log(36), 1e-14); // |A| = (2 · 1 · 3)²
});

Deno.test("cholesky() factors, solves and inverts a random covariance", () => {
  const n = 12;
  const root = random("root", n, n);
  const a = multiplyTranspose(root, root);
  const l = cholesky(a);
  assertClose(multiplyTranspose(l, l), a, 1e-12);
  assert(l.data.every((value, i) => i % n <= Math.floor(i / n) || value === 0), "lower triangular");
  const x = random("x", n, 3);
  assertClose(choleskySolve(l, multiply(a, x)), x, 1e-8);
  assertClose(multiply(a, choleskyInverse(l)), identity(n), 1e-8);
});

Deno.test("factors, solutions and inverses are right for every number of rows, whatever is left of pairs and fours", () => {
  for (let n = 1; n <= 13; n++) {
    const root = random(`root ${n}`, n, n);
    const a = multiplyTranspose(root, root);
    for (let i = 0; i < n; i++) a.data[i * (n + 1)]! += n;
    const l = cholesky(a);
    assertClose(multiplyTranspose(l, l), a, 1e-13 * n);
    const inverse = choleskyInverse(l);
    assertClose(multiply(a, inverse), identity(n), 1e-13 * n);
    assertEquals(transpose(inverse), inverse);
    for (const columns of [1, 2, 5]) {
      const b = random(`b ${n}`, n, columns);
      assertClose(multiply(l, solveLower(l, b)), b, 1e-13 * n);
      assertClose(multiply(transpose(l), solveLowerTransposed(l, b)), b, 1e-13 * n);
    }
  }
});

Deno.test("cholesky() throws in one line when the matrix is no covariance", () => {
  const refuses = (values: number[], words: string) => {
    const side = Math.floor(Math.sqrt(values.length));
    const a = matrix(side, values.length / side, Float64Array.from(values));
    const error = assertThrows(() => cholesky(a, "the covariance"), RangeError, words);
    assert(/^Cannot factor the covariance: it must be [^\n]+$/.test(error.message), error.message);
  };
  refuses([1, 2, 2, 1], "positive definite: pivot 1 must be above 4.4e-16, is -3"); // indefinite
  refuses([1, 1, 1, 1], "positive definite: pivot 1 must be above 4.4e-16, is 0"); // singular
  // A pivot of rounding is no pivot: [1/3, 1/7; …] of rank 1.
  refuses([1 / 9, 1 / 21, 1 / 21, 1 / 49], "pivot 1 must be above");
  refuses([0], "pivot 0 must be above 0.0e+0, is 0");
  refuses([1, 0.5, 0.4, 1], "symmetric, is 0.4 at (1, 0), 0.5 at (0, 1)");
  refuses([1, NaN, NaN, 1], "finite, is NaN in row 0, column 1");
  refuses([1, 2], "square, is 1×2");
});
