/**
 * What the suite needs of TensorFlow.js's engine beyond its public functions.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { Tensors } from "./tensors.ts";

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

/**
 * Evaluates a loss and differentiates it. Unlike TensorFlow.js's own `valueAndGrads`, everything that `evaluate` returns
 * beside the loss may be used afterwards, and a parameter that the loss does not depend on has a gradient of zeros.
 *
 * @param evaluate computes the loss (scalar) from `params`, and whatever else
 * @param params what is differentiated
 * @returns what `evaluate` returned, and one gradient a parameter, same names and shapes
 */
export function valueAndGradients<R extends { readonly loss: tf.Scalar }>(
  evaluate: () => R,
  params: Tensors,
): { readonly result: R; readonly gradients: Tensors } {
  const names = Object.keys(params);
  let result: R | undefined;
  let escaping: tf.Tensor[] = [];
  const { grads } = tf.engine().gradients(
    () => {
      result = evaluate();
      // The engine disposes of all that this function makes but the loss: keep the rest until it has returned.
      const { loss } = result;
      escaping = tf.tensor_util.getTensorsInContainer(result as unknown as tf.TensorContainer)
        .filter((tensor) => tensor !== loss && !tensor.kept);
      escaping.forEach((tensor) => tf.keep(tensor));
      return loss;
    },
    names.map((name) => params[name]!),
    undefined,
    true,
  );
  for (const tensor of escaping) {
    // Back under the care of the caller's scope.
    tensor.kept = false;
    (tf.engine() as unknown as { track(tensor: tf.Tensor): tf.Tensor }).track(tensor);
  }
  return {
    result: result!,
    gradients: Object.fromEntries(
      names.map((name, i) => [name, grads[i] ?? tf.zerosLike(params[name]!)]),
    ),
  };
}
