/**
 * Who is compared on a GPU: our step on its backends and on the CPU, and the same step in PyTorch and JAX.
 *
 * @module
 */
import type { Contestant } from "./contestants.ts";
import { scriptCommand } from "./gpu_child.ts";
import { hasJax, jaxServer, noJax } from "./jax.ts";
import type { LeftOut } from "./measurement.ts";
import { hasPyTorch, pyTorchServer } from "./pytorch.ts";
import { noPythonWith } from "./python.ts";

/** Id of our step on the CPU, whose losses the others' must be. */
export const CPU_ID = "ort-cpu";

/** Those that can be tried, and those that cannot. */
export interface GpuContestants {
  /** In the order of the table; the first is the baseline. */
  readonly contestants: readonly Contestant[];
  /** Those without a library. */
  readonly leftOut: readonly LeftOut[];
}

function own(backend: string, label: string, threads: number): Contestant {
  return {
    ...{ id: backend, label, needsPyTorch: false },
    command: (size, inputsFile) =>
      scriptCommand("./serve_step.ts", backend, String(threads), size, inputsFile),
  };
}

function pyTorch(id: string, label: string, trace: "closed-form" | "autograd"): Contestant {
  return {
    ...{ id, label, needsPyTorch: true },
    // Threads have no effect on a GPU; one is what our backends tell there.
    command: (size, inputsFile) =>
      pyTorchServer(inputsFile, { size, trace, threads: 1, device: "cuda" }),
  };
}

const PYTORCH: readonly Contestant[] = Object.freeze([
  pyTorch("pytorch-cuda", "PyTorch, closed-form trace, CUDA", "closed-form"),
  pyTorch("pytorch-cuda-released", "PyTorch, q backward passes as released, CUDA", "autograd"),
]);

const JAX: Contestant = Object.freeze({
  ...{ id: "jax-cuda", label: "JAX, jit and scan, CUDA", needsPyTorch: false },
  command: (size: Parameters<Contestant["command"]>[0], inputsFile: string) =>
    jaxServer(inputsFile, { size, device: "cuda" }),
});

/**
 * Contestants for the backends that load.
 *
 * @param threads of our step on the CPU
 */
export async function gpuContestants(
  backends: readonly string[],
  threads: number,
): Promise<GpuContestants> {
  const [withPyTorch, withJax] = [await hasPyTorch(), hasJax()];
  const leave = (reason: string) => ({ id, label }: Contestant): LeftOut => ({ id, label, reason });
  return {
    contestants: [
      ...backends.map((backend) => own(backend, `ours, ${backend}`, 1)),
      own(CPU_ID, `ours, ort-cpu, ${threads} threads`, threads),
      ...(withPyTorch ? PYTORCH : []),
      ...(withJax ? [JAX] : []),
    ],
    leftOut: [
      ...(withPyTorch ? [] : PYTORCH.map(leave(noPythonWith("numpy", "torch")))),
      ...(withJax ? [] : [leave(noJax())(JAX)]),
    ],
  };
}
