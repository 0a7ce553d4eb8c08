import { assertEquals, assertThrows } from "@std/assert";
import { observedBatch } from "../../../models/training/sequences.ts";

/** Two sequences of five frames of two pixels: pixel values are 10·sequence + frame, and half of one more. */
const SEQUENCES = {
  count: 2,
  frameCount: 5,
  observedCount: 3,
  frameShape: [2],
  frames: Float32Array.from(
    [0, 10].flatMap((s) => [0, 1, 2, 3, 4].flatMap((f) => [s + f, s + f + 0.5])),
  ),
  observed: Int32Array.of(0, 2, 4, 1, 2, 3),
};

Deno.test("observedBatch() gives the observed frames and the one-hot offsets from the first of them", () => {
  const { frames, selection } = observedBatch(SEQUENCES, [1, 0], { length: 3, grid: 5 });
  assertEquals(frames, {
    shape: [2, 3, 2],
    data: Float32Array.of(11, 11.5, 12, 12.5, 13, 13.5, 0, 0.5, 2, 2.5, 4, 4.5),
  });
  assertEquals(selection.shape, [2, 3, 5]);
  const hot = [0, 1, 2, 0, 2, 4];
  assertEquals(
    [...selection.data],
    hot.flatMap((offset) => [0, 1, 2, 3, 4].map((point) => point === offset ? 1 : 0)),
  );
});

Deno.test("observedBatch() counts offsets from frame 0 when asked to", () => {
  const { frames, selection } = observedBatch(SEQUENCES, [1], {
    length: 3,
    grid: 5,
    origin: "frame-0",
  });
  assertEquals(frames, observedBatch(SEQUENCES, [1], { length: 3, grid: 5 }).frames);
  assertEquals(
    [...selection.data],
    [1, 2, 3].flatMap((at) => [0, 1, 2, 3, 4].map((p) => +(p === at))),
  );
});

Deno.test("observedBatch() gives frames the shape of an image when they are images", () => {
  const images = { ...SEQUENCES, frameShape: [1, 2] };
  assertEquals(observedBatch(images, [0, 1], { length: 2, grid: 5 }).frames.shape, [2, 2, 1, 2]);
});

Deno.test("observedBatch() gives the first frames alone when the length is below the observed count", () => {
  const { frames, selection } = observedBatch(SEQUENCES, Int32Array.of(0), { length: 2, grid: 3 });
  assertEquals([...frames.data], [0, 0.5, 2, 2.5]);
  assertEquals([...selection.data], [1, 0, 0, 0, 0, 1]);
});

Deno.test("observedBatch() gives frames from the start of each sequence, with offsets from there", () => {
  const { frames, selection } = observedBatch(SEQUENCES, [0, 1], {
    ...{ length: 2, grid: 3, start: [0, 1] },
  });
  assertEquals([...frames.data], [0, 0.5, 2, 2.5, 12, 12.5, 13, 13.5]);
  assertEquals([...selection.data], [1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0]);
});

Deno.test("observedBatch() throws when an offset does not fit the grid", () => {
  assertThrows(
    () => observedBatch(SEQUENCES, [0], { length: 3, grid: 4 }),
    RangeError,
    "Cannot build a minibatch: offsets must be below the grid's 4 points, is 4",
  );
});
