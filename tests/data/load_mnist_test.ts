import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { DataError } from "../../data/files.ts";
import { loadMnist } from "../../data/load_mnist.ts";
import { proceduralDigits } from "../../data/procedural_digits.ts";
import { idxBytes, realDataDir, sourceOf, withDir } from "./_fixtures.ts";

const SIZE = 28 * 28;
const COUNTS = { train: 4, validation: 2, test: 3 };

/** Six training and four test images, each filled with its number, labelled 9 − its number; and where they lie. */
async function tiny(names = ["images", "labels", "test-images", "test-labels"]) {
  const files = [6, 4].flatMap((count) => [
    idxBytes([count, 28, 28], Uint8Array.from({ length: count * SIZE }, (_, i) => i / SIZE)),
    idxBytes([count], Uint8Array.from({ length: count }, (_, i) => 9 - i)),
  ]);
  const sources = await Promise.all(
    files.map((file, i) => sourceOf(`${names[i]}.gz`, file, ["http://127.0.0.1:1/x"])),
  );
  const [images, labels, testImages, testLabels] = sources as [
    ...[typeof sources[0], typeof sources[0], typeof sources[0], typeof sources[0]],
  ];
  return {
    names,
    files,
    sources: { train: { images, labels }, test: { images: testImages, labels: testLabels } },
  };
}

Deno.test("loadMnist() trains on the first images and validates on the last ones", async () => {
  const { names, files, sources } = await tiny();
  await withDir(async (dataDir) => {
    for (const [i, file] of files.entries()) await Deno.writeFile(`${dataDir}/${names[i]}`, file);
    const data = await loadMnist({ dataDir, sources, counts: COUNTS });
    const firstPixels = ({ pixels }: { pixels: Uint8Array }) =>
      [...pixels].filter((_, i) => i % SIZE === 0);
    assertEquals([data.train, data.validation, data.test].map(firstPixels), [
      ...[[0, 1, 2, 3], [4, 5], [0, 1, 2]],
    ]);
    assertEquals([data.train, data.validation, data.test].map(({ labels }) => [...labels]), [
      ...[[9, 8, 7, 6], [5, 4], [9, 8, 7]],
    ]);
    const fewer = await loadMnist({ dataDir, sources, counts: { ...COUNTS, train: 3 } });
    assert(fewer.sha256 !== data.sha256);
    assertEquals(firstPixels(fewer.validation), [4, 5]);
    await assertRejects(
      () => loadMnist({ dataDir, sources, counts: { ...COUNTS, train: 5 } }),
      RangeError,
      "Cannot take digits: there must be 7 to train and validate and 3 to test, are 6 and 4",
    );
  });
});

Deno.test("loadMnist() says in one line which file is missing where the folder has the others", async () => {
  const { names, files, sources } = await tiny();
  await withDir(async (dataDir) => {
    for (const i of [0, 1, 2]) await Deno.writeFile(`${dataDir}/${names[i]}`, files[i]!);
    const error = await assertRejects(
      () => loadMnist({ dataDir, sources, counts: COUNTS, download: false }),
      DataError,
      "images and labels must be there, is no test-labels",
    );
    assert(!error.message.includes("\n"));
  });
});

Deno.test("loadMnist() draws digits with a loud notice when there is no MNIST", async () => {
  const { sources } = await tiny();
  await withDir(async (dataDir) => {
    const lines: string[] = [];
    const options = { dataDir, sources, counts: COUNTS, download: false };
    const data = await loadMnist({ ...options, standIn: true, log: (line) => lines.push(line) });
    assertEquals(data.origin, "procedural");
    assertEquals([data.train.count, data.validation.count, data.test.count], [4, 2, 3]);
    assertStringIncludes(lines.join("\n"), "NOT MNIST: running on procedurally drawn digits.");
    await assertRejects(() => loadMnist(options), DataError, "Cannot use --data-dir");
  });
});

Deno.test("proceduralDigits() keeps its first images, and draws classes that can be told apart", () => {
  const [many, few] = [proceduralDigits(400, "a"), proceduralDigits(7, "a")];
  assertEquals(few.pixels, many.pixels.slice(0, 7 * SIZE));
  assert(proceduralDigits(7, "b").pixels.some((value, i) => value !== few.pixels[i]));
  assertEquals(new Set(many.labels).size, 10);
  // The nearest other image has the same class nearly always.
  let right = 0;
  for (let i = 0; i < 60; i++) {
    let [nearest, least] = [0, Infinity];
    for (let j = 0; j < many.count; j++) {
      if (j === i) continue;
      let distance = 0;
      for (let pixel = 0; pixel < SIZE; pixel++) {
        distance += (many.pixels[i * SIZE + pixel]! - many.pixels[j * SIZE + pixel]!) ** 2;
      }
      if (distance < least) [nearest, least] = [j, distance];
    }
    right += Number(many.labels[i] === many.labels[nearest]);
  }
  assert(right > 54, `${right} of 60`);
});

const real = realDataDir();
Deno.test({
  name: "loadMnist() has the published images where MNIST is",
  ignore: real === undefined,
  fn: async () => {
    const counts = { train: 5, validation: 2, test: 5 };
    const { train, test, origin } = await loadMnist({ dataDir: real!, counts });
    assertEquals(origin, "mnist");
    // The first labels of both files, as everyone prints them.
    assertEquals([[...train.labels], [...test.labels]], [[5, 0, 4, 1, 9], [7, 2, 1, 0, 4]]);
  },
});
