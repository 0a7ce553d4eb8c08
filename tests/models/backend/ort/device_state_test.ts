import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { traceStep } from "../../../../models/backend/ort/trace.ts";
import { scan } from "../../../../models/backend/scan.ts";
import { selectBackend } from "../../../../models/backend/select.ts";
import { CPU, ORT } from "../_agreement.ts";
import { onSoftwareVulkan, withoutSoftwareVulkan } from "../_software_vulkan.ts";
import { withoutTensorflow } from "../_tensorflow.ts";
import { assertHeldState, assertRefusals } from "./_held_state.ts";

for (const backend of [ORT, CPU]) {
  Deno.test(`run() on ${backend.name} carries the state from run to run when it was started`, () =>
    assertHeldState(backend));

  Deno.test(`compile() on ${backend.name} refuses to carry what is no input or changes its shape`, () =>
    assertRefusals(backend));
}

for (
  const { name, ignore } of [
    { name: "wasm", ignore: false },
    { name: "tensorflow", ignore: withoutTensorflow },
  ]
) {
  Deno.test({
    name: `run() on ${name} carries the state from run to run when it was started`,
    ignore,
    fn: async () => await assertHeldState(await selectBackend(name)),
  });
}

Deno.test("run() op by op keeps as many tensors as it carries when it is repeated", async () => {
  const step = await CPU.compile(
    ({ w, x }) => ({ w: tf.add(w!, x!), same: w!, twice: tf.mul(x!, 2) }),
    { w: { shape: [2] }, x: { shape: [] } },
    { carried: ["w"] },
  );
  const before = tf.memory().numTensors;
  await step.start({ w: { shape: [2], data: Float32Array.of(1, 2) } });
  for (let i = 0; i < 3; i++) {
    await step.run({ x: { shape: [], data: Float32Array.of(10) } });
    assertEquals(tf.memory().numTensors, before + 1);
  }
  assertEquals((await step.state()).w!.data, Float32Array.of(31, 32));
  await step.dispose();
  assertEquals(tf.memory().numTensors, before);
});

Deno.test("start() and state() on ort-cpu copy when the caller changes its arrays", async () => {
  const step = await ORT.compile(({ w }) => ({ w: tf.add(w!, 1) }), { w: { shape: [1] } }, {
    carried: ["w"],
  });
  const mine = { shape: [1], data: Float32Array.of(1) };
  await step.start({ w: mine });
  mine.data[0] = 100;
  await step.run({});
  const { w } = await step.state();
  assertEquals(w!.data[0], 2);
  w!.data[0] = 100;
  await step.run({});
  assertEquals((await step.state()).w!.data[0], 3);
  await step.dispose();
});

Deno.test("traceStep() names the nodes of loops, and no others, when loops are nested", async () => {
  const inner = (x: tf.Tensor) =>
    scan((_, { c }) => ({ carry: { c: tf.sin(c!) }, y: {} }), {
      params: {},
      carry: { c: x },
      length: 2,
    }).carry.c!;
  const { bytes, operations } = await traceStep(
    ({ x }) => ({
      y: scan((_, { c }) => ({ carry: { c: tf.cos(inner(c!)) }, y: {} }), {
        params: {},
        carry: { c: tf.exp(x!) },
        length: 3,
      }).carry.c!,
    }),
    { x: { shape: [2] } },
  );
  // Everything but the exponential: names are the only text in the model that begins so.
  const all = Object.values(operations).reduce((sum, count) => sum + count, 0);
  assertEquals([operations.Scan, operations.Sin, operations.Cos, operations.Exp], [2, 1, 1, 1]);
  const names = new TextDecoder("latin1").decode(bytes).match(/loop:\w+/g)!;
  assertEquals(names.length, all - 1);
  assertEquals(new Set(names).size, names.length);
});

Deno.test({
  name: "run() on ort-webgpu carries the state from run to run when it was started",
  ignore: withoutSoftwareVulkan,
  async fn() {
    const { code, stderr } = await onSoftwareVulkan("tests/models/backend/ort/_webgpu_process.ts");
    assertEquals(code, 0, stderr);
  },
});
