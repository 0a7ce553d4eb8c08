import { assert, assertEquals } from "@std/assert";
import { sizeOf } from "../../../models/backend/tensors.ts";
import { latentOde } from "../../../models/latent_ode/method.ts";
import { cpu, NOISE, noiseImages, stepKind, withTrainer } from "../training/_tiny_task.ts";

Deno.test("a latent ODE validates many sequences in parts, to their mean", async () => {
  // 167 sequences of four images have 2^19 numbers at most.
  const part = noiseImages(167, 6, 4);
  const { frames, observed } = part;
  const validation = {
    ...part,
    count: 334,
    frames: new Float32Array([...frames, ...frames]),
    observed: new Int32Array([...observed, ...observed]),
  };
  const settings = {
    ...{ latentDimensions: 2, fieldHidden: 2, stepsPerFrame: 1, batchSize: 7, epochs: 1 },
    ...{ encoderFilters: 1, decoderFilters: 1, testEvery: 0 },
  };
  const sizes: number[] = [];
  const likelihood = (validation: typeof part) =>
    withTrainer(latentOde, {
      settings,
      data: { train: NOISE.train, validation },
      backend: {
        ...cpu,
        compile: (step, specs, options) => {
          if (stepKind(specs) === "validation") sizes.push(sizeOf(specs.frames!.shape));
          return cpu.compile(step, specs, options);
        },
      },
    }, async (trainer) => (await trainer.runEpoch(0)).validationLogLikelihood);
  assertEquals(await likelihood(validation), await likelihood(part));
  assert(sizes.length > 0 && sizes.every((size) => size <= 2 ** 19), `${sizes}`);
});
