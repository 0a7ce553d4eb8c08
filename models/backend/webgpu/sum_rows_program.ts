/**
 * Adds up the rows of a matrix, in order: one thread a column.
 *
 * @module
 */

/** Threads of a workgroup. */
export const SUM_ROWS_LANES = 64;

/** Reads `matrix` (rows, columns) from index `offset` on, these three as uniforms; writes (columns). */
export const SUM_ROWS_CODE = `
  fn main(index : i32) {
    if (index >= uniforms.columns) { return; }
    var sum = 0.0;
    for (var row = 0; row < uniforms.rows; row++) {
      sum += matrix[uniforms.offset + row * uniforms.columns + index];
    }
    result[index] = sum;
  }`;
