/**
 * Counter-based random numbers: every draw is a function of a key, and every key of a seed and a path of names and steps.
 *
 * @module
 */
export { fold, type Key, rootKey } from "./key.ts";
export { integers, permutation } from "./integers.ts";
export { normal } from "./normal.ts";
export { philox4x32 } from "./philox.ts";
export { uniform } from "./uniform.ts";
