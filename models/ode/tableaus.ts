/**
 * Butcher tableaus of explicit Runge–Kutta methods, as data.
 *
 * @module
 */

/** An explicit Runge–Kutta method: k_i = f(y + h Σ_j stages[i][j] k_j), y' = y + h Σ_i weights[i] k_i. */
export interface Tableau {
  /** Name in {@link TABLEAUS}. */
  readonly name: string;
  /** Order of the global error in the step size. */
  readonly order: number;
  /** Row i: coefficients of the i earlier derivatives; the first row is empty. */
  readonly stages: readonly (readonly number[])[];
  /** Coefficients of the solution. */
  readonly weights: readonly number[];
  /** Coefficients of the embedded error estimate (solution minus the lower-order solution), if there is one. */
  readonly error?: readonly number[];
}

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

/** Dormand and Prince (1980), 5(4), seven stages; the last derivative is the next step's first. */
export const DOPRI5: Tableau = Object.freeze({
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
    35 / 384 - 5179 / 57600,
    0,
    500 / 1113 - 7571 / 16695,
    125 / 192 - 393 / 640,
    -2187 / 6784 + 92097 / 339200,
    11 / 84 - 187 / 2100,
    -1 / 40,
  ],
});

/** Name of a method. */
export type SolverName = "euler" | "midpoint" | "rk4" | "dopri5";

/** All methods by name. */
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
