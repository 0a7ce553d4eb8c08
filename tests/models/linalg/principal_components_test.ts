import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import {
  frobenius,
  identity,
  matrix,
  multiply,
  multiplyTranspose,
  transposeMultiply,
} from "../../../models/linalg/matrix.ts";
import { principalComponents } from "../../../models/linalg/principal_components.ts";

const key = rootKey(8);
const random = (name: string, rows: number, columns: number) =>
  matrix(rows, columns, Float64Array.from(normal(fold(key, name), rows * columns)));

Deno.test("principalComponents() rebuilds data of its rank exactly", () => {
  const low = multiply(random("a", 20, 3), random("b", 3, 7));
  const { mean, directions, scores } = principalComponents(low, 3);
  const rebuilt = multiplyTranspose(scores, directions);
  const worst = Math.max(
    ...low.data.map((value, at) => Math.abs(value - mean[at % 7]! - rebuilt.data[at]!)),
  );
  assert(worst < 1e-12, `largest difference ${worst}`);
  const gram = transposeMultiply(directions, directions);
  identity(3).data.forEach((value, at) => assertAlmostEquals(gram.data[at]!, value, 1e-13));
});

Deno.test("principalComponents() finds known directions in the order of their variances", () => {
  // ±√2 · size along the axes 2, 0, 3 in turn: variances are size² / 3 · 2.
  const axes = [[2, 5], [0, 3], [3, 1]] as const;
  const data = matrix(6, 4);
  axes.forEach(([axis, size], i) => {
    data.data[2 * i * 4 + axis] = 10 + size;
    data.data[(2 * i + 1) * 4 + axis] = 10 - size;
  });
  // The mean is not zero; what matters is the spread about it.
  for (let at = 0; at < data.data.length; at++) {
    const axis = axes.findIndex(([a]) => a === at % 4);
    if (axis >= 0 && Math.floor(at / 8) !== axis) data.data[at] = 10;
  }
  const { directions, scores } = principalComponents(data, 2);
  assertAlmostEquals(Math.abs(directions.data[2 * 2]!), 1, 1e-12, "axis 2 first");
  assertAlmostEquals(Math.abs(directions.data[0 * 2 + 1]!), 1, 1e-12, "then axis 0");
  assertAlmostEquals(frobenius(scores, scores), 2 * 25 + 2 * 9, 1e-9);
});

Deno.test("principalComponents() gives finite orthonormal directions when the data have fewer", () => {
  const { directions, scores } = principalComponents(matrix(4, 3, new Float64Array(12).fill(2)), 3);
  const gram = transposeMultiply(directions, directions);
  identity(3).data.forEach((value, at) => assertAlmostEquals(gram.data[at]!, value, 1e-12));
  assertEquals(frobenius(scores, scores), 0);
  assertThrows(
    () => principalComponents(matrix(4, 3), 4),
    RangeError,
    "Cannot find principal components: their number must be at most the data's 3 columns",
  );
});
