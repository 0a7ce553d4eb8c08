import { assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { DataError, gunzip, sha256Hex } from "../../data/files.ts";
import { readMat } from "../../data/mat.ts";
import { parseIdx, readIdx, readThrees } from "../../data/mnist.ts";
import { gzip, idxBytes, smallMnist, withDir } from "./_fixtures.ts";

const DATA = Uint8Array.from({ length: 24 }, (_, i) => i * 10);
const FILE = idxBytes([2, 3, 4], DATA);

for (const [kind, bytes] of [["plain", FILE], ["gzipped", gzip(FILE)]] as const) {
  Deno.test(`readIdx() gives shape and elements when the file is ${kind}`, async () => {
    await withDir(async (dir) => {
      await Deno.writeFile(`${dir}/x`, bytes);
      const array = await readIdx(`${dir}/x`, await sha256Hex(FILE));
      assertEquals(array.shape, [2, 3, 4]);
      assertEquals(array.data, DATA);
    });
  });
}

const FAULTS = [
  ["gzip is truncated", gzip(FILE).slice(0, -12), /gzip data must be complete, ends early/],
  ["gzip is only a header", gzip(FILE).slice(0, 10), /gzip data must be complete, ends early/],
  ["gzip is damaged", gzip(FILE).fill(0xff, 12, 16), /gzip data must be complete, is damaged/],
  ["magic number is wrong", new TextEncoder().encode("<html>"), /magic number .* 3c 68 74 6d$/],
  ["elements are floats", FILE.map((b, i) => i === 2 ? 0x0d : b), /is 00 00 0d 03$/],
  ["file is empty", new Uint8Array(), /is an empty file$/],
  ["header is cut", FILE.slice(0, 10), /at least the 16 bytes of its header, is 10$/],
  ["file is too short", FILE.slice(0, -1), /40 bytes of its shape 2×3×4, is 39$/],
  ["file is too long", new Uint8Array([...FILE, 0]), /is 41$/],
  ["checksum is wrong", idxBytes([2, 3, 4], DATA.map((b) => b ^ 1)), /SHA-256 .*, is/],
] as const;

for (const [fault, bytes, message] of FAULTS) {
  Deno.test(`readIdx() throws one clear line when the ${fault}`, async () => {
    await withDir(async (dir) => {
      await Deno.writeFile(`${dir}/bad.gz`, bytes);
      const sha256 = await sha256Hex(FILE);
      const error = await assertRejects(
        () => readIdx(`${dir}/bad.gz`, sha256),
        DataError,
        "bad.gz",
      );
      assertEquals(error.code, "corrupt");
      assertMatch(error.message, message);
      assertEquals(error.message.includes("\n"), false);
    });
  });
}

Deno.test("readIdx() throws when there is no such file", async () => {
  const error = await assertRejects(() => readIdx("/nowhere/x.gz"), DataError, "/nowhere/x.gz");
  assertEquals(error.code, "missing");
});

Deno.test("readIdx() refuses a file and a content larger than its limit", async () => {
  const cases = [
    [new Uint8Array(5000), "it must have at most 4096 bytes, is 5000"],
    [gzip(new Uint8Array(2 ** 20)), "its content must have at most 4096 bytes, is more"],
  ] as const;
  await withDir(async (dir) => {
    for (const [bytes, fault] of cases) {
      await Deno.writeFile(`${dir}/x`, bytes);
      const error = await assertRejects(() => readIdx(`${dir}/x`, undefined, 4096), DataError);
      assertEquals(error.code, "corrupt");
      assertEquals(error.message, `Cannot read ${dir}/x: ${fault}`);
    }
  });
});

Deno.test("readThrees() unpacks no more than the size of its source", async () => {
  const { images, labels, sources } = await smallMnist(2);
  await withDir(async (dir) => {
    await Deno.writeFile(`${dir}/images`, images);
    await Deno.writeFile(`${dir}/labels.gz`, gzip(idxBytes([2 ** 20], new Uint8Array(2 ** 20))));
    await assertRejects(() => readThrees(dir, sources), DataError, "bytes, is more");
    await Deno.writeFile(`${dir}/labels.gz`, gzip(labels));
    assertEquals((await readThrees(dir, sources))?.length, 2 * 784);
  });
});

Deno.test("readIdx() and readMat() read no folder and no device, which may have no end", async () => {
  for (const path of [Deno.cwd(), ...(Deno.build.os === "windows" ? [] : ["/dev/null"])]) {
    for (const read of [readIdx, readMat]) {
      const error = await assertRejects(() => read(path), DataError, `Cannot read ${path}: `);
      assertEquals(error.code, "missing");
      assertMatch(error.message, /it must be a readable file, is not: /);
    }
  }
});

Deno.test("parseIdx() refuses a header whose size overflows", () => {
  const bytes = idxBytes([0xffffffff, 0xffffffff], new Uint8Array(1));
  assertThrows(() => parseIdx(bytes, "x"), DataError, "is 13");
});

for (const axes of [1, 2, 3, 4]) {
  Deno.test(`parseIdx() refuses sizes of ${axes} axes that are not the file's, however large`, () => {
    for (const size of [0, 5, 2 ** 16, 2 ** 31, 2 ** 32 - 1]) {
      const bytes = idxBytes(Array(axes).fill(size), new Uint8Array(7));
      assertThrows(
        () => parseIdx(bytes, "x"),
        DataError,
        `of its shape ${Array(axes).fill(size).join("×")}, is`,
      );
    }
  });
}

Deno.test("gunzip() returns plain bytes as they are", () => {
  assertEquals(gunzip(FILE, "x", 100), FILE);
});
