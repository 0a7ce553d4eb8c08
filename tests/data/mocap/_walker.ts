/** A made-up skeleton with CMU's bones and motions of it: no number is from CMU's files. */
import { proceduralWalks } from "../../../data/mocap/procedural_walks.ts";

/** Writes a number in full. */
const written = (numbers: readonly number[]) => numbers.map(String).join(" ");

/** Bones of the made-up skeleton: name, parent, channels; in the order of CMU's AMC files, with the root's own first. */
export const BONES: readonly (readonly [name: string, parent: string, channels: string])[] = [
  ["root", "", "tx ty tz rx ry rz"],
  ["lowerback", "root", "rx ry rz"],
  ["upperback", "lowerback", "rx ry rz"],
  ["thorax", "upperback", "rx ry rz"],
  ["lowerneck", "thorax", "rx ry rz"],
  ["upperneck", "lowerneck", "rx ry rz"],
  ["head", "upperneck", "rx ry rz"],
  ...["r", "l"].flatMap((side) =>
    ([
      ["clavicle", "thorax", "ry rz"],
      ["humerus", `${side}clavicle`, "rx ry rz"],
      ["radius", `${side}humerus`, "rx"],
      ["wrist", `${side}radius`, "ry"],
      ["hand", `${side}wrist`, "rx rz"],
      ["fingers", `${side}hand`, "rx"],
      ["thumb", `${side}wrist`, "rx rz"],
    ] as const).map(([name, parent, channels]) => [side + name, parent, channels] as const)
  ),
  ...["r", "l"].flatMap((side) =>
    ([
      ["femur", `${side}hipjoint`, "rx ry rz"],
      ["tibia", `${side}femur`, "rx"],
      ["foot", `${side}tibia`, "rx rz"],
      ["toes", `${side}foot`, "rx"],
    ] as const).map(([name, parent, channels]) => [side + name, parent, channels] as const)
  ),
  ["rhipjoint", "root", ""],
  ["lhipjoint", "root", ""],
];

/** The skeleton as an ASF file. */
export function asfText(angle = "deg"): string {
  const bones = BONES.slice(1).map(([name, , channels], i) =>
    [
      "  begin",
      `    id ${i + 1}`,
      `    name ${name}`,
      `    direction ${i % 2 === 0 ? "0.6 0.8 0" : "0 -0.8 0.6"}`,
      `    length ${1 + i / 8}`,
      `    axis ${10 * i} ${-5 * i} 0 XYZ`,
      ...channels === "" ? [] : [`    dof ${channels}`, "    limits (-10 10)", "      (-5 5)"],
      "  end",
    ].join("\n")
  );
  const parents = [...new Set(BONES.slice(1).map(([, parent]) => parent))];
  const hierarchy = parents.map((parent) =>
    `    ${[parent, ...BONES.filter((bone) => bone[1] === parent).map(([name]) => name)].join(" ")}`
  );
  return `# a made-up skeleton
:version 1.10
:name WALKER
:units
  mass 1.0
  length 0.45
  angle ${angle}
:documentation
  .asf made up for tests
:root
  order TX TY TZ RX RY RZ
  axis XYZ
  position 0 0 0
  orientation 0 0 0
:bonedata
${bones.join("\n")}
:hierarchy
  begin
${hierarchy.join("\n")}
  end
`;
}

/** Numbers of all 62 channels in the order of {@link BONES}, frame by frame, different for each trial. */
export function channelValues(trial: number, frames: number): number[][] {
  const [walk] = proceduralWalks([frames]);
  return Array.from({ length: frames }, (_, frame) =>
    Array.from({ length: 62 }, (_, channel) =>
      // Rounded, as the numbers of CMU's files are.
      Math.round(1e4 * (walk![frame * 50 + channel % 50]! + trial + channel * frame / 100)) / 1e4));
}

/** Options of {@link amcText}. */
export interface AmcOptions {
  /** Number of the first frame. */
  readonly first?: number;
  /** What ends a line. */
  readonly lineEnd?: string;
  /** Lines before the first frame. */
  readonly header?: readonly string[];
}

/** A motion as an AMC file. @param values (frames, 62) in the order of {@link BONES} */
export function amcText(values: readonly (readonly number[])[], options: AmcOptions = {}): string {
  const { first = 1, lineEnd = "\n" } = options;
  const header = options.header ?? ["#!made up", ":FULLY-SPECIFIED", ":DEGREES"];
  const lines = values.flatMap((frame, i) => {
    let at = 0;
    const bones = BONES.filter(([, , channels]) => channels !== "").map(([name, , channels]) => {
      const count = channels.split(" ").length;
      return `${name} ${written(frame.slice(at, at += count))}`;
    });
    return [String(first + i), ...bones];
  });
  return [...header, ...lines, ""].join(lineEnd);
}

/** Bytes of a text. */
export const encode = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Writes a subject's files into DIR/cmu/SS. */
export async function writeSubject(
  dir: string,
  subject: string,
  trials: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = `${dir}/cmu/${subject}`;
  await Deno.mkdir(folder, { recursive: true });
  await Deno.writeTextFile(`${folder}/${subject}.asf`, asfText());
  for (const [trial, text] of Object.entries(trials)) {
    await Deno.writeTextFile(`${folder}/${subject}_${trial}.amc`, text);
  }
  return folder;
}
