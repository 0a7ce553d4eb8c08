/**
 * Tries whether its process can write files into folders, which are made: exits with 1 and one line if not. It runs with
 * the rights of a cell's process, before any cell is trained.
 *
 *     deno run --allow-read --allow-write=OUT benchmarks/runner/output_probe.ts FOLDER…
 *
 * @module
 */
import { join } from "node:path";
import { exitCodes, fileErrorReason } from "../errors.ts";
import { removeIfThere, writeFileAtomic } from "../record/atomic_file.ts";

/** Bytes of the file that is written and removed: on a disk with less room no record would fit. */
const probeBytes = 64 * 1024;

try {
  for (const folder of Deno.args) {
    Deno.mkdirSync(folder, { recursive: true });
    // The next run removes a file of this name, if this process is killed.
    const path = join(folder, `.probe.${Deno.pid}.tmp`);
    writeFileAtomic(path, new Uint8Array(probeBytes));
    removeIfThere(path);
  }
} catch (error) {
  const isRefused = error instanceof Deno.errors.NotCapable;
  console.error(
    isRefused
      ? "Deno lets no process with limited rights write there, as below /dev, /proc and /sys"
      : fileErrorReason(error),
  );
  Deno.exit(exitCodes.failed);
}
