/**
 * The four energies of Rezende and Mohamed (2015), as numbers and as tensors, within a square.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { PlaneTarget } from "../../models/training/density.ts";

/** Half the side of the square: U2, U3 and U4 go on for ever along x, so that their integral is finite only in a square. */
export const SIDE = 4;
/** A coordinate d beyond the square costs so many nats times d². */
const WALL = 50;

/** The arithmetic that an energy needs, of numbers or of tensors. */
interface Arithmetic<N> {
  readonly add: (a: N, b: N) => N;
  readonly scale: (a: N, factor: number, shift?: number) => N;
  readonly square: (a: N) => N;
  readonly root: (a: N) => N;
  readonly sine: (a: N) => N;
  readonly exponential: (a: N) => N;
  readonly sigmoid: (a: N) => N;
  readonly positive: (a: N) => N;
  /** −log(e^−a + e^−b) */
  readonly softMinimum: (a: N, b: N) => N;
}

const NUMBERS: Arithmetic<number> = {
  add: (a, b) => a + b,
  scale: (a, factor, shift = 0) => a * factor + shift,
  square: (a) => a * a,
  root: Math.sqrt,
  sine: Math.sin,
  exponential: Math.exp,
  sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  positive: (a) => Math.max(0, a),
  softMinimum: (a, b) => Math.min(a, b) - Math.log1p(Math.exp(-Math.abs(a - b))),
};

const TENSORS: Arithmetic<tf.Tensor> = {
  add: tf.add,
  scale: (a, factor, shift = 0) => tf.add(tf.mul(a, factor), shift),
  square: tf.square,
  // The gradient of a root of 0 is no number.
  root: (a) => tf.sqrt(tf.add(a, 1e-12)),
  sine: tf.sin,
  exponential: tf.exp,
  sigmoid: tf.sigmoid,
  positive: tf.relu,
  softMinimum: (a, b) => tf.sub(a, tf.softplus(tf.sub(a, b))),
};

type Energy = <N>(x: N, y: N, of: Arithmetic<N>) => N;

/** ½ ((a − centre) / width)² */
const bowl = <N>(a: N, centre: number, width: number, { scale, square }: Arithmetic<N>): N =>
  scale(square(scale(a, 1 / width, -centre / width)), 0.5);

const wave = <N>(x: N, { scale, sine }: Arithmetic<N>): N => sine(scale(x, Math.PI / 2));

/** Two arms that part along x: their distance is w(x). */
const arms =
  (width: number, other: number, distance: <N>(x: N, of: Arithmetic<N>) => N): Energy =>
  (x, y, of) => {
    const { add, scale, softMinimum } = of;
    const near = add(y, scale(wave(x, of), -1));
    const far = add(near, distance(x, of));
    return softMinimum(bowl(near, 0, width, of), bowl(far, 0, other, of));
  };

const ENERGIES: Readonly<Record<string, Energy>> = {
  U1: (x, y, of) => {
    const { add, square, root, softMinimum } = of;
    const ring = bowl(root(add(square(x), square(y))), 2, 0.4, of);
    return add(ring, softMinimum(bowl(x, 2, 0.6, of), bowl(x, -2, 0.6, of)));
  },
  U2: (x, y, of) => bowl(of.add(y, of.scale(wave(x, of), -1)), 0, 0.4, of),
  U3: arms(0.35, 0.35, (x, of) => of.scale(of.exponential(of.scale(bowl(x, 1, 0.6, of), -1)), 3)),
  U4: arms(0.4, 0.35, (x, of) => of.scale(of.sigmoid(of.scale(x, 1 / 0.3, -1 / 0.3)), 3)),
};

/** 50 d² for each coordinate that lies d beyond the square. */
const wall: Energy = (x, y, { add, scale, square, positive }) => {
  const beyond = (a: typeof x) =>
    add(square(positive(scale(a, 1, -SIDE))), square(positive(scale(a, -1, -SIDE))));
  return scale(add(beyond(x), beyond(y)), WALL);
};

/** log of the integral of exp(−energy) over the square with a margin, by Simpson's rule with `cells` cells a side. */
export function logIntegral(
  energy: PlaneTarget["energy"],
  margin = 1,
  cells = 400,
): number {
  const [from, step] = [-SIDE - margin, 2 * (SIDE + margin) / cells];
  const weight = (i: number) => i === 0 || i === cells ? 1 : i % 2 === 1 ? 4 : 2;
  let sum = 0;
  for (let i = 0; i <= cells; i++) {
    for (let j = 0; j <= cells; j++) {
      sum += weight(i) * weight(j) * Math.exp(-energy(from + i * step, from + j * step));
    }
  }
  return Math.log(sum * (step / 3) ** 2);
}

/** The energies without the wall, by name. */
export const BARE_ENERGIES: Readonly<Record<string, PlaneTarget["energy"]>> = Object.fromEntries(
  Object.entries(ENERGIES).map(([name, energy]) => [name, (x, y) => energy(x, y, NUMBERS)]),
);

/** U1 … U4 with the wall. */
export function planeTargets(): PlaneTarget[] {
  return Object.entries(ENERGIES).map(([name, bare]) => {
    const energy = (x: number, y: number) => bare(x, y, NUMBERS) + wall(x, y, NUMBERS);
    return {
      name,
      energy,
      tensorEnergy: (x, y) => tf.add(bare(x, y, TENSORS), wall(x, y, TENSORS)),
      logNormaliser: logIntegral(energy),
    };
  });
}
