/**
 * The planar flow (Rezende and Mohamed 2015): K maps z + û tanh(wᵀz + b).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { scan } from "../backend/scan.ts";
import { mapValues, parameter, type Tensors } from "../backend/tensors.ts";
import { fanInUniform, type Initializer, type ParameterSpec } from "../nn/init.ts";
import type { Flow, Moved } from "./flow.ts";

/** softplus of this is 1: a layer with wᵀu = 0 has wᵀû = 0. */
const SHIFT = Math.log(Math.E - 1);
/** Halvings of the interval that holds a solution: more than single precision can tell apart. */
const HALVINGS = 40;

/**
 * All layers' w (K, T, 1, 2), b, û (K, T, 2, 1) and `along` = wᵀû = −1 + softplus(wᵀu + log(e − 1)), which is above −1, so that
 * each map can be inverted. û = u + (wᵀû − wᵀu) w / ‖w‖².
 */
function layers(params: Tensors) {
  const [w, u] = [parameter(params, "w"), parameter(params, "u")]; // (K, T, 1, 2)
  const product = tf.sum(tf.mul(w, u), 3, true); // (K, T, 1, 1)
  const along = tf.sub(tf.softplus(tf.add(product, SHIFT)), 1);
  const scale = tf.div(tf.sub(along, product), tf.sum(tf.square(w), 3, true));
  const moved = tf.transpose(tf.add(u, tf.mul(scale, w)), [0, 1, 3, 2]);
  return { w, b: parameter(params, "b"), along, u: moved };
}

/** Σ_k log(1 + (1 − tanh²) wᵀû): tanh (K, T, 1, n) → (T, n). */
function logDeterminant(tanh: tf.Tensor, along: tf.Tensor): tf.Tensor {
  return tf.sum(tf.log1p(tf.mul(tf.sub(1, tf.square(tanh)), along)), [0, 2]);
}

function map(params: Tensors, points: tf.Tensor): Moved {
  const { along, ...xs } = layers(params);
  const { carry, ys } = scan((_, { points }, { w, u, b }) => {
    const tanh = tf.tanh(tf.add(tf.matMul(w!, points!), b!)); // (T, 1, 2) x (T, 2, n) -> (T, 1, n)
    return { carry: { points: tf.add(points!, tf.mul(u!, tanh)) }, y: { tanh } };
  }, { params: {}, carry: { points }, xs, length: along.shape[0]! });
  return { points: carry.points!, logDeterminant: logDeterminant(ys.tanh!, along) };
}

/**
 * The layers undone from the last to the first. Of a layer's z' = z + û tanh(a), a = wᵀz + b solves a + wᵀû tanh(a) = wᵀz' + b,
 * whose left side rises. It is at most |wᵀû| away from the right side.
 */
function inverse(params: Tensors, points: tf.Tensor): Moved {
  const xs = mapValues(layers(params), (tensor) => tf.reverse(tensor, 0));
  const { carry, ys } = scan((_, { points }, { w, u, b, along }) => {
    const right = tf.add(tf.matMul(w!, points!), b!); // (T, 1, n)
    let middle = right;
    let half: tf.Tensor = tf.abs(along!);
    for (let i = 0; i < HALVINGS; i++) {
      half = tf.mul(half, 0.5);
      const left = tf.add(middle, tf.mul(along!, tf.tanh(middle)));
      middle = tf.add(middle, tf.mul(half, tf.sign(tf.sub(right, left))));
    }
    const tanh = tf.tanh(middle);
    return { carry: { points: tf.sub(points!, tf.mul(u!, tanh)) }, y: { tanh } };
  }, { params: {}, carry: { points }, xs, length: xs.along!.shape[0]! });
  return { points: carry.points!, logDeterminant: tf.neg(logDeterminant(ys.tanh!, xs.along!)) };
}

/** The flow. @param depth K */
export function planarMaps(targets: number, depth: number): Flow {
  const spec = (name: string, numbers: number, initializer: Initializer): ParameterSpec => (
    { name, shape: [depth, targets, 1, numbers], initializer }
  );
  return {
    specs: [
      spec("w", 2, fanInUniform(2)),
      spec("b", 1, fanInUniform(2)),
      // Each layer begins near the identity; with the others' spread, 32 of them throw points far away.
      spec("u", 2, { kind: "normal", deviation: 0.1 }),
    ],
    map,
    inverse,
  };
}
