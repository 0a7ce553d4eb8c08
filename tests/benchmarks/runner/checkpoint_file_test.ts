import { assertEquals, assertThrows } from "@std/assert";
import { join } from "node:path";
import {
  type Checkpoint,
  decodeCheckpoint,
  encodeCheckpoint,
  findCheckpoint,
  writeCheckpoint,
} from "../../../benchmarks/runner/checkpoint_file.ts";
import { temporaryFolder } from "../_bench_process.ts";
import { exampleRecord } from "../_example_record.ts";

const { cell, settings, time, curves } = exampleRecord();
const checkpoint: Checkpoint = {
  cell,
  settings,
  backendVersion: "toy 1",
  codes: ["commit a (code 12345678)"],
  epoch: 7,
  curves,
  time,
  arrays: {
    "encoder/kernel": new Float32Array([1.5, NaN, -0, Infinity, 1e-45]),
    counter: new Int32Array([-1, 2 ** 31 - 1, 7]),
    double: new Float64Array([1 / 3, 5e-324]),
    empty: new Float32Array(0),
  },
};
const bits = (
  array: ArrayBufferView,
) => [...new Uint8Array(array.buffer, array.byteOffset, array.byteLength)];

Deno.test("decodeCheckpoint() gives back every bit of what encodeCheckpoint() was given", () => {
  const { arrays, ...state } = decodeCheckpoint(encodeCheckpoint(checkpoint));
  const { arrays: expected, ...expectedState } = checkpoint;
  assertEquals(state, expectedState);
  assertEquals(Object.keys(arrays), Object.keys(expected));
  for (const [name, array] of Object.entries(expected)) {
    assertEquals(arrays[name]!.constructor, array.constructor);
    assertEquals(bits(arrays[name]!), bits(array), name);
  }
});

Deno.test("encodeCheckpoint() reads a view of a larger buffer", () => {
  const view = new Float32Array([9, 1, 2, 9]).subarray(1, 3);
  const { arrays } = decodeCheckpoint(encodeCheckpoint({ ...checkpoint, arrays: { view } }));
  assertEquals(arrays.view, new Float32Array([1, 2]));
});

Deno.test("decodeCheckpoint() throws when any byte is altered or missing", () => {
  const bytes = encodeCheckpoint({ ...checkpoint, arrays: { a: new Float32Array([1]) } });
  for (let i = 0; i < bytes.length; i++) {
    const altered = bytes.slice();
    altered[i]! ^= 1;
    assertThrows(() => decodeCheckpoint(altered), SyntaxError);
  }
  for (const length of [0, 7, 8, 40, 43, 44, 100, bytes.length - 1]) {
    assertThrows(() => decodeCheckpoint(bytes.subarray(0, length)), SyntaxError);
  }
});

const accept = () => {};

Deno.test("findCheckpoint() finds what writeCheckpoint() wrote when the owner is the same", () => {
  using folder = temporaryFolder();
  const path = join(folder.path, "a.ckpt");
  const refuse = (line: string) => {
    throw new Error(line);
  };
  assertEquals(findCheckpoint(path, checkpoint, accept, refuse), undefined);
  writeCheckpoint(path, checkpoint);
  assertEquals(findCheckpoint(path, checkpoint, accept, refuse)?.epoch, 7);
});

const strangers: readonly (readonly [string, Partial<Checkpoint>])[] = [
  ["cell", { cell: { ...cell, seed: 4 } }],
  ["settings", { settings: { ...settings, epochs: 3 } }],
  ["backendVersion", { backendVersion: "toy 2" }],
];
for (const [what, change] of strangers) {
  Deno.test(`findCheckpoint() ignores a checkpoint with a notice when its ${what} differs`, () => {
    using folder = temporaryFolder();
    const path = join(folder.path, "a.ckpt");
    writeCheckpoint(path, { ...checkpoint, ...change });
    const notices: string[] = [];
    assertEquals(findCheckpoint(path, checkpoint, accept, (line) => notices.push(line)), undefined);
    assertEquals(notices, [
      `Cannot resume from ${path}: its ${what} differs from this run's; training starts afresh`,
    ]);
  });
}
