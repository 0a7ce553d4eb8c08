/**
 * What goes in: published files with checksums, readers, generators and random numbers.
 *
 * @module
 */
export { AUTHORS_FILE, compareSequences, findAuthorsFile } from "./authors_sequences.ts";
export { readAuthorsSequences } from "./authors_sequences.ts";
export { DataError, type DataErrorCode, sha256Hex } from "./files.ts";
export { type DataDir, findSource, resolveDataDir } from "./data_dir.ts";
export { type Fetched, type FetchOptions, fetchSource, type Progress } from "./fetch.ts";
export { type IdxArray, parseIdx, readIdx, readThrees, T10K_THREES } from "./mnist.ts";
export { type ThreesSources, TRAIN_THREES } from "./mnist.ts";
export { type LoadOptions, loadRotatingMnist } from "./load_rotating_mnist.ts";
export { type MatArray, matArray, type MatCell, type MatData, type MatText } from "./mat.ts";
export { type MatUnsupported, type MatValue, parseMat, readMat } from "./mat.ts";
export { proceduralThrees } from "./procedural_threes.ts";
export { buildRotatingMnist, type RotatingMnist } from "./rotating_mnist.ts";
export type { RotatingMnistOrigin, SequenceSet, SequenceSource } from "./rotating_mnist.ts";
export { sourceSha256, type SplitCounts, turnedDigits } from "./rotating_mnist.ts";
export { BILINEAR, type RotationRecipe, SPLINE } from "./rotation_recipe.ts";
export { type Source, SOURCES } from "./sources.ts";
export * from "./random/mod.ts";
