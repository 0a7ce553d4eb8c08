import { assertEquals, assertThrows } from "@std/assert";
import { EpochAverage, Selection } from "../../../models/training/kept_parameters.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";

/** A parameter, its batch-norm state and a moment. */
const arrays = (value: number): HostArrays => ({
  "params/a": { shape: [2], data: Float32Array.of(value, -value) },
  "state/b": { shape: [1], data: Float32Array.of(2 * value) },
  "optimiser/v": { shape: [2], data: Float32Array.of(9, 9) },
});
const bare = (value: number) => {
  const { "optimiser/v": _, ...rest } = arrays(value);
  return rest;
};

Deno.test("Selection keeps the epoch with the highest value, the first of equal ones", () => {
  const selection = new Selection("best", arrays(0));
  assertEquals([selection.epoch, selection.value], [0, -Infinity]);
  for (const [epoch, value] of [[1, -3], [2, NaN], [3, -1], [4, -1], [5, -2]] as const) {
    selection.offer(value, epoch, arrays(epoch));
  }
  assertEquals([selection.epoch, selection.value, selection.arrays], [3, -1, bare(3)]);
});

Deno.test("EpochAverage gives the mean of what it took in", () => {
  const average = new EpochAverage("average", arrays(0));
  for (const value of [1, 2, 6]) average.add(arrays(value));
  assertEquals(average.arrays, bare(3));
});

Deno.test("Selection and EpochAverage go on from a checkpoint as if there had been none", () => {
  const [selection, average] = [
    new Selection("best", arrays(0)),
    new EpochAverage("mean", arrays(0)),
  ];
  selection.offer(-2, 1, arrays(1));
  average.add(arrays(1));
  const saved = { ...selection.checkpoint(), ...average.checkpoint() };
  average.add(arrays(2));
  const [again, mean] = [new Selection("best", arrays(0)), new EpochAverage("mean", arrays(0))];
  again.restoring(saved)();
  mean.restoring(saved)();
  mean.add(arrays(2));
  assertEquals(again.checkpoint(), selection.checkpoint());
  assertEquals(mean.arrays, average.arrays);
  for (const fresh of [new Selection("best", arrays(0)), new EpochAverage("mean", arrays(0))]) {
    for (const name of Object.keys(fresh.checkpoint())) {
      const { [name]: _, ...without } = saved;
      assertThrows(
        () => fresh.restoring(without),
        RangeError,
        `Cannot restore a checkpoint: ${name}`,
      );
    }
  }
});
