import * as tf from "@tensorflow/tfjs";
import { assertAgreement, type Case } from "../_agreement.ts";

const SIDES = [false, true];

/** Shapes before (rows, inner) and (inner, columns); TensorFlow.js's `cpu` is wrong where both sides broadcast. */
const BATCHES: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[], []],
  [[2], [2]],
  [[2], [1]],
  [[1], [3]],
  [[2], []],
  [[], [2]],
  [[2, 3], [2, 3]],
  [[2, 3], [3]],
];

Deno.test("products agree with TensorFlow.js when matrices are transposed and batched", async () => {
  const cases: Record<string, Case> = {};
  for (const [p, q] of BATCHES) {
    for (const transposeA of SIDES) {
      for (const transposeB of SIDES) {
        const a = [...p, ...(transposeA ? [4, 3] : [3, 4])];
        const b = [...q, ...(transposeB ? [2, 4] : [4, 2])];
        cases[`[${a}] x [${b}] ${transposeA} ${transposeB}`] = {
          inputs: { a, b },
          f: ({ a, b }) => tf.matMul(a!, b!, transposeA, transposeB),
          // TensorFlow.js has no gradient where batches broadcast.
          gradient: `${p}` === `${q}`,
        };
      }
    }
  }
  await assertAgreement(cases);
});

Deno.test("products agree with TensorFlow.js when bias and activation are fused", async () => {
  const cases: Record<string, Case> = {};
  for (const activation of ["linear", "relu", "sigmoid"] as const) {
    for (const shape of [undefined, [2], [1, 2]]) {
      for (const transposeA of SIDES) {
        for (const transposeB of SIDES) {
          const inputs = {
            a: transposeA ? [4, 3] : [3, 4],
            b: transposeB ? [2, 4] : [4, 2],
            ...(shape ? { bias: shape } : {}),
          };
          cases[`${activation} [${shape}] ${transposeA} ${transposeB}`] = {
            inputs,
            f: ({ a, b, bias }) =>
              tf.fused.matMul({
                a: a!,
                b: b!,
                transposeA,
                transposeB,
                activation,
                ...(bias ? { bias } : {}),
              }),
            // With gradients wanted TensorFlow.js takes the unfused operations.
            gradient: false,
          };
        }
      }
    }
  }
  cases["batches"] = {
    inputs: { a: [2, 3, 4], b: [2, 4, 2], bias: [2] },
    f: ({ a, b, bias }) => tf.fused.matMul({ a: a!, b: b!, bias: bias!, activation: "relu" }),
    gradient: false,
  };
  await assertAgreement(cases);
});

Deno.test("products agree with TensorFlow.js when a sum with a product could be one operation", async () => {
  const product = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a, b);
  const with_ = (bias: readonly number[]): Case => ({
    inputs: { a: [3, 4], b: [4, 2], bias },
    f: ({ a, b, bias }) => tf.add(product(a!, b!), bias!),
  });
  await assertAgreement({
    row: with_([2]),
    "one row": with_([1, 2]),
    column: with_([3, 1]),
    scalar: with_([]),
    single: with_([1]),
    full: with_([3, 2]),
    "larger than the product": with_([5, 3, 2]),
    "bias first": {
      inputs: { a: [3, 4], b: [4, 2], bias: [2] },
      f: ({ a, b, bias }) => tf.add(bias!, product(a!, b!)),
    },
    "product of one row, broadcast": {
      inputs: { a: [1, 4], b: [4, 2], bias: [3, 2] },
      f: ({ a, b, bias }) => tf.add(product(a!, b!), bias!),
    },
    "square product with a column": {
      inputs: { a: [2, 4], b: [4, 2], bias: [2, 1] },
      f: ({ a, b, bias }) => tf.add(product(a!, b!), bias!),
    },
    "product used twice": {
      inputs: { a: [3, 4], b: [4, 2], bias: [2] },
      f: ({ a, b, bias }) => {
        const p = product(a!, b!);
        return [tf.add(p, bias!), tf.mul(p, 2)];
      },
    },
    "two biases": {
      inputs: { a: [3, 4], b: [4, 2], bias: [2], other: [2] },
      f: ({ a, b, bias, other }) => tf.add(tf.add(product(a!, b!), bias!), other!),
    },
    "two products": {
      inputs: { a: [3, 4], b: [4, 2], c: [4, 2] },
      f: ({ a, b, c }) => tf.add(product(a!, b!), product(a!, c!)),
    },
    "product and itself": {
      inputs: { a: [3, 4], b: [4, 2] },
      f: ({ a, b }) => {
        const p = product(a!, b!);
        return tf.add(p, p);
      },
    },
    "transposed operands": {
      inputs: { a: [4, 3], b: [2, 4], bias: [2] },
      f: ({ a, b, bias }) => tf.add(tf.matMul(a!, b!, true, true), bias!),
    },
    "difference": {
      inputs: { a: [3, 4], b: [4, 2], bias: [2] },
      f: ({ a, b, bias }) => tf.sub(product(a!, b!), bias!),
    },
  });
});
