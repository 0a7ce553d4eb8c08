import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { onBackend } from "../../../models/backend/engine.ts";
import type { GraphNode } from "../../../models/backend/ort/graph.ts";
import { prune } from "../../../models/backend/ort/wiring.ts";
import { RECORDER, recordingBackend } from "../../../models/backend/ort/recording_backend.ts";
import { Recorded } from "../../../models/backend/ort/recorded.ts";
import { scan } from "../../../models/backend/scan.ts";
import type { ScanBody, ScanInputs } from "../../../models/backend/backend.ts";
import { traceStep } from "../../../models/backend/ort/trace.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";
import { assertAgreement, type Case, CPU, ORT, runOnce } from "./_agreement.ts";

type Named = Record<string, tf.Tensor>;
const TURNS = 4;

/** An Elman cell: h' = tanh(h · w + x), y = h' · h. */
const cell: ScanBody = ({ w }, { h }, { x }) => {
  const next = tf.tanh(tf.add(tf.matMul(h!, w!), x!));
  return { carry: { h: next }, y: { y: tf.mul(next, h!) } };
};
const CELL = { w: [3, 3], h: [2, 3], x: [TURNS, 2, 3] } as const;

/** A case whose outputs are all the last carries and stacked ys of a scan, in order of their names. */
function scanCase(
  inputs: Case["inputs"],
  body: ScanBody,
  given: (inputs: Named) => ScanInputs,
): Case {
  return {
    inputs,
    f: (named) => {
      const { carry, ys } = scan(body, given(named));
      return [...Object.keys(carry).sort().map((name) => carry[name]!), ...Object.values(ys)];
    },
  };
}

const standard = ({ w, h, x }: Named): ScanInputs => ({
  params: { w: w! },
  carry: { h: h! },
  xs: { x: x! },
  length: TURNS,
});

Deno.test("scan() agrees with a plain loop when it is recorded, values and gradients", async () => {
  await assertAgreement({
    cell: scanCase(CELL, cell, standard),
    "no xs": scanCase(
      { w: [3, 3], h: [2, 3] },
      ({ w }, { h }) => {
        const next = tf.tanh(tf.matMul(h!, w!));
        return { carry: { h: next }, y: { y: next } };
      },
      ({ w, h }) => ({ params: { w: w! }, carry: { h: h! }, length: TURNS }),
    ),
    "one turn": scanCase(
      { ...CELL, x: [1, 2, 3] },
      cell,
      (named) => ({ ...standard(named), length: 1 }),
    ),
    "no y": scanCase(CELL, (...all) => ({ ...cell(...all), y: {} }), standard),
    "no params": scanCase(
      { h: [2, 3], x: [TURNS, 2, 3] },
      (_, { h }, { x }) => ({ carry: { h: tf.sin(tf.add(h!, x!)) }, y: { y: tf.mul(h!, x!) } }),
      ({ h, x }) => ({ params: {}, carry: { h: h! }, xs: { x: x! }, length: TURNS }),
    ),
    "scalars": scanCase(
      { a: [], h: [], x: [TURNS] },
      ({ a }, { h }, { x }) => {
        const next = tf.add(tf.mul(a!, h!), x!);
        return { carry: { h: next }, y: { y: tf.square(next) } };
      },
      ({ a, h, x }) => ({ params: { a: a! }, carry: { h: h! }, xs: { x: x! }, length: TURNS }),
    ),
  });
});

Deno.test("scan() agrees with a plain loop when something is not used or not changed", async () => {
  await assertAgreement({
    "params, carry and xs that nobody reads": scanCase(
      { ...CELL, unread: [2], idle: [3], silent: [TURNS, 2] },
      cell,
      ({ unread, silent, ...rest }) => ({
        params: { w: rest.w!, unread: unread! },
        carry: { h: rest.h! },
        xs: { x: rest.x!, silent: silent! },
        length: TURNS,
      }),
    ),
    "a carry that stays": scanCase(
      { ...CELL, fixed: [2, 3] },
      (params, { h, fixed }, x) => {
        const out = cell(params, { h: tf.add(h!, fixed!) }, x);
        return { carry: { ...out.carry, fixed: fixed! }, y: out.y };
      },
      ({ fixed, ...rest }) => ({
        ...standard(rest),
        carry: { h: rest.h!, fixed: fixed! },
      }),
    ),
    "a carry that is y": scanCase(CELL, (...all) => {
      const { carry } = cell(...all);
      return { carry, y: { y: carry.h! } };
    }, standard),
    "y is the carry that came": scanCase(
      CELL,
      (params, carry, x) => ({ carry: cell(params, carry, x).carry, y: { y: carry.h! } }),
      standard,
    ),
    "y is x": scanCase(
      CELL,
      (params, carry, x) => ({ carry: cell(params, carry, x).carry, y: { y: x.x! } }),
      standard,
    ),
    "y is a parameter": scanCase(
      CELL,
      (params, carry, x) => ({ carry: cell(params, carry, x).carry, y: { y: params.w! } }),
      standard,
    ),
    "y is a constant": scanCase(
      CELL,
      (params, carry, x) => ({
        carry: cell(params, carry, x).carry,
        y: { y: tf.fill([2], 3), z: carry.h! },
      }),
      standard,
    ),
    "two ys of one value": scanCase(CELL, (...all) => {
      const { carry, y } = cell(...all);
      return { carry, y: { y: y.y!, again: y.y!, sum: tf.sum(carry.h!) } };
    }, standard),
    "carries that change places": scanCase(
      { a: [2], b: [2], x: [TURNS, 2] },
      (_, { a, b }, { x }) => ({
        carry: { b: tf.sin(tf.add(a!, x!)), a: b! },
        y: { y: tf.mul(a!, b!) },
      }),
      ({ a, b, x }) => ({ params: {}, carry: { a: a!, b: b! }, xs: { x: x! }, length: TURNS }),
    ),
    "a carry that begins as a constant": scanCase(
      { w: [3, 3], x: [TURNS, 2, 3] },
      cell,
      ({ w, x }) => ({
        params: { w: w! },
        carry: { h: tf.zeros([2, 3]) },
        xs: { x: x! },
        length: TURNS,
      }),
    ),
    "one tensor in three roles": scanCase(
      { s: [2, 2] },
      ({ p }, { h }, { x }) => {
        const next = tf.tanh(tf.add(tf.matMul(h!, p!), x!));
        return { carry: { h: next }, y: { y: tf.mul(next, p!) } };
      },
      ({ s }) => ({ params: { p: s! }, carry: { h: s! }, xs: { x: s! }, length: 2 }),
    ),
  });
});

Deno.test("scan() agrees with a plain loop when only some outputs matter", async () => {
  const of = (pick: (out: ReturnType<typeof scan>) => tf.Tensor): Case => ({
    inputs: CELL,
    f: (named) => pick(scan(cell, standard(named))),
  });
  await assertAgreement({
    "the carry": of(({ carry }) => carry.h!),
    "the ys": of(({ ys }) => ys.y!),
    "one row of the ys": of(({ ys }) => tf.slice(ys.y!, [1, 0, 0], [1, 2, 3])),
    "what is computed from both": of(({ carry, ys }) => tf.mul(carry.h!, tf.sum(ys.y!, 0))),
  });
});

Deno.test("scan() agrees with a plain loop when scans follow or contain each other", async () => {
  const inner: ScanBody = ({ w }, { h }) => {
    const next = tf.tanh(tf.matMul(h!, w!));
    return { carry: { h: next }, y: { y: tf.square(next) } };
  };
  const outer: ScanBody = (params, { h }, { x }) => {
    const out = scan(inner, { params, carry: { h: tf.add(h!, x!) }, length: 3 });
    return { carry: out.carry, y: { y: tf.sum(out.ys.y!, 0) } };
  };
  await assertAgreement({
    "one after the other": {
      inputs: CELL,
      f: (named) => {
        const first = scan(cell, standard(named));
        const second = scan(cell, {
          params: { w: named.w! },
          carry: first.carry,
          xs: { x: first.ys.y! },
          length: TURNS,
        });
        return [second.carry.h!, second.ys.y!];
      },
    },
    "one in the other": scanCase(CELL, outer, standard),
  });
});

Deno.test("scan() agrees with a plain loop when an iteration takes a gradient itself", async () => {
  await assertAgreement({
    gradient: scanCase(CELL, (params, { h }, { x }) => {
      const energy = (h: tf.Tensor) => tf.sum(tf.tanh(tf.add(tf.matMul(h, params.w!), x!)));
      const next = tf.sub(h!, tf.grad(energy)(h!));
      return { carry: { h: next }, y: { y: tf.square(next) } };
    }, standard),
  });
});

Deno.test("scan() agrees with a plain loop when images go through convolutions", async () => {
  await assertAgreement({
    images: scanCase(
      { w: [3, 3, 2, 2], b: [2], h: [2, 4, 4, 2], x: [TURNS, 2, 4, 4, 2] },
      ({ w, b }, { h }, { x }) => {
        const y = tf.conv2d(h as tf.Tensor4D, w as tf.Tensor4D, 1, "same");
        const next = tf.tanh(tf.add(tf.add(y, b!), x!));
        return { carry: { h: next }, y: { y: next, mean: tf.mean(next, [1, 2]) } };
      },
      ({ w, b, h, x }) => ({
        params: { w: w!, b: b! },
        carry: { h: h! },
        xs: { x: x! },
        length: TURNS,
      }),
    ),
  });
});

Deno.test("scan() has the gradients of central differences when it is recorded", async () => {
  const specs = { w: { shape: [2, 2] }, h: { shape: [1, 2] }, x: { shape: [5, 1, 2] } };
  const loss = ({ w, h, x }: Named) => {
    const out = scan(cell, {
      params: { w: w! },
      carry: { h: h! },
      xs: { x: x! },
      length: 5,
    });
    return tf.add(tf.sum(tf.square(out.carry.h!)), tf.sum(out.ys.y!)) as tf.Scalar;
  };
  const at: HostArrays = {
    w: { shape: [2, 2], data: Float32Array.of(0.5, -0.3, 0.8, 0.4) },
    h: { shape: [1, 2], data: Float32Array.of(0.2, -0.6) },
    x: { shape: [5, 1, 2], data: Float32Array.from({ length: 10 }, (_, i) => Math.sin(i)) },
  };
  const { w, h, x } = await runOnce(
    ORT,
    (inputs) => {
      const [w, h, x] = tf.grads((w, h, x) => loss({ w, h, x }))([inputs.w!, inputs.h!, inputs.x!]);
      return { w: w!, h: h!, x: x! };
    },
    specs,
    at,
  );
  const gradients: HostArrays = { w: w!, h: h!, x: x! };
  const value = await ORT.compile((inputs) => ({ loss: loss(inputs) }), specs);
  const step = 2 ** -7;
  for (const [name, { data }] of Object.entries(gradients)) {
    for (const [entry, actual] of data.entries()) {
      const moved = async (change: number) => {
        const copy = at[name]!.data.slice();
        copy[entry]! += change;
        const out = await value.run({ ...at, [name]: { shape: at[name]!.shape, data: copy } });
        return out.loss!.data[0]!;
      };
      const expected = (await moved(step) - await moved(-step)) / (2 * step);
      assert(Math.abs(actual - expected) < 1e-3, `${name}[${entry}]: ${actual}, ${expected}`);
    }
  }
  await value.dispose();
});

Deno.test("scan() records no outputs that nobody reads and as much for any number of turns", async () => {
  const count = async (length: number, gradient: boolean, y: boolean) => {
    const specs = { w: { shape: [3, 3] }, h: { shape: [2, 3] }, x: { shape: [length, 2, 3] } };
    const traced = await traceStep(({ w, h, x }) => {
      const run = (w: tf.Tensor) => {
        const out = scan(cell, { params: { w }, carry: { h: h! }, xs: { x: x! }, length });
        return y ? tf.sum(out.ys.y!) : tf.sum(out.carry.h!);
      };
      return { out: gradient ? tf.grad(run)(w!) : run(w!) };
    }, specs);
    return traced.nodeCount;
  };
  assert(await count(4, false, false) < await count(4, false, true));
  assertEquals(await count(4, false, true), await count(400, false, true));
  assertEquals(await count(4, true, true), await count(400, true, true));
});

Deno.test("scan() computes a turn once for values and gradients unless it would keep too much", async () => {
  const free: ScanBody = ({ w }, { h }) => {
    const next = tf.tanh(tf.matMul(h!, w!));
    return { carry: { h: next }, y: {} };
  };
  const operations = async (length: number) => {
    const traced = await traceStep(({ w, h }) => {
      const run = (w: tf.Tensor) =>
        tf.sum(scan(free, { params: { w }, carry: { h: h! }, length }).carry.h!);
      return { out: tf.grad(run)(w!) };
    }, { w: { shape: [3, 3] }, h: { shape: [2000, 3] } });
    return traced.operations;
  };
  const [kept, recomputed] = [await operations(1000), await operations(50_000)];
  assertEquals([kept.Tanh, recomputed.Tanh], [1, 2]);
  // The state through the cell forwards and backwards, and the gradient of w: turn by turn if nothing is kept.
  assertEquals([kept.Gemm, recomputed.Gemm], [3, 4]);
});

/** A turn in which the last value is reached by 2^40 ways: what is taken over by all of them would take hours. */
const long: ScanBody = ({ w }, { h }) => {
  let next = h!;
  for (let i = 0; i < 40; i++) next = tf.tanh(tf.add(tf.mul(next, w!), next));
  return { carry: { h: next }, y: { y: tf.mul(next, w!) } };
};

/** The same without what ends the search for stacked values, and a square, whose slope is no value of the loop. */
const longSums: ScanBody = ({ w }, { h }) => {
  let next = h!;
  for (let i = 0; i < 40; i++) next = tf.mul(tf.add(tf.mul(next, w!), next), 0.5);
  return { carry: { h: next }, y: { y: tf.square(next) } };
};

Deno.test("scan() records the gradient of a long turn in as many nodes as the turn has", async () => {
  const inputs = { w: [2, 3], h: [2, 3] } as const;
  const given = ({ w, h }: Named): ScanInputs => ({
    params: { w: w! },
    carry: { h: h! },
    length: TURNS,
  });
  await assertAgreement({
    "long turn": scanCase(inputs, long, given),
    "long sums": scanCase(inputs, longSums, given),
  });
});

for (
  const { activation, slope } of [
    { activation: "relu", slope: "HardSigmoid" },
    { activation: "tanh", slope: "Sub" }, // 1 − tanh²
  ] as const
) {
  Deno.test(`scan() makes the slopes of ${activation} behind the loop, and stacks its values once`, async () => {
    const body: ScanBody = ({ w }, { h }, { x }) => {
      const next = tf[activation](tf.add(tf.matMul(h!, w!), x!));
      return { carry: { h: next }, y: { y: next } };
    };
    const recorder = recordingBackend();
    const nodes = await onBackend(RECORDER, () =>
      recorder.recording((graph) => {
        const [w, h, x] = Object.values(CELL).map((shape) =>
          recorder.tensor(Recorded.of(graph, graph.placeholder([...shape], "float32")))
        );
        const run = (w: tf.Tensor): tf.Tensor =>
          tf.sum(scan(body, standard({ w, h: h!, x: x! })).ys.y!);
        const gradient = tf.grad(run)(w!);
        return prune(graph.nodes, [recorder.recorded(gradient.dataId).standard.id]);
      }));
    const slopes = (list: readonly GraphNode[]) => list.filter(({ op }) => op === slope);
    assertEquals(slopes(nodes).length, 1);
    const loops = nodes.flatMap(({ body }) => body ?? []);
    assertEquals(slopes(loops.flatMap(({ nodes }) => nodes)).length, 0);
    assertEquals(loops[0]!.outputs.length, 2, "the carry, and its stack");
  });
}

Deno.test("scan() keeps nothing that its gradient has made from outside when a term has no effect", async () => {
  // The gradient of the slopes' product with w is zero, made outside of the loop and after it.
  const body: ScanBody = ({ w }, { h, l }) => {
    const next = tf.tanh(tf.matMul(h!, w!));
    const slope = tf.sub(1, tf.square(next));
    const term = tf.sum(tf.mul(tf.matMul(slope, w!), slope), 1);
    return { carry: { h: next, l: tf.add(l!, tf.mul(term, 0)) }, y: {} };
  };
  await assertAgreement({
    term: scanCase(
      { w: [3, 3], h: [2, 3], l: [2] },
      body,
      ({ w, h, l }) => ({ params: { w: w! }, carry: { h: h!, l: l! }, length: TURNS }),
    ),
  });
});

Deno.test("scan() refuses inputs when there is not one row for each iteration or an iteration drops a carry", async () => {
  const run = (backend: typeof ORT, body: ScanBody, length: number) =>
    runOnce(
      backend,
      ({ w, h, x }) =>
        scan(body, { params: { w: w! }, carry: { h: h! }, xs: { x: x! }, length }).ys as Named,
      { w: { shape: [3, 3] }, h: { shape: [2, 3] }, x: { shape: [TURNS, 2, 3] } },
      {
        w: { shape: [3, 3], data: new Float32Array(9) },
        h: { shape: [2, 3], data: new Float32Array(6) },
        x: { shape: [TURNS, 2, 3], data: new Float32Array(TURNS * 6) },
      },
    );
  const forgetful: ScanBody = (...all) => ({ ...cell(...all), carry: {} });
  const growing: ScanBody = (params, carry, x) => ({
    carry: { h: tf.concat([cell(params, carry, x).carry.h!, carry.h!], 0) },
    y: {},
  });
  for (const backend of [ORT, CPU]) {
    for (
      const [body, length, message] of [
        [
          cell,
          3,
          'Cannot scan: xs "x" must have 3 rows, one for each iteration, has shape [4,2,3]',
        ],
        [cell, 0, "Cannot scan: length must be a whole number >= 1, is 0"],
        [
          forgetful,
          4,
          'Cannot loop: each iteration must return carry "h" in shape [2,3], is missing',
        ],
        [growing, 4, 'Cannot loop: each iteration must return carry "h" in shape [2,3], is [4,3]'],
      ] as const
    ) {
      let error: unknown;
      await run(backend, body, length).catch((caught) => error = caught);
      assertThrows(
        () => {
          throw error;
        },
        RangeError,
        message,
      );
    }
  }
});
