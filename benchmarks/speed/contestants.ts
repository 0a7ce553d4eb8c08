/**
 * Who is compared: the suite's own training step, compiled and op by op, on the CPU and on GPUs, and the same step in
 * PyTorch and JAX.
 *
 * @module
 */
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

function own(
  id: string,
  label: string,
  backend: string,
  threads: number,
  mostSteps: Contestant["mostSteps"] = {},
): Contestant {
  const command: Contestant["command"] = (size, inputsFile) =>
    scriptCommand("./child.ts", "serve", backend, String(threads), size, inputsFile);
  return Object.freeze({ id, label, mostSteps, command });
}

function peer(
  id: string,
  label: string,
  needs: Peer,
  options: PeerOptions,
  mostSteps: Contestant["mostSteps"] = {},
): Contestant {
  const command: Contestant["command"] = (size, inputsFile) =>
    peerCommand(needs, ["serve", inputsFile], { size, ...options });
  return Object.freeze({ id, label, needs, mostSteps, command });
}

/** Contestants on the CPU; the first is the baseline. */
export const CONTESTANTS: readonly Contestant[] = Object.freeze([
  own("compiled-2", "compiled, 2 threads", "ort-cpu", 2),
  own("compiled-1", "compiled, 1 thread", "ort-cpu", 1),
  peer("pytorch", "PyTorch, closed-form trace, 2 threads", "PyTorch", {
    ...{ trace: "closed-form", threads: 2 },
  }),
  peer("pytorch-1", "PyTorch, closed-form trace, 1 thread", "PyTorch", {
    ...{ trace: "closed-form", threads: 1 },
  }),
  peer("pytorch-released", "PyTorch, q backward passes as released, 2 threads", "PyTorch", {
    ...{ trace: "autograd", threads: 2 },
  }, { mocap_many: 5 }),
  // TensorFlow.js starts no threads outside browsers.
  own("wasm", "op by op on wasm, 1 thread", "wasm", 1, {
    ...{ rmnist: 3, bouncing_balls: 2, mocap_many: 2 },
  }),
]);

/** Id of our step on the CPU, whose losses those on a GPU must have. */
export const CPU_ID = "ort-cpu";

// Threads have no effect on a GPU; one is what our backends report there.
const ON_GPU = { threads: 1, device: "cuda" } as const;

/**
 * Contestants of a comparison on a GPU: ours on these backends first.
 *
 * @param threads of our step on the CPU
 */
export function gpuContestants(
  backends: readonly string[],
  threads: number,
): readonly Contestant[] {
  return [
    ...backends.map((backend) => own(backend, `ours, ${backend}`, backend, 1)),
    own(CPU_ID, `ours, ort-cpu, ${threads} threads`, "ort-cpu", threads),
    peer("pytorch-cuda", "PyTorch, closed-form trace, CUDA", "PyTorch", {
      ...{ trace: "closed-form", ...ON_GPU },
    }),
    peer("pytorch-cuda-released", "PyTorch, q backward passes as released, CUDA", "PyTorch", {
      ...{ trace: "autograd", ...ON_GPU },
    }),
    peer("jax-cuda", "JAX, jit and scan, CUDA", "JAX", { device: "cuda" }),
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
  const missing = ({ needs }: Contestant) => needs === undefined ? undefined : missingPeer(needs);
  return {
    contestants: all.filter((contestant) => missing(contestant) === undefined),
    leftOut: all.flatMap((contestant) => {
      const { id, label } = contestant;
      const reason = missing(contestant);
      return reason === undefined ? [] : [{ id, label, reason }];
    }),
  };
}
