import { compareSequences, findAuthorsFile, readAuthorsSequences } from "./authors_sequences.ts";
import { requireNamedDir, resolveDataDir } from "./data_dir.ts";
import { announceStandIn, type DownloadOptions, readFetched } from "./missing_files.ts";
import { readThrees, T10K_THREES, type ThreesSources, TRAIN_THREES } from "./mnist.ts";
import { proceduralThrees } from "./procedural_threes.ts";
import {
  buildRotatingMnist,
  PAPER_COUNTS,
  type RotatingMnist,
  type RotatingMnistOrigin,
  sequencesNeeded,
  type SplitCounts,
  turnedDigits,
} from "./rotating_mnist.ts";
import { BILINEAR, type RotationRecipe, SPLINE } from "./rotation_recipe.ts";

/** Options of {@link loadRotatingMnist}. */
export interface LoadOptions extends DownloadOptions {
  /** Value of `--data-dir`; see {@link resolveDataDir} for the default. */
  readonly dataDir?: string;
  /** The authors' threes of MNIST's training images by their recipe (the default), or t10k's by the bilinear one. */
  readonly digits?: "train" | "t10k";
  /** Sequences of each split; the paper's 360 and 40 by default. */
  readonly counts?: SplitCounts;
  /** The files; the published ones by default. */
  readonly sources?: ThreesSources;
}

/** One of the two data sets. */
interface Variant {
  readonly sources: ThreesSources;
  readonly origin: RotatingMnistOrigin;
  readonly recipe: RotationRecipe;
}

const VARIANTS: Readonly<Record<"train" | "t10k", Variant>> = {
  train: { sources: TRAIN_THREES, origin: "mnist-train", recipe: SPLINE },
  t10k: { sources: T10K_THREES, origin: "mnist-t10k", recipe: BILINEAR },
};

/**
 * Loads rotating MNIST: from the data folder, else from the network, else from procedurally drawn threes; notices,
 * `origin` and `sha256` show which. If the data folder has the authors' own file, it is used instead of the digits
 * rebuilt from MNIST; if it has both, a notice reports how they differ.
 *
 * @throws DataError if a folder that was named does not exist or has one of the two files of MNIST, if `dataDir` has none and
 * they cannot be had, or if a file is corrupt
 */
export async function loadRotatingMnist(options: LoadOptions = {}): Promise<RotatingMnist> {
  const { counts = PAPER_COUNTS, digits = "train", log = () => {} } = options;
  const variant = VARIANTS[digits];
  const { origin, recipe } = variant;
  const sources = options.sources ?? variant.sources;
  const dir = resolveDataDir(options.dataDir);
  requireNamedDir(dir);
  const threes = await readThrees(dir.path, sources);
  const found = threes && turnedDigits(threes, origin, recipe);
  const authorsFile = recipe === SPLINE ? findAuthorsFile(dir.path) : undefined;
  if (authorsFile !== undefined) {
    const authors = await readAuthorsSequences(authorsFile);
    log(`using ${authorsFile}${found ? `: ${compareSequences(authors, found)}` : ""}`);
    return await buildRotatingMnist(authors, counts);
  }
  if (found !== undefined) return await buildRotatingMnist(found, counts);

  const read = () => readThrees(dir.path, sources);
  const files = [sources.images, sources.labels];
  const fetched = await readFetched(dir, "MNIST", files, read, options);
  if ("value" in fetched) {
    return await buildRotatingMnist(turnedDigits(fetched.value, origin, recipe), counts);
  }
  announceStandIn(
    dir,
    "NOT MNIST: running on procedurally drawn threes.",
    fetched.reason,
    `For the real digits: deno task data fetch, or --data-dir DIR with MNIST's ${digits} files.`,
    options,
  );
  const drawn = proceduralThrees(sequencesNeeded(counts));
  return await buildRotatingMnist(turnedDigits(drawn, "procedural", recipe), counts);
}
