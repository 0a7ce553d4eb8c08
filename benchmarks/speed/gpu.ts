/**
 * The whole comparison on a machine with an NVIDIA GPU, in one command:
 *
 *     deno run -A benchmarks/speed/gpu.ts [--size …] [--backend …] [--only …] [--steps N] [--seconds S] [--out FILE]
 *
 * It prints which of our GPU backends load and why others do not; has each that loads train beside `ort-cpu`
 * (`gpu_agreement.ts`); then times training steps of all contestants on the same card in the same run: ours on every GPU
 * backend and on all cores, PyTorch on CUDA (closed-form trace, and q backward passes as released), JAX on CUDA. It ends
 * with code 1 when a backend does not train as `ort-cpu` does, when losses differ, or when nothing loads. Products are
 * float32 for everyone: `NVIDIA_TF32_OVERRIDE=0` by default.
 *
 * `carry.ts` packs what a machine without network and without Deno needs for it. There, `ort-cuda` needs
 * `libonnxruntime_providers_cuda.so` and `libonnxruntime_providers_shared.so` of onnxruntime-node's version beside its
 * library: pip's wheel `onnxruntime-gpu` has them.
 *
 * `ODE2VAE_PYTHON` names a Python that has PyTorch or JAX, where `python3` has neither. `ort-webgpu` needs Vulkan's loader
 * (`libvulkan.so.1`) and NVIDIA's Vulkan driver; `VK_DRIVER_FILES` names the latter's description where the loader does
 * not find it.
 *
 * @module
 */
import { processIo } from "../commands/command_line.ts";
import { queryGpus, TF32 } from "../../models/backend/native_library.ts";
import { messageOf, RunError } from "../errors.ts";
import { gpuContestants, whoCanRun } from "./contestants.ts";
import {
  type Agreement,
  assertSomeLoads,
  type BackendAgreement,
  complaints,
  describeBackendAgreement,
  describeBackends,
  type GpuCard,
  type GpuMeasurement,
  type GpuProbe,
  type GpuSizeMeasurement,
  sortProbes,
} from "./gpu_results.ts";
import {
  type AGREEMENT,
  GPU,
  type GpuBackendName,
  type OptionsOf,
  runSpeedCommand,
} from "./options.ts";
import { runForJson, scriptCommand } from "./processes.ts";
import { type PeakMeasurement, thisOccasion, writeResults } from "./results.ts";
import { type Size, type SizeName, SIZES } from "./sizes.ts";
import { gpuMachineLines, gpuSizeTable } from "./tables.ts";
import { measurePeak, measureSize, type Pace } from "./timing.ts";

/** Settings of the child processes, which all inherit them; what the user set stays. */
const ENVIRONMENT = {
  // TensorFloat-32 keeps 10 bits of a product's factors: contestants would choose different arithmetic.
  [TF32]: "0",
  // By default TensorFlow takes all of the memory, and the others come after it.
  TF_FORCE_GPU_ALLOW_GROWTH: "true",
};

/** A training run that is compared: the models, and the steps of each. */
export type AgreementRun = Readonly<Pick<OptionsOf<typeof AGREEMENT>, "size" | "steps">>;

/** Training runs that are compared: small models for long, and the paper's. */
const AGREEMENT_RUNS: readonly AgreementRun[] = [
  { size: "tiny", steps: 50 },
  { size: "rmnist", steps: 20 },
];
/** The same on a software adapter, which takes half a minute to compile convolutions. */
const SOFTWARE_AGREEMENT_RUNS: readonly AgreementRun[] = [{ size: "vectors", steps: 5 }];

/** Minibatches for a trial on software. */
const TINY: Readonly<Record<SizeName, Partial<Size>>> = {
  rmnist: { sequences: 2, frames: 3 },
  bouncing_balls: { sequences: 2, frames: 5, grid: 6 },
  mocap_many: { sequences: 2, frames: 6, grid: 8 },
  mocap_single: { sequences: 1, frames: 6, grid: 8 },
};

/** Seconds after which a backend that does not answer is given up. */
const MOST_PROBE_SECONDS = 120;
/** Seconds after which a training run is given up. */
const MOST_AGREEMENT_SECONDS = 240;

/** Timed steps of a contestant, one of which does not take all its seconds. */
const FEWEST_STEPS = 3;

/** Timed steps of a contestant whose warm step takes so many seconds: one where that is more than it has. */
export function stepsWithin(
  { steps, seconds }: Pick<OptionsOf<typeof GPU>, "steps" | "seconds">,
  stepSeconds: number,
): number {
  if (stepSeconds >= seconds) return 1;
  return Math.min(steps, Math.max(FEWEST_STEPS, Math.floor(seconds / stepSeconds)));
}

/**
 * Turns on a GPU. One contestant that fails leaves the others alone, as a rented GPU may be there once only; a turn is
 * several steps after one that is not timed, as a GPU lowers its clock while others compute. The losses of the steps to
 * warm up show whether gradients and updates are the same, too.
 */
export function gpuPace(limits: Pick<OptionsOf<typeof GPU>, "steps" | "seconds">): Pace {
  return {
    warmUp: () => 3,
    steps: (_, stepSeconds) => stepsWithin(limits, stepSeconds),
    ...{ slow: limits.seconds, untimed: 1, timed: 5, onFailure: "leave out" },
  };
}

/**
 * GPUs in the answer of `nvidia-smi` to a query of name, driver and memory.
 *
 * @throws SyntaxError when a line has other fields
 */
export function parseCards(text: string): readonly GpuCard[] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "").map((line) => {
    const [name, driver, memory, ...more] = line.split(", ");
    if (name && driver && memory && more.length === 0) return { name, driver, memory };
    throw new SyntaxError(
      `Cannot read the list of GPUs: a line must hold name, driver and memory, is "${line}"`,
    );
  });
}

/** NVIDIA's GPUs; none where there is no `nvidia-smi` or it finds none. @throws SyntaxError as {@link parseCards} */
export function nvidiaCards(program?: string): readonly GpuCard[] {
  return parseCards(queryGpus("name,driver_version,memory.total", program).join("\n"));
}

/** Tries to load a backend in a process of its own. */
async function probeBackend(backend: GpuBackendName): Promise<GpuProbe> {
  const command = scriptCommand("./child.ts", "probe", backend);
  const { value, reason } = await runForJson(command, MOST_PROBE_SECONDS);
  if (value === undefined) return { backend, reason: `its process must answer: ${reason}` };
  return value as GpuProbe;
}

/**
 * Has `gpu_agreement.ts` compare a backend with `ort-cpu` in processes of their own; a run that fails is the last. Nothing
 * here imports a native library: one that breaks must not end the comparison.
 */
export async function compareBackend(
  backend: string,
  runs: readonly AgreementRun[],
): Promise<BackendAgreement> {
  const cases: Agreement[] = [];
  for (const { size, steps } of runs) {
    const args = [backend, "--size", size, "--steps", String(steps), "--json"];
    const command = scriptCommand("./gpu_agreement.ts", ...args);
    const { value, reason } = await runForJson(command, MOST_AGREEMENT_SECONDS);
    const more = (value as { readonly cases?: unknown } | undefined)?.cases;
    if (!Array.isArray(more)) return { backend, agrees: false, cases, failure: reason };
    cases.push(...more);
  }
  return { backend, agrees: cases.every(({ agrees }) => agrees), cases };
}

/** Side of the matrices that a GPU multiplies: smaller ones do not fill it. */
const GPU_SIDE = 4096;

async function gpuPeak(): Promise<PeakMeasurement | undefined> {
  try {
    return await measurePeak([{ library: "pytorch-cuda", threads: 1 }], { side: GPU_SIDE });
  } catch (error) {
    processIo.print(`matrix products on CUDA left out: ${messageOf(error)}`);
    return undefined;
  }
}

/** Compares all, prints and writes as it goes, then judges. @throws Error where nothing loads or something is wrong */
async function compare(options: OptionsOf<typeof GPU>): Promise<void> {
  for (const [name, value] of Object.entries(ENVIRONMENT)) {
    if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
  }
  const software = options.allowSoftware;
  const occasion = thisOccasion();
  const cards = nvidiaCards();
  for (const { name, memory, driver } of cards) {
    processIo.print(`${name}, ${memory}, driver ${driver}`);
  }
  if (cards.length === 0) processIo.print("nvidia-smi finds no GPU");

  const probes: GpuProbe[] = [];
  for (const name of options.backend) probes.push(await probeBackend(name));
  const backends = sortProbes(probes, software);
  for (const line of describeBackends(backends)) processIo.print(line);
  assertSomeLoads(backends);

  const names = backends.loaded.map(({ backend }) => backend);
  const agreements: BackendAgreement[] = [];
  for (const name of names) {
    const runs = software ? SOFTWARE_AGREEMENT_RUNS : AGREEMENT_RUNS;
    agreements.push(await compareBackend(name, runs));
    for (const line of describeBackendAgreement(agreements.at(-1)!)) processIo.print(line);
  }
  const { cores } = occasion.machine;
  const contestants = gpuContestants(names, software ? 1 : cores);
  const field = whoCanRun(contestants.filter(({ id }) => options.only.includes(id)));
  const onGpu = software ? undefined : await gpuPeak();
  const sizes: GpuSizeMeasurement[] = [];
  const measurement: GpuMeasurement = {
    ...{ schema: 2, ...occasion },
    peak: await measurePeak(
      [{ library: "ort-cpu", threads: cores }],
      software ? { side: 256 } : {},
    ),
    gpu: {
      cards,
      tf32Override: Deno.env.get(TF32)!,
      software,
      ...backends,
      agreements,
      ...(onGpu === undefined ? {} : { peak: onGpu }),
    },
    sizes,
  };
  for (const name of options.size) {
    const size = { ...SIZES[name], ...(software ? TINY[name] : {}) };
    sizes.push(await measureSize(size, field, gpuPace(options)));
    processIo.print(`\n${gpuSizeTable(sizes.at(-1)!)}`);
    // After each size: the machine may be taken away before the last.
    writeResults(options.out, measurement);
  }
  processIo.print(`\n${gpuMachineLines(measurement)}`);
  const wrong = complaints(measurement);
  if (wrong.length > 0) throw new RunError(`Contestants disagree: ${wrong.join("; ")}`);
}

if (import.meta.main) await runSpeedCommand(GPU, compare);
