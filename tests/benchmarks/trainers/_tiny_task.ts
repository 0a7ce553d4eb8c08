/** A training task of a second: small networks on a few sequences of noise. */
import { fold, permutation, rootKey, uniform } from "../../../data/random/mod.ts";
import type { Settings } from "../../../benchmarks/definition.ts";
import type { ObservedSequences } from "../../../models/training/sequences.ts";
import type { Ode2vaeTask } from "../../../benchmarks/trainers/ode2vae.ts";
import { ODE2VAE_DEFAULTS } from "../../../benchmarks/trainers/ode2vae_settings.ts";
import type { Backend, CompiledStep, TensorSpecs } from "../../../models/backend/backend.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";
import { ortBackend } from "../../../models/backend/ort/ort_backend.ts";

/** Pixels of an image: the networks take 28×28. */
export const PIXELS = 784;

/** Settings of the smallest networks that there are, with every evaluation in every epoch. */
export const TINY_SETTINGS: Settings = {
  ...ODE2VAE_DEFAULTS,
  latentDimensions: 2,
  fieldHidden: 3,
  encoderFilters: 1,
  decoderFilters: 1,
  stepsPerFrame: 1,
  batchSize: 3,
  epochs: 4,
  validationEvery: 1,
  testEvery: 1,
  posteriorSamples: 2,
};

/**
 * Sequences of noise, `hidden` never observed.
 *
 * @param observedCount observed frames of each, ascending and at random
 */
export function noiseSequences(
  count: number,
  frameCount: number,
  observedCount: number,
  hidden: number,
): ObservedSequences {
  const key = fold(rootKey(5), count);
  const observed = Array.from({ length: count }, (_, s) => {
    const order = permutation(fold(key, "observed", s), frameCount);
    return [...order].filter((f) => f !== hidden).slice(0, observedCount).sort((a, b) => a - b);
  });
  return {
    count,
    frames: uniform(fold(key, "frames"), count * frameCount * PIXELS),
    observed: Int32Array.from(observed.flat()),
    frameCount,
    observedCount,
    pixels: PIXELS,
    degrees: Array.from({ length: frameCount }, (_, frame) => 360 * frame / frameCount),
  };
}

/** Seven training sequences (two minibatches of three, and a rest) of six frames, four of them observed. */
export function tinyTask(settings: Settings = {}, backend: Backend = cpu): Ode2vaeTask {
  return {
    settings: { ...TINY_SETTINGS, ...settings },
    seed: 11,
    train: noiseSequences(7, 6, 4, 1),
    validation: noiseSequences(2, 6, 4, 1),
    unseenFrame: 1,
    backend,
  };
}

/** ONNX Runtime on one thread. */
export const cpu: Backend = ortBackend({ name: "ort-cpu", device: "", threads: 1 });

/** What a step is for, by its inputs. */
export type StepKind = "training" | "validation" | "prediction";

/** The kind of a compilation, by its inputs. */
export function stepKind(specs: TensorSpecs): StepKind {
  return "rate" in specs ? "training" : "selection" in specs ? "validation" : "prediction";
}

/**
 * A backend whose steps come from `make`.
 *
 * @param make gives a step for the inputs of a compilation; undefined for the true one
 */
export function scriptedBackend(
  make: (specs: TensorSpecs) => ((inputs: HostArrays) => HostArrays) | undefined,
): Backend {
  return {
    ...cpu,
    async compile(step, specs, options): Promise<CompiledStep> {
      const run = make(specs);
      if (run === undefined) return await cpu.compile(step, specs, options);
      const isCarried = (name: string) => options?.carried?.includes(name) === true;
      const part = (arrays: HostArrays, carried: boolean): HostArrays =>
        Object.fromEntries(Object.entries(arrays).filter(([name]) => isCarried(name) === carried));
      let held: HostArrays = {};
      return {
        seconds: 0,
        nodeCount: 0,
        start(state) {
          held = part(state, true);
          return Promise.resolve();
        },
        run(inputs) {
          const outputs = run({ ...inputs, ...held });
          held = { ...held, ...part(outputs, true) };
          return Promise.resolve(part(outputs, false));
        },
        state: () => Promise.resolve(held),
        dispose: () => Promise.resolve(),
      };
    },
  };
}
