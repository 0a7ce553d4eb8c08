/** Every reader of data/ with damaged files: a value or one line of its own error. */
import { readAuthorsSequences } from "../../data/authors_sequences.ts";
import { parseMat } from "../../data/mat.ts";
import { gunzip } from "../../data/files.ts";
import { parseIdx, readIdx, readThrees } from "../../data/mnist.ts";
import { gzip, idxBytes, smallMnist, sourceOf, withDir } from "./_fixtures.ts";
import { SCIPY_FILE, varietyFile } from "./_mat_files.ts";
import { MatWriter } from "./_mat_writer.ts";
import { assertReadsMutants } from "./_mutants.ts";

const IDX = idxBytes([3, 4, 5], Uint8Array.from({ length: 60 }, (_, i) => i));

Deno.test("parseIdx() survives mutants", () =>
  assertReadsMutants(IDX, (bytes) => parseIdx(bytes, "x")));

Deno.test("gunzip() survives mutants", () =>
  assertReadsMutants(gzip(IDX), (bytes) => gunzip(bytes, "x", 1e6)));

for (const [kind, file] of [["plain", IDX], ["gzipped", gzip(IDX)]] as const) {
  Deno.test(`readIdx() survives mutants of a ${kind} file`, () =>
    withDir((dir) =>
      assertReadsMutants(file, async (bytes) => {
        await Deno.writeFile(`${dir}/x`, bytes);
        await readIdx(`${dir}/x`);
      })
    ));
}

Deno.test("readThrees() survives mutants of the labels", async () => {
  const { images, labels, sources } = await smallMnist(2);
  await withDir(async (dir) => {
    await Deno.writeFile(`${dir}/images`, images);
    await assertReadsMutants(labels, async (bytes) => {
      await Deno.writeFile(`${dir}/labels`, bytes);
      // With the mutant's own checksum, the reader's other checks are reached.
      await readThrees(dir, { ...sources, labels: await sourceOf("labels.gz", bytes) });
    });
  });
});

const MATS = [
  ["SciPy's file", SCIPY_FILE],
  ["a plain file", varietyFile(true, false)],
  ["a big-endian, compressed file", varietyFile(false, true)],
] as const;

for (const [name, file] of MATS) {
  Deno.test(`parseMat() survives mutants of ${name}`, () =>
    assertReadsMutants(file, (bytes) => parseMat(bytes, "x", 2 ** 26)));
}

Deno.test("readAuthorsSequences() survives mutants", async () => {
  const writer = new MatWriter();
  const file = writer.file([
    writer.compressed(
      writer.array("double", "uint8", [1, 1, 16, 784], "X", Array(16 * 784).fill(1)),
    ),
  ]);
  await withDir((dir) =>
    assertReadsMutants(file, async (bytes) => {
      await Deno.writeFile(`${dir}/x`, bytes);
      const { copyFrames, count } = await readAuthorsSequences(`${dir}/x`);
      if (count > 0) copyFrames(count - 1, new Float32Array(16 * 784));
    })
  );
});
