import { assert, assertEquals, assertRejects } from "@std/assert";
import { COST_AXES, sizeAt, SIZES } from "../../../benchmarks/speed/sizes.ts";
import {
  BATCH_INPUTS,
  movingDiscs,
  parameterCount,
  smoothCurves,
  workload,
} from "../../../benchmarks/speed/workload.ts";
import { rootKey } from "../../../data/random/mod.ts";

/** Mean over frames of the squared change from one frame to the next, over the values' variance. */
function roughness(data: Float32Array, frameSize: number): number {
  const mean = data.reduce((sum, x) => sum + x, 0) / data.length;
  const variance = data.reduce((sum, x) => sum + (x - mean) ** 2, 0) / data.length;
  let change = 0;
  for (let i = frameSize; i < data.length; i++) change += (data[i]! - data[i - frameSize]!) ** 2;
  return change / (data.length - frameSize) / variance;
}

Deno.test("movingDiscs() draws three soft discs that move a little from frame to frame", () => {
  const [sequences, frames, side] = [2, 20, 32];
  const images = movingDiscs(rootKey(1), sequences, frames, side);
  assertEquals(images.length, sequences * frames * side * side);
  assert(images.every((x) => x >= 0 && x <= 1));
  // At most three areas of radius 0.12; they overlap now and then.
  const covered = images.reduce((sum, x) => sum + x, 0) / images.length;
  assert(covered > 0.05 && covered < 3 * Math.PI * 0.12 ** 2, `covered: ${covered}`);
  const one = roughness(images.subarray(0, frames * side * side), side * side);
  assert(one > 0.01 && one < 1, `roughness: ${one}`); // 2 for independent frames
  assertEquals(movingDiscs(rootKey(1), 1, frames, side), images.slice(0, frames * side * side));
});

Deno.test("smoothCurves() are smooth and of standard deviation 1", () => {
  const [sequences, frames, dimensions] = [4, 320, 50];
  const curves = smoothCurves(rootKey(1), sequences, frames, dimensions);
  assertEquals(curves.length, sequences * frames * dimensions);
  const variance = curves.reduce((sum, x) => sum + x * x, 0) / curves.length;
  assert(Math.abs(variance - 1) < 0.2, `variance: ${variance}`);
  const one = roughness(curves.subarray(0, frames * dimensions), dimensions);
  assert(one > 1e-4 && one < 0.02, `roughness: ${one}`);
});

for (const size of Object.values(SIZES)) {
  Deno.test(`workload() holds the parameters and the minibatch of ${size.name}`, async () => {
    const { sequences, frames, grid, settings: { observation } } = size;
    const arrays = await workload({ ...size, sequences: 2 });
    for (const [name, { shape, data }] of Object.entries(arrays)) {
      assertEquals(data.length, shape.reduce((product, n) => product * n, 1), name);
    }
    const frameShape = observation.kind === "image"
      ? [observation.height, observation.width]
      : [observation.dimensions];
    assertEquals(arrays.frames!.shape, [2, frames, ...frameShape]);
    assertEquals(arrays.selection!.shape, [2, frames, grid]);
    for (let row = 0; row < 2 * frames; row++) {
      const states = [...arrays.selection!.data.subarray(row * grid, (row + 1) * grid)];
      assertEquals(states.reduce((sum, x) => sum + x, 0), 1);
      if (size.name !== "rmnist") assertEquals(states[row % frames], 1);
    }
    const parameters = Object.entries(arrays).filter(([name]) => !BATCH_INPUTS.includes(name))
      .reduce((sum, [, { data }]) => sum + data.length, 0);
    assertEquals(parameters, parameterCount(size));
    assert(sequences > 2 || size.name === "mocap_single");
  });
}

Deno.test("workload() throws when there are more frames than grid points", async () => {
  await assertRejects(
    () => workload({ ...SIZES.mocap_many, frames: 5, grid: 4 }),
    RangeError,
    "Cannot build a minibatch: its frames must fit the grid of 4 points, is 5",
  );
});

Deno.test("COST_AXES span a factor of 16 with 5 values each", () => {
  for (const { id, values } of COST_AXES) {
    assertEquals([id, values.length], [id, 5]);
    assert(values.at(-1)! / values[0]! >= 16, id);
    assertEquals(values.toSorted((a, b) => a - b), values);
  }
});

Deno.test("sizeAt() varies one size, and its minibatch can be built", async () => {
  for (const axis of COST_AXES) {
    const value = axis.values[0]!;
    const size = sizeAt(axis, value);
    const { settings: { latentDimensions: q, fieldHidden }, sequences, frames, grid } = size;
    const of = { sequences, frames, latentDimensions: q, fieldHidden };
    const expected = { ...of, ...axis.base, [axis.quantity]: value };
    assertEquals({ ...of, grid: axis.base.grid }, expected);
    assertEquals(grid, axis.quantity === "frames" ? value : axis.base.grid);
    const inputs = await workload(size);
    assertEquals(inputs.selection!.shape, [sequences, frames, grid]);
    assertEquals(inputs["noise/initial"]!.shape, [sequences, 2 * q]);
    assertEquals(inputs.frames!.shape.slice(0, 2), [sequences, frames]);
  }
});
