import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../../data/files.ts";
import { loadMocapSingle, type SingleWalk } from "../../../data/mocap/single.ts";
import type { Sequences } from "../../../data/sequences.ts";
import { realDataDir, withDir } from "../_fixtures.ts";
import { MatWriter } from "../_mat_writer.ts";
import { assertReadsMutants } from "../_mutants.ts";
import { amcText, channelValues, writeSubject } from "./_walker.ts";

const writer = new MatWriter();
const TRIALS = {
  "07": ["01", "02", "03", "06", "07", "08", "09", "10", "11"],
  "08": ["01", "02", "03", "04", "06", "08", "09", "10"],
  "35": [
    ...["01", "02", "05", "07", "08", "09", "10", "11", "12", "13", "14", "15", "16"],
    ...["28", "29", "30", "31", "32", "33", "34"],
  ],
};

/** A walk of numbers from `start` on, each 1/8 more than the one before. */
const numbers = (frames: number, start = 0) =>
  Array.from({ length: 50 * frames }, (_, i) => start + i / 8);

/** A file in the form in which the authors' loader reads theirs: cells (n, 1) of (frames, 50). */
function mat43(Yobss: readonly (readonly number[])[], Ys: readonly (readonly number[])[]) {
  const cells = (name: string, walks: readonly (readonly number[])[]) =>
    writer.matrix(
      "cell",
      [walks.length, 1],
      name,
      walks.map((walk) => writer.array("double", "float64", [walk.length / 50, 50], "", walk)),
    );
  return writer.file([cells("Yobss", Yobss), cells("Ys", Ys)]);
}

/** Checks the parts of a walk that has `all` frames, of which the first `observed` are given. */
function assertParts(walk: SingleWalk, all: readonly number[], observed: number): void {
  const frameCount = all.length / 50;
  const train = Math.floor(4 * observed / 5);
  const parts: readonly (readonly [Sequences, number, number])[] = [
    [walk.train, train, train],
    [walk.validation, observed, observed],
    [walk.test, frameCount, observed],
  ];
  for (const [part, frames, given] of parts) {
    assertEquals([part.count, part.frameCount, part.frameShape], [1, frames, [50]]);
    assertEquals(part.frames, Float32Array.from(all.slice(0, 50 * frames)));
    assertEquals(part.observed, Int32Array.from(Array(given).keys()));
  }
}

Deno.test("loadMocapSingle() reads the authors' file whether Ys begins with Yobss or follows on it", () =>
  withDir(async (dataDir) => {
    await Deno.mkdir(`${dataDir}/mocap`);
    const [whole, begin, rest] = [numbers(21), numbers(8, 5), numbers(5, 500)];
    // Their other file differs by 1e-5 between some splits.
    const shifted = whole.slice(0, 50 * 14).map((value) => value + 1e-5);
    await Deno.writeFile(`${dataDir}/mocap/mocap43.mat`, mat43([shifted, begin], [whole, rest]));
    const { origin, walks } = await loadMocapSingle({ dataDir });
    assertEquals([origin, walks.map(({ name }) => name)], ["mocap43", ["1", "2"]]);
    assertParts(walks[0]!, whole, 14);
    assertParts(walks[1]!, [...begin, ...rest], 8);
  }));

const FAULTS = [
  [mat43([numbers(8)], [numbers(9), numbers(9)]), "Ys must have the 1 walks of Yobss, is 2"],
  [mat43([numbers(4)], [numbers(9)]), "each cell of Yobss must be at least 5×50 numbers, is 4×50"],
  [
    mat43([numbers(8).with(3, 1e300)], [numbers(9)]),
    "cell 1 of Yobss must be finite in float32, is 1e+300",
  ],
  [mat43([numbers(8)], [numbers(8)]), "Ys must have more frames than Yobss, is equal in cell 1"],
  [mat43([], []), "Yobss must be a cell array with walks, is a cell array"],
  [writer.file([]), "Yobss must be a cell array with walks, is absent"],
] as const;

for (const [bytes, message] of FAULTS) {
  Deno.test(`loadMocapSingle() refuses a mocap43.mat in one line: ${message}`, () =>
    withDir(async (dataDir) => {
      await Deno.writeFile(`${dataDir}/mocap43.mat`, bytes);
      const error = await assertRejects(() => loadMocapSingle({ dataDir }), DataError);
      assert(error.message.startsWith(`Cannot use ${dataDir}/mocap43.mat: ${message}`));
    }));
}

Deno.test("loadMocapSingle() survives mutants of a mocap43.mat", () =>
  withDir((dataDir) =>
    assertReadsMutants(mat43([numbers(8)], [numbers(9, 2)]), async (bytes) => {
      await Deno.writeFile(`${dataDir}/mocap43.mat`, bytes);
      const { walks } = await loadMocapSingle({ dataDir });
      for (const { test } of walks) assert(test.frames.every(Number.isFinite));
    })
  ));

Deno.test("loadMocapSingle() subtracts the mean of the observed two thirds from CMU's walks, trimmed ones as well", () =>
  withDir(async (dataDir) => {
    for (const [subject, trials] of Object.entries(TRIALS)) {
      const text = amcText(channelValues(Number(subject), 11), { first: 20 });
      await writeSubject(
        dataDir,
        subject,
        Object.fromEntries(trials.map((trial) => [trial, text])),
      );
    }
    const { origin, walks } = await loadMocapSingle({ dataDir });
    assertEquals([origin, walks.length, walks[9]!.name], ["cmu", 37, "08_01"]);
    const { train, validation, test } = walks[36]!;
    assertEquals([train.frameCount, validation.frameCount, test.frameCount], [4, 6, 10]);
    for (let channel = 0; channel < 50; channel++) {
      let mean = 0;
      for (let frame = 0; frame < 6; frame++) mean += validation.frames[50 * frame + channel]! / 6;
      assertAlmostEquals(mean, 0, 1e-5);
    }
    const few = await loadMocapSingle({ dataDir, count: 2 });
    const parts = (walks: readonly SingleWalk[]) => walks.map(({ figure: _, ...parts }) => parts);
    assertEquals(parts(few.walks), parts(walks.slice(0, 2)));
    await assertRejects(() => loadMocapSingle({ dataDir, count: 0 }), RangeError, "is 0");
  }));

Deno.test("loadMocapSingle() says in one line that walks are absent or too short, and makes up none", () =>
  withDir(async (dataDir) => {
    await writeSubject(dataDir, "08", { "03": amcText(channelValues(1, 11)) });
    const error = await assertRejects(() => loadMocapSingle({ dataDir }), DataError);
    assertEquals(
      error.message,
      `Cannot use ${dataDir}: Mocap-1 must have all 37 walks, is no mocap43.mat, and no 07_01, ` +
        `07_02, 07_03, 07_06, 07_07, 31 more in ${dataDir}`,
    );
    await writeSubject(dataDir, "08", { "03": amcText(channelValues(1, 7)) });
    await assertRejects(
      () => loadMocapSingle({ dataDir }),
      DataError,
      "Cannot use walk 08_03: it must have 5 observed frames, is 4",
    );
  }));

const real = realDataDir("cmu/08/08.asf");
Deno.test({
  name: "loadMocapSingle() gives the published data set where CMU's files are",
  ignore: real === undefined,
  async fn() {
    const set = await loadMocapSingle({ dataDir: real! });
    assertEquals([set.origin, set.walks.length], ["cmu", 37]);
    const frames = set.walks.map(({ test }) => test.frameCount);
    assertEquals([Math.min(...frames), Math.max(...frames)], [252, 496]);
    // Of the frames that are asked for; zero is the mean of the observed ones. 65.93 in NumPy.
    const error = set.walks.reduce((sum, { test }) => {
      const asked = test.frames.subarray(50 * test.observedCount);
      return sum + asked.reduce((squares, value) => squares + value ** 2, 0) / asked.length / 37;
    }, 0);
    assertAlmostEquals(error, 65.93, 0.005);
    assertEquals(set.sha256, "e27f2ba34277e7040bf11e41fa5624f46fff2d3c18e6912d961796d6e14a9ded");
  },
});

Deno.test("loadMocapSingle() makes up walks with a loud notice where there are none", () =>
  withDir(async (dataDir) => {
    const lines: string[] = [];
    await assertRejects(
      () => loadMocapSingle({ dataDir }),
      DataError,
      "Cannot use --data-dir: it ",
    );
    const log = (line: string) => void lines.push(line);
    const set = await loadMocapSingle({ dataDir, standIn: true, log });
    assertEquals([set.origin, set.walks.length, lines.length], ["procedural", 37, 5]);
    assert(lines[1]!.includes("NOT CMU'S WALKS"));
    assertEquals(set.sha256, "9437d75497c3fe51bd1734ad27d6f9a9e10faa69393392df4c69a63e652b84bb");
  }));
