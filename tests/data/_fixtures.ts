/** Generated files and folders for the tests of data/. */
import { gzipSync } from "node:zlib";
import { proceduralThrees } from "../../data/procedural_threes.ts";
import { sha256Hex } from "../../data/files.ts";
import type { Source } from "../../data/sources.ts";

/** An idx file of unsigned bytes. */
export function idxBytes(shape: readonly number[], data: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new DataView(new ArrayBuffer(4 + 4 * shape.length));
  header.setUint32(0, 0x0800 + shape.length);
  shape.forEach((size, axis) => header.setUint32(4 + 4 * axis, size));
  const bytes = new Uint8Array(header.byteLength + data.length);
  bytes.set(new Uint8Array(header.buffer));
  bytes.set(data, header.byteLength);
  return bytes;
}

/** Gzipped bytes. */
export function gzip(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(gzipSync(bytes));
}

/** A source with the given content. */
export async function sourceOf(
  name: string,
  content: Uint8Array<ArrayBuffer>,
  urls: readonly string[] = [],
): Promise<Source> {
  return {
    name,
    folder: "mnist",
    description: "generated",
    urls,
    licence: "none",
    sha256: await sha256Hex(content),
    bytes: gzip(content).length,
    contentBytes: content.length,
  };
}

/** A small MNIST: every second image is a (procedural) three, the others are blank zeros. */
export async function smallMnist(
  threes: number,
  urls: (name: string) => readonly string[] = () => [],
) {
  const pixels = new Uint8Array(2 * threes * 784);
  const labels = new Uint8Array(2 * threes);
  const drawn = proceduralThrees(threes);
  for (let i = 0; i < threes; i++) {
    pixels.set(drawn.subarray(i * 784, (i + 1) * 784), (2 * i + 1) * 784);
    labels[2 * i + 1] = 3;
  }
  const images = idxBytes([2 * threes, 28, 28], pixels);
  const labelFile = idxBytes([2 * threes], labels);
  return {
    drawn,
    images,
    labels: labelFile,
    sources: {
      images: await sourceOf("images.gz", images, urls("images.gz")),
      labels: await sourceOf("labels.gz", labelFile, urls("labels.gz")),
    },
  };
}

/** Runs `test` with a new folder that is removed afterwards. */
export async function withDir(test: (dir: string) => Promise<void>): Promise<void> {
  const dir = await Deno.makeTempDir({ prefix: "ode2vae-data-" });
  try {
    await test(dir);
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Folder with a real data file, MNIST's by default, where this machine has one. */
export function realDataDir(file = "mnist/t10k-images-idx3-ubyte.gz"): string | undefined {
  const candidates = [Deno.env.get("ODE2VAE_DATA_DIR"), "../shared/data"];
  return candidates.find((dir) => {
    if (!dir) return false;
    try {
      return Deno.statSync(`${dir}/${file}`).isFile;
    } catch {
      return false;
    }
  });
}
