/**
 * Acclaim motion files (AMC): the angles of a skeleton's joints, frame by frame.
 *
 * @module
 */
import { DataError, quoted, readFile } from "../files.ts";
import { finiteNumbers, type Line, lineFault, MAX_TEXT_BYTES, textLines } from "./_text_lines.ts";
import type { Skeleton } from "./asf.ts";

/** A motion of a skeleton. */
export interface Motion {
  /** Name of its file, for messages. */
  readonly path: string;
  /** The skeleton that moves. */
  readonly skeleton: Skeleton;
  /** Number of the first frame in the file: above 1 where the beginning was cut off. */
  readonly firstFrame: number;
  /** Frames; CMU's have 120 a second. */
  readonly frameCount: number;
  /** Lengths in the skeleton's unit and angles in degrees: (frameCount, channelCount), channels as in the skeleton. */
  readonly values: Float64Array;
}

const KEYWORDS = [":fully-specified", ":degrees", ":radians"];

/**
 * Parses an AMC file. Bones may be listed in any order, but every frame must have all that the skeleton moves.
 *
 * @param path name of the file in messages
 * @throws DataError (corrupt) in one line that names file, line and fault
 */
export function parseAmc(bytes: Uint8Array, path: string, skeleton: Skeleton): Motion {
  const moving = new Map(
    skeleton.bones.filter(({ channels }) => channels.length > 0).map((bone) => [bone.name, bone]),
  );
  const frames: Float64Array[] = [];
  let unit: string | undefined;
  let firstFrame = 0;
  let missing = new Set<string>();
  let last = 1;
  const endFrame = (line: number) => {
    const [name] = missing;
    if (name === undefined) return;
    const frame = firstFrame + frames.length - 1;
    throw lineFault(path, line, `frame ${frame} must have all bones`, `without ${quoted(name)}`);
  };
  for (const line of textLines(bytes, path)) {
    const { number, words: [word, ...rest] } = line;
    last = number;
    if (word.startsWith(":")) {
      unit = readKeyword(line, unit, frames.length > 0, path);
    } else if (/^\d+$/.test(word)) {
      endFrame(number);
      if (frames.length === 0) firstFrame = Number(word);
      const expected = firstFrame + frames.length;
      if (Number(word) !== expected || !Number.isSafeInteger(expected) || rest.length > 0) {
        throw lineFault(path, number, `frame ${expected} must begin`, quoted(line.words.join(" ")));
      }
      frames.push(new Float64Array(skeleton.channelCount));
      missing = new Set(moving.keys());
    } else {
      const bone = moving.get(word);
      if (bone === undefined) {
        const rule = `a bone must be one that ${skeleton.path} moves`;
        throw lineFault(path, number, rule, quoted(word));
      }
      if (frames.length === 0) {
        throw lineFault(path, number, "the number of a frame must come first", quoted(word));
      }
      if (!missing.delete(word)) {
        throw lineFault(path, number, "a bone must be listed once in a frame", quoted(word));
      }
      const numbers = finiteNumbers(rest, bone.channels.length, `bone ${word}`, number, path);
      frames.at(-1)!.set(numbers, bone.firstChannel);
    }
  }
  endFrame(last);
  if (frames.length === 0) {
    throw new DataError("corrupt", `Cannot read ${path}: it must have a frame, is without`);
  }
  const values = new Float64Array(frames.length * skeleton.channelCount);
  frames.forEach((frame, i) => values.set(frame, i * skeleton.channelCount));
  if ((unit ?? skeleton.angleUnit) === "radians") toDegrees(values, skeleton);
  return { path, skeleton, firstFrame, frameCount: frames.length, values };
}

/** Reads an AMC file like {@link parseAmc}. @throws DataError (missing) if it cannot be read, (corrupt) */
export async function readAmc(path: string, skeleton: Skeleton): Promise<Motion> {
  return parseAmc(await readFile(path, MAX_TEXT_BYTES), path, skeleton);
}

/** The unit of angles after a line with a keyword. */
function readKeyword(
  { number, words }: Line,
  unit: string | undefined,
  isLate: boolean,
  path: string,
): string | undefined {
  const keyword = words[0].toLowerCase();
  const isUnit = keyword !== ":fully-specified";
  if (!KEYWORDS.includes(keyword) || isLate || (isUnit && unit !== undefined)) {
    const rule = `a keyword must be ${KEYWORDS.join(", ")}, before all frames, and one unit`;
    throw lineFault(path, number, rule, quoted(keyword));
  }
  return isUnit ? keyword.slice(1) : unit;
}

function toDegrees(values: Float64Array, { bones, channelCount }: Skeleton): void {
  const channels = bones.flatMap((bone) => bone.channels);
  for (let i = 0; i < values.length; i++) {
    if (channels[i % channelCount]!.startsWith("r")) values[i]! *= 180 / Math.PI;
  }
}
