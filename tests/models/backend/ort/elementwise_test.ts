import * as tf from "@tensorflow/tfjs";
import { assertAgreement, type Case, ORT, type Values } from "../_agreement.ts";

type Unary = (x: tf.Tensor) => tf.Tensor;

const UNARY: Readonly<Record<string, readonly [Unary, Values]>> = {
  abs: [tf.abs, "normal"],
  acos: [tf.acos, "unit"],
  asin: [tf.asin, "unit"],
  atan: [tf.atan, "normal"],
  cos: [tf.cos, "normal"],
  cosh: [tf.cosh, "normal"],
  elu: [tf.elu, "normal"],
  erf: [tf.erf, "normal"],
  exp: [tf.exp, "normal"],
  expm1: [tf.expm1, "normal"],
  leakyRelu: [(x) => tf.leakyRelu(x, 0.3), "normal"],
  log: [tf.log, "positive"],
  log1p: [tf.log1p, "positive"],
  logSigmoid: [tf.logSigmoid, "normal"],
  neg: [tf.neg, "normal"],
  reciprocal: [tf.reciprocal, "positive"],
  relu: [tf.relu, "normal"],
  rsqrt: [tf.rsqrt, "positive"],
  sigmoid: [tf.sigmoid, "normal"],
  sin: [tf.sin, "normal"],
  sinh: [tf.sinh, "normal"],
  softplus: [tf.softplus, "normal"],
  sqrt: [tf.sqrt, "positive"],
  square: [tf.square, "normal"],
  tan: [tf.tan, "unit"],
  tanh: [tf.tanh, "normal"],
  clipByValue: [(x) => tf.clipByValue(x, -0.5, 0.7), "normal"],
  ceil: [tf.ceil, "normal"],
  floor: [tf.floor, "normal"],
  round: [tf.round, "normal"],
  sign: [tf.sign, "normal"],
  step: [(x) => tf.step(x), "normal"],
  "step with a slope": [(x) => tf.step(x, 0.2), "normal"],
};

Deno.test("elementwise kernels agree with TensorFlow.js when a function has one argument", async () => {
  const cases: Record<string, Case> = {};
  for (const [name, [f, values]] of Object.entries(UNARY)) {
    cases[name] = { inputs: { x: [[3, 5], values] }, f: ({ x }) => f(x!) };
    cases[`${name} of a scalar`] = { inputs: { x: [[], values] }, f: ({ x }) => f(x!) };
  }
  await assertAgreement(cases);
});

Deno.test("elementwise kernels keep the layout of images when they follow a convolution", async () => {
  const names = ["tanh", "relu", "square", "leakyRelu", "clipByValue", "softplus"];
  await assertAgreement(Object.fromEntries(names.map((name) => [name, {
    inputs: { x: [2, 4, 3, 2], w: [2, 2, 2, 3] },
    f: ({ x, w }) => UNARY[name]![0](tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same")),
  }])));
});

Deno.test("elementwise kernels agree with TensorFlow.js when types change", async () => {
  const x = { x: [2, 3] };
  await assertAgreement({
    "float to int": { inputs: x, f: ({ x }) => tf.cast(x!, "int32"), gradient: false },
    "float to bool": { inputs: x, f: ({ x }) => tf.cast(tf.round(x!), "bool"), gradient: false },
    "int to float": {
      inputs: { i: [[4], "index"] },
      f: ({ i }) => tf.cast(i!, "float32"),
      gradient: false,
    },
    "bool to float": {
      inputs: x,
      f: ({ x }) => tf.cast(tf.greater(x!, 0), "float32"),
      gradient: false,
    },
    "constant to int": {
      inputs: x,
      f: ({ x }) => tf.add(tf.cast(tf.fill([2, 3], -1.7), "int32"), tf.cast(x!, "int32")),
      gradient: false,
    },
    logicalNot: {
      inputs: x,
      f: ({ x }) => tf.logicalNot(tf.greater(x!, 0)),
      gradient: false,
    },
    zerosLike: { inputs: x, f: ({ x }) => tf.add(tf.zerosLike(x!), x!) },
    onesLike: { inputs: x, f: ({ x }) => tf.mul(tf.onesLike(x!), x!) },
  });
});

type Binary = (a: tf.Tensor, b: tf.Tensor) => tf.Tensor;

/** When TensorFlow.js has a gradient: always, without broadcasting only, or never. */
type Gradient = "always" | "equal shapes" | "never";

const BINARY: Readonly<Record<string, readonly [Binary, Gradient]>> = {
  add: [tf.add, "always"],
  sub: [tf.sub, "always"],
  mul: [tf.mul, "always"],
  div: [tf.div, "always"],
  pow: [tf.pow, "always"],
  maximum: [tf.maximum, "equal shapes"],
  minimum: [tf.minimum, "equal shapes"],
  squaredDifference: [tf.squaredDifference, "equal shapes"],
  greater: [tf.greater, "never"],
  greaterEqual: [tf.greaterEqual, "never"],
  less: [tf.less, "never"],
  lessEqual: [tf.lessEqual, "never"],
  equal: [(a, b) => tf.equal(tf.round(a), tf.round(b)), "never"],
  notEqual: [(a, b) => tf.notEqual(tf.round(a), tf.round(b)), "never"],
  logicalAnd: [(a, b) => tf.logicalAnd(tf.greater(a, 0.8), tf.greater(b, 0.8)), "never"],
  logicalOr: [(a, b) => tf.logicalOr(tf.greater(a, 0.8), tf.greater(b, 0.8)), "never"],
};

const SHAPES: readonly (readonly [readonly number[], readonly number[]])[] = [
  [[3, 4], [3, 4]],
  [[3, 4], []],
  [[3, 4], [4]],
  [[3, 4], [1, 4]],
  [[3, 4], [3, 1]],
  [[3, 1], [1, 4]],
  [[2, 3, 4], [3, 1]],
  [[1], [2, 3]],
  [[2, 1, 4], [3, 1]],
];

/** What stands beside an image (n, h, w, 3) that a convolution made. */
const IMAGE_SIDES: readonly (readonly number[])[] = [
  [],
  [1],
  [3],
  [1, 3],
  [5, 3],
  [5, 1],
  [4, 5, 3],
  [4, 1, 1],
  [1, 1, 1, 3],
  [1, 1, 1, 1],
  [2, 1, 1, 1],
  [2, 4, 5, 1],
  [1, 4, 5, 3],
  [2, 4, 5, 3],
];

for (const [name, [f, kind]] of Object.entries(BINARY)) {
  const differentiable = (a: readonly number[], b: readonly number[]) =>
    kind === "always" || (kind === "equal shapes" && `${a}` === `${b}`);
  Deno.test(`elementwise kernels agree with TensorFlow.js when ${name} broadcasts`, async () => {
    const cases: Record<string, Case> = {};
    for (const [p, q] of SHAPES) {
      for (const [a, b] of [[p, q], [q, p]] as const) {
        cases[`[${a}] and [${b}]`] = {
          inputs: { a: [a, "positive"], b: [b, "positive"] },
          f: ({ a, b }) => f(a!, b!),
          gradient: differentiable(a, b),
        };
      }
    }
    for (const side of IMAGE_SIDES) {
      const gradient = differentiable([2, 4, 5, 3], side);
      const inputs = {
        x: [[2, 4, 5, 2], "positive"],
        w: [[2, 2, 2, 3], "positive"],
        b: [side, "positive"],
      } as const;
      const image = (x: tf.Tensor, w: tf.Tensor) =>
        tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
      cases[`image and [${side}]`] = { inputs, f: ({ x, w, b }) => f(image(x!, w!), b!), gradient };
      cases[`[${side}] and image`] = { inputs, f: ({ x, w, b }) => f(b!, image(x!, w!)), gradient };
    }
    await assertAgreement(cases);
  });
}

Deno.test("elementwise kernels agree with TensorFlow.js when values are constants", async () => {
  const cases: Record<string, Case> = {};
  for (const name of ["add", "sub", "mul", "div", "maximum"] as const) {
    const [f, kind] = BINARY[name]!;
    for (const value of [0, 1, 2]) {
      for (const shape of [[], [4], [3, 4], [2, 3, 4]]) {
        const constant = () => tf.fill(shape, value);
        const inputs = { x: [[3, 4], "positive"] } as const;
        const gradient = kind === "always" || `${shape}` === "3,4";
        if (name !== "div" || value !== 0) {
          cases[`${name} x and ${value} [${shape}]`] = {
            inputs,
            f: ({ x }) => f(x!, constant()),
            gradient,
          };
        }
        cases[`${name} ${value} [${shape}] and x`] = {
          inputs,
          f: ({ x }) => f(constant(), x!),
          gradient,
        };
      }
      cases[`${name} two constants ${value}`] = {
        inputs: { x: [3, 1] },
        f: ({ x }) => tf.add(x!, f(tf.fill([3, 1], value), tf.fill([1, 2], 2))),
      };
    }
  }
  await assertAgreement(cases);
});

Deno.test("elementwise kernels agree with TensorFlow.js when constants meet a last axis of one element", async () => {
  const gray = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
    tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
  const cases: Record<string, Case> = {};
  for (const name of ["add", "sub", "mul", "div", "maximum"] as const) {
    const f = BINARY[name]![0];
    const constant = () => tf.fill([3, 1], 2);
    const column = { x: [[3, 1], "positive"] } as const;
    const image = { x: [2, 3, 1, 2], w: [1, 1, 2, 1] } as const;
    cases[`${name} column and constant`] = { inputs: column, f: ({ x }) => f(x!, constant()) };
    cases[`${name} constant and column`] = { inputs: column, f: ({ x }) => f(constant(), x!) };
    const gradient = name !== "maximum"; // none where TensorFlow.js broadcasts
    cases[`${name} image and scalar`] = {
      inputs: image,
      f: ({ x, w }) => f(gray(x!, w!), tf.scalar(2)),
      gradient,
    };
  }
  cases["log1p, expm1, step"] = {
    inputs: { x: [[3, 1], "positive"] },
    f: ({ x }) => [tf.log1p(x!), tf.expm1(x!), tf.step(x!)],
  };
  await assertAgreement(cases);
  // TensorFlow's kernel takes no whole numbers.
  await assertAgreement(
    {
      "step of whole numbers": {
        inputs: { i: [[3, 4], "index"] },
        f: ({ i }) => tf.step(i!),
        gradient: false,
      },
    },
    1e-4,
    [ORT],
  );
});

Deno.test("elementwise kernels agree with TensorFlow.js when addN has terms in both layouts", async () => {
  const inputs = { x: [2, 4, 3, 2], w: [2, 2, 2, 2] } as const;
  const image = (x: tf.Tensor, w: tf.Tensor): tf.Tensor =>
    tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
  await assertAgreement({
    both: { inputs, f: ({ x, w }) => tf.addN([x!, image(x!, w!), tf.zerosLike(x!)]) },
    images: { inputs, f: ({ x, w }) => tf.addN([image(x!, w!), image(image(x!, w!), w!)]) },
    zeros: { inputs, f: ({ x }) => tf.addN([tf.zerosLike(x!), tf.zerosLike(x!)]) },
    one: { inputs, f: ({ x }) => tf.addN([tf.zerosLike(x!), x!]) },
  });
});

Deno.test("elementwise kernels agree with TensorFlow.js when where() selects", async () => {
  const inputs = { c: [[2, 3, 3, 2], "index"], x: [2, 3, 3, 2], w: [2, 2, 2, 2] } as const;
  await assertAgreement({
    same: { inputs, f: ({ c, x }) => tf.where(tf.greater(c!, 0), tf.square(x!), x!) },
    images: {
      inputs,
      f: ({ c, x, w }) => {
        const y = tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
        return tf.where(tf.greater(c!, 0), tf.square(y), x!);
      },
    },
  });
});
