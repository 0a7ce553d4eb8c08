/**
 * TensorFlow.js has one current backend for the whole process: who needs another one takes turns.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";

let turns: Promise<unknown> = Promise.resolve();

/**
 * Runs a synchronous function with a backend as the current one, and restores the one before.
 *
 * @param name TensorFlow.js's name of the backend
 * @returns what `f` returns, or its error
 */
export function onBackend<T>(name: string, f: () => T): Promise<T> {
  const turn = turns.then(async () => {
    const before = tf.getBackend();
    if (before !== name) await tf.setBackend(name);
    try {
      return f();
    } finally {
      if (before && before !== name) await tf.setBackend(before);
    }
  });
  turns = turn.catch(() => undefined);
  return turn;
}
