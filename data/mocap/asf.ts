/**
 * Acclaim skeleton files (ASF): the bones of a person, how they hang together, and about which axes they turn.
 *
 * @module
 */
import { quoted, readFile } from "../files.ts";
import { finiteNumbers, type Line, lineFault, MAX_TEXT_BYTES, textLines } from "./_text_lines.ts";

/** Three numbers along or about x, y and z. */
export type Triple = readonly [number, number, number];

/** What a number of a motion moves: a translation along an axis, or a rotation about one of the bone's own axes. */
export type Channel = "tx" | "ty" | "tz" | "rx" | "ry" | "rz";

/** A bone; the root is one without length. */
export interface Bone {
  /** Its name, e.g. "lfemur". */
  readonly name: string;
  /** Index of the bone at whose end it begins; -1 for the root. */
  readonly parent: number;
  /** Its direction at rest, a unit vector in the coordinates of the whole skeleton. */
  readonly direction: Triple;
  /** Its length, in the file's unit. */
  readonly length: number;
  /** Rotation of its axes at rest: degrees about x, then y, then z. */
  readonly axis: Triple;
  /** What moves it, in the order of a motion's numbers; rotations are applied in this order. */
  readonly channels: readonly Channel[];
  /** Index of its first channel among those of all bones. */
  readonly firstChannel: number;
}

/** A skeleton. */
export interface Skeleton {
  /** Name of its file, for messages. */
  readonly path: string;
  /** Bones; the root is the first, and each stands after its parent. */
  readonly bones: readonly Bone[];
  /** Position of the root, to which its translation is added, in the file's unit of length. */
  readonly position: Triple;
  /** Number of channels of all bones. */
  readonly channelCount: number;
  /** Unit of the angles in motions that do not name one. Here, angles are always in degrees. */
  readonly angleUnit: "degrees" | "radians";
}

type Fields = ReadonlyMap<string, Line>;

/** Sections whose content is read. */
const READ = [":units", ":root", ":bonedata", ":hierarchy"];
/** Sections that say nothing about the bones' positions. */
const IGNORED = [":version", ":name", ":documentation", ":skin"];
/** Fields of a bone. */
const BONE_FIELDS = [
  ...["name", "direction", "length", "axis", "dof"],
  ...["id", "limits", "bodymass", "cofmass"], // not needed for positions
];

/**
 * Parses an ASF file.
 *
 * @param path name of the file in messages
 * @throws DataError (corrupt) in one line for a damaged file, or one whose axes are not in the order XYZ
 */
export function parseAsf(bytes: Uint8Array, path: string): Skeleton {
  const sections = sectionsOf(bytes, path);
  const section = (name: string) => {
    const found = sections.get(name);
    if (found !== undefined) return found;
    throw lineFault(path, 1, `the file must have the section ${name}`, "without");
  };
  const units = fieldsOf(section(":units").lines, path);
  const angleUnit = readAngleUnit(units, section(":units").head, path);
  const toDegrees = angleUnit === "degrees" ? 1 : 180 / Math.PI;
  const head = section(":root").head;
  const fields = fieldsOf(section(":root").lines, path);
  const triple = (name: string) => numbersOf(fields, name, head, path);
  const root = {
    name: "root",
    direction: [0, 0, 0] as Triple,
    length: 0,
    axis: scaled(triple("orientation"), toDegrees),
    channels: readChannels(fieldOf(fields, "order", head, path), path, true),
  };
  checkOrder(fieldOf(fields, "axis", head, path), path);
  const bones = new Map([["root", root]]);
  for (const lines of blocksOf(section(":bonedata").lines, path)) {
    const bone = readBone(lines, toDegrees, path);
    if (bones.has(bone.name)) {
      throw lineFault(path, lines[0]!.number, "a bone's name must be unique", quoted(bone.name));
    }
    bones.set(bone.name, bone);
  }
  const { ordered, channelCount } = inOrder(bones, section(":hierarchy"), path);
  return { path, bones: ordered, position: triple("position"), channelCount, angleUnit };
}

/** Reads an ASF file like {@link parseAsf}. @throws DataError (missing) if it cannot be read, (corrupt) */
export async function readAsf(path: string): Promise<Skeleton> {
  return parseAsf(await readFile(path, MAX_TEXT_BYTES), path);
}

interface Section {
  readonly head: Line;
  readonly lines: Line[];
}

function sectionsOf(bytes: Uint8Array, path: string): ReadonlyMap<string, Section> {
  const sections = new Map<string, Section>();
  let current: Section | undefined;
  for (const line of textLines(bytes, path)) {
    const name = line.words[0].toLowerCase();
    if (!name.startsWith(":")) {
      if (current === undefined) {
        throw lineFault(path, line.number, "a section must come first", quoted(name));
      }
      current.lines.push(line);
      continue;
    }
    if (![...READ, ...IGNORED].includes(name) || sections.has(name)) {
      const rule = `a section must be one of ${[...READ, ...IGNORED].join(", ")}, each once`;
      throw lineFault(path, line.number, rule, quoted(name));
    }
    current = { head: line, lines: [] };
    sections.set(name, current);
  }
  return sections;
}

/** Lines by their first word. @throws DataError (corrupt) where two have the same */
function fieldsOf(lines: readonly Line[], path: string): Fields {
  const fields = new Map<string, Line>();
  for (const line of lines) {
    const name = line.words[0].toLowerCase();
    if (fields.has(name)) {
      throw lineFault(path, line.number, "a line of its kind must stand once", quoted(name));
    }
    fields.set(name, line);
  }
  return fields;
}

function fieldOf(fields: Fields, name: string, head: Line, path: string): Line {
  const line = fields.get(name);
  if (line !== undefined) return line;
  throw lineFault(path, head.number, `what begins here must have a line "${name}"`, "without");
}

/** The numbers of a line, which may end with the order of axes. */
function numbersOf(fields: Fields, name: string, head: Line, path: string): Triple {
  const { words, number } = fieldOf(fields, name, head, path);
  const numbers = words.slice(1, name === "axis" ? -1 : undefined);
  const [x, y, z] = finiteNumbers(numbers, 3, name, number, path);
  return [x!, y!, z!];
}

function scaled([x, y, z]: Triple, factor: number): Triple {
  return [x * factor, y * factor, z * factor];
}

function readAngleUnit(fields: Fields, head: Line, path: string): Skeleton["angleUnit"] {
  const { words: [, word = ""], number } = fieldOf(fields, "angle", head, path);
  if (word === "deg") return "degrees";
  if (word === "rad") return "radians";
  throw lineFault(path, number, "the unit of angles must be deg or rad", quoted(word));
}

/** Checks the order of axes, with which a line ends. */
function checkOrder({ words, number }: Line, path: string): void {
  const order = words.at(-1)!;
  if (order.toUpperCase() === "XYZ") return;
  throw lineFault(path, number, "the order of a bone's axes must be XYZ", quoted(order));
}

function readChannels(line: Line, path: string, isRoot: boolean): readonly Channel[] {
  const channels = line.words.slice(1).map((word) => word.toLowerCase());
  const allowed = [...(isRoot ? ["tx", "ty", "tz"] : []), "rx", "ry", "rz"];
  const isRight = channels.every((channel, i) =>
    allowed.includes(channel) && channels.indexOf(channel) === i
  );
  if (isRight) return channels as Channel[];
  const rule = `channels must be among ${allowed.join(", ")}, each once`;
  throw lineFault(path, line.number, rule, quoted(channels.join(" ")));
}

/** What stands between `begin` and `end`, with the line of `begin`. */
function blocksOf(lines: readonly Line[], path: string): readonly (readonly Line[])[] {
  const blocks: Line[][] = [];
  let block: Line[] | undefined;
  for (const line of lines) {
    const [word] = line.words;
    if ((word === "begin") !== (block === undefined)) {
      const rule = block === undefined
        ? "begin must come first"
        : "end must come before the next begin";
      throw lineFault(path, line.number, rule, quoted(word));
    }
    if (word === "begin") blocks.push(block = [line]);
    else if (word === "end") block = undefined;
    else block!.push(line);
  }
  if (block !== undefined) {
    throw lineFault(path, block[0]!.number, "begin must have an end", "without");
  }
  return blocks;
}

type BoneData = Omit<Bone, "parent" | "firstChannel">;

function readBone(lines: readonly Line[], toDegrees: number, path: string): BoneData {
  const head = lines[0]!;
  // Limits of further channels have lines of their own.
  const fields = fieldsOf(lines.slice(1).filter(({ words }) => !words[0].startsWith("(")), path);
  for (const [name, { number }] of fields) {
    if (BONE_FIELDS.includes(name)) continue;
    const rule = `a field of a bone must be one of ${BONE_FIELDS.join(", ")}`;
    throw lineFault(path, number, rule, quoted(name));
  }
  const { words: [, name] } = fieldOf(fields, "name", head, path);
  if (name === undefined) throw lineFault(path, head.number, "a bone must have a name", "without");
  const direction = numbersOf(fields, "direction", head, path);
  const size = Math.hypot(...direction);
  const { number } = fields.get("direction")!;
  if (Math.abs(size - 1) > 0.01) {
    throw lineFault(path, number, "a direction must have length 1", size);
  }
  const lengthLine = fieldOf(fields, "length", head, path);
  const [length] = finiteNumbers(lengthLine.words.slice(1), 1, "length", lengthLine.number, path);
  if (length! < 0) throw lineFault(path, lengthLine.number, "a length must be >= 0", length!);
  const axis = scaled(numbersOf(fields, "axis", head, path), toDegrees);
  checkOrder(fields.get("axis")!, path);
  const dof = fields.get("dof");
  const channels = dof === undefined ? [] : readChannels(dof, path, false);
  return { name, direction, length: length!, axis, channels };
}

/** Bones with their parents, each after its own, as the hierarchy lists them. */
function inOrder(
  bones: ReadonlyMap<string, BoneData>,
  { head, lines }: Section,
  path: string,
): { readonly ordered: readonly Bone[]; readonly channelCount: number } {
  const children = new Map<string, Line["words"]>();
  const parents = new Map<string, string>();
  for (const block of blocksOf(lines, path)) {
    for (const { words, number } of block.slice(1)) {
      const unknown = words.find((name) => !bones.has(name));
      if (unknown !== undefined) {
        throw lineFault(path, number, "a bone of the hierarchy must be defined", quoted(unknown));
      }
      const [parent, ...named] = words;
      const taken = named.find((name) => name === "root" || parents.has(name)) ??
        (children.has(parent) ? parent : undefined);
      if (taken !== undefined) {
        throw lineFault(path, number, "a bone must be listed once", quoted(taken));
      }
      children.set(parent, words);
      for (const name of named) parents.set(name, parent);
    }
  }
  const ordered: Bone[] = [];
  const places = new Map<string, number>();
  let channelCount = 0;
  const queue = ["root"];
  for (const name of queue) {
    const bone = bones.get(name)!;
    places.set(name, ordered.length);
    const parent = places.get(parents.get(name) ?? "") ?? -1;
    ordered.push({ ...bone, parent, firstChannel: channelCount });
    channelCount += bone.channels.length;
    queue.push(...children.get(name)?.slice(1) ?? []);
  }
  const loose = [...bones.keys()].find((name) => !places.has(name));
  if (loose !== undefined) {
    throw lineFault(
      path,
      head.number,
      "every bone must hang on the root",
      `not so for ${quoted(loose)}`,
    );
  }
  return { ordered, channelCount };
}
