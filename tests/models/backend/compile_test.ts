import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import type { Step } from "../../../models/backend/backend.ts";
import { Recorded } from "../../../models/backend/ort/recorded.ts";
import { recordingBackend } from "../../../models/backend/ort/recording_backend.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";
import { valueAndGradients } from "../../../models/backend/engine.ts";
import { CPU, ORT, runOnce } from "./_agreement.ts";

const SPECS = { x: { shape: [2] }, i: { shape: [2], dtype: "int32" } } as const;
const step: Step = ({ x, i }) => ({ y: tf.add(x!, tf.cast(i!, "float32")) });
const GOOD: HostArrays = {
  x: { shape: [2], data: Float32Array.of(1, 2) },
  i: { shape: [2], data: Int32Array.of(3, 4) },
};

for (const backend of [ORT, CPU]) {
  Deno.test(`compile() on ${backend.name} names the input when it is missing or of wrong size or type`, async () => {
    const { x: _, ...without } = GOOD;
    const cases: readonly (readonly [HostArrays, string])[] = [
      [without, 'input "x" must be float32 of shape [2], is missing'],
      [
        { ...GOOD, x: { shape: [3], data: new Float32Array(3) } },
        'input "x" must be float32 of shape [2], is Float32Array of length 3',
      ],
      [
        { ...GOOD, i: { shape: [2], data: new Float32Array(2) } },
        'input "i" must be int32 of shape [2], is Float32Array of length 2',
      ],
      [
        { ...GOOD, x: { shape: [2], data: new Int32Array(2) } },
        'input "x" must be float32 of shape [2], is Int32Array of length 2',
      ],
    ];
    const compiled = await backend.compile(step, SPECS);
    for (const [arrays, message] of cases) {
      await assertRejects(
        () => compiled.run(arrays),
        RangeError,
        `Cannot run the step: ${message}`,
      );
    }
    assertEquals((await compiled.run(GOOD)).y!.data, Float32Array.of(4, 6));
    await compiled.dispose();
  });

  Deno.test(`compile() on ${backend.name} gives outputs when they are inputs, constants or one value`, async () => {
    const { same, one, two, fixed } = await runOnce(
      backend,
      ({ x }) => {
        const y = tf.neg(x!);
        return { same: x!, one: y, two: y, fixed: tf.tensor([1, 2, 3]) };
      },
      SPECS,
      GOOD,
    );
    assertEquals(same, GOOD.x);
    assertEquals(one, { shape: [2], data: Float32Array.of(-1, -2) });
    assertEquals(two, one);
    assertEquals(fixed, { shape: [3], data: Float32Array.of(1, 2, 3) });
  });

  Deno.test(`compile() on ${backend.name} lets NaN and infinities through when they arise`, async () => {
    const special = Float32Array.of(NaN, Infinity, -Infinity, 0, -1, 1);
    const out = await runOnce(
      backend,
      ({ x }) => ({
        exp: tf.exp(x!),
        log: tf.log(x!),
        square: tf.square(x!),
        tanh: tf.tanh(x!),
        sigmoid: tf.sigmoid(x!),
        sqrt: tf.sqrt(x!),
        difference: tf.sub(x!, x!),
        quotient: tf.div(x!, tf.tensor([0, 0, 0, 0, 0, 0.5])),
        sum: tf.sum(x!),
        finite: tf.sum(tf.slice(x!, 1, 1)),
        max: tf.maximum(x!, 0),
        relu: tf.relu(x!),
        product: tf.matMul(tf.reshape(x!, [1, 6]), tf.ones([6, 1])),
      }),
      { x: { shape: [6] } },
      { x: { shape: [6], data: special } },
    );
    const list = (name: string) => Array.from(out[name]!.data);
    assertEquals(list("exp").slice(0, 4), [NaN, Infinity, 0, 1]);
    assertEquals(list("log").slice(0, 5), [NaN, Infinity, NaN, -Infinity, NaN]);
    assertEquals(list("square").slice(0, 3), [NaN, Infinity, Infinity]);
    assertEquals(list("tanh").slice(0, 3), [NaN, 1, -1]);
    assertEquals(list("sigmoid").slice(0, 3), [NaN, 1, 0]);
    assertEquals(list("sqrt").slice(0, 2), [NaN, Infinity]);
    assert(Number.isNaN(list("sqrt")[4]));
    assertEquals(list("difference"), [NaN, NaN, NaN, 0, 0, 0]);
    assertEquals(list("quotient"), [NaN, Infinity, -Infinity, NaN, -Infinity, 2]);
    assertEquals(list("sum"), [NaN]);
    assertEquals(list("finite"), [Infinity]);
    assertEquals(list("max"), [NaN, Infinity, 0, 0, 0, 1]);
    assertEquals(list("relu"), [NaN, Infinity, 0, 0, 0, 1]);
    assertEquals(list("product"), [NaN]);
  });
}

Deno.test("compile() records zero when a value is multiplied by a constant zero", async () => {
  const { y } = await runOnce(
    ORT,
    ({ x }) => ({ y: tf.mul(x!, tf.zeros([2])) }),
    { x: { shape: [2] } },
    { x: { shape: [2], data: Float32Array.of(NaN, 3) } },
  );
  assertEquals(y!.data, Float32Array.of(0, 0));
});

Deno.test("compile() refuses a step when it reads a value while it is recorded", async () => {
  const backend = tf.getBackend();
  const reading: readonly Step[] = [
    ({ x }) => ({ y: tf.mul(x!, x!.dataSync()[0]!) }),
    ({ x }) => ({ y: tf.add(x!, tf.scalar(x!.arraySync() as unknown as number)) }),
  ];
  for (const step of reading) {
    await assertRejects(
      () => ORT.compile(step, SPECS),
      Error,
      "Cannot read a value while a step is being compiled: it has no value yet",
    );
  }
  assertEquals(tf.getBackend(), backend);
  // What failed leaves nothing behind.
  assertEquals((await runOnce(ORT, step, SPECS, GOOD)).y!.data, Float32Array.of(4, 6));
});

Deno.test("compile() refuses a step when it makes a tensor of texts", async () => {
  await assertRejects(
    () => ORT.compile(() => ({ y: tf.tensor(["a", "b"]) }), SPECS),
    TypeError,
    "Cannot record a constant: its type must be float32, int32 or bool, is string",
  );
});

Deno.test("compile() names the kernel when it is not recorded", async () => {
  await assertRejects(
    () => ORT.compile(({ x }) => ({ y: tf.topk(x!, 1).values }), SPECS),
    Error,
    "TopK",
  );
});

Deno.test("compile() compiles both steps when two are asked for at once", async () => {
  const twice: Step = ({ x }) => ({ y: tf.mul(x!, 2) });
  const [a, b] = await Promise.all([
    runOnce(ORT, step, SPECS, GOOD),
    runOnce(ORT, twice, SPECS, GOOD),
  ]);
  assertEquals(a.y!.data, Float32Array.of(4, 6));
  assertEquals(b.y!.data, Float32Array.of(2, 4));
});

Deno.test("RecordingBackend refuses what does not belong to the step that is recorded", async () => {
  const recorder = recordingBackend();
  assertThrows(
    () => recorder.graph,
    Error,
    "Cannot run an operation on the recorder: no step is being compiled",
  );
  assertThrows(
    () => recorder.recording(() => recorder.recording(() => 1)),
    Error,
    "Cannot compile a step while another one is being compiled",
  );
  let leaked: tf.Tensor | undefined;
  await traced(({ x }) => {
    leaked = x!;
    return { y: x! };
  });
  await assertRejects(
    () => traced(() => ({ y: tf.neg(leaked!) })),
    Error,
    "Cannot record an operation: one of its inputs is unknown",
  );

  async function traced(step: Step): Promise<void> {
    await (await ORT.compile(step, { x: { shape: [2] } })).dispose();
  }
});

Deno.test("Recorded moves an image to the other layout once when both are asked for", () => {
  recordingBackend().recording((graph) => {
    const x = Recorded.of(graph, graph.placeholder([2, 3, 4, 5], "float32"));
    assertEquals(x.layout, "standard");
    assertEquals(x.channelsFirst.shape, [2, 5, 3, 4]);
    assertEquals(x.in("channelsFirst"), x.channelsFirst);
    assertEquals(graph.nodes.map(({ op }) => op), ["Transpose"]);
    const grey = Recorded.of(graph, graph.placeholder([2, 3, 4, 1], "float32"));
    assertEquals(grey.channelsFirst.shape, [2, 1, 3, 4]);
    assertEquals(graph.nodes.at(-1)!.op, "Reshape");
  });
});

Deno.test("valueAndGradients() returns everything that was computed when TensorFlow.js would free it", async () => {
  await tf.setBackend("cpu");
  const before = tf.memory().numTensors;
  const { value, extra, gradient, idle } = tf.tidy(() => {
    const x = tf.tensor([1, 2]);
    const unused = tf.tensor([1, 2, 3]);
    const { result, gradients } = valueAndGradients(() => {
      const square = tf.square(x);
      return { loss: tf.sum(square) as tf.Scalar, square, list: [tf.neg(x)], loose: x };
    }, { x, unused });
    return {
      value: Array.from(result.loss.dataSync()),
      extra: [...result.square.dataSync(), ...result.list[0]!.dataSync()],
      gradient: Array.from(gradients.x!.dataSync()),
      idle: Array.from(gradients.unused!.dataSync()),
    } as unknown as Record<string, never>;
  }) as unknown as Record<string, number[]>;
  assertEquals([value, extra, gradient, idle], [[5], [1, 4, -1, -2], [2, 4], [0, 0, 0]]);
  assertEquals(tf.memory().numTensors, before);
});
