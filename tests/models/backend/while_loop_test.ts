import { assert, assertEquals, assertRejects } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Step, TensorSpecs } from "../../../models/backend/backend.ts";
import { loadEager } from "../../../models/backend/eager_backend.ts";
import { traceStep } from "../../../models/backend/ort/trace.ts";
import { scan } from "../../../models/backend/scan.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";
import { whileLoop } from "../../../models/backend/while_loop.ts";
import { assertClose, CPU, ORT, ortInParts, runOnce, WASM } from "./_agreement.ts";

await loadEager("wasm");
/** x ← x/2 + w, counted, while the greatest entry is above a limit. */
const halve = (x: tf.Tensor, w: tf.Tensor, limit: tf.Tensor, most = 100, more?: tf.Tensor) =>
  whileLoop(({ w }, { x, count }) => {
    const next = tf.add(tf.mul(x!, 0.5), w!);
    return {
      carry: { x: next, count: tf.add(count!, 1) },
      more: tf.greater(tf.max(next), limit),
    };
  }, { params: { w }, carry: { x, count: tf.scalar(0) }, most, ...(more && { more }) });

const SPECS: TensorSpecs = { x: { shape: [2] }, w: { shape: [] }, limit: { shape: [] } };
const at = (limit: number): HostArrays => ({
  x: { shape: [2], data: Float32Array.of(8, 3) },
  w: { shape: [], data: Float32Array.of(0.25) },
  limit: { shape: [], data: Float32Array.of(limit) },
});

/** Runs on the recorder, whole and in parts, and op by op on two backends, and compares; the recorder's outputs. */
async function agreed(step: Step, specs: TensorSpecs, arrays: HostArrays): Promise<HostArrays> {
  const recorded = await runOnce(ORT, step, specs, arrays);
  for (const backend of [CPU, WASM, ortInParts(16)]) {
    for (const [name, array] of Object.entries(await runOnce(backend, step, specs, arrays))) {
      assertClose(recorded[name], array, `${name} on ${backend.name}`, 1e-6);
    }
  }
  return recorded;
}

Deno.test("whileLoop() repeats until the condition fails or it has the most iterations", async () => {
  const step: Step = ({ x, w, limit }) => halve(x!, w!, limit!, 5);
  // 8, 4.25, 2.375, 1.4375, …, towards 0.5.
  for (const [limit, count, x] of [[2, 3, 1.4375], [100, 1, 4.25], [0, 5, 0.734375]] as const) {
    const out = await agreed(step, SPECS, at(limit));
    assertEquals([out.count!.data[0], out.x!.data[0]], [count, x]);
  }
});

Deno.test("whileLoop() returns the given carry when the condition does not hold before", async () => {
  const step: Step = ({ x, w, limit }) => halve(x!, w!, limit!, 5, tf.greater(tf.max(x!), limit!));
  const out = await agreed(step, SPECS, at(9));
  assertEquals([out.count!.data[0], ...out.x!.data], [0, 8, 3]);
});

Deno.test("whileLoop() carries what changes places, stays or comes from outside", async () => {
  const out = await agreed(
    ({ x, w, limit }) =>
      whileLoop(({ w }, { a, b, fixed, outer, n }) => ({
        carry: { a: b!, b: tf.add(a!, w!), fixed: fixed!, outer: limit!, n: tf.add(n!, outer!) },
        more: tf.less(tf.sum(b!), 4),
      }), {
        params: { w: w! },
        carry: { a: x!, b: x!, fixed: tf.ones([3]), outer: tf.scalar(1), n: tf.scalar(0) },
        most: 2,
      }),
    SPECS,
    at(7),
  );
  assertEquals([...out.a!.data, ...out.fixed!.data, out.outer!.data[0], out.n!.data[0]], [
    ...[8, 3, 1, 1, 1, 7, 1],
  ]);
});

Deno.test("whileLoop() may be in a scan, contain one and contain itself", async () => {
  const inScan: Step = ({ x, w, limit }) => {
    const { carry, ys } = scan(({ w }, { x }, { limit }) => {
      const out = halve(tf.add(x!, 3), w!, limit!);
      return { carry: { x: out.x! }, y: { count: out.count! } };
    }, {
      params: { w: w! },
      carry: { x: x! },
      xs: { limit: tf.stack([limit!, tf.mul(limit!, 0.5), limit!]) },
      length: 3,
    });
    return { ...carry, ...ys };
  };
  const outer = await agreed(inScan, SPECS, at(2));
  assertEquals([...outer.count!.data], [3, 4, 2]);
  const withScan: Step = ({ x, w, limit }) =>
    whileLoop(({ w }, { x, count }) => {
      const { carry, ys } = scan(
        ({ w }, { x }) => ({ carry: { x: tf.add(tf.mul(x!, 0.9), w!) }, y: { x: x! } }),
        { params: { w: w! }, carry: { x: x! }, length: 4 },
      );
      const inner = halve(carry.x!, w!, tf.mul(limit!, 1.5));
      return {
        carry: { x: tf.add(inner.x!, tf.mean(ys.x!, 0)), count: tf.add(count!, inner.count!) },
        more: tf.less(count!, 3),
      };
    }, { params: { w: w! }, carry: { x: x!, count: tf.scalar(0) }, most: 4 });
  const counted = await agreed(withScan, SPECS, at(2));
  assertEquals(counted.count!.data[0], 6);
});

Deno.test("whileLoop() records one Loop, prunes its body and moves out what does not change", async () => {
  const { operations, nodeCount, bytes } = await traceStep(
    ({ x, w }) => ({
      x: whileLoop(({ w }, { x }) => {
        tf.cos(x!); // nobody reads it
        return { carry: { x: tf.add(x!, tf.exp(w!)) }, more: tf.less(tf.sum(x!), 9) };
      }, { params: { w: w! }, carry: { x: x! }, most: 9 }).x!,
    }),
    SPECS,
  );
  assertEquals([operations.Loop, operations.Cos, operations.Exp], [1, undefined, 1]);
  // All but the exponential have the names by which a GPU's session keeps loops on the CPU.
  const names = new TextDecoder("latin1").decode(bytes).match(/loop:\w+/g)!;
  assertEquals(names.length, nodeCount - 1);
});

Deno.test("whileLoop() stays whole between what is computed in parts", async () => {
  const chain = (x: tf.Tensor) => tf.sub(tf.exp(tf.neg(tf.abs(tf.sin(x)))), x);
  const step: Step = ({ x, w, limit }) => {
    const first = chain(x!);
    const out = halve(first, w!, tf.mul(limit!, tf.mean(first)));
    return { x: tf.mul(chain(chain(out.x!)), first), count: out.count! };
  };
  const specs = { ...SPECS, x: { shape: [16, 4] } };
  const data = Float32Array.from({ length: 64 }, (_, i) => 8 * Math.sin(i));
  const { count } = await agreed(step, specs, { ...at(2), x: { shape: [16, 4], data } });
  assert(count!.data[0]! > 1);
  const { operations } = await traceStep(step, specs, { tileBytes: 16 });
  assertEquals([operations.Loop, operations.Scan! > 1], [1, true]);
});

Deno.test("whileLoop() frees what its iterations leave behind", async () => {
  await tf.setBackend("cpu");
  const given = [tf.tensor1d([8, 3]), tf.scalar(0.25), tf.scalar(0.6)] as const;
  const before = tf.memory().numTensors;
  tf.tidy(() => {
    const inside = tf.memory().numTensors;
    halve(...given);
    // The condition, the count, and the two carries that it returns.
    assertEquals(tf.memory().numTensors - inside, 4);
  });
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("whileLoop() refuses to be differentiated and what it cannot repeat", async () => {
  const gradient: Step = ({ x, w, limit }) => ({
    x: tf.grad((x: tf.Tensor) => tf.sum(halve(x, w!, limit!).x!))(x!),
  });
  const body = (carry: string, more: (w: tf.Tensor) => tf.Tensor): Step => (inputs) =>
    whileLoop(() => ({ carry: { x: inputs[carry]! }, more: more(inputs.w!) }), {
      ...{ params: {}, carry: { x: inputs.x! }, most: 2 },
    });
  for (
    const [step, message] of [
      [gradient, "Cannot differentiate whileLoop: it has no gradient, a scan has one"],
      [
        (({ x, w, limit }) => halve(x!, w!, limit!, 0)) satisfies Step,
        "Cannot loop: most must be a whole number >= 1, is 0",
      ],
      [
        body("x", (w) => w),
        "Cannot loop: the condition must be a scalar of type bool, is float32 of shape []",
      ],
      [
        body("w", (w) => tf.greater(w, 0)),
        'Cannot loop: each iteration must return carry "x" in shape [2], is []',
      ],
    ] as const
  ) {
    for (const backend of [ORT, CPU]) {
      await assertRejects(() => runOnce(backend, step, SPECS, at(2)), Error, message);
    }
  }
});

Deno.test("whileLoop() names the backend that cannot read a condition at once", async () => {
  const condition = tf.scalar(true, "bool");
  condition.dataSync = () => {
    throw new Error("only data() can read");
  };
  await assertRejects(
    () =>
      runOnce(
        CPU,
        ({ x }) =>
          whileLoop((_, carry) => ({ carry, more: condition }), {
            ...{ params: {}, carry: { x: x! }, more: condition, most: 2 },
          }),
        SPECS,
        at(2),
      ),
    Error,
    'Cannot loop on backend "cpu": it must read a condition at once: only data() can read',
  );
});
