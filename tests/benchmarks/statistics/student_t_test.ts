import { assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { incompleteBeta, tQuantile, tUpperTail } from "../../../benchmarks/statistics/student_t.ts";

Deno.test("tQuantile() agrees with SciPy", () => {
  // scipy.stats.t.ppf(p, df), SciPy 1.10
  const cases: readonly [number, number, number][] = [
    [0.975, 2, 4.302652729749462],
    [0.975, 3, 3.1824463052837078],
    [0.975, 4, 2.7764451051977934],
    [0.975, 9, 2.262157162798205],
    [0.975, 30, 2.0422724563012378],
    [0.975, 99, 1.9842169515864174],
    [0.9, 2, 1.8856180831641272],
    [0.9, 5, 1.4758840488244815],
    [0.9, 99, 1.2901614420344854],
  ];
  for (const [p, df, expected] of cases) assertAlmostEquals(tQuantile(p, df), expected, 1e-7);
});

Deno.test("tUpperTail() agrees with SciPy", () => {
  // scipy.stats.t.sf(t, df), SciPy 1.10
  const cases: readonly [number, number, number][] = [
    [0, 3, 0.5],
    [2, 4, 0.05805826175840775],
    [-1.5, 7, 0.911350756505015],
    [4.302652729749462, 2, 0.025],
    [12.3, 1, 0.025822059396594627],
    [1000, 5, 9.490065565989865e-15],
  ];
  for (const [t, df, expected] of cases) {
    assertAlmostEquals(tUpperTail(t, df) / expected, 1, 1e-10);
  }
  assertEquals([tUpperTail(Infinity, 3), tUpperTail(-Infinity, 3)], [0, 1]);
  assertThrows(() => tUpperTail(NaN, 3), RangeError, ", is NaN");
  assertThrows(() => tUpperTail(1, 0), RangeError, ", is 0");
});

Deno.test("tQuantile() agrees with the closed form when there are 1 or 2 degrees of freedom", () => {
  for (const p of [0.6, 0.9, 0.975, 0.9995]) {
    const cauchy = Math.tan(Math.PI * (p - 0.5));
    assertAlmostEquals(tQuantile(p, 1) / cauchy, 1, 1e-11);
    const two = (2 * p - 1) * Math.sqrt(2 / (4 * p * (1 - p)));
    assertAlmostEquals(tQuantile(p, 2) / two, 1, 1e-11);
  }
});

Deno.test("tQuantile() is antisymmetric about one half", () => {
  assertEquals(tQuantile(0.025, 4), -tQuantile(0.975, 4));
  assertAlmostEquals(tQuantile(0.5, 4), 0, 1e-12);
});

Deno.test("tQuantile() refuses a probability or degrees of freedom out of range", () => {
  assertThrows(() => tQuantile(1, 4), RangeError, ", is 1");
  assertThrows(() => tQuantile(NaN, 4), RangeError, ", is NaN");
  assertThrows(() => tQuantile(0.9, 0), RangeError, ", is 0");
});

Deno.test("incompleteBeta() gives the polynomial when the shapes are whole numbers", () => {
  // I_x(2, 3) = 6x² - 8x³ + 3x⁴
  for (const x of [0.1, 0.37, 0.5, 0.9]) {
    assertAlmostEquals(incompleteBeta(x, 2, 3), 6 * x ** 2 - 8 * x ** 3 + 3 * x ** 4, 1e-13);
  }
  assertEquals(incompleteBeta(0, 2, 3), 0);
  assertEquals(incompleteBeta(1, 2, 3), 1);
});
