/**
 * Parts of WGSL that both rollout programs use. A workgroup computes one sequence; its threads are called lanes.
 *
 * @module
 */
import type { Tableau } from "../../ode/tableaus.ts";
import type { PackedWeight } from "./rollout_shape.ts";

/** An array in workgroup memory. */
export interface SharedArray {
  /** Its name in the code. */
  readonly name: string;
  /** Number of f32. */
  readonly length: number;
}

/** Declarations of arrays in workgroup memory. */
export function declare(arrays: readonly SharedArray[]): string {
  return arrays.map(({ name, length }) => `var<workgroup> ${name} : array<f32, ${length}>;`)
    .join("\n");
}

/** A number as WGSL writes an f32. */
export function literal(x: number): string {
  return Number.isInteger(x) ? `${x}.0` : String(x);
}

/** Distributes `count` indices `i` among the lanes, always in the same way. */
export function each(count: number, lanes: number, body: string): string {
  if (count === lanes) return `{ let i = lane; ${body} }`;
  return count < lanes
    ? `if (lane < ${count}) { let i = lane; ${body} }`
    : `for (var i = lane; i < ${count}; i += ${lanes}) { ${body} }`;
}

/** Waits until all lanes have finished writing. */
export const BARRIER = "workgroupBarrier();";

/** Σ_j coefficients[j] · term(j) without zero coefficients; undefined if all are zero. */
export function weightedTerms(
  coefficients: readonly number[],
  term: (j: number) => string,
): string | undefined {
  const terms = coefficients.flatMap((coefficient, j) =>
    coefficient === 0 ? [] : [coefficient === 1 ? term(j) : `${literal(coefficient)} * ${term(j)}`]
  );
  return terms.length === 0 ? undefined : terms.join(" + ");
}

/** Coefficients of stage `stage` in the points of all later stages: the tableau's column. */
export function laterStages(tableau: Tableau, stage: number): readonly number[] {
  return tableau.stages.map((row) => row[stage] ?? 0);
}

/** A vector times a matrix. */
export interface Product {
  /** The vector's entry `k`. */
  readonly vector: (k: string) => string;
  /** Name of the storage buffer with the matrix. */
  readonly buffer: string;
  /** The matrix. */
  readonly matrix: PackedWeight;
}

/**
 * Products that a workgroup computes at the same time, each with its share of the lanes. Several lanes compute partial
 * sums of a column.
 */
export class Products {
  /** Code that leaves the partial sums in `partials`; needs a barrier after it. */
  readonly code: string;
  /** Numbers in `partials`. */
  readonly partials: number;
  readonly #sums: readonly ((column: string) => string)[];

  /** @param lanes threads of the workgroup, divided evenly among the products */
  constructor(products: readonly Product[], lanes: number) {
    const share = lanes / products.length;
    let first = 0;
    const sums: ((column: string) => string)[] = [];
    const codes = products.map(({ vector, buffer, matrix: { rows, columns, offset } }, index) => {
      const parts = partsOf(rows, columns, share);
      const begin = first;
      first += columns * parts;
      sums.push((column) => `total(${begin} + ${column}, ${columns}, ${parts})`);
      return `for (var i = lane - ${index * share}; i < ${columns * parts}; i += ${share}) {
        let column = i % ${columns};
        let row = i / ${columns} * ${rows / parts};
        var sum = 0.0;
        for (var k = row; k < row + ${rows / parts}; k++) {
          sum += ${vector("k")} * ${buffer}[${offset} + k * ${columns} + column];
        }
        partials[${begin} + i] = sum;
      }`;
    });
    this.code = codes.length === 1
      ? codes[0]!
      : codes.map((code, i) => `if (lane / ${share} == ${i}) { ${code} }`).join("\n");
    this.partials = first;
    this.#sums = sums;
  }

  /** Column `column` of the product at `index`; after the barrier. */
  sum(index: number, column: string): string {
    return this.#sums[index]!(column);
  }
}

/** Number of partial sums of `rows` terms: about as many as terms in each; all have equally many terms. */
function partsOf(rows: number, columns: number, lanes: number): number {
  const most = Math.min(Math.floor(lanes / columns), Math.ceil(Math.sqrt(rows)));
  for (let parts = most; parts > 1; parts--) if (rows % parts === 0) return parts;
  return 1;
}

/** Adds the partial sums of a column. */
export const TOTAL = `
  fn total(first : i32, columns : i32, parts : i32) -> f32 {
    var sum = 0.0;
    for (var part = 0; part < parts; part++) { sum += partials[first + part * columns]; }
    return sum;
  }`;
