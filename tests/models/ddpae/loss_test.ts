import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { valueAndGradients } from "../../../models/backend/engine.ts";
import { sizeOf, type Tensors } from "../../../models/backend/tensors.ts";
import { ddpaeLoss, noiseSpecs } from "../../../models/ddpae/loss.ts";
import { parameterSpecs } from "../../../models/ddpae/networks.ts";
import type { DdpaeModel } from "../../../models/ddpae/settings.ts";
import { batchNormStateSpecs } from "../../../models/networks/frames.ts";
import { prefixed, PREFIXES, shapesOf, under } from "../../../models/training/arrays.ts";
import { CPU, ORT } from "../backend/_agreement.ts";
import { numbers, relativeError } from "../cpu.ts";
import { PYTORCH, values } from "./_vectors.ts";

const MODEL: DdpaeModel = {
  side: 16,
  filters: 2,
  imageFeatures: 4,
  hiddenUnits: 3,
  contentDimensions: 3,
  components: 2,
  scalePrior: 2.5,
  transitionDeviation: 0.1,
  observationDeviation: 0.3,
};
const [GIVEN, LENGTH, BATCH] = [2, 4, 2];
const loss = ddpaeLoss(MODEL, GIVEN);

const specs = parameterSpecs(MODEL);
/** Parameters far from their initial values: those of `pytorch_vectors.py`. */
const params: Tensors = Object.fromEntries(specs.map(({ name, shape }) => [
  name,
  name.endsWith("/scale") ? values(name, shape, 0.2, 1) : values(name, shape, 0.4),
]));
const state: Tensors = Object.fromEntries(
  batchNormStateSpecs(specs).map(({ name, shape }) => [name, tf.ones([...shape])]),
);
const inputs: Tensors = {
  frames: values("frames", [LENGTH, BATCH, MODEL.side, MODEL.side], 0.5, 0.5),
  ...Object.fromEntries(
    Object.entries(noiseSpecs(MODEL, LENGTH, BATCH)).map(([name, { shape }]) => [
      name,
      values(name, shape),
    ]),
  ),
};
const { result, gradients } = valueAndGradients(() => loss(params, state, inputs), params);

Deno.test("the loss of DDPAE and its gradients are those of PyTorch in double precision", () => {
  assertAlmostEquals(result.loss.dataSync()[0]!, PYTORCH.loss.value, 1e-3);
  assertEquals(Object.keys(gradients).sort(), Object.keys(PYTORCH.loss.gradients));
  for (const [name, expected] of Object.entries(PYTORCH.loss.gradients)) {
    const largest = Math.max(...expected.map(Math.abs));
    assert(largest > 0, name);
    const error = relativeError(numbers(gradients[name]!), expected, largest);
    assert(error < 1e-3, `${name}: ${error}`);
  }
});

Deno.test("terms of DDPAE's loss add up to it", () => {
  const [reconstruction, pose, content] = ["reconstruction", "poseKl", "contentKl"].map((name) =>
    result.terms[name]!.dataSync()[0]!
  );
  assert(pose! > 0 && content! > 0);
  assertAlmostEquals(result.loss.dataSync()[0]!, pose! + content! - reconstruction!, 1e-3);
});

Deno.test("gradients of DDPAE's loss are its central differences in double precision", () => {
  for (const [name, expected] of Object.entries(PYTORCH.loss.differences)) {
    const gradient = gradients[name]!;
    const direction = values("direction", gradient.shape);
    const slope = tf.sum(tf.mul(gradient, direction)).dataSync()[0]!;
    const size = tf.norm(gradient).dataSync()[0]!;
    assertAlmostEquals(slope, expected, 1e-3 * size, name);
  }
});

Deno.test("the loss of DDPAE and its gradients are the same where it is compiled", async () => {
  const host = (tensors: Tensors) =>
    Object.fromEntries(
      Object.entries(tensors).map(([name, tensor]) => [
        name,
        { shape: tensor.shape, data: tensor.dataSync() as Float32Array },
      ]),
    );
  const all = {
    ...prefixed(PREFIXES.params, host(params)),
    ...prefixed(PREFIXES.state, host(state)),
    ...host(inputs),
  };
  const outputs = await Promise.all([CPU, ORT].map(async (backend) => {
    const step = await backend.compile((given) => {
      const values = under(PREFIXES.params, given);
      const { result, gradients } = valueAndGradients(
        () => loss(values, under(PREFIXES.state, given), given),
        values,
      );
      return { ...gradients, loss: result.loss, ...prefixed("next/", result.state) };
    }, shapesOf(all));
    const run = await step.run(all);
    await step.dispose();
    return run;
  }));
  const [expected, found] = outputs as [typeof outputs[0], typeof outputs[0]];
  assertEquals(Object.keys(expected!).sort(), Object.keys(found!).sort());
  for (const [name, { data, shape }] of Object.entries(expected!)) {
    const largest = Math.max(...Array.from(data, Math.abs));
    const error = relativeError([...found![name]!.data], [...data], largest);
    assert(error < 1e-3, `${name} [${sizeOf(shape)}]: ${error}`);
  }
});
