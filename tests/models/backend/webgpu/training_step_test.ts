import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { Step, TensorSpecs } from "../../../../models/backend/backend.ts";
import type { HostArray, HostArrays } from "../../../../models/backend/tensors.ts";
import { webgpuBackend } from "../../../../models/backend/webgpu/device_program.ts";
import type { Ode2vaeSettings } from "../../../../models/ode2vae/settings.ts";
import { lossAndGradients, trainingInputs } from "../../../../models/ode2vae/training_step.ts";
import { prefixed, PREFIXES, under } from "../../../../models/training/arrays.ts";
import { initialTrainingState } from "../../../../models/training/network_training.ts";
import { adam } from "../../../../models/training/optimisers.ts";
import { numbers } from "../../cpu.ts";
import { TINY_IMAGES, TINY_VECTORS, tinyCase } from "../../ode2vae/tiny_cases.ts";
import { assertClose, CPU, runOnce } from "../_agreement.ts";
import { noAdapter, webgpu } from "./_adapter.ts";

const hostArray = (tensor: tf.Tensor): HostArray => ({
  shape: tensor.shape,
  data: Float32Array.from(numbers(tensor)),
});

/** Specifications and numbers of a training step's inputs; made on the `cpu` backend. */
async function stepInputs(
  settings: Ode2vaeSettings,
): Promise<{ readonly specs: TensorSpecs; readonly arrays: HostArrays }> {
  await tf.setBackend("cpu");
  const { params, state, batch, noise } = tinyCase(settings);
  const carried = initialTrainingState(params, state, adam());
  const [sequences, length, grid] = batch.selection.shape as [number, number, number];
  return {
    specs: trainingInputs(carried, { sequences, length, grid }, settings),
    arrays: {
      ...carried,
      frames: hostArray(batch.frames),
      selection: hostArray(batch.selection),
      "noise/initial": hostArray(noise.initial),
      "noise/weights": hostArray(noise.weights),
      rate: { shape: [], data: Float32Array.of(0.01) },
    },
  };
}

/** Loss, its terms, and the gradients of all parameters. */
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
    };
  };
}

/** Calls `f` with WebGPU loaded. @returns keys of the suite's own programs that it dispatched, without their shapes */
async function ownPrograms(f: () => Promise<void>): Promise<readonly string[]> {
  await tf.setBackend("webgpu");
  const device = webgpuBackend();
  await tf.setBackend("cpu");
  const original = device.runWebGPUProgram;
  const keys: string[] = [];
  try {
    device.runWebGPUProgram = function (program, ...rest) {
      const own = /^(rollout gradient|rollout|sum rows)( |$)/.exec(program.shaderKey);
      if (own) keys.push(own[1]!);
      return original.call(device, program, ...rest);
    };
    await f();
  } finally {
    device.runWebGPUProgram = original;
  }
  return keys;
}

for (const [kind, tiny] of [["images", TINY_IMAGES], ["vectors", TINY_VECTORS]] as const) {
  Deno.test({
    name:
      `lossAndGradients() of ODE2VAE-KL on WebGPU has the numbers of cpu when frames are ${kind}`,
    ignore: noAdapter,
    async fn() {
      const settings = { ...tiny, klEncoder: true, trace: "exact" as const };
      const { specs, arrays } = await stepInputs(settings);
      const step = gradientStep(settings);
      const expected = await runOnce(CPU, step, specs, arrays);
      const backend = await webgpu();
      const programs = await ownPrograms(async () => {
        const actual = await runOnce(backend, step, specs, arrays);
        assertEquals(Object.keys(actual), Object.keys(expected));
        for (const [name, array] of Object.entries(expected)) {
          // Batch norms over a handful of numbers enlarge single-precision rounding.
          assertClose(actual[name], array, name, 1e-3, 0.1);
        }
      });
      assertEquals(programs, ["rollout", "rollout gradient", "sum rows"]);
    },
  });
}
