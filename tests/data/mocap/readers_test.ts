import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import { DataError } from "../../../data/files.ts";
import { type Motion, parseAmc, readAmc } from "../../../data/mocap/amc.ts";
import { parseAsf, readAsf } from "../../../data/mocap/asf.ts";
import { withDir } from "../_fixtures.ts";
import { assertReadsMutants, mutantCount, textMutant } from "../_mutants.ts";
import { amcText, asfText, BONES, channelValues, encode } from "./_walker.ts";

const ASF = asfText();
const skeleton = parseAsf(encode(ASF), "w.asf");
const VALUES = channelValues(1, 3);
const AMC = amcText(VALUES);
const parse = (text: string, of = skeleton) => parseAmc(encode(text), "w.amc", of);

/** Numbers of a frame by bone. */
function byBone({ values, skeleton }: Motion, frame: number): Record<string, number[]> {
  const start = frame * skeleton.channelCount;
  return Object.fromEntries(
    skeleton.bones.map(({ name, channels, firstChannel }) => [
      name,
      [...values.subarray(start + firstChannel, start + firstChannel + channels.length)],
    ]),
  );
}

Deno.test("parseAsf() gives every bone with its parent before it", () => {
  assertEquals(skeleton.channelCount, 62);
  assertEquals(skeleton.bones.map(({ name }) => name).sort(), BONES.map(([name]) => name).sort());
  for (const [i, { name, parent, channels }] of skeleton.bones.entries()) {
    assert(parent < i);
    const [, parentName, channelNames] = BONES.find((bone) => bone[0] === name)!;
    assertEquals(skeleton.bones[parent]?.name ?? "", parentName);
    assertEquals(channels.join(" "), channelNames);
  }
});

Deno.test("parseAmc() gives the numbers of every frame, whatever ends the lines and whichever bone is first", () => {
  const expected = VALUES.map((frame) => {
    const rest = [...frame];
    return Object.fromEntries(
      BONES.map(([name, , channels]) => [
        name,
        rest.splice(0, channels === "" ? 0 : channels.split(" ").length),
      ]),
    );
  });
  const lines = AMC.split("\n");
  // The first bone, the root, is moved to the end of the first frame.
  const [root] = lines.splice(lines.indexOf("1") + 1, 1);
  lines.splice(lines.indexOf("2"), 0, root!);
  const files = [AMC, AMC.replaceAll("\n", "\r\n"), AMC.replaceAll("\n", "\r"), lines.join("\n")];
  for (const text of [...files, AMC.replaceAll("\n", "\n# a comment\n\n")]) {
    const motion = parse(text);
    assertEquals([motion.firstFrame, motion.frameCount], [1, 3]);
    assertEquals(expected.map((_, frame) => byBone(motion, frame)), expected);
  }
});

Deno.test("parseAmc() gives degrees, from its own unit, else from the skeleton's", () => {
  const radians = parseAsf(encode(asfText("rad")), "r.asf");
  const lengths = parse(AMC).values;
  for (
    const [header, of, isRadians] of [
      [":RADIANS", skeleton, true],
      ["", radians, true],
      [":degrees", radians, false],
      ["", skeleton, false],
    ] as const
  ) {
    const { values } = parse(amcText(VALUES, { header: [header] }), of);
    assertEquals(values[0], lengths[0]);
    assertAlmostEquals(values[3]!, lengths[3]! * (isRadians ? 180 / Math.PI : 1), 1e-9);
  }
});

Deno.test("parseAmc() tells at which frame a trimmed motion begins", () => {
  const { firstFrame, frameCount } = parse(amcText(VALUES, { first: 20 }));
  assertEquals([firstFrame, frameCount], [20, 3]);
});

Deno.test("readAsf() and readAmc() read files", () =>
  withDir(async (dir) => {
    await Deno.writeTextFile(`${dir}/w.asf`, ASF);
    await Deno.writeTextFile(`${dir}/w.amc`, AMC);
    const motion = await readAmc(`${dir}/w.amc`, await readAsf(`${dir}/w.asf`));
    assertEquals(motion.values, parse(AMC).values);
  }));

// What is changed, by what, and the one line about it.
const AMC_FAULTS = [
  [/\nltibia .*/, "", `line 33, frame 1 must have all bones, is without "ltibia"`],
  [/\nltoes [^\n]*\n$/, "\n", `line 92, frame 3 must have all bones, is without "ltoes"`],
  [/ltibia .*/, "ltibia NaN", `line 31, bone ltibia must have 1 finite number, is "NaN"`],
  [/ltibia .*/, "ltibia 1e999", `bone ltibia must have 1 finite number, is "1e999"`],
  [/ltibia .*/, "ltibia 1e39", `bone ltibia must have 1 finite number, is "1e39"`],
  [/ltibia .*/, "ltibia 0x10", `bone ltibia must have 1 finite number, is "0x10"`],
  [/lfoot .*/, "lfoot 1", `line 32, bone lfoot must have 2 finite numbers, is 1`],
  [/lfoot .*/, "lfoot 1 2 3", `line 32, bone lfoot must have 2 finite numbers, is 3`],
  ["ltibia", "tail", `line 31, a bone must be one that w.asf moves, is "tail"`],
  ["ltibia", "lhipjoint", `line 31, a bone must be one that w.asf moves, is "lhipjoint"`],
  [/ltibia .*/, "$&\n$&", `line 32, a bone must be listed once in a frame, is "ltibia"`],
  ["\n2\n", "\n1\n", `line 34, frame 2 must begin, is "1"`],
  ["\n2\n", "\n3\n", `line 34, frame 2 must begin, is "3"`],
  ["\n2\n", "\n2 2\n", `line 34, frame 2 must begin, is "2 2"`],
  ["\n1\n", "\n99999999999999999999\n", `must begin, is "99999999999999999999"`],
  ["\n1\n", "\n", `line 4, the number of a frame must come first, is "root"`],
  [":DEGREES", ":GRADS", "line 3, a keyword must be :fully-specified, :degrees, :radians, before"],
  [":DEGREES", ":DEGREES\n:RADIANS", "line 4, a keyword must be"],
  ["\n2\n", "\n:RADIANS\n2\n", "line 34, a keyword must be"],
  [/\n1\n[^]*/, "\n", "Cannot read w.amc: it must have a frame, is without"],
  [/\.?\d*\n$/, "", "line 93, the last line must end with a line break, is"],
] as const;

for (const [pattern, replacement, message] of AMC_FAULTS) {
  Deno.test(`parseAmc() refuses in one line when ${pattern} is ${JSON.stringify(replacement)}`, () => {
    const damaged = AMC.replace(pattern, replacement);
    assert(damaged !== AMC);
    const error = assertThrows(() => parse(damaged), DataError, message);
    assertEquals([error.code, error.message.includes("\n")], ["corrupt", false]);
  });
}

const ASF_FAULTS = [
  [/:hierarchy[^]*/, "", "line 1, the file must have the section :hierarchy, is without"],
  [":units", ":unit", `line 4, a section must be one of :units, :root,`],
  [/:version.*/, "version", `line 2, a section must come first, is "version"`],
  [/$/, ":root\n", `a section must be one of :units, :root,`],
  ["angle deg", "angle grad", `line 7, the unit of angles must be deg or rad, is "grad"`],
  [/ {2}position.*\n/, "", `line 10, what begins here must have a line "position", is without`],
  ["orientation 0 0 0", "orientation 0 0", "orientation must have 3 finite numbers, is 2"],
  ["  axis XYZ", "  axis ZYX", `line 12, the order of a bone's axes must be XYZ, is "ZYX"`],
  [
    "order TX TY",
    "order TX TX",
    "line 11, channels must be among tx, ty, tz, rx, ry, rz, each once",
  ],
  ["name upperback", "name lowerback", `line 26, a bone's name must be unique, is "lowerback"`],
  [/name lowerback\n/, "name\n", "line 16, a bone must have a name, is without"],
  [
    "direction 0.6 0.8 0",
    "direction 0.6 0.9 0",
    "line 19, a direction must have length 1, is 1.08",
  ],
  ["length 1\n", "length -1\n", "line 20, a length must be >= 0, is -1"],
  ["0 0 0 XYZ", "0 0 0 ZYX", `line 21, the order of a bone's axes must be XYZ, is "ZYX"`],
  [
    "length 1\n",
    "length 1\nlength 2\n",
    `line 21, a line of its kind must stand once, is "length"`,
  ],
  ["axis 0 0 0 XYZ", "axis 0 0 XYZ", "line 21, axis must have 3 finite numbers, is 2"],
  ["position 0 0 0", "position 0 0 0 0", "position must have 3 finite numbers, is 4"],
  ["dof rx ry rz", "dof rx ry l", `line 22, channels must be among rx, ry, rz, each once`],
  ["    limits", "    limit", "line 23, a field of a bone must be one of name, direction,"],
  ["  end\n", "", "line 25, end must come before the next begin"],
  [/ {2}end\n$/, "", "begin must have an end, is without"],
  ["  begin\n", "", `line 16, begin must come first, is "id"`],
  ["upperneck head", "upperneck tail", `a bone of the hierarchy must be defined, is "tail"`],
  [/\n( +)(thorax .*)/, "\n$1$2 head", `a bone must be listed once, is "head"`],
  [/ +upperneck head\n/, "", `every bone must hang on the root, is not so for "head"`],
] as const;

for (const [pattern, replacement, message] of ASF_FAULTS) {
  Deno.test(`parseAsf() refuses in one line when ${pattern} is ${JSON.stringify(replacement)}`, () => {
    const damaged = ASF.replace(pattern, replacement);
    assert(damaged !== ASF);
    const error = assertThrows(() => parseAsf(encode(damaged), "w.asf"), DataError, message);
    assertEquals([error.code, error.message.includes("\n")], ["corrupt", false]);
  });
}

Deno.test("parseAmc() survives mutants, and what it reads is what they say", () =>
  assertReadsMutants(
    encode(AMC),
    (bytes) => {
      const motion = parseAmc(bytes, "x", skeleton);
      const text = new TextDecoder().decode(bytes);
      const lines = text.split(/[\r\n]+/).map((line) => line.trim().split(/\s+/));
      if (/:radians/i.test(text)) return;
      const first = lines.findIndex(([word]) => /^\d+$/.test(word!));
      const numbers = lines.slice(first).filter(([word, other]) => word![0] !== "#" && other);
      assertEquals(
        motion.values.toSorted(),
        Float64Array.from(numbers.flatMap(([, ...rest]) => rest.map(Number))).sort(),
      );
    },
    undefined,
    mutantCount(1000),
    textMutant,
  ));

Deno.test("parseAsf() survives mutants, and what it reads is a skeleton", () =>
  assertReadsMutants(
    encode(ASF),
    (bytes) => {
      const { bones, channelCount } = parseAsf(bytes, "x");
      assertEquals(bones[0]!.parent, -1);
      assert(bones.slice(1).every(({ parent }, i) => parent >= 0 && parent <= i));
      assertEquals(bones.flatMap(({ channels }) => channels).length, channelCount);
      const numbers = bones.flatMap((
        { axis, direction, length },
      ) => [...axis, ...direction, length]);
      assert(numbers.every(Number.isFinite));
    },
    undefined,
    mutantCount(1000),
    textMutant,
  ));
