import { assertEquals, assertMatch, assertNotEquals, assertRejects } from "@std/assert";
import {
  compareSequences,
  findAuthorsFile,
  readAuthorsSequences,
} from "../../data/authors_sequences.ts";
import { DataError } from "../../data/files.ts";
import { loadRotatingMnist } from "../../data/load_rotating_mnist.ts";
import { proceduralThrees } from "../../data/procedural_threes.ts";
import { buildRotatingMnist, turnedDigits } from "../../data/rotating_mnist.ts";
import { SPLINE } from "../../data/rotation_recipe.ts";
import { gzip, smallMnist, withDir } from "./_fixtures.ts";
import { MatWriter } from "./_mat_writer.ts";

const PIXELS = 784;
const rebuilt = (threes: number) => turnedDigits(proceduralThrees(threes), "mnist-train", SPLINE);

/** A file as the authors': X (1, n, 16, 784), frames not reversed, with `change` at one pixel of a sequence. */
function authorsFile(count: number, change?: { sequence: number; by: number }): Uint8Array {
  const source = rebuilt(count);
  const frames = new Float32Array(16 * PIXELS);
  const values: number[] = [];
  for (let i = 0; i < count; i++) {
    source.copyFrames(i, frames);
    if (change?.sequence === i) frames[5 * PIXELS + 400]! += change.by;
    for (let frame = 15; frame >= 0; frame--) {
      values.push(...frames.subarray(frame * PIXELS, (frame + 1) * PIXELS));
    }
  }
  const writer = new MatWriter();
  return writer.file([
    writer.array("double", "float64", [1, count, 16, PIXELS], "X", values),
    writer.array("double", "float64", [1, count], "Y", Array(count).fill(3)),
  ]);
}

const counts = { train: 3, validation: 1 };

Deno.test("loadRotatingMnist() uses the authors' file instead of MNIST and says how they differ", async () => {
  const mnist = await smallMnist(5);
  const expected = await buildRotatingMnist(rebuilt(5), counts);
  for (const folder of ["", "/rot_mnist"]) {
    await withDir(async (dir) => {
      await Deno.mkdir(`${dir}${folder}`, { recursive: true });
      const path = `${dir}${folder}/rot-mnist-3s.mat`;
      await Deno.writeFile(path, authorsFile(5));
      const lines: string[] = [];
      const log = (line: string) => void lines.push(line);
      const options = { dataDir: dir, counts, sources: mnist.sources, log, download: false };
      // Without MNIST there is nothing to compare with.
      const alone = await loadRotatingMnist(options);
      assertEquals(lines, [`using ${path}`]);
      assertEquals([alone.origin, alone.sha256], ["rot-mnist-3s", expected.sha256]);

      await Deno.writeFile(`${dir}/images.gz`, gzip(mnist.images));
      await Deno.writeFile(`${dir}/labels.gz`, gzip(mnist.labels));
      lines.length = 0;
      assertEquals((await loadRotatingMnist(options)).origin, "rot-mnist-3s");
      assertMatch(
        lines.join(),
        /: 5 of rot-mnist-3s.mat and 5 rebuilt sequences agree: largest difference 0.0$/,
      );

      await Deno.writeFile(path, authorsFile(5, { sequence: 2, by: -0.25 }));
      lines.length = 0;
      const changed = await loadRotatingMnist(options);
      assertMatch(
        lines.join(),
        /5 rebuilt sequences differ: 1 by more than half a grey level, largest difference 0.25$/,
      );
      assertNotEquals(changed.sha256, expected.sha256);
      // The other data set is none of the authors' business.
      const t10k = await loadRotatingMnist({ ...options, digits: "t10k" });
      assertEquals(t10k.origin, "mnist-t10k");
    });
  }
});

Deno.test("compareSequences() compares nothing when the numbers of sequences differ", () => {
  assertEquals(
    compareSequences(rebuilt(2), rebuilt(3)),
    "2 of rot-mnist-3s.mat and 3 rebuilt sequences cannot be compared one by one",
  );
});

Deno.test("readAuthorsSequences() refuses a file with other arrays in one line", async () => {
  const writer = new MatWriter();
  const file = (name: string, shape: number[], value: number) =>
    writer.file([
      writer.array(
        "double",
        "float64",
        shape,
        name,
        Array(shape.reduce((a, b) => a * b)).fill(value),
      ),
    ]);
  const cases = [
    [file("Z", [2, 2], 0), "X"],
    [file("X", [1, 2, 16, 783], 0), "is 1×2×16×783"],
    [file("X", [1, 2, 16, 784], 1.5), "pixels of X must be in [0, 1], is 1.5"],
    [file("X", [1, 2, 16, 784], NaN), "is NaN"],
  ] as const;
  await withDir(async (dir) => {
    const path = `${dir}/rot-mnist-3s.mat`;
    assertEquals(findAuthorsFile(dir), undefined);
    for (const [bytes, words] of cases) {
      await Deno.writeFile(path, bytes);
      const error = await assertRejects(() => readAuthorsSequences(path), DataError, words);
      assertEquals(error.message.includes("\n"), false);
    }
    assertEquals(findAuthorsFile(dir), path);
  });
});
