import { assert, assertAlmostEquals, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DataError } from "../../../data/files.ts";
import { matArray, readMat } from "../../../data/mat.ts";
import { findSubject, readTrials } from "../../../data/mocap/_cmu_files.ts";
import { parseAmc } from "../../../data/mocap/amc.ts";
import { parseAsf } from "../../../data/mocap/asf.ts";
import { loadMocapMany } from "../../../data/mocap/many.ts";
import { centred, walkChannels } from "../../../data/mocap/preprocessing.ts";
import { proceduralWalks } from "../../../data/mocap/procedural_walks.ts";
import { realDataDir, sourceOf, withDir } from "../_fixtures.ts";
import { MatWriter } from "../_mat_writer.ts";
import { amcText, asfText, channelValues, encode, writeSubject } from "./_walker.ts";

const writer = new MatWriter();
const TRIALS = [...Array.from({ length: 16 }, (_, i) => i + 1), 28, 29, 30, 31, 32, 33, 34]
  .map((trial) => String(trial).padStart(2, "0"));
const SIZE = 300 * 50;

/** The 50 channels by their columns in CMU's order, as the paper's preprocessing names them. */
function preprocessedByColumn(values: readonly (readonly number[])[]): number[][] {
  const dropped = [32, 33, 34, 35, 36, 44, 45, 46, 47, 48, 55, 62];
  return values.slice(0, -1).map((frame, i) =>
    frame.map((value, column) => column < 3 ? values[i + 1]![column]! - value : value)
      .filter((_, column) => !dropped.includes(column + 1))
  );
}

/** A file like the authors', with other numbers. */
function matBytes(change: (name: string, values: number[]) => number[] = (_, values) => values) {
  const variables = ([["Xtr", 16], ["Xval", 3], ["Xtest", 4]] as const).map(([name, count]) => {
    const values = Array.from({ length: count * SIZE }, (_, i) => (i % 97) / 8 - count);
    return writer.array("double", "float64", [count, 300, 50], name, change(name, values));
  });
  return Uint8Array.from(writer.file(variables));
}

async function withMat(bytes: Uint8Array<ArrayBuffer>, urls: readonly string[] = []) {
  return { ...await sourceOf("mocap35.mat", bytes, urls), folder: "mocap35", bytes: bytes.length };
}

Deno.test("walkChannels() takes the columns that the paper's preprocessing keeps, with the root's steps", () => {
  const values = channelValues(2, 5);
  const motion = parseAmc(encode(amcText(values)), "x.amc", parseAsf(encode(asfText()), "x.asf"));
  const walk = walkChannels(motion);
  const expected = preprocessedByColumn(values);
  assertEquals(walk, Float64Array.from(expected.flat()));
  const mean = centred(walk, 2);
  assertAlmostEquals(mean[7]! + mean[57]!, 0, 1e-12);
  assertAlmostEquals(mean[157]! - mean[7]!, expected[3]![7]! - expected[0]![7]!, 1e-12);
});

Deno.test("walkChannels() refuses in one line when the skeleton lacks a channel, or there is one frame", () => {
  const skeleton = parseAsf(encode(asfText()), "x.asf");
  const bones = skeleton.bones.map((bone) =>
    bone.name === "lfoot" ? { ...bone, channels: ["rx"] as const } : bone
  );
  const motion = parseAmc(encode(amcText(channelValues(1, 2))), "x.amc", skeleton);
  const lacking = { ...motion, skeleton: { ...skeleton, bones } };
  assertThrows(
    () => walkChannels(lacking),
    DataError,
    "Cannot use x.asf: it must have rz of lfoot, is without",
  );
  assertThrows(
    () => walkChannels({ ...motion, frameCount: 1 }),
    DataError,
    "Cannot use x.amc: a walk must have 2 frames, is 1",
  );
});

const real = realDataDir("mocap35/mocap35.mat");
const realFolder = real && findSubject(real, "35");
Deno.test({
  name: "CMU's files of subject 35, preprocessed, are the walks of mocap35.mat to 1e-9",
  ignore: realFolder === undefined,
  async fn() {
    const path = `${real}/mocap35/mocap35.mat`;
    const file = await readMat(path);
    const motions = await readTrials(realFolder!, "35", TRIALS);
    let [whole, trimmed] = [0, 0];
    for (const [i, motion] of motions.entries()) {
      if (motion === undefined) continue;
      const [name, at, offset] = i < 16
        ? ["Xtr", i, 1e-5] as const
        : i < 19
        ? ["Xval", i - 16, 1e-5] as const
        : ["Xtest", i - 19, 0] as const;
      const authors = (matArray(file, name, path).data as Float64Array)
        .subarray(at * SIZE, (at + 1) * SIZE);
      // A trimmed walk is there from its first frame on; its mean is not that of the whole walk.
      const first = (motion.firstFrame - 1) * 50;
      const isWhole = first === 0;
      const walk = walkChannels(motion).subarray(0, SIZE - first);
      const ours = centred(walk, walk.length / 50);
      const rest = authors.subarray(first, first + walk.length);
      const theirs = isWhole
        ? rest.map((value) => value - offset)
        : centred(rest, rest.length / 50);
      const largest = ours.reduce(
        (most, value, k) => Math.max(most, Math.abs(value - theirs[k]!)),
        0,
      );
      assert(largest < 1e-9, `${motion.path} differs by ${largest}`);
      if (isWhole) whole++;
      else trimmed++;
    }
    assertEquals([whole, trimmed], [13, 7]);
  },
});

Deno.test("loadMocapMany() gives the published data set where mocap35.mat is, made-up walks elsewhere", async () => {
  const lines: string[] = [];
  const log = (line: string) => void lines.push(line);
  if (real !== undefined) {
    const set = await loadMocapMany({ dataDir: real, download: false, log });
    assertEquals([set.origin, lines.length], ["mocap35", 0]);
    assertEquals(set.sha256, "548a4d47bc341e652d18284933392558c826c8645b172254a4002df66a76d136");
  }
  await withDir(async (dataDir) => {
    const load = () => loadMocapMany({ dataDir, download: false });
    await assertRejects(
      load,
      DataError,
      "Cannot use --data-dir: it must name a folder with the data",
    );
    const set = await loadMocapMany({ dataDir, download: false, standIn: true, log });
    assertEquals([set.origin, lines.length], ["procedural", 5]);
    assertEquals(set.sha256, "55738f2f43ef6f1c56eb8882f4f006d154a042cdc396a46ea471b9f00fccbbdd");
    assertEquals([set.train.count, set.validation.count, set.test.count], [16, 3, 4]);
    for (const { frames, count, frameShape, observed } of [set.train, set.validation, set.test]) {
      assertEquals([frames.length, frameShape], [count * SIZE, [50]]);
      assertEquals([...observed.subarray(0, 301)], [...Array(300).keys(), ...count > 1 ? [0] : []]);
    }
  });
});

Deno.test("loadMocapMany() gives the numbers of mocap35.mat as they are, and downloads it where it is absent", async () => {
  const bytes = matBytes();
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    () => new Response(bytes),
  );
  try {
    const source = await withMat(bytes, [`http://127.0.0.1:${server.addr.port}/x`]);
    await withDir(async (dataDir) => {
      const set = await loadMocapMany({ dataDir, source });
      assertEquals([set.origin, set.test.count], ["mocap35", 4]);
      assertEquals(set.test.frames[98], Math.fround(1 / 8 - 4));
      assertEquals(set.train.frames[SIZE], Math.fround((SIZE % 97) / 8 - 16));
      const again = await loadMocapMany({ dataDir, source, download: false });
      assertEquals(again.sha256, set.sha256);
    });
  } finally {
    await server.shutdown();
  }
});

const MAT_FAULTS = [
  [
    matBytes((name, values) => name === "Xval" ? values.with(7, NaN) : values),
    "Xval must be finite in float32, is NaN",
  ],
  [
    Uint8Array.from(writer.file([writer.array("double", "uint8", [1, 2], "Xtr", [1, 2])])),
    "Xtr must be 16×300×50, is 1×2",
  ],
] as const;

for (const [bytes, message] of MAT_FAULTS) {
  Deno.test(`loadMocapMany() refuses a mocap35.mat in one line: ${message}`, () =>
    withDir(async (dataDir) => {
      const path = `${dataDir}/mocap35.mat`;
      await Deno.writeFile(path, bytes);
      const load = async () => loadMocapMany({ dataDir, source: await withMat(bytes) });
      const error = await assertRejects(load, DataError);
      assertEquals(error.message, `Cannot use ${path}: ${message}`);
      const other = { ...await withMat(bytes), sha256: "0".repeat(64) };
      await assertRejects(
        () => loadMocapMany({ dataDir, source: other }),
        DataError,
        "the SHA-256 of its content must be 000",
      );
    }));
}

Deno.test("loadMocapMany() builds the walks from CMU's files when all are whole", () =>
  withDir(async (dataDir) => {
    const values = channelValues(3, 303);
    const text = amcText(values);
    await writeSubject(dataDir, "35", Object.fromEntries(TRIALS.map((trial) => [trial, text])));
    const set = await loadMocapMany({ dataDir, download: false });
    assertEquals([set.origin, set.train.count], ["cmu", 16]);
    const walk = preprocessedByColumn(values).slice(0, 300);
    for (const channel of [0, 3, 49]) {
      const mean = walk.reduce((sum, frame) => sum + frame[channel]! / 300, 0);
      for (const frame of [0, 299]) {
        const expected = walk[frame]![channel]! - mean;
        const at = frame * 50 + channel;
        assertAlmostEquals(set.test.frames[at]!, expected, 1e-5);
        assertAlmostEquals(set.train.frames[at]! - set.test.frames[at]!, 1e-5, 4e-6);
      }
    }
  }));

Deno.test("loadMocapMany() says in one line which of CMU's files are short or absent, and makes up no walks", () =>
  withDir(async (dataDir) => {
    const text = amcText(channelValues(3, 3));
    const folder = await writeSubject(dataDir, "35", {
      ...Object.fromEntries(TRIALS.slice(1).map((trial) => [trial, text])),
      "02": amcText(channelValues(3, 3), { first: 20 }),
    });
    const source = await withMat(matBytes(), ["http://127.0.0.1:1/x"]);
    for (const download of [true, false]) {
      const error = await assertRejects(
        () => loadMocapMany({ dataDir, source, download }),
        DataError,
      );
      assertEquals(
        error.message,
        `Cannot use ${folder}: Mocap-2 must have frames 1 to 301 of 23 trials, is short of 23: ` +
          "35_01 is absent, 35_02 begins with frame 20, " +
          TRIALS.slice(2).map((trial) => `35_${trial} has 3 frames`).join(", "),
      );
    }
  }));

Deno.test("loadMocapMany() stops at a corrupt file of CMU's, and does not go on to the network", () =>
  withDir(async (dataDir) => {
    await writeSubject(dataDir, "35", { "01": "1\nroot 1\n" });
    const source = await withMat(matBytes(), ["http://127.0.0.1:1/x"]);
    const load = () => loadMocapMany({ dataDir, source });
    const error = await assertRejects(load, DataError, "35_01.amc: in line 2, bone root must have");
    assertEquals(error.code, "corrupt");
  }));

Deno.test("proceduralWalks() makes periodic walks that do not depend on each other", () => {
  const [first, second] = proceduralWalks([320, 40]);
  assertEquals(first!.length, 320 * 50);
  assertEquals(proceduralWalks([10, 40])[1], second);
  const at = (frame: number) => first!.subarray(frame * 50, (frame + 1) * 50);
  const distance = (lag: number) =>
    at(0).reduce((sum, value, channel) => sum + (value - at(lag)[channel]!) ** 2, 0) / 50;
  const lags = Array.from({ length: 81 }, (_, i) => 90 + i);
  const period = lags.reduce((best, lag) => distance(lag) < distance(best) ? lag : best);
  assert(distance(period) < 0.01 && distance(60) > 10, `${distance(period)} at ${period}`);
});
