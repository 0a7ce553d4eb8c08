/**
 * Recorded steps on disk, for processes that need the same ones: a step is recorded once and not again for each seed.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import type { TracedStep } from "./trace.ts";

/** Keeps recorded steps under keys. */
export interface ModelCache {
  /** The step under a key; undefined when there is none, or its file is not whole. */
  read(key: string): TracedStep | undefined;
  /** Keeps a step. Never fails: where it cannot be kept, it is recorded again next time. */
  write(key: string, traced: TracedStep): void;
}

const DIGEST_BYTES = 32;

function digest(...parts: readonly (Uint8Array | string)[]): Uint8Array {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
}

/** Digest of the rest, length of the header (uint32, little-endian), header (JSON), model. */
function encode({ bytes, ...facts }: TracedStep): Uint8Array {
  const header = new TextEncoder().encode(JSON.stringify(facts));
  const file = new Uint8Array(DIGEST_BYTES + 4 + header.length + bytes.length);
  new DataView(file.buffer).setUint32(DIGEST_BYTES, header.length, true);
  file.set(header, DIGEST_BYTES + 4);
  file.set(bytes, DIGEST_BYTES + 4 + header.length);
  file.set(digest(file.subarray(DIGEST_BYTES)));
  return file;
}

function decode(file: Uint8Array): TracedStep | undefined {
  const rest = file.subarray(DIGEST_BYTES);
  const expected = file.subarray(0, DIGEST_BYTES);
  if (rest.length < 4 || digest(rest).some((byte, i) => byte !== expected[i])) return undefined;
  const end = 4 + new DataView(rest.buffer, rest.byteOffset).getUint32(0, true);
  const facts: Omit<TracedStep, "bytes"> = JSON.parse(
    new TextDecoder().decode(rest.subarray(4, end)),
  );
  return { ...facts, bytes: rest.subarray(end) };
}

/**
 * A cache in a folder, made when something is kept. Keys must say all that a recorded step depends on but the suite's
 * own code: the folder belongs to one version of that.
 */
export function folderCache(folder: string): ModelCache {
  const path = (key: string) =>
    join(folder, `${createHash("sha256").update(key).digest("hex")}.step`);
  return {
    read(key) {
      try {
        return decode(new Uint8Array(readFileSync(path(key))));
      } catch {
        return undefined;
      }
    },
    write(key, traced) {
      const temporary = `${path(key)}.${process.pid}.tmp`;
      try {
        mkdirSync(folder, { recursive: true });
        try {
          writeFileSync(temporary, encode(traced));
          renameSync(temporary, path(key));
        } finally {
          rmSync(temporary, { force: true });
        }
      } catch {
        // A full disk, a folder that cannot be made: nothing is kept.
      }
    },
  };
}
