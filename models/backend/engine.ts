/**
 * What the suite needs of TensorFlow.js's engine beyond its public functions.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { mapValues, type Tensors } from "./tensors.ts";

let queue: Promise<unknown> = Promise.resolve();

/**
 * Runs a synchronous function with a backend as the current one, and restores the one before. TensorFlow.js has one
 * current backend for the whole process, so calls wait for each other.
 *
 * @param name TensorFlow.js's name of the backend
 * @returns what `f` returns, or its error
 */
export function onBackend<T>(name: string, f: () => T): Promise<T> {
  const result = queue.then(async () => {
    const before = tf.getBackend();
    if (before !== name) await tf.setBackend(name);
    try {
      return f();
    } finally {
      if (before && before !== name) await tf.setBackend(before);
    }
  });
  queue = result.catch(() => undefined);
  return result;
}

/**
 * Evaluates a loss and differentiates it. Unlike TensorFlow.js's own `valueAndGrads`, everything that `evaluate` returns
 * besides the loss may be used afterwards, and a parameter that the loss does not depend on has a gradient of zeros.
 *
 * @param evaluate computes the loss (scalar) from `params`, and whatever else
 * @param params what is differentiated
 * @returns what `evaluate` returned, and one gradient for each parameter, same names and shapes
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
      // The engine disposes of all that this function makes except the loss: keep the rest until it has returned.
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
    // From here on the caller's scope disposes of it.
    tensor.kept = false;
    (tf.engine() as unknown as { track(tensor: tf.Tensor): tf.Tensor }).track(tensor);
  }
  const gradients = names.map((name, i) => [name, grads[i] ?? tf.zerosLike(params[name]!)]);
  return { result: result!, gradients: Object.fromEntries(gradients) };
}

/**
 * Runs `f` as if nothing around it were differentiated: to the outside, what it returns is constant. Unlike other
 * functions, `f` may take gradients also inside a gradient or a kernel, where the engine would forget the outer tape or
 * keep none.
 */
export function untaped<T>(f: () => T): T {
  const state = tf.engine().state as unknown as Record<string, unknown>;
  const { gradientDepth, kernelDepth, activeTape } = state;
  Object.assign(state, { gradientDepth: 0, kernelDepth: 0, activeTape: null });
  try {
    return f();
  } finally {
    Object.assign(state, { gradientDepth, kernelDepth, activeTape });
  }
}

/**
 * A function with several outputs and a gradient of its own. TensorFlow.js's `customGrad` allows one output only.
 *
 * @param inputs what it is differentiated in; one tensor may occur several times
 * @param forward computes the outputs
 * @param backward gradients of all inputs, by name, from those of the outputs. It also gets inputs and outputs: those
 * outside may be disposed of by then.
 */
export function withGradient(
  inputs: Tensors,
  forward: () => tf.Tensor[],
  backward: (
    upstream: readonly tf.Tensor[],
    inputs: Tensors,
    outputs: readonly tf.Tensor[],
  ) => Tensors,
): tf.Tensor[] {
  // Private in TensorFlow.js's types.
  const engine = tf.engine() as unknown as {
    runKernelFunc(kernel: {
      forwardFunc: (backend: unknown, save: (tensors: tf.Tensor[]) => void) => tf.Tensor[];
      backwardsFunc: (
        dy: tf.Tensor | tf.Tensor[],
        saved: tf.Tensor[],
      ) => Record<string, () => tf.Tensor>;
      inputs: Record<string, tf.Tensor>;
    }): tf.Tensor[];
  };
  const names = Object.keys(inputs);
  return engine.runKernelFunc({
    forwardFunc: (_, save) => {
      const outputs = untaped(forward);
      save([...Object.values(inputs), ...outputs]);
      return outputs;
    },
    backwardsFunc: (dy, saved) => {
      const given = Object.fromEntries(names.map((name, i) => [name, saved[i]!]));
      const gradients = backward(Array.isArray(dy) ? dy : [dy], given, saved.slice(names.length));
      return mapValues(gradients, (gradient) => () => gradient);
    },
    inputs: { ...inputs },
  });
}

/** f(x) as a constant: nothing is differentiated through it, nor through what `f` reads besides x. */
export function detached(x: tf.Tensor, f: (x: tf.Tensor) => tf.Tensor): tf.Tensor {
  const constant = tf.customGrad((...args) => ({
    value: f(args[0] as tf.Tensor),
    gradFunc: () => [tf.zerosLike(x)],
  }));
  return constant(x);
}
