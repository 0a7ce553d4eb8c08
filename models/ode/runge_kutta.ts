/**
 * One explicit Runge–Kutta step over a record of tensors.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { parameter, type Tensors } from "../backend/tensors.ts";
import type { Tableau } from "./tableaus.ts";

/**
 * An autonomous vector field: the derivative of every entry of the state, under the same names, and notes (values that it
 * computed on the way) under other names. A field that depends on time carries time as an entry with derivative one.
 */
export type VectorField = (params: Tensors, state: Tensors) => Tensors;

/** Options of {@link rungeKuttaStep}. */
export interface StepOptions {
  /** Entries whose derivative the field gives, but which it does not read. Their stage values are not computed. */
  readonly quadratures?: readonly string[];
  /** Derivatives at the state, if known from the previous step. */
  readonly first?: Tensors;
}

/**
 * Advances every entry of the state by one step.
 *
 * @param stepSize signed: negative goes back in time; a number or a scalar
 * @returns the new state and the derivatives of all stages
 */
export function rungeKuttaStep(
  tableau: Tableau,
  field: VectorField,
  params: Tensors,
  state: Tensors,
  stepSize: number | tf.Tensor,
  { quadratures = [], first }: StepOptions = {},
): { readonly state: Tensors; readonly derivatives: readonly Tensors[] } {
  const derivatives: Tensors[] = [];
  const move = (name: string, coefficients: readonly number[]) =>
    advance(state, derivatives, name, coefficients, stepSize);
  for (const [stage, coefficients] of tableau.stages.entries()) {
    if (stage === 0) {
      derivatives.push(first ?? field(params, state));
      continue;
    }
    const point = Object.keys(state).map((name) =>
      [name, quadratures.includes(name) ? state[name]! : move(name, coefficients)] as const
    );
    derivatives.push(field(params, Object.fromEntries(point)));
  }
  const next = Object.keys(state).map((name) => [name, move(name, tableau.weights)] as const);
  return { state: Object.fromEntries(next), derivatives };
}

function advance(
  state: Tensors,
  derivatives: readonly Tensors[],
  name: string,
  coefficients: readonly number[],
  stepSize: number | tf.Tensor,
): tf.Tensor {
  const sum = weightedSum(derivatives.map((d) => parameter(d, name)), coefficients, stepSize);
  return sum === undefined ? parameter(state, name) : tf.add(parameter(state, name), sum);
}

/**
 * scale · Σ_i coefficients[i] · tensors[i], or undefined if all coefficients are zero. Tensors with equal coefficients
 * are added first, which saves multiplications.
 */
export function weightedSum(
  tensors: readonly tf.Tensor[],
  coefficients: readonly number[],
  scale: number | tf.Tensor,
): tf.Tensor | undefined {
  const factor = typeof scale === "number" ? scale : 1;
  const groups = new Map<number, tf.Tensor>();
  for (const [i, coefficient] of coefficients.entries()) {
    if (coefficient === 0) continue;
    const tensor = tensors[i]!;
    const group = groups.get(coefficient);
    groups.set(coefficient, group === undefined ? tensor : tf.add(group, tensor));
  }
  const terms = [...groups].map(([coefficient, group]) => tf.mul(group, coefficient * factor));
  if (terms.length === 0) return undefined;
  const sum = terms.reduce((sum, term) => tf.add(sum, term));
  return typeof scale === "number" ? sum : tf.mul(sum, scale);
}
