import { assert, assertEquals, assertMatch } from "@std/assert";
import { findSource } from "../../data/data_dir.ts";
import { readIdx } from "../../data/mnist.ts";
import { SOURCES } from "../../data/sources.ts";
import { realDataDir } from "./_fixtures.ts";

const SHAPES: Readonly<Record<string, readonly number[]>> = {
  "train-images-idx3-ubyte.gz": [60000, 28, 28],
  "train-labels-idx1-ubyte.gz": [60000],
  "t10k-images-idx3-ubyte.gz": [10000, 28, 28],
  "t10k-labels-idx1-ubyte.gz": [10000],
};

Deno.test("SOURCES are frozen and each has mirrors, a licence, a checksum and its file's size", () => {
  assert(Object.isFrozen(SOURCES));
  assertEquals(SOURCES.map((source) => source.name), [...Object.keys(SHAPES), "mocap35.mat"]);
  for (const source of SOURCES) {
    assert(Object.isFrozen(source));
    assert(source.urls.length >= 2);
    for (const url of source.urls) assertMatch(url, new RegExp(`^https://.*/${source.name}$`));
    assertMatch(source.sha256, /^[0-9a-f]{64}$/);
    assert(source.licence.length > 0);
    const shape = SHAPES[source.name];
    if (shape === undefined) continue;
    const elements = shape.reduce((size, length) => size * length, 1);
    assertEquals(source.contentBytes, 4 + 4 * shape.length + elements);
  }
});

const realDir = realDataDir();
for (const source of SOURCES.filter(({ name }) => name.startsWith("t10k"))) {
  const path = realDir && findSource(realDir, source);
  if (!path) continue;
  Deno.test(`SOURCES have the checksum of the real file ${source.name}`, async () => {
    assertEquals((await readIdx(path, source.sha256)).shape, SHAPES[source.name]!);
  });
}
