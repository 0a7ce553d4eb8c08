/**
 * What goes in: published files with checksums, readers, generators and random numbers.
 *
 * @module
 */
export { AUTHORS_FILE, compareSequences, findAuthorsFile } from "./authors_sequences.ts";
export { readAuthorsSequences } from "./authors_sequences.ts";
export { type BallPaths, BOUNCING_BALLS } from "./bouncing_balls/bouncing_balls.ts";
export type { BouncingBalls, BouncingBallsOptions } from "./bouncing_balls/bouncing_balls.ts";
export { makeBouncingBalls } from "./bouncing_balls/bouncing_balls.ts";
export { drawBalls, type Drawing } from "./bouncing_balls/frames.ts";
export { type Balls, BOX, moveBalls, SPEED, startBalls } from "./bouncing_balls/simulation.ts";
export { DataError, type DataErrorCode, sha256Hex } from "./files.ts";
export { type DataDir, findSource, resolveDataDir } from "./data_dir.ts";
export { type Fetched, type FetchOptions, fetchSource } from "./fetch.ts";
export { type DigitCounts, loadMnist, type LoadMnistOptions, type Mnist } from "./load_mnist.ts";
export { MNIST_COUNTS } from "./load_mnist.ts";
export { type DigitSources, type IdxArray, type Images, imagesAt } from "./mnist.ts";
export { type LabelledImages, parseIdx, readDigits, readIdx } from "./mnist.ts";
export { frameOf, framesAt, frameSize, observedFrames, type Sequences } from "./sequences.ts";
export { type LoadOptions, loadRotatingMnist } from "./load_rotating_mnist.ts";
export { type MatArray, matArray, type MatCell, type MatData, type MatText } from "./mat.ts";
export { type MatUnsupported, type MatValue, parseMat, readMat } from "./mat.ts";
export { type Motion, parseAmc, readAmc } from "./mocap/amc.ts";
export { type Bone, type Channel, parseAsf, readAsf, type Skeleton } from "./mocap/asf.ts";
export type { Triple } from "./mocap/asf.ts";
export { jointPositions } from "./mocap/kinematics.ts";
export { loadMocapMany, type LoadMocapManyOptions, type MocapMany } from "./mocap/many.ts";
export { findMocap43, loadMocapSingle, type LoadMocapSingleOptions } from "./mocap/single.ts";
export { MOCAP43_FILE, type MocapSingle, type SingleWalk } from "./mocap/single.ts";
export { walkChannels } from "./mocap/preprocessing.ts";
export { type StickFigure, stickFigure } from "./mocap/stick_figure.ts";
export { proceduralWalks } from "./mocap/procedural_walks.ts";
export { makeSpirals, POINT_INTERVAL, type SpiralGroup, spiralPoint } from "./spirals/spirals.ts";
export {
  SPIRALS,
  type Spirals,
  type SpiralsOptions,
  type SpiralWindow,
} from "./spirals/spirals.ts";
export type { DownloadOptions, StandInOptions } from "./missing_files.ts";
export { proceduralDigits } from "./procedural_digits.ts";
export { proceduralThrees } from "./procedural_threes.ts";
export type { Progress } from "./fetch.ts";
export {
  buildRotatingMnist,
  type RotatingMnist,
  type RotatingMnistOrigin,
  type SequenceSource,
  sourceSha256,
  type SplitCounts,
  turnedDigits,
} from "./rotating_mnist.ts";
export { BILINEAR, type RotationRecipe, SPLINE } from "./rotation_recipe.ts";
export { type Source, SOURCES } from "./sources.ts";
export * from "./random/mod.ts";
