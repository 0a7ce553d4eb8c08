/**
 * An equation with known products: a perceptron of state and time, in double precision and of tensors. torchdiffeq has solved
 * it too (`tests/models/ode/torchdiffeq_vectors.py`).
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Float64Field } from "../../models/ode/adaptive_float64.ts";
import type { TimedField } from "../../models/ode/timed_steps.ts";

/** scale · sin(start + frequency · i). */
export const pattern = (size: number, start: number, frequency: number, scale: number) =>
  Float64Array.from({ length: size }, (_, i) => scale * Math.sin(start + frequency * i));

/** Lengths of w1 (2, 5), u (5) and w2 (5, 2). */
export const PARAM_PARTS = [10, 5, 10] as const;
/** w1, u and w2 one after the other. */
export const PARAMS: Float64Array = Float64Array.from(
  PARAM_PARTS.flatMap((size, i) => [...pattern(size, 0.2 + 1.3 * i, 0.7, 1)]),
);
/** Three rows of two numbers. */
export const STATE: Float64Array = pattern(6, 0.5, 1.3, 1);
/** dL/dz at four times. */
export const UPSTREAM: readonly Float64Array[] = [0, 1, 2, 3].map((i) =>
  pattern(24, 0.1, 0.9, 1).slice(6 * i, 6 * i + 6)
);

/** z' = tanh(z w1 + t u) w2 with its products. */
export const PERCEPTRON: Float64Field = {
  value: (t, z, p) => {
    const out = new Float64Array(6);
    for (let row = 0; row < 3; row++) {
      for (let h = 0; h < 5; h++) {
        const y = Math.tanh(z[2 * row]! * p[h]! + z[2 * row + 1]! * p[5 + h]! + t * p[10 + h]!);
        for (let k = 0; k < 2; k++) out[2 * row + k]! += y * p[15 + 2 * h + k]!;
      }
    }
    return out;
  },
  pullBack: (t, z, p, a) => {
    const [state, params] = [new Float64Array(6), new Float64Array(25)];
    for (let row = 0; row < 3; row++) {
      const [z0, z1] = [z[2 * row]!, z[2 * row + 1]!];
      for (let h = 0; h < 5; h++) {
        const y = Math.tanh(z0 * p[h]! + z1 * p[5 + h]! + t * p[10 + h]!);
        let dy = 0;
        for (let k = 0; k < 2; k++) {
          params[15 + 2 * h + k]! += y * a[2 * row + k]!;
          dy += p[15 + 2 * h + k]! * a[2 * row + k]!;
        }
        const d = dy * (1 - y * y);
        params[h]! += z0 * d;
        params[5 + h]! += z1 * d;
        params[10 + h]! += t * d;
        state[2 * row]! += p[h]! * d;
        state[2 * row + 1]! += p[5 + h]! * d;
      }
    }
    return { state, params };
  },
};

/** The same field of tensors: params w1, u, w2 and state z. */
export const perceptron: TimedField = ({ w1, u, w2 }, { z }, time) => {
  const hidden = tf.tanh(tf.add(tf.matMul(z!, w1!), tf.mul(u!, time))); // (3, 2) x (2, 5) -> (3, 5)
  return { z: tf.matMul(hidden, w2!) }; // (3, 5) x (5, 2) -> (3, 2)
};
