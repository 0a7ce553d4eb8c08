/**
 * What a record may hold at most. A record comes from another machine, or is damaged: beyond these sizes reading it, or a
 * page of it, would cost gigabytes or minutes, which no benchmark needs.
 *
 * @module
 */

/** Bytes of a file: twenty strips of fifty frames of 100 × 100 pixels are 14 MB. */
export const MOST_BYTES = 2 ** 25;
/** Values of a file, of whatever kind: so many take 300 MB. A motion of 300 frames of 50 joints has 45,000. */
export const MOST_VALUES = 4_000_000;
/** Brackets inside each other: records have nine. */
export const MOST_DEPTH = 64;

/** Items of a list that a page shows one by one. */
export const MOST_ITEMS = 1000;
/** Characters of a text: a page repeats labels and notes, and none of ours has a twentieth of that. */
export const MOST_TEXT = 10_000;
/** Characters of a name: three of them stand in a file name, which file systems limit to 255 bytes. */
export const MOST_NAME = 48;
/** Magnitude of a coordinate: differences and margins of axes stay finite. */
export const MOST_COORDINATE = 1e300;

/** Curves or exhibits of a record: each is a figure on two pages. */
export const MOST_FIGURES = 200;
/** Points of a curve or a cloud: one a step of a training of a hundred times the paper's thousand epochs. */
export const MOST_POINTS = 100_000;
/** Strips, panels, series or motions of a figure: more cannot be told apart. */
export const MOST_PARTS = 100;
/** Rows or columns of a frame or a field, in pixels: as many as a screen has. */
export const MOST_PIXELS = 2048;
/** Frames of a strip. */
export const MOST_FRAMES = 10_000;
/** Rows or columns of a matrix, each value of which is a shape on the page. */
export const MOST_ROWS = 256;
/** Classes or joints, each of which has a name on the page. */
export const MOST_NAMES = 500;
