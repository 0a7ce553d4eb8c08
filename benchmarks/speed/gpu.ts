/**
 * The whole comparison on a machine with an NVIDIA GPU, in one command:
 *
 *     deno run -A benchmarks/speed/gpu.ts [--size …] [--backend …] [--steps N] [--seconds S] [--out FILE]
 *
 * It says which of our GPU backends load and why others do not; has each that loads train beside `ort-cpu`
 * (`gpu_agreement.ts`); then times training steps of all contestants on the same card in the same run: ours on every GPU
 * backend and on all cores, PyTorch on CUDA (closed-form trace, and q backward passes as released), JAX on CUDA. It ends
 * with code 1 when a backend does not train as `ort-cpu` does, when losses differ, or when nothing loads. Products are
 * float32 for everyone: `NVIDIA_TF32_OVERRIDE=0`, unless the environment says otherwise.
 *
 * ## To carry it to a machine without network and without Deno
 *
 * It starts scripts of this checkout as child processes and loads npm's native libraries, so one bundled file does not
 * do; the checkout does, with the Deno program and Deno's cache. Here, on the same kind of system (64-bit Linux):
 *
 *     mkdir /tmp/carried && export DENO_DIR=/tmp/carried/deno_dir
 *     (cd benchmarks/speed && deno cache gpu.ts gpu_probe.ts gpu_agreement.ts serve_step.ts own_products.ts)
 *     cp "$(deno eval 'console.log(Deno.execPath())')" /tmp/carried/deno
 *     git archive HEAD | tar -x -C /tmp/carried
 *     tar -cJf carried.tar.xz -C /tmp carried
 *
 * That is 770 MB; before the last line these leave 230 MB of it (all of deno.lock's packages must be there, but not all of
 * their files):
 *
 *     cd $DENO_DIR/npm/registry.npmjs.org
 *     find onnxruntime-node -type d \( -name darwin -o -name win32 -o -name arm64 \) -prune -exec rm -r {} +
 *     find playwright-core chart.js core-js -type f ! -name package.json ! -name registry.json -delete
 *     find . -name "*.map" -delete
 *     find @tensorflow \( -name "*.d.ts" -o -name "*_test.js" -o -name "*.min.js" -o -name "*.fesm.js" \
 *       -o -name "*.es2017.js" -o -path "*miniprogram*" \) -delete
 *
 * `ort-cuda` wants `libonnxruntime_providers_cuda.so` and `libonnxruntime_providers_shared.so` of onnxruntime-node's
 * version beside its library. On the other machine:
 *
 *     tar -xJf carried.tar.xz && cd carried
 *     DENO_DIR=$PWD/deno_dir ./deno run --cached-only -A benchmarks/speed/gpu.ts --out gpu.json
 *
 * `ODE2VAE_PYTHON` names a Python that has PyTorch or JAX, where `python3` has neither. `ort-webgpu` needs Vulkan's loader
 * (`libvulkan.so.1`) and NVIDIA's Vulkan driver; `VK_DRIVER_FILES` names the latter's description where the loader does
 * not find it.
 *
 * @module
 */
import { exitCodes, messageOf, RunError, UsageError } from "../errors.ts";
import { stepArithmetic } from "./arithmetic.ts";
import { encodeArrays } from "./exchange.ts";
import {
  AGREEMENT_RUNS,
  type AgreementRun,
  type BackendAgreement,
  compareBackend,
  describeBackendAgreement,
  SOFTWARE_AGREEMENT_RUNS,
} from "./gpu_agreements.ts";
import {
  assertSomeLoads,
  describeBackends,
  type GpuProbe,
  probeBackend,
  sortProbes,
} from "./gpu_backends.ts";
import { nvidiaCards } from "./gpu_cards.ts";
import { type GpuContestants, gpuContestants } from "./gpu_contestants.ts";
import { complaints, type GpuMeasurement, type GpuSizeMeasurement } from "./gpu_measurement.ts";
import { type GpuOptions, parseGpuOptions, usage } from "./gpu_options.ts";
import { gpuMachineLines, gpuSizeTable } from "./gpu_table.ts";
import { takeTurns } from "./gpu_turns.ts";
import { thisMachine } from "./machine.ts";
import { measurePeak } from "./matmul_peak.ts";
import type { PeakMeasurement } from "./measurement.ts";
import { pyTorchProducts } from "./pytorch.ts";
import { type Size, type SizeName, SIZES } from "./sizes.ts";
import { parameterCount, workload } from "./workload.ts";

/** Settings of the child processes, which all inherit them; what the user set stays. */
const ENVIRONMENT = {
  // TensorFloat-32 keeps 10 bits of a product's factors: contestants would choose different arithmetic.
  NVIDIA_TF32_OVERRIDE: "0",
  // TensorFlow else takes all of the memory, and the others come after it.
  TF_FORCE_GPU_ALLOW_GROWTH: "true",
};

/** Side of the matrices that a GPU multiplies: smaller ones do not fill it. */
const GPU_SIDE = 4096;

/** Minibatches for a trial on software. */
const TINY: Readonly<Record<SizeName, Partial<Size>>> = {
  rmnist: { sequences: 2, frames: 3 },
  bouncing_balls: { sequences: 2, frames: 5, grid: 6 },
  mocap_many: { sequences: 2, frames: 6, grid: 8 },
};

async function gpuPeak(): Promise<PeakMeasurement | undefined> {
  const run = { side: GPU_SIDE, runs: 20, threads: 1, device: "cuda" } as const;
  try {
    const products = await pyTorchProducts(run);
    const contestant = { id: "pytorch-cuda", label: "PyTorch, CUDA", ...products };
    return { side: GPU_SIDE, operations: 2 * GPU_SIDE ** 3, contestants: [contestant] };
  } catch (error) {
    console.log(`matrix products on CUDA left out: ${messageOf(error)}`);
    return undefined;
  }
}

async function measureSize(
  size: Size,
  { contestants, leftOut }: GpuContestants,
  options: GpuOptions,
): Promise<GpuSizeMeasurement> {
  const { name, title, sequences, frames, grid } = size;
  const folder = await Deno.makeTempDir({ prefix: "ode2vae_gpu_" });
  try {
    const inputsFile = `${folder}/inputs.bin`;
    await Deno.writeFile(inputsFile, encodeArrays(await workload(size)));
    const results = await takeTurns(contestants, name, inputsFile, options);
    return {
      ...{ size: name, title, sequences, frames, grid },
      parameters: parameterCount(size),
      arithmetic: stepArithmetic(size),
      contestants: results.contestants,
      leftOut: [...results.leftOut, ...leftOut],
    };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

async function compareAll(
  backends: readonly string[],
  runs: readonly AgreementRun[],
): Promise<readonly BackendAgreement[]> {
  const agreements: BackendAgreement[] = [];
  for (const backend of backends) {
    const agreement = await compareBackend(backend, runs);
    for (const line of describeBackendAgreement(agreement)) console.log(line);
    agreements.push(agreement);
  }
  return agreements;
}

/** Compares all, prints and writes as it goes, then judges. @throws Error where nothing loads or something is wrong */
async function compare(options: GpuOptions): Promise<void> {
  for (const [name, value] of Object.entries(ENVIRONMENT)) {
    if (Deno.env.get(name) === undefined) Deno.env.set(name, value);
  }
  const date = new Date().toISOString();
  const machine = thisMachine();
  const cards = await nvidiaCards();
  for (const { name, memory, driver } of cards) console.log(`${name}, ${memory}, driver ${driver}`);
  if (cards.length === 0) console.log("nvidia-smi finds no GPU");

  const probes: GpuProbe[] = [];
  for (const name of options.backends) probes.push(await probeBackend(name));
  const backends = sortProbes(probes, options.allowSoftware);
  for (const line of describeBackends(backends)) console.log(line);
  assertSomeLoads(backends);

  const software = options.allowSoftware;
  const names = backends.loaded.map(({ backend }) => backend);
  const agreements = await compareAll(names, software ? SOFTWARE_AGREEMENT_RUNS : AGREEMENT_RUNS);
  const contestants = await gpuContestants(names, machine.cores);
  const onGpu = software ? undefined : await gpuPeak();
  const { sizes, ...rest }: GpuMeasurement & { sizes: GpuSizeMeasurement[] } = {
    ...{ schema: 2, date, machine, sizes: [] },
    peak: await measurePeak({
      ...{ threads: [machine.cores], withPyTorch: false },
      ...(software ? { side: 256 } : {}),
    }),
    gpu: {
      cards,
      tf32Override: Deno.env.get("NVIDIA_TF32_OVERRIDE")!,
      software,
      ...backends,
      agreements,
      ...(onGpu === undefined ? {} : { peak: onGpu }),
    },
  };
  const measurement: GpuMeasurement = { ...rest, sizes };
  for (const name of options.sizes) {
    const size = { ...SIZES[name], ...(software ? TINY[name] : {}) };
    sizes.push(await measureSize(size, contestants, options));
    console.log(`\n${gpuSizeTable(sizes.at(-1)!)}`);
    // After each size: the machine may be taken away before the last.
    if (options.out !== undefined) {
      await Deno.writeTextFile(options.out, JSON.stringify(measurement, undefined, 2) + "\n");
    }
  }
  console.log(`\n${gpuMachineLines(measurement)}`);
  const wrong = complaints(measurement);
  if (wrong.length > 0) throw new RunError(`Contestants disagree: ${wrong.join("; ")}`);
}

if (import.meta.main) {
  try {
    const options = parseGpuOptions(Deno.args);
    if (options === "help") console.log(usage);
    else await compare(options);
  } catch (error) {
    console.error(messageOf(error));
    Deno.exit(error instanceof UsageError ? exitCodes.usage : exitCodes.failed);
  }
}
