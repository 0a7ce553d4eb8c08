/** The networks against PyTorch and torchdiffeq: `torch_vectors.py` has the same layers, parameters and images. */
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { valueAndGradients } from "../../../models/backend/engine.ts";
import { type HostArray, sizeOf } from "../../../models/backend/tensors.ts";
import {
  classify,
  crossEntropy,
  type Network,
  parameterSpecs,
  scannedEvaluations,
} from "../../../models/odenet/network.ts";
import { ODENET_SETTINGS, type OdenetSettings } from "../../../models/odenet/settings.ts";
import { storedBytes } from "../../../models/odenet/stored_activations.ts";
import { defaultSettings } from "../../../models/training/settings.ts";
import { assertClose, ORT, runOnce } from "../backend/_agreement.ts";
import vectors from "./torch_vectors.json" with { type: "json" };

const { batch, size, classes, hidden } = vectors;
const LABELS = [1, 4, 2];
const MAX_STEPS = 8;

const networkOf = (settings: object, others: Partial<Network> = {}): Network => ({
  ...defaultSettings(ODENET_SETTINGS) as unknown as OdenetSettings,
  ...{ size: [size, size], classes, hidden, batchSize: batch, maxSteps: MAX_STEPS },
  ...settings,
  ...others,
});

/** shift + scale · sin(start + frequency · i). */
function pattern(
  shape: readonly number[],
  start: number,
  frequency: number,
  scale: number,
  shift = 0,
): HostArray {
  const data = Float32Array.from(
    { length: sizeOf(shape) },
    (_, i) => shift + scale * Math.sin(start + frequency * i),
  );
  return { shape, data };
}

/** Parameters in the order in which PyTorch's network reads them. */
function parametersOf(shapes: Readonly<Record<string, readonly number[]>>) {
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], i) => {
      const shift = name.endsWith("scale") ? 1 : 0;
      const scale = shift === 1 || shape.length === 1
        ? 0.3
        : 1.2 / Math.sqrt(sizeOf(shape.slice(0, -1)));
      return [name, pattern(shape, 0.5 + i, 1.3 + 0.07 * i, scale, shift)];
    }),
  );
}

const IMAGES = pattern([batch, size, size, 1], 0.2, 0.37, 0.5, 0.5);
const ONE_HOT = {
  shape: [batch, classes],
  data: Float32Array.from(
    { length: batch * classes },
    (_, i) => LABELS[Math.floor(i / classes)] === i % classes ? 1 : 0,
  ),
};

for (const expected of vectors.cases) {
  const { network: name, gradient = "" } = expected.settings as {
    network: string;
    gradient?: string;
  };
  Deno.test(`classify() has PyTorch's loss and gradients when the network is ${name} ${gradient}`, async () => {
    const network = networkOf(expected.settings);
    const params = parametersOf(expected.shapes as unknown as Record<string, number[]>);
    const specs = parameterSpecs(network);
    assertEquals(
      Object.fromEntries(specs.map(({ name, shape }) => [name, shape])),
      expected.shapes as unknown as Record<string, number[]>,
    );
    const arrays = { ...params, images: IMAGES, classes: ONE_HOT };
    const outputs = await runOnce(
      ORT,
      ({ images, classes, ...own }) => {
        const counter = tf.scalar(0);
        const { result, gradients } = valueAndGradients(() => {
          const { logits, evaluations } = classify(own, images!, network, counter);
          const solved = evaluations ?? tf.scalar(0);
          return { loss: crossEntropy(logits, classes!), evaluations: solved };
        }, { ...own, counter });
        return { loss: result.loss, evaluations: result.evaluations, ...gradients };
      },
      Object.fromEntries(Object.entries(arrays).map(([n, { shape }]) => [n, { shape }])),
      arrays,
    );
    assertAlmostEquals(outputs.loss!.data[0]!, expected.loss, 1e-5);
    // Through layers and fixed steps, gradients agree to rounding errors; lengths of adaptive steps round too.
    const tolerance = gradient === "" ? 2e-4 : 2e-3;
    for (const [name, [projection, length]] of Object.entries(expected.gradients)) {
      const gradient = outputs[name]!.data as Float32Array;
      const found = gradient.reduce((sum, g, i) => sum + g * Math.sin(0.3 + 1.1 * i), 0);
      const numbers = (values: readonly number[]) => ({
        shape: [2],
        data: Float32Array.from(values),
      });
      // A bias before a norm of its own channel has no gradient but rounding errors.
      const floor = Math.max(length!, 1e-2);
      assertClose(
        numbers([found, Math.hypot(...gradient)]),
        numbers([projection!, length!]),
        name,
        tolerance,
        floor,
      );
    }
    const { forward, backward } = expected;
    const [own, counted] = [outputs.evaluations!.data[0]!, outputs.counter!.data[0]!];
    if (gradient === "adjoint") assertEquals([own, counted], [forward, backward]);
    else if (name === "ode") assertEquals(own, forward + scannedEvaluations(MAX_STEPS));
    else assertEquals(own, forward);
  });
}

Deno.test("storedBytes() is what PyTorch stores of networks without an adaptive solve", () => {
  for (const { settings, storedBytes: expected } of vectors.cases) {
    if (settings.network !== "ode") assertEquals(storedBytes(networkOf(settings)), expected);
  }
});

Deno.test("storedBytes() of the adjoint has one evaluation of the field, of back-propagation all of them", () => {
  const ode = vectors.cases.find(({ settings }) => settings.network === "ode")!.settings;
  const bytes = (others: Partial<Network>) => storedBytes(networkOf(ode, others));
  const plain = bytes({ network: "plain" });
  const stages = 2 * 7 * 4 * batch * 3 * 3 * 4; // of state and adjoint, 3 × 3 pixels of 4 channels
  assertEquals(bytes({}) - plain, vectors.fieldBytes + stages);
  assertEquals(bytes({ maxSteps: 99, tolerance: 1e-9 }), bytes({}));
  const through = { gradient: "back-propagation", maxSteps: 5 } as const;
  assertEquals(bytes(through) - plain, 31 * vectors.fieldBytes);
  // PyTorch's solve keeps those of the steps that it takes, and the states that it interpolates.
  const torch = vectors.cases.find(({ settings }) => settings.gradient === "back-propagation")!;
  assert(torch.storedBytes > plain + torch.forward * vectors.fieldBytes);
  const blocks = (count: number) =>
    storedBytes(networkOf(ode, { network: "residual", blocks: count }));
  assertEquals(blocks(6) - blocks(5), blocks(1) - plain);
});

Deno.test("the networks have as many parameters as published, with either down-sampling", () => {
  const count = (settings: Partial<Network>) =>
    parameterSpecs(networkOf({}, { size: [28, 28], classes: 10, hidden: 300, ...settings }))
      .reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  assertEquals(count({ network: "mlp" }), 238_510);
  for (
    const [downsampling, ...expected] of [
      ["convolution", 132_874, 576_778, 208_266, 208_266],
      ["residual", 157_578, 601_482, 232_970, 232_970],
    ] as const
  ) {
    const networks = ["plain", "residual", "runge-kutta", "ode"] as const;
    assertEquals(networks.map((network) => count({ network, downsampling })), expected);
  }
});
