/**
 * Checkpoints on disk: the state of a cell between two epochs. A file is read whole or rejected.
 *
 * Layout, little-endian: 8 bytes magic; 32 bytes SHA-256 of all that follows; uint32 length of the header; the header
 * (canonical JSON); zeros to a multiple of 8 bytes; the arrays, each from a multiple of 8 bytes.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { asArray, asCount, asObject, asOneOf, asSettings, asString } from "../record/_validate.ts";
import { writeFileAtomic } from "../record/atomic_file.ts";
import { canonicalJson } from "../record/canonical_json.ts";
import type { Settings } from "../definition.ts";
import { parseCell, parseCurve, parseTimeSplit } from "../record/parse_record.ts";
import type { CellIdentity, Curve, TimeSplit } from "../record/record.ts";
import type { CheckpointArrays } from "../../models/training/method.ts";

/** A cell between two epochs. */
export interface Checkpoint {
  /** The cell. */
  readonly cell: CellIdentity;
  /** Settings after all overrides. */
  readonly settings: Settings;
  /** Version of the computing library that made the arrays. */
  readonly backendVersion: string;
  /** Code that made the arrays, oldest first: see `codeName()`. */
  readonly codes: readonly string[];
  /** Epochs done. */
  readonly epoch: number;
  /** Curves of the epochs done. */
  readonly curves: readonly Curve[];
  /** Seconds spent so far. */
  readonly time: TimeSplit;
  /** State of the trainer. */
  readonly arrays: CheckpointArrays;
}

const magic = new TextEncoder().encode("O2VCKPT1");
const prefix = magic.length + 32;
const types = { float32: Float32Array, int32: Int32Array, float64: Float64Array } as const;
const typeNames = Object.keys(types) as (keyof typeof types)[];
const align = (offset: number) => Math.ceil(offset / 8) * 8;

/** The bytes of a checkpoint file. */
export function encodeCheckpoint({ arrays, ...state }: Checkpoint): Uint8Array<ArrayBuffer> {
  const entries = Object.entries(arrays);
  const layout = entries.map(([name, array]) => ({
    name,
    type: typeNames.find((type) => array instanceof types[type]),
    length: array.length,
  }));
  const header = new TextEncoder().encode(canonicalJson({ ...state, arrays: layout }));
  let offset = align(prefix + 4 + header.length);
  const offsets = entries.map(([, array]) => {
    const start = offset;
    offset = align(offset + array.byteLength);
    return start;
  });
  const bytes = new Uint8Array(offset);
  bytes.set(magic);
  new DataView(bytes.buffer).setUint32(prefix, header.length, true);
  bytes.set(header, prefix + 4);
  entries.forEach(([, array], i) =>
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), offsets[i])
  );
  bytes.set(createHash("sha256").update(bytes.subarray(prefix)).digest(), magic.length);
  return bytes;
}

/**
 * Reads the bytes of a checkpoint file.
 *
 * @throws {SyntaxError} when they are truncated, altered or not a checkpoint
 */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  if (bytes.length < prefix + 4 || magic.some((byte, i) => bytes[i] !== byte)) {
    throw new SyntaxError("it is not a checkpoint of this suite");
  }
  const hash = createHash("sha256").update(bytes.subarray(prefix)).digest();
  if (hash.some((byte, i) => bytes[magic.length + i] !== byte)) {
    throw new SyntaxError("it is damaged: its SHA-256 does not match");
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const headerLength = view.getUint32(prefix, true);
  const header = asObject(
    JSON.parse(new TextDecoder().decode(bytes.subarray(prefix + 4, prefix + 4 + headerLength))),
    "header",
  );
  const arrays: Record<string, Float32Array | Int32Array | Float64Array> = {};
  let offset = align(prefix + 4 + headerLength);
  for (const item of asArray(header.arrays, "arrays")) {
    const entry = asObject(item, "array");
    const type = types[asOneOf(entry.type, typeNames, "array.type")];
    const byteLength = asCount(entry.length, "array.length") * type.BYTES_PER_ELEMENT;
    if (offset + byteLength > bytes.length) {
      throw new SyntaxError(
        `its arrays must have ${bytes.length} bytes, end at ${offset + byteLength}`,
      );
    }
    // Copy, because a typed array needs its own alignment, which the file's bytes may not have.
    arrays[asString(entry.name, "array.name")] = new type(
      bytes.slice(offset, offset + byteLength).buffer,
    );
    offset = align(offset + byteLength);
  }
  return {
    cell: parseCell(header.cell, "cell"),
    settings: asSettings(header.settings, "settings"),
    backendVersion: asString(header.backendVersion, "backendVersion"),
    codes: asArray(header.codes, "codes").map((code, i) => asString(code, `codes[${i}]`)),
    epoch: asCount(header.epoch, "epoch"),
    curves: asArray(header.curves, "curves").map((item, i) => parseCurve(item, `curves[${i}]`)),
    time: parseTimeSplit(header.time, "time"),
    arrays,
  };
}

/** Writes a checkpoint atomically. @throws the operating system's error */
export function writeCheckpoint(path: string, checkpoint: Checkpoint): void {
  writeFileAtomic(path, encodeCheckpoint(checkpoint));
}

/** What a checkpoint must match to be resumed bit for bit. */
export type CheckpointOwner = Pick<Checkpoint, "cell" | "settings" | "backendVersion">;

/**
 * The checkpoint in a file, if it is undamaged, belongs to the owner and fits the trainer.
 *
 * @param restore Gives its arrays to the trainer, or throws and leaves the trainer as it was.
 * @param notice Takes one line when there is a file that cannot be used.
 * @returns undefined when there is nothing to resume
 */
export function findCheckpoint(
  path: string,
  owner: CheckpointOwner,
  restore: (arrays: CheckpointArrays) => void,
  notice: (line: string) => void,
): Checkpoint | undefined {
  try {
    const checkpoint = decodeCheckpoint(Deno.readFileSync(path));
    for (const key of ["cell", "settings", "backendVersion"] as const) {
      if (canonicalJson(checkpoint[key]) !== canonicalJson(owner[key])) {
        throw new SyntaxError(`its ${key} differs from this run's`);
      }
    }
    restore(checkpoint.arrays);
    return checkpoint;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) {
      const reason = error instanceof Error ? error.message : String(error);
      notice(`Cannot resume from ${path}: ${reason}; training starts afresh`);
    }
    return undefined;
  }
}
