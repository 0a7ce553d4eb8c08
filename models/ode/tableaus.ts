/**
 * Butcher tableaus of explicit Runge–Kutta methods, as data.
 *
 * @module
 */

/** An explicit Runge–Kutta method: k_i = f(y + h Σ_j stages[i][j] k_j), y' = y + h Σ_i weights[i] k_i. */
export interface Tableau {
  /** Its usual name. */
  readonly name: string;
  /** Order of the global error in the step size. */
  readonly order: number;
  /** Row i: coefficients of the i earlier derivatives; the first row is empty. */
  readonly stages: readonly (readonly number[])[];
  /** Coefficients of the solution. */
  readonly weights: readonly number[];
}

/** A method whose last derivative is the next step's first, with an estimate of its error and values within a step. */
export interface EmbeddedPair extends Tableau {
  /** Coefficients of the error estimate: solution minus the one of lower order. */
  readonly error: readonly number[];
  /** Coefficients of the solution at half a step. */
  readonly middle: readonly number[];
}

/** Time of a stage in parts of a step: the sum of its row. */
export const nodeOf = (row: readonly number[]): number => row.reduce((sum, a) => sum + a, 0);

/** Euler's method. */
export const EULER: Tableau = Object.freeze({
  name: "euler",
  order: 1,
  stages: [[]],
  weights: [1],
});

/** The explicit midpoint method (Runge 1895). */
export const MIDPOINT: Tableau = Object.freeze({
  name: "midpoint",
  order: 2,
  stages: [[], [1 / 2]],
  weights: [0, 1],
});

/** The classical fourth-order method (Kutta 1901). */
export const RK4: Tableau = Object.freeze({
  name: "rk4",
  order: 4,
  stages: [[], [1 / 2], [0, 1 / 2], [0, 0, 1]],
  weights: [1 / 6, 1 / 3, 1 / 3, 1 / 6],
});

/** Bogacki and Shampine (1989), 3(2), four stages. The middle is that of the cubic through both ends' values and slopes. */
export const BOSH3: EmbeddedPair = Object.freeze({
  name: "bosh3",
  order: 3,
  stages: [[], [1 / 2], [0, 3 / 4], [2 / 9, 1 / 3, 4 / 9]],
  weights: [2 / 9, 1 / 3, 4 / 9, 0],
  error: [2 / 9 - 7 / 24, 1 / 3 - 1 / 4, 4 / 9 - 1 / 3, -1 / 8],
  middle: [1 / 9 + 1 / 8, 1 / 6, 2 / 9, -1 / 8],
});

/**
 * Dormand and Prince (1980), 5(4), seven stages. Error and middle are Shampine's ("Some practical Runge–Kutta formulas",
 * 1986), which torchdiffeq and diffrax take too: his error is two thirds of the original one.
 */
export const DOPRI5: EmbeddedPair = Object.freeze({
  name: "dopri5",
  order: 5,
  stages: [
    [],
    [1 / 5],
    [3 / 40, 9 / 40],
    [44 / 45, -56 / 15, 32 / 9],
    [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729],
    [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656],
    [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84],
  ],
  weights: [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0],
  error: [
    35 / 384 - 1951 / 21600,
    0,
    500 / 1113 - 22642 / 50085,
    125 / 192 - 451 / 720,
    -2187 / 6784 + 12231 / 42400,
    11 / 84 - 649 / 6300,
    -1 / 60,
  ],
  middle: [
    6025192743 / 60171106304,
    0,
    51252292925 / 130801643196,
    -2691868925 / 90256659456,
    187940372067 / 3189068634112,
    -1776094331 / 39487288512,
    11237099 / 470086768,
  ],
});

/**
 * The solution within a step as a polynomial of degree 4 through the values at both ends and in the middle and the slopes
 * at both ends (Shampine 1986): y(t + xh) = y + h Σ_i (Σ_p result[p][i] x^(p+1)) k_i.
 *
 * @returns one row of coefficients for each power of x from 1 to 4
 */
export function densePolynomials(
  { weights, middle, stages }: EmbeddedPair,
): readonly (readonly number[])[] {
  const last = stages.length - 1;
  const rows: readonly (readonly [number, number, number, number])[] = [
    [1, 0, 0, 0],
    [-4, 1, -5, 16],
    [5, -3, 14, -32],
    [-2, 2, -8, 16],
  ];
  return rows.map(([start, end, whole, half]) =>
    weights.map((weight, i) =>
      (i === 0 ? start : 0) + (i === last ? end : 0) + whole * weight + half * middle[i]!
    )
  );
}

/** Name of a method that takes fixed steps. */
export type SolverName = "euler" | "midpoint" | "rk4" | "dopri5";

/** The methods that take fixed steps, by name. */
export const TABLEAUS: Readonly<Record<SolverName, Tableau>> = Object.freeze({
  euler: EULER,
  midpoint: MIDPOINT,
  rk4: RK4,
  dopri5: DOPRI5,
});

/** The method called `name`. @throws RangeError that lists the valid names */
export function tableau(name: string): Tableau {
  if (!Object.hasOwn(TABLEAUS, name)) {
    const valid = Object.keys(TABLEAUS).join(", ");
    throw new RangeError(`Cannot choose a solver: method must be one of ${valid}, is "${name}"`);
  }
  return TABLEAUS[name as SolverName];
}
