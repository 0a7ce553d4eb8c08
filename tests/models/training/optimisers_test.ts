import { assert, assertAlmostEquals, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { HostArrays } from "../../../models/backend/tensors.ts";
import { shapesOf, under } from "../../../models/training/arrays.ts";
import {
  gradientStep,
  initialTrainingState,
  type LossFunction,
} from "../../../models/training/network_training.ts";
import {
  adam,
  ADAM_DEFAULTS,
  adamRate,
  centredRmsprop,
  clipped,
  type Optimiser,
  rmsprop,
  sgd,
} from "../../../models/training/optimisers.ts";
import { CPU, ORT } from "../backend/_agreement.ts";
import { relativeError } from "../cpu.ts";

/** Six parameters in three tensors, whose names are not sorted. */
const START: HostArrays = {
  "b/kernel": { shape: [2, 2], data: Float32Array.of(-2, 0.5, 3, -1) },
  "a/bias": { shape: [], data: Float32Array.of(1) },
  "c/logVariance": { shape: [1], data: Float32Array.of(0.25) },
};
const SORTED = ["a/bias", "b/kernel", "c/logVariance"];

/** ½ Σ d (θ − t)². */
const loss: LossFunction = (params) => {
  const term = (name: string, d: number[], t: number[]) => {
    const { shape } = params[name]!;
    const error = tf.sub(params[name]!, tf.tensor(t, shape));
    return tf.mul(0.5, tf.sum(tf.mul(tf.tensor(d, shape), tf.square(error))));
  };
  const terms = [
    term("a/bias", [1], [0]),
    term("b/kernel", [10, 0.3, 2, 5], [0.3, -1, 2, 1]),
    term("c/logVariance", [4], [0.7]),
  ];
  return { loss: tf.addN(terms) as tf.Scalar, terms: {}, state: {} };
};

/** Parameters after ten steps, in the order of their sorted names. */
async function tenSteps(
  backend: typeof CPU,
  optimiser: Optimiser,
  learningRate: number,
): Promise<number[]> {
  const carried = initialTrainingState(START, {}, optimiser);
  const step = await backend.compile(
    gradientStep(loss, optimiser),
    { ...shapesOf(carried), rate: { shape: [] } },
    { carried: Object.keys(carried) },
  );
  try {
    await step.start(carried);
    for (let t = 1; t <= 10; t++) {
      const rate = Float32Array.of(optimiser.rate(learningRate, t));
      await step.run({ rate: { shape: [], data: rate } });
    }
    const params = under("params/", await step.state());
    assertEquals(Object.keys(params).sort(), SORTED);
    for (const name of SORTED) assertEquals(params[name]!.shape, START[name]!.shape);
    return SORTED.flatMap((name) => [...params[name]!.data]);
  } finally {
    await step.dispose();
  }
}

/**
 * Numbers of PyTorch 1.13.1 in double precision, in the order of the sorted names, printed by
 *
 *     python3 -c '
 *     import torch; from torch.optim import *
 *     torch.set_default_dtype(torch.float64)
 *     d, t = torch.tensor([[1, 10, 0.3, 2, 5, 4], [0, 0.3, -1, 2, 1, 0.7]])
 *     def run(make, norm=None):
 *         x = torch.tensor([1, -2, 0.5, 3, -1, 0.25], requires_grad=True); o = make([x])
 *         for _ in range(10):
 *             o.zero_grad(); (d * (x - t) ** 2).sum().div(2).backward()
 *             if norm: torch.nn.utils.clip_grad_norm_([x], norm)
 *             o.step()
 *         print([round(float(v), 7) for v in x])
 *     run(lambda p: Adam(p, 0.1)); run(lambda p: SGD(p, 0.05)); run(lambda p: SGD(p, 0.05, 0.9))
 *     run(lambda p: SGD(p, 0.05, 0.9, nesterov=True)); run(lambda p: RMSprop(p, 0.05, 0.9, 1e-3))
 *     run(lambda p: RMSprop(p, 0.02, 0.9, 1e-3, momentum=0.5)); run(lambda p: SGD(p, 0.05, 0.5), 15)'
 */
const CASES: readonly (readonly [string, Optimiser, number, readonly number[]])[] = [
  ["adam()", adam(), 0.1, [0.0762492, -1.0201994, -0.4620466, 2.0762492, -0.0245868, 0.8933719]],
  ["sgd()", sgd(), 0.05, [0.5987369, 0.2977539, 0.2895957, 2.3486784, 0.887373, 0.6516816]],
  [
    "sgd() with momentum",
    sgd(0.9),
    0.05,
    [-0.3109229, 0.098233, -0.3153721, 1.4112106, 0.3149299, 0.6980201],
  ],
  [
    "sgd() with Nesterov's momentum",
    sgd(0.9, { nesterov: true }),
    0.05,
    [-0.2619925, 0.3374865, -0.3824168, 1.6534218, 0.7530022, 0.6768877],
  ],
  [
    "rmsprop()",
    rmsprop({ decay: 0.9, momentum: 0, epsilon: 1e-3 }),
    0.05,
    [0.3025709, -1.1960844, -0.2608142, 2.3019852, -0.2069463, 0.6926604],
  ],
  [
    "rmsprop() with momentum",
    rmsprop({ decay: 0.9, momentum: 0.5, epsilon: 1e-3 }),
    0.02,
    [0.4373251, -1.3886389, -0.0905076, 2.4368052, -0.3937094, 0.6804516],
  ],
  // The first two gradients are longer than 15, the others are not.
  [
    "clipped()",
    clipped(sgd(0.5), 15),
    0.05,
    [0.3819528, 0.2613381, 0.1550905, 2.086518, 1.0427681, 0.7190042],
  ],
];

for (const [name, optimiser, learningRate, expected] of CASES) {
  Deno.test(`${name} is PyTorch's after ten steps, op by op and compiled`, async () => {
    for (const backend of [CPU, ORT]) {
      const error = relativeError(await tenSteps(backend, optimiser, learningRate), expected, 0.1);
      assert(error < 1e-5, `${backend.name}: relative error ${error}`);
    }
  });
}

Deno.test("centredRmsprop() is its formula in double precision after ten steps, op by op and compiled", async () => {
  // python3 -c '
  // import numpy as np
  // d, t, x = np.array([[1, 10, 0.3, 2, 5, 4], [0, 0.3, -1, 2, 1, 0.7], [1, -2, 0.5, 3, -1, 0.25]])
  // m = v = b = 0
  // for _ in range(10):
  //     g = d * (x - t)
  //     v, m = 0.9 * v + 0.1 * g * g, 0.9 * m + 0.1 * g
  //     b = 0.5 * b + (g + 0.3 * x) / np.sqrt(v - m * m + 1e-2)
  //     x = x - 0.02 * b
  // print([round(float(v), 7) for v in x])'
  const expected = [0.2161529, -1.220831, -0.2165643, 2.0498061, -0.2316383, 0.6569989];
  const optimiser = centredRmsprop({ decay: 0.9, momentum: 0.5, epsilon: 1e-2, weightDecay: 0.3 });
  for (const backend of [CPU, ORT]) {
    const error = relativeError(await tenSteps(backend, optimiser, 0.02), expected, 0.1);
    assert(error < 1e-5, `${backend.name}: relative error ${error}`);
  }
});

Deno.test("adamRate() makes the first update as long as the learning rate", () => {
  // After one step m / √v = (1 − β₁) g / √((1 − β₂) g²), so the rate undoes both factors.
  const { beta1, beta2 } = ADAM_DEFAULTS;
  const length = adamRate(0.003, 1) * (1 - beta1) / Math.sqrt(1 - beta2);
  assertAlmostEquals(length, 0.003, 1e-15);
});

Deno.test("rate() throws when the step is not a positive integer", () => {
  for (const [, optimiser] of CASES) {
    for (const step of [0, 1.5]) {
      assertThrows(
        () => optimiser.rate(0.1, step),
        RangeError,
        `Cannot take an optimiser step: its number must be an integer >= 1, is ${step}`,
      );
    }
  }
});
