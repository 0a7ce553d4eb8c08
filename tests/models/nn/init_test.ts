import { assert, assertAlmostEquals, assertEquals, assertNotEquals } from "@std/assert";
import { fold, rootKey } from "../../../data/random/mod.ts";
import {
  constant,
  convSpec,
  convTransposeSpec,
  denseSpecs,
  initialise,
  linearSpecs,
} from "../../../models/nn/init.ts";

Deno.test("initialise() draws kernels with Glorot's variance 2 / (fanIn + fanOut)", () => {
  for (
    const [spec, fans] of [
      [denseSpecs("d", 60, 90)[0]!, 150],
      [convSpec("c", 5, 8, 24), 25 * 32],
      [convTransposeSpec("t", 5, 8, 24), 25 * 32],
    ] as const
  ) {
    const data = Array.from(initialise(rootKey(1), [spec])[spec.name]!.data);
    const variance = data.reduce((sum, x) => sum + x * x, 0) / data.length;
    assertAlmostEquals(variance / (2 / fans), 1, 0.06);
    const radius = Math.sqrt(6 / fans);
    assert(data.every((x) => Math.abs(x) <= radius * (1 + 1e-6)), "a draw leaves the interval");
  }
});

Deno.test("initialise() gives layouts of channels by kind of layer", () => {
  assertEquals(denseSpecs("d", 3, 4).map(({ shape }) => shape), [[3, 4], [4]]);
  assertEquals(convSpec("c", 5, 1, 8).shape, [5, 5, 1, 8]);
  assertEquals(convTransposeSpec("t", 3, 8, 48).shape, [3, 3, 48, 8]);
});

Deno.test("initialise() depends on the key and on the parameter's own name only", () => {
  const [kernel, bias] = denseSpecs("d", 3, 4);
  const alone = initialise(rootKey(1), [kernel!]);
  const after = initialise(rootKey(1), [...denseSpecs("before", 9, 9), kernel!, bias!]);
  assertEquals(alone["d/kernel"], after["d/kernel"]);
  assertNotEquals(alone["d/kernel"], initialise(rootKey(2), [kernel!])["d/kernel"]);
  assertNotEquals(
    initialise(fold(rootKey(1), 0), [kernel!])["d/kernel"],
    initialise(fold(rootKey(1), 1), [kernel!])["d/kernel"],
  );
});

Deno.test("initialise() draws normal numbers of the deviation asked for", () => {
  const initializer = { kind: "normal", deviation: 0.02 } as const;
  const { x } = initialise(rootKey(1), [{ name: "x", shape: [50, 80], initializer }]);
  const values = Array.from(x!.data);
  const mean = values.reduce((sum, value) => sum + value, 0) / 4000;
  const square = values.reduce((sum, value) => sum + value ** 2, 0) / 4000;
  assertAlmostEquals(mean, 0, 0.002);
  assertAlmostEquals(Math.sqrt(square) / 0.02, 1, 0.05);
});

Deno.test("initialise() fills constants, also scalars", () => {
  const arrays = initialise(rootKey(1), [constant("x", [], 2.5), constant("y", [2], 1)]);
  assertEquals(arrays, {
    x: { shape: [], data: Float32Array.of(2.5) },
    y: { shape: [2], data: Float32Array.of(1, 1) },
  });
});

Deno.test("linearSpecs() draws kernel and bias from ±1 / √inputs", () => {
  const specs = linearSpecs("l", 25, 400);
  assertEquals(specs.map(({ shape }) => shape), [[25, 400], [400]]);
  for (const { data } of Object.values(initialise(rootKey(1), specs))) {
    const values = Array.from(data);
    assert(values.every((x) => Math.abs(x) <= 0.2 * (1 + 1e-6)), "a draw leaves the interval");
    const variance = values.reduce((sum, x) => sum + x * x, 0) / values.length;
    assertAlmostEquals(variance / (0.2 ** 2 / 3), 1, 0.15);
  }
});

Deno.test("initialise() draws uniform numbers within their radius, and normal ones around their mean", () => {
  const shape = [4000];
  const { u, n } = initialise(rootKey(3), [
    { name: "u", shape, initializer: { kind: "uniform", radius: 0.5 } },
    { name: "n", shape, initializer: { kind: "normal", deviation: 0.1, mean: 1 } },
  ]);
  const moments = (values: ArrayLike<number>) => {
    const list = Array.from(values);
    const mean = list.reduce((sum, value) => sum + value, 0) / list.length;
    return [mean, list.reduce((sum, value) => sum + (value - mean) ** 2, 0) / list.length] as const;
  };
  assert(u!.data.every((value) => Math.abs(value) <= 0.5));
  const [[uMean, uVariance], [nMean, nVariance]] = [moments(u!.data), moments(n!.data)];
  assertAlmostEquals(uMean, 0, 0.02);
  assertAlmostEquals(uVariance, 1 / 12, 0.005);
  assertAlmostEquals(nMean, 1, 0.01);
  assertAlmostEquals(nVariance, 0.01, 0.001);
});
