/**
 * What must hold for the state that a step carries, on every backend.
 *
 * @module
 */
import { assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Backend, Step, TensorSpecs } from "../../../../models/backend/backend.ts";
import type { HostArray, HostArrays } from "../../../../models/backend/tensors.ts";

/** Whole numbers, which every backend adds and doubles without rounding. */
const array = (...values: number[]): HostArray => ({
  shape: [values.length],
  data: Float32Array.from(values),
});
const scalar = (value: number): HostArray => ({ shape: [], data: Float32Array.of(value) });

const SPECS: TensorSpecs = {
  weight: { shape: [2] },
  before: { shape: [2] },
  left: { shape: [2] },
  right: { shape: [2] },
  fixed: { shape: [2] },
  idle: { shape: [3] },
  count: { shape: [] },
  x: { shape: [2] },
};
const CARRIED = ["weight", "before", "left", "right", "fixed", "idle", "count"];
const START: HostArrays = {
  weight: array(1, 2),
  before: array(-1, -2),
  left: array(10, 20),
  right: array(30, 40),
  fixed: array(5, 6),
  idle: array(7, 8, 9),
  count: scalar(0),
};

/** Adds, hands an input on under another name, exchanges two, leaves one as it is and does not read another. */
const step: Step = ({ weight, left, right, fixed, count, x }) => ({
  weight: tf.add(weight!, tf.mul(fixed!, x!)),
  before: weight!,
  left: right!,
  right: left!,
  count: tf.add(count!, 1),
  product: tf.mul(weight!, x!),
  fixedAgain: fixed!,
});

/** Runs a step that carries its state, and one that is given it each time, and compares. */
export async function assertHeldState(backend: Backend): Promise<void> {
  const held = await backend.compile(step, SPECS, { carried: CARRIED });
  const plain = await backend.compile(step, SPECS);
  const words =
    /^Cannot run the step: start\(\) must set "weight" and all other carried inputs first/;
  for (const call of [() => held.run({ x: array(1, 1) }), () => held.state()]) {
    const error = await assertRejects(call, Error);
    assertEquals(words.test(error.message), true, error.message);
  }
  for (const begin of [START, { ...START, weight: array(-3, 4), count: scalar(9) }]) {
    await held.start(begin);
    let state = begin;
    assertEquals(await held.state(), state);
    for (const x of [array(1, 2), array(3, -1), array(2, 2)]) {
      const { product, fixedAgain, ...next } = await plain.run({ ...state, x });
      assertEquals(await held.run({ x }), { product: product!, fixedAgain: fixedAgain! });
      state = { ...state, ...next };
      assertEquals(await held.state(), state);
    }
    assertEquals(state.left, begin.right, "exchanged three times");
  }
  await assertRejects(
    () => held.start({ ...START, idle: array(1) }),
    RangeError,
    'input "idle" must be float32 of shape [3], is Float32Array of length 1',
  );
  await assertRejects(
    () => held.run({}),
    RangeError,
    'input "x" must be float32 of shape [2], is missing',
  );
  assertEquals((await held.state()).count, scalar(12), "what failed has changed nothing");
  await held.dispose();
  await plain.dispose();
}

/** Has a step refused that cannot carry what it should. */
export async function assertRefusals(backend: Backend): Promise<void> {
  await assertRejects(
    () => backend.compile(step, SPECS, { carried: ["weight", "product"] }),
    RangeError,
    'what it carries must be one of its inputs, is "product"',
  );
  const grow: Step = ({ x }) => ({ x: tf.concat([x!, x!]) });
  await assertRejects(
    async () => {
      const compiled = await backend.compile(grow, { x: { shape: [2] } }, { carried: ["x"] });
      // Op by op nothing is known before the first run.
      await compiled.start({ x: array(1, 2) });
      await compiled.run({});
    },
    RangeError,
    'Cannot carry "x": the step must return it in shape [2], is [4]',
  );
}
