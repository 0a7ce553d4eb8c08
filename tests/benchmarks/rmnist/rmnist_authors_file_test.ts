import { assertEquals, assertStringIncludes } from "@std/assert";
import { join } from "node:path";
import { proceduralThrees } from "../../../data/procedural_threes.ts";
import { turnedDigits } from "../../../data/rotating_mnist.ts";
import { FRAMES, PIXELS, SPLINE } from "../../../data/rotation_recipe.ts";
import { MatWriter } from "../../data/_mat_writer.ts";
import { contents, temporaryFolder } from "../_bench_process.ts";
import { runRmnist } from "./_rmnist_process.ts";

/** As many sequences as the smoke tier needs. */
const COUNT = 140;

/** A file of the authors' form: X (1, 140, 16, 784), frames not yet reversed. */
function authorsFile(): Uint8Array {
  const source = turnedDigits(proceduralThrees(COUNT), "procedural", SPLINE);
  const frames = new Float32Array(FRAMES * PIXELS);
  const values: number[] = [];
  for (let digit = 0; digit < COUNT; digit++) {
    source.copyFrames(digit, frames);
    for (let frame = FRAMES - 1; frame >= 0; frame--) {
      for (let i = 0; i < PIXELS; i++) values.push(frames[frame * PIXELS + i]!);
    }
  }
  const writer = new MatWriter();
  const shape = [1, COUNT, FRAMES, PIXELS];
  return writer.file([writer.array("single", "float32", shape, "X", values)]);
}

Deno.test("bench rmnist names the authors' file in log, record and page where it is there, and only there", async () => {
  using folder = temporaryFolder();
  const [data, empty] = [join(folder.path, "data"), join(folder.path, "empty")];
  Deno.mkdirSync(join(data, "rot_mnist"), { recursive: true });
  Deno.mkdirSync(empty);
  const file = join(data, "rot_mnist", "rot-mnist-3s.mat");
  Deno.writeFileSync(file, authorsFile());
  const run = async (name: string, ...more: string[]) => {
    const out = join(folder.path, name);
    const args = ["--models", "mean-image", "--out", out, ...more];
    const { code, stderr } = await runRmnist(args, empty);
    assertEquals(code, 0, stderr);
    const [record] = Object.values(contents(join(out, "records")));
    const { dataOrigin, cell } = JSON.parse(record!);
    const page = Deno.readTextFileSync(join(out, "site", "rmnist.html"));
    return { stderr, dataOrigin, cell, page };
  };
  const present = await run("present", "--data-dir", data);
  assertStringIncludes(present.stderr, `using ${file}`);
  assertEquals(present.dataOrigin, "the authors' rot-mnist-3s.mat");
  assertStringIncludes(present.page, "rot-mnist-3s.mat");
  assertEquals(present.page.includes("NOT MNIST"), false);

  // The same digits without the file are drawn threes: other words, the same pixels.
  const absent = await run("absent");
  assertStringIncludes(absent.stderr, "NOT MNIST");
  assertEquals(absent.dataOrigin.startsWith("procedural threes"), true);
  assertEquals(absent.page.includes("rot-mnist-3s.mat"), false);
  assertEquals(absent.cell.dataSha256, present.cell.dataSha256);
});
