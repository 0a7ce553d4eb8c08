/**
 * What `gpu.ts` finds out: a {@link Measurement} with what a GPU adds, the judgement of it, and lines about it.
 *
 * @module
 */
import { CPU_ID } from "./contestants.ts";
import type {
  ContestantMeasurement,
  Measurement,
  PeakMeasurement,
  SizeMeasurement,
} from "./results.ts";

/** Greatest relative difference of two contestants' first losses: more, and they do not compute the same. */
export const LOSS_TOLERANCE = 1e-4;
/** Greatest relative difference of two contestants' losses after one and two updates. */
const UPDATED_LOSS_TOLERANCE = 1e-3;
/** Largest difference of a loss of a training run from `ort-cpu`'s, relative to that one. */
export const AGREEMENT_TOLERANCE = 1e-3;

/** One of NVIDIA's GPUs, as `nvidia-smi` lists them. */
export interface GpuCard {
  /** Its name, e.g. "NVIDIA H200". */
  readonly name: string;
  /** Version of the driver. */
  readonly driver: string;
  /** Memory, e.g. "143771 MiB". */
  readonly memory: string;
}

/** A backend that loads. */
export interface LoadedBackend {
  /** Its name. */
  readonly backend: string;
  /** What computes. */
  readonly device: string;
  /** Library and version. */
  readonly version: string;
  /** Whether the device is known to be no GPU but software. */
  readonly software: boolean;
  /** What was logged while it loaded. */
  readonly notices: readonly string[];
}

/** A backend that does not load. */
export interface MissingBackend {
  /** Its name. */
  readonly backend: string;
  /** Why, in one line. */
  readonly reason: string;
}

/** What trying to load a backend found. */
export type GpuProbe = LoadedBackend | MissingBackend;

/** Which backends load, and which do not. */
export interface GpuBackends {
  /** Backends to compare. */
  readonly loaded: readonly LoadedBackend[];
  /** The others. */
  readonly missing: readonly MissingBackend[];
}

/** One model, trained on a backend and on `ort-cpu`. */
export interface Agreement {
  /** What was trained. */
  readonly label: string;
  /** Steps. */
  readonly steps: number;
  /** `ort-cpu`'s first loss. */
  readonly firstLoss: number;
  /** `ort-cpu`'s last loss. */
  readonly lastLoss: number;
  /** Whether the losses differ by at most {@link AGREEMENT_TOLERANCE}. */
  readonly agrees: boolean;
  /** Largest relative difference of a loss; null where a loss is no number. */
  readonly difference: number | null;
  /** Its step, from 0 on. */
  readonly worstStep: number;
  /** Largest difference of a parameter after the last step, relative to the largest number in its array. */
  readonly parameterDifference: number;
  /** Median of a step, milliseconds. */
  readonly milliseconds: number;
  /** The same of `ort-cpu` with one thread. */
  readonly referenceMilliseconds: number;
}

/** All that was compared of a backend. */
export interface BackendAgreement {
  /** Its name. */
  readonly backend: string;
  /** Whether every run came to its end, and every loss agrees. */
  readonly agrees: boolean;
  /** The models that were trained. */
  readonly cases: readonly Agreement[];
  /** Why a run came to no result; absent where all did. */
  readonly failure?: string;
}

/** One contestant's steps on a GPU, or on the CPU beside it. */
export interface GpuContestantMeasurement extends ContestantMeasurement {
  /** What computes, where the process reports it. */
  readonly device?: string;
  /** Losses of the first steps: at the common parameters, after one update, after two. */
  readonly losses: readonly number[];
}

/** What a GPU adds to a measurement. */
export interface GpuFacts extends GpuBackends {
  /** NVIDIA's GPUs; none where `nvidia-smi` finds none. */
  readonly cards: readonly GpuCard[];
  /** Value of `NVIDIA_TF32_OVERRIDE`: with "0" products are float32 for everyone. */
  readonly tf32Override: string;
  /** Whether software adapters were allowed and sizes were tiny: then the times say nothing. */
  readonly software: boolean;
  /** Whether each backend that loads trains as `ort-cpu` does. */
  readonly agreements: readonly BackendAgreement[];
  /** How fast the GPU multiplies, in PyTorch; absent without PyTorch for CUDA. */
  readonly peak?: PeakMeasurement;
}

/** A size at which contestants took turns on a GPU. */
export interface GpuSizeMeasurement extends SizeMeasurement {
  readonly contestants: readonly GpuContestantMeasurement[];
}

/** A measurement on a GPU. Its `peak` is the CPU's; its contestants on a GPU report one thread. */
export interface GpuMeasurement extends Measurement {
  readonly sizes: readonly GpuSizeMeasurement[];
  readonly gpu: GpuFacts;
}

/** Splits probes into what is compared and what is not; software counts only where that is allowed. */
export function sortProbes(probes: readonly GpuProbe[], allowSoftware: boolean): GpuBackends {
  const judged = probes.map((probe): GpuProbe => {
    if ("reason" in probe || !probe.software || allowSoftware) return probe;
    const { backend, device } = probe;
    return { backend, reason: `it finds no GPU but software: ${device}` };
  });
  return {
    loaded: judged.filter((probe): probe is LoadedBackend => !("reason" in probe)),
    missing: judged.filter((probe) => "reason" in probe),
  };
}

/** A line for each backend: what computes, or why it does not. */
export function describeBackends({ loaded, missing }: GpuBackends): readonly string[] {
  return [
    ...loaded.map(({ backend, device, version, notices }) =>
      [`${backend}: loads, ${device}, ${version}`, ...notices].join("; ")
    ),
    ...missing.map(({ backend, reason }) => `${backend}: does not load: ${reason}`),
  ];
}

/** @throws Error, in one line, where nothing loads */
export function assertSomeLoads({ loaded, missing }: GpuBackends): void {
  if (loaded.length > 0) return;
  const names = missing.map(({ backend }) => backend).join(", ");
  throw new Error(
    `Cannot compare on a GPU: one of the GPU backends must load, none does: ${names}`,
  );
}

/** An agreement in one line. */
export function describeAgreement(agreement: Agreement): string {
  const { label, steps, firstLoss, lastLoss, difference, worstStep } = agreement;
  const { parameterDifference, milliseconds, referenceMilliseconds } = agreement;
  return `${label}: ${steps} steps, loss ${firstLoss.toFixed(2)} to ${lastLoss.toFixed(2)}, ` +
    `differs by at most ${difference === null ? "Infinity" : difference.toExponential(1)} ` +
    `(step ${worstStep}), parameters by ${parameterDifference.toExponential(1)}; ` +
    `${milliseconds.toFixed(1)} ms a step, ort-cpu ${referenceMilliseconds.toFixed(1)}`;
}

/** A line for each model of a backend, and one where a run failed. */
export function describeBackendAgreement(
  { backend, cases, failure }: BackendAgreement,
): readonly string[] {
  return [
    ...cases.map((agreement) => {
      const verdict = agreement.agrees ? "agrees" : "DOES NOT AGREE";
      return `${backend} ${verdict}: ${describeAgreement(agreement)}`;
    }),
    ...(failure === undefined ? [] : [`${backend} FAILED: ${failure}`]),
  ];
}

/** The contestants whose losses are not those of our step on the CPU, a line for each. */
export function lossComplaints({ size, contestants }: GpuSizeMeasurement): readonly string[] {
  const reference = contestants.find(({ id }) => id === CPU_ID);
  if (reference === undefined) {
    return [`${size}: our step on the CPU must be there to compare with`];
  }
  return contestants.flatMap(({ label, losses }) => {
    // One that is slow has the first only.
    const step = reference.losses.slice(0, Math.max(1, losses.length)).findIndex((expected, i) => {
      const tolerance = i === 0 ? LOSS_TOLERANCE : UPDATED_LOSS_TOLERANCE;
      return !(Math.abs(losses[i]! / expected - 1) <= tolerance);
    });
    return step === -1 ? [] : [
      `${size}: ${label}: loss ${step + 1} must be that of ort-cpu, ${reference.losses[step]}, ` +
      `is ${losses[step]}`,
    ];
  });
}

/** All that is wrong with a measurement, a line each: agreements that fail, losses that differ. */
export function complaints({ gpu, sizes }: GpuMeasurement): readonly string[] {
  return [
    ...gpu.agreements.filter(({ agrees }) => !agrees)
      .map(({ backend }) => `${backend} does not train as ort-cpu does`),
    // A backend that agrees must make the steps of every size, too.
    ...sizes.flatMap(({ size, contestants, leftOut }) =>
      gpu.loaded.filter(({ backend }) => !contestants.some(({ id }) => id === backend))
        .map(({ backend }) => {
          const reason = leftOut.find(({ id }) => id === backend)?.reason ?? "it was left out";
          return `${size}: ${backend} made no steps: ${reason}`;
        })
    ),
    ...sizes.flatMap(lossComplaints),
  ];
}
