import { assert, assertEquals } from "@std/assert";
import type { Tensor } from "@tensorflow/tfjs-core";
import type { Backend, Step, TensorSpecs } from "../../../models/backend/backend.ts";
import { traceStep } from "../../../models/backend/ort/trace.ts";
import { selectBackend } from "../../../models/backend/select.ts";
import type { HostArray, HostArrays } from "../../../models/backend/tensors.ts";
import type { Ode2vaeSettings } from "../../../models/ode2vae/settings.ts";
import {
  lossAndGradients,
  trainingInputs,
  trainingStep,
} from "../../../models/ode2vae/training_step.ts";
import { prefixed, PREFIXES, under } from "../../../models/training/arrays.ts";
import { initialTrainingState } from "../../../models/training/network_training.ts";
import { adam } from "../../../models/training/optimisers.ts";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import { numbers } from "../cpu.ts";
import { TINY_IMAGES, TINY_VECTORS, tinyCase } from "../ode2vae/tiny_cases.ts";
import { assertClose, CPU, ORT, ortInParts, runOnce } from "./_agreement.ts";
import { offerSoftwareVulkan, withoutSoftwareVulkan } from "./_software_vulkan.ts";
import { withoutTensorflow } from "./_tensorflow.ts";

const hostArray = (tensor: Tensor): HostArray => ({
  shape: tensor.shape,
  data: Float32Array.from(numbers(tensor)),
});

/** Specifications and numbers of a training step's inputs. */
function stepInputs(
  settings: Ode2vaeSettings,
): { readonly specs: TensorSpecs; readonly arrays: HostArrays } {
  const { params, state, batch, noise } = tinyCase(settings);
  const carried = initialTrainingState(params, state, adam());
  const [sequences, length, grid] = batch.selection.shape as [number, number, number];
  const q = settings.latentDimensions;
  const trace = normal(fold(rootKey(2), "trace"), sequences * q);
  return {
    specs: trainingInputs(carried, { sequences, length, grid }, settings),
    arrays: {
      ...carried,
      frames: hostArray(batch.frames),
      selection: hostArray(batch.selection),
      "noise/initial": hostArray(noise.initial),
      "noise/weights": hostArray(noise.weights),
      "noise/trace": { shape: [sequences, q], data: trace },
      rate: { shape: [], data: Float32Array.of(0.01) },
    },
  };
}

/** Loss, its terms, the gradients of all parameters and the next batch-norm state. */
function gradientStep(settings: Ode2vaeSettings): Step {
  return (inputs) => {
    const { result, gradients } = lossAndGradients(
      under(PREFIXES.params, inputs),
      under(PREFIXES.state, inputs),
      inputs,
      settings,
    );
    return {
      loss: result.loss,
      ...prefixed("terms/", result.terms),
      ...prefixed("gradient/", gradients),
      ...prefixed("state/", result.state),
    };
  };
}

for (const [kind, tiny] of [["images", TINY_IMAGES], ["vectors", TINY_VECTORS]] as const) {
  for (const klEncoder of [false, true]) {
    for (const trace of ["exact", "hutchinson"] as const) {
      for (const fieldActivation of ["relu", "tanh"] as const) {
        const model = klEncoder ? "ODE2VAE-KL" : "ODE2VAE";
        Deno.test(`compile() gives ${model} on ${kind} the loss and gradients of TensorFlow.js when the trace is ${trace}, the field ${fieldActivation}`, async () => {
          const settings = { ...tiny, klEncoder, trace, fieldActivation };
          const { specs, arrays } = stepInputs(settings);
          const step = gradientStep(settings);
          const expected = await runOnce(CPU, step, specs, arrays);
          const actual = await runOnce(ORT, step, specs, arrays);
          assertEquals(Object.keys(actual), Object.keys(expected));
          for (const [name, array] of Object.entries(expected)) {
            // Batch norms over a handful of numbers enlarge single-precision rounding: beside gradients of 85, both
            // backends are 2e-5 from the double-precision reference.
            assertClose(actual[name], array, name, 3e-4, 0.3);
          }
        });
      }
    }
  }
}

Deno.test("compile() gives the same bytes when a training step is compiled and run again", async () => {
  const { specs, arrays } = stepInputs(TINY_IMAGES);
  const first = await ORT.compile(trainingStep(TINY_IMAGES), specs);
  const second = await ORT.compile(trainingStep(TINY_IMAGES), specs);
  const once = await first.run(arrays);
  assertEquals(await first.run(arrays), once);
  assertEquals(await second.run(arrays), once);
  await first.dispose();
  await second.dispose();
});

Deno.test("compile() gives the same bytes when a training step's images are computed in parts", async () => {
  const { specs, arrays } = stepInputs(TINY_IMAGES);
  const whole = await runOnce(ortInParts(Infinity), trainingStep(TINY_IMAGES), specs, arrays);
  for (const tileBytes of [100, 300]) {
    const { operations } = await traceStep(trainingStep(TINY_IMAGES), specs, { tileBytes });
    assert(operations.Scan! > 2, `${tileBytes} bytes: no loop but the rollout's`);
    const parts = await runOnce(ortInParts(tileBytes), trainingStep(TINY_IMAGES), specs, arrays);
    assertEquals(parts, whole);
  }
});

/** The loss before and after a training step. */
async function lossesOf(
  backend: Backend,
  settings: Ode2vaeSettings,
  { specs, arrays }: ReturnType<typeof stepInputs>,
): Promise<HostArray> {
  const { params, state, optimiser } = PREFIXES;
  const carried = Object.keys(specs).filter((name) =>
    [params, state, optimiser].some((prefix) => name.startsWith(prefix))
  );
  const compiled = await backend.compile(trainingStep(settings), specs, { carried });
  await compiled.start(arrays);
  const { loss: before } = await compiled.run(arrays);
  const { loss: after } = await compiled.run(arrays);
  await compiled.dispose();
  return { shape: [2], data: Float32Array.of(before!.data[0]!, after!.data[0]!) };
}

/** Euler's method, one step a frame: on SwiftShader each of the thousand operations of a training step takes milliseconds. */
const FEW_OPERATIONS: Ode2vaeSettings = {
  ...TINY_IMAGES,
  fieldActivation: "tanh",
  method: "euler",
  stepsPerFrame: 1,
};

for (
  const { name, settings, ignore } of [
    { name: "wasm", settings: TINY_IMAGES, ignore: false },
    { name: "tensorflow", settings: TINY_IMAGES, ignore: withoutTensorflow },
    { name: "webgpu", settings: FEW_OPERATIONS, ignore: withoutSoftwareVulkan },
  ]
) {
  Deno.test({
    name: `compile() gives a training step on ${name} the numbers of the recorded one`,
    ignore,
    async fn() {
      // Made while TensorFlow.js has another backend: from WebGPU it cannot read numbers at once.
      const inputs = stepInputs(settings);
      if (name === "webgpu") offerSoftwareVulkan();
      const backend = await selectBackend(name);
      const step = gradientStep(settings);
      const expected = await runOnce(ORT, step, inputs.specs, inputs.arrays);
      const actual = await runOnce(backend, step, inputs.specs, inputs.arrays);
      for (const [output, array] of Object.entries(expected)) {
        assertClose(actual[output], array, output, 3e-4, 0.1);
      }
      const losses = await lossesOf(backend, settings, inputs);
      assertClose(losses, await lossesOf(ORT, settings, inputs), "losses", 1e-4);
      assert(losses.data[1]! < losses.data[0]!, `losses ${losses.data}`);
    },
  });
}
