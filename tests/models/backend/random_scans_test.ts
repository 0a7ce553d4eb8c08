import * as tf from "@tensorflow/tfjs";
import { fold, type Key, rootKey, uniform } from "../../../data/random/mod.ts";
import { scan } from "../../../models/backend/scan.ts";
import { assertAgreement, type Case } from "./_agreement.ts";

type Operation = (a: tf.Tensor, b: tf.Tensor, params: Record<string, tf.Tensor>) => tf.Tensor;

/** Operations on values (2, 3), none of which makes them much larger. */
const OPERATIONS: readonly Operation[] = [
  (a) => tf.tanh(a),
  (a) => tf.relu(a),
  (a, _, { w, bias }) => tf.tanh(tf.add(tf.matMul(a, w!), bias!)),
  (a, b) => tf.mul(tf.add(a, b), 0.5),
  (a, b) => tf.sub(tf.tanh(a), b),
  (a, b) => tf.mul(tf.tanh(a), b),
  (a) => tf.neg(a),
  (a) => tf.sub(1, tf.square(tf.tanh(a))),
  (a, _, { bias }) => tf.mul(a, bias!),
  (a, b) => tf.concat([tf.slice(a, [0, 1], [2, 2]), tf.slice(b, [0, 0], [2, 1])], 1),
];

/** A scan of up to 5 iterations over one or two carries, whose body is a random program. */
function randomCase(key: Key): Case {
  const numbers = uniform(key, 64);
  let drawn = 0;
  const random = () => numbers[drawn++]!;
  const one = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const several = <T>(count: number, of: () => T) => Array.from({ length: count }, of);
  const length = one([1, 2, 5]);
  const carries = several(one([1, 2]), random).map((_, i) => `h${i}`);
  // Which values an operation reads, as shares of those that there are.
  const program = several(3 + Math.floor(9 * random()), () => (
    { operation: one(OPERATIONS), a: random(), b: random() }
  ));
  const [next, ys] = [carries.map(random), several(one([0, 1, 2, 3]), random)];
  return {
    inputs: {
      ...{ w: [3, 3], bias: [3], x: [length, 2, 3] },
      ...Object.fromEntries(carries.map((name) => [name, [2, 3]])),
    },
    f: ({ w, bias, x, ...carry }) => {
      const out = scan((params, carry, { x }) => {
        const values = [...Object.values(carry), x!];
        const at = (share: number) => values[Math.floor(share * values.length)]!;
        for (const { operation, a, b } of program) values.push(operation(at(a), at(b), params));
        return {
          carry: Object.fromEntries(carries.map((name, i) => [name, at(next[i]!)])),
          y: Object.fromEntries(ys.map((share, i) => [`y${i}`, at(share)])),
        };
      }, { params: { w: w!, bias: bias! }, carry, xs: { x: x! }, length });
      return [...Object.values(out.carry), ...Object.values(out.ys)];
    },
  };
}

Deno.test("scan() agrees with a plain loop, values and gradients, when bodies are random", async () => {
  const key = fold(rootKey(0), "random scans");
  const cases = Array.from({ length: 40 }, (_, i) => [`case ${i}`, randomCase(fold(key, i))]);
  await assertAgreement(Object.fromEntries(cases));
});
