import { assertEquals } from "@std/assert";
import {
  capitalise,
  counted,
  decimalsFor,
  decimalsOf,
  formatCount,
  formatDifference,
  formatDuration,
  formatFixed,
  formatPercent,
  formatPlusMinus,
  formatShort,
  formatSigned,
} from "../../../benchmarks/statistics/numbers.ts";

Deno.test("formatFixed() has a true minus sign and none when the value rounds to zero", () => {
  assertEquals(formatFixed(-1.25, 1), "−1.3");
  assertEquals(formatFixed(-0.001, 2), "0.00");
  assertEquals(formatFixed(NaN, 2), "NaN");
  assertEquals(formatFixed(-Infinity, 2), "−∞");
});

Deno.test("formatSigned() shows a plus sign when the value is positive", () => {
  assertEquals(formatSigned(0.5, 1), "+0.5");
  assertEquals(formatSigned(-0.5, 1), "−0.5");
  assertEquals(formatSigned(0.01, 1), "0.0");
});

Deno.test("decimalsFor() keeps the significant digits", () => {
  assertEquals(decimalsFor(0.0194, 3), 4);
  assertEquals(decimalsFor(126.46, 3), 0);
  assertEquals(decimalsFor(0, 3), 0);
});

Deno.test("numbers have an exponent where they would be a row of zeros or of digits", () => {
  const shown = (
    value: number,
  ) => [formatFixed(value, decimalsFor(value, 3)), formatShort(value, 3)];
  assertEquals(shown(1.2e-9), ["1.2e-9", "1.2e-9"]);
  assertEquals(shown(-1.234e-9), ["−1.23e-9", "−1.23e-9"]);
  assertEquals(shown(5e-324), ["4.94e-324", "5e-324"]);
  assertEquals(shown(3e38), ["3e38", "3e38"]);
  assertEquals(shown(-1.7976931348623157e308), ["−1.79769e308", "−1.8e308"]);
  assertEquals(shown(0.000012), ["0.0000120", "0.000012"]);
  assertEquals(shown(123456789), ["123456789", "123000000"]);
  assertEquals(shown(0), ["0", "0"]);
  assertEquals([formatFixed(0.0194, 12), formatFixed(0, 12)], ["0.01940000", "0"]);
});

Deno.test("formatPlusMinus() has exponents, and the std's digits where the mean is 0", () => {
  const of = (mean: number, std: number) => {
    const spread = { ddof: 1, n: 3, unit: "seed", quantity: "", mean, std } as const;
    return formatPlusMinus(spread, decimalsOf(spread));
  };
  assertEquals(of(1.234e-9, 3e-10), "1.23e-9 ± 3e-10");
  assertEquals(of(3e38, 1e37), "3e38 ± 1e37");
  assertEquals(of(1e308, Infinity), "1e308 ± ∞");
  assertEquals(of(0, 0.00123), "0.0000 ± 0.0012");
});

Deno.test("formatPlusMinus() shows two digits of the std and at least the published decimals", () => {
  const spread = { ddof: 1, n: 3, unit: "seed", quantity: "" } as const;
  const small = { ...spread, mean: 0.018849, std: 0.000312 };
  assertEquals(formatPlusMinus(small, decimalsOf(small, 4)), "0.01885 ± 0.00031");
  const large = { ...spread, mean: 0.1, std: 0.2 };
  assertEquals(formatPlusMinus(large, decimalsOf(large, 4)), "0.1000 ± 0.2000");
  assertEquals(formatPlusMinus({ ...spread, mean: 0.5, std: undefined }, 2), "0.50");
  assertEquals(formatPlusMinus({ ...spread, mean: 0.5, std: 0 }, 2), "0.50 ± 0");
});

Deno.test("formatDifference() gives the share too when there is one", () => {
  const inInterval = undefined;
  assertEquals(
    formatDifference({ absolute: -0.0085, relative: -0.27508, inInterval }, 4),
    "−0.0085 (−27.5 %)",
  );
  assertEquals(formatDifference({ absolute: 3.2, relative: undefined, inInterval }, 1), "+3.2");
  assertEquals([formatPercent(4.124), formatPercent(-0.0001)], ["+412.4 %", "0.0 %"]);
});

Deno.test("counted() puts the noun into the plural when there is not one thing", () => {
  assertEquals([0, 1, 2].map((n) => counted(n, "cell")), ["0 cells", "1 cell", "2 cells"]);
});

Deno.test("formatDuration() picks its unit", () => {
  assertEquals(
    [0.42, 9.96, 59.6, 185, 7620].map(formatDuration),
    ["0.4 s", "10 s", "1 min 00 s", "3 min 05 s", "2 h 07 min"],
  );
  assertEquals([3e38, Infinity, -1].map(formatDuration), ["3e38 s", "∞ s", "−1.0 s"]);
});

Deno.test("formatCount() sets thousands apart and formatShort() drops idle zeros", () => {
  assertEquals(formatCount(1234567), "1\u202f234\u202f567");
  assertEquals(formatCount(12), "12");
  assertEquals(formatShort(-0.050001), "−0.05");
  assertEquals(capitalise("loss"), "Loss");
});
