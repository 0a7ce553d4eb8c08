/**
 * What `gpu.ts` finds out: a {@link Measurement} with what a GPU adds, and the judgement of it.
 *
 * @module
 */
import type { BackendAgreement } from "./gpu_agreements.ts";
import type { LoadedBackend, MissingBackend } from "./gpu_backends.ts";
import type { GpuCard } from "./gpu_cards.ts";
import { CPU_ID } from "./gpu_contestants.ts";
import {
  type ContestantMeasurement,
  LOSS_TOLERANCE,
  type Measurement,
  type PeakMeasurement,
  type SizeMeasurement,
} from "./measurement.ts";

/** Greatest relative difference of two contestants' losses after one and two updates. */
export const UPDATED_LOSS_TOLERANCE = 1e-3;

/** One contestant's steps on a GPU, or on the CPU beside it. */
export interface GpuContestantMeasurement extends ContestantMeasurement {
  /** What computes, where the process tells. */
  readonly device?: string;
  /** Losses of the first steps: at the common parameters, after one update, after two. */
  readonly losses: readonly number[];
}

/** What a GPU adds to a measurement. */
export interface GpuFacts {
  /** NVIDIA's GPUs; none where `nvidia-smi` finds none. */
  readonly cards: readonly GpuCard[];
  /** Value of `NVIDIA_TF32_OVERRIDE`: with "0" products are float32 for everyone. */
  readonly tf32Override: string;
  /** Whether software adapters served and sizes were tiny: then the times say nothing. */
  readonly software: boolean;
  /** Our backends that were compared. */
  readonly loaded: readonly LoadedBackend[];
  /** Our backends that do not load here. */
  readonly missing: readonly MissingBackend[];
  /** Whether each of them trains as `ort-cpu` does. */
  readonly agreements: readonly BackendAgreement[];
  /** How fast the GPU multiplies, in PyTorch; absent without PyTorch for CUDA. */
  readonly peak?: PeakMeasurement;
}

/** A size at which contestants took turns on a GPU. */
export interface GpuSizeMeasurement extends SizeMeasurement {
  readonly contestants: readonly GpuContestantMeasurement[];
}

/** A measurement on a GPU. Its `peak` is the CPU's; its contestants on a GPU say that they have one thread. */
export interface GpuMeasurement extends Measurement {
  readonly sizes: readonly GpuSizeMeasurement[];
  readonly gpu: GpuFacts;
}

/** The contestants whose losses are not those of our step on the CPU, a line for each. */
export function lossComplaints({ size, contestants }: GpuSizeMeasurement): readonly string[] {
  const reference = contestants.find(({ id }) => id === CPU_ID);
  if (reference === undefined) {
    return [`${size}: our step on the CPU must be there to compare with`];
  }
  return contestants.flatMap(({ label, losses }) => {
    const step = reference.losses.findIndex((expected, i) => {
      const tolerance = i === 0 ? LOSS_TOLERANCE : UPDATED_LOSS_TOLERANCE;
      return !(Math.abs(losses[i]! / expected - 1) <= tolerance);
    });
    return step === -1 ? [] : [
      `${size}: ${label}: loss ${step + 1} must be that of ort-cpu, ${reference.losses[step]}: ` +
      `current value is ${losses[step]}`,
    ];
  });
}

/** All that is wrong with a measurement, a line each: agreements that fail, losses that differ. */
export function complaints({ gpu, sizes }: GpuMeasurement): readonly string[] {
  return [
    ...gpu.agreements.filter(({ agrees }) => !agrees)
      .map(({ backend }) => `${backend} does not train as ort-cpu does`),
    // One of ours that agrees must make the steps of every size, too.
    ...sizes.flatMap(({ size, contestants, leftOut }) =>
      gpu.loaded.filter(({ backend }) => !contestants.some(({ id }) => id === backend))
        .map(({ backend }) =>
          `${size}: ${backend} made no steps: ${
            leftOut.find(({ id }) => id === backend)?.reason ?? "it was left out"
          }`
        )
    ),
    ...sizes.flatMap(lossComplaints),
  ];
}
