/**
 * Who is compared: the suite's own training step, compiled and op by op, on the CPU and on GPUs, and the same step in
 * PyTorch and JAX.
 *
 * @module
 */
import { counted } from "../statistics/numbers.ts";
import { scriptCommand } from "./processes.ts";
import { missingPeer, type Peer, peerCommand, type PeerOptions } from "./python.ts";
import type { LeftOut, Named } from "./results.ts";
import type { SizeName } from "./sizes.ts";

/** One way to make the training step. */
export interface Contestant extends Named {
  /** The library that must be there. */
  readonly needs?: Peer;
  /** Steps to measure at most, where a step takes many seconds. */
  readonly mostSteps?: Readonly<Partial<Record<SizeName, number>>>;
  /** Command of its process (see `StepProcess`), which reads its inputs from a file. */
  readonly command: (size: SizeName, inputsFile: string) => readonly string[];
}

type Runner = Pick<Contestant, "needs" | "command">;

function own(backend: string, threads: number): Runner {
  return {
    command: (size, inputsFile) =>
      scriptCommand("./child.ts", "serve", backend, String(threads), size, inputsFile),
  };
}

function peer(needs: Peer, options: PeerOptions): Runner {
  return {
    needs,
    command: (size, inputsFile) => peerCommand(needs, ["serve", inputsFile], { size, ...options }),
  };
}

function pyTorch(
  trace: "closed-form" | "autograd",
  threads: number,
  device: "cpu" | "cuda" = "cpu",
): Runner {
  return peer("PyTorch", { trace, threads, device });
}

/** Contestants on the CPU; the first is the baseline. */
export const CONTESTANTS: readonly Contestant[] = Object.freeze([
  { id: "compiled-2", label: "compiled, 2 threads", ...own("ort-cpu", 2) },
  { id: "compiled-1", label: "compiled, 1 thread", ...own("ort-cpu", 1) },
  { id: "pytorch", label: "PyTorch, closed-form trace, 2 threads", ...pyTorch("closed-form", 2) },
  { id: "pytorch-1", label: "PyTorch, closed-form trace, 1 thread", ...pyTorch("closed-form", 1) },
  {
    ...{ id: "pytorch-compile", label: "PyTorch, torch.compile, 2 threads" },
    ...peer("PyTorch 2", { threads: 2, compile: true }),
  },
  { id: "jax", label: "JAX, jit and scan", ...peer("JAX", {}) },
  {
    ...{ id: "pytorch-released", label: "PyTorch, q backward passes as released, 2 threads" },
    ...{ ...pyTorch("autograd", 2), mostSteps: { mocap_many: 5, mocap_single: 5 } },
  },
  {
    ...{ id: "wasm", label: "op by op on wasm, 1 thread" }, // TensorFlow.js starts no threads outside browsers
    ...{
      ...own("wasm", 1),
      mostSteps: { rmnist: 3, bouncing_balls: 2, mocap_many: 2, mocap_single: 2 },
    },
  },
]);

/** Id of our step on the CPU, whose losses those on a GPU must have. */
export const CPU_ID = "ort-cpu";

/**
 * Contestants of a comparison on a GPU: ours on these backends first, with one thread, as a benchmark's cell has. Those of
 * ONNX Runtime run their loops on the CPU, so they come with more threads as well.
 *
 * @param threads of our step on the CPU
 */
export function gpuContestants(
  backends: readonly string[],
  threads: number,
): readonly Contestant[] {
  const [closed, released] = ["closed-form trace", "q backward passes as released"];
  return [
    ...backends.map((id) => ({ id, label: `ours, ${id}`, ...own(id, 1) })),
    ...backends.filter((id) => threads > 1 && id.startsWith("ort-")).map((id) => ({
      id: `${id}-threads`,
      label: `ours, ${id}, loops on ${threads} threads`,
      ...own(id, threads),
    })),
    {
      id: CPU_ID,
      label: `ours, ort-cpu, ${counted(threads, "thread")}`,
      ...own("ort-cpu", threads),
    },
    {
      ...{ id: "pytorch-cuda", label: `PyTorch, ${closed}, CUDA` },
      ...pyTorch("closed-form", 1, "cuda"),
    },
    {
      ...{ id: "pytorch-cuda-released", label: `PyTorch, ${released}, CUDA` },
      ...pyTorch("autograd", 1, "cuda"),
    },
    { id: "jax-cuda", label: "JAX, jit and scan, CUDA", ...peer("JAX", { device: "cuda" }) },
  ];
}

/** Those whose libraries are there, and those that must be left out. */
export interface Field {
  /** In the given order; the first is the baseline. */
  readonly contestants: readonly Contestant[];
  /** Those without a library. */
  readonly leftOut: readonly LeftOut[];
}

/** Sorts contestants by whether they can run here. */
export function whoCanRun(all: readonly Contestant[]): Field {
  const leftOut = all.flatMap(({ id, label, needs }) => {
    const reason = needs && missingPeer(needs);
    return reason === undefined ? [] : [{ id, label, reason }];
  });
  const contestants = all.filter(({ id }) => !leftOut.some((other) => other.id === id));
  return { contestants, leftOut };
}
