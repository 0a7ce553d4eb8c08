/**
 * Our backends that compute on a GPU: which of them load here, and why others do not.
 *
 * @module
 */
import { runScript } from "./gpu_child.ts";

/** Names of the backends that compute on a GPU, most promising first. */
export const GPU_BACKENDS = ["ort-cuda", "ort-webgpu", "webgpu", "tensorflow"] as const;

/** One of {@link GPU_BACKENDS}. */
export type GpuBackendName = typeof GPU_BACKENDS[number];

/** Whether a text is the name of a GPU backend. */
export function isGpuBackendName(text: string): text is GpuBackendName {
  return GPU_BACKENDS.some((name) => name === text);
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
  /** What its loading had to say. */
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

/** What loads, and what does not. */
export interface GpuBackends {
  /** Backends to compare. */
  readonly loaded: readonly LoadedBackend[];
  /** The others. */
  readonly missing: readonly MissingBackend[];
}

/** Seconds after which a backend that does not answer is given up. */
const MOST_SECONDS = 120;

function isProbe(value: unknown): value is GpuProbe {
  return typeof value === "object" && value !== null && "backend" in value;
}

/** Tries to load a backend in a process of its own. */
export async function probeBackend(name: GpuBackendName): Promise<GpuProbe> {
  const { value, reason } = await runScript("./gpu_probe.ts", [name], MOST_SECONDS);
  return isProbe(value) ? value : { backend: name, reason: `its process must answer: ${reason}` };
}

/** Parts what is compared from what is not; software serves only where that is allowed. */
export function sortProbes(probes: readonly GpuProbe[], allowSoftware: boolean): GpuBackends {
  const loaded: LoadedBackend[] = [];
  const missing: MissingBackend[] = [];
  for (const probe of probes) {
    if ("reason" in probe) missing.push(probe);
    else if (probe.software && !allowSoftware) {
      const { backend, device } = probe;
      missing.push({ backend, reason: `it finds no GPU but software: ${device}` });
    } else loaded.push(probe);
  }
  return { loaded, missing };
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
  throw new Error(
    "Cannot compare on a GPU: one of the GPU backends must load, none does: " +
      missing.map(({ backend }) => backend).join(", "),
  );
}
