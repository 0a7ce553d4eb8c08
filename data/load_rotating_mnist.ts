import { DataError } from "./data_error.ts";
import { requireNamedDir, resolveDataDir } from "./data_dir.ts";
import { fetchSource } from "./fetch.ts";
import { readThrees, type ThreesSources } from "./mnist_threes.ts";
import { proceduralThrees } from "./procedural_threes.ts";
import { buildRotatingMnist, type RotatingMnist, type SplitCounts } from "./rotating_mnist.ts";
import { T10K_IMAGES, T10K_LABELS } from "./sources.ts";

/** Options of {@link loadRotatingMnist}. */
export interface LoadOptions {
  /** Value of `--data-dir`; see {@link resolveDataDir} for what counts without it. */
  readonly dataDir?: string;
  /** Sequences of each split; the paper's 360 and 40 by default. */
  readonly counts?: SplitCounts;
  /** Whether the network is tried once when no file is found; true by default. */
  readonly download?: boolean;
  /** Takes notices, one line each. */
  readonly log?: (line: string) => void;
  /** Which files; the published ones by default. */
  readonly sources?: ThreesSources;
  /** Milliseconds that a mirror may stay silent; 8,000 by default. */
  readonly timeoutMs?: number;
}

/**
 * Loads rotating MNIST: from the data folder, else from the network, else on procedurally drawn threes, which the
 * notices, `origin` and `sha256` tell apart.
 *
 * @throws DataError where a folder that was named does not exist, or a file in it is corrupt
 */
export async function loadRotatingMnist(options: LoadOptions = {}): Promise<RotatingMnist> {
  const counts = options.counts ?? { train: 360, validation: 40 };
  const sources = options.sources ?? { images: T10K_IMAGES, labels: T10K_LABELS };
  const log = options.log ?? (() => {});
  const dir = resolveDataDir(options.dataDir);
  requireNamedDir(dir);
  const found = await readThrees(dir.path, sources);
  if (found !== undefined) return await buildRotatingMnist(found, "mnist-t10k", counts);

  let reason = `no ${sources.images.name} in ${dir.path} or ${dir.path}/${sources.images.folder}`;
  if (options.download ?? true) {
    log(`MNIST is not in ${dir.path}: downloading two files (1.7 MB)`);
    try {
      for (const source of [sources.images, sources.labels]) {
        await fetchSource(source, dir.path, { timeoutMs: options.timeoutMs ?? 8000, tries: 1 });
      }
      const fetched = await readThrees(dir.path, sources);
      if (fetched !== undefined) return await buildRotatingMnist(fetched, "mnist-t10k", counts);
    } catch (error) {
      // Only what downloading can run into leads to the fallback; a corrupt file in the folder was thrown above.
      if (!(error instanceof DataError)) throw error;
      reason += `; ${error.message}`;
    }
  } else {
    reason += "; downloading is off";
  }
  for (const line of notice(reason)) log(line);
  return await buildRotatingMnist(
    proceduralThrees(counts.train + counts.validation),
    "procedural",
    counts,
  );
}

function notice(reason: string): readonly string[] {
  const bar = "!".repeat(88);
  return [
    bar,
    "!! NOT MNIST: running on procedurally drawn threes. Numbers do not compare with the paper's.",
    `!! Reason: ${reason}`,
    "!! For the real digits: deno task data fetch, or --data-dir DIR with MNIST's t10k files.",
    bar,
  ];
}
