/**
 * Who is compared: the suite's own training step, compiled and op by op, and the same step in PyTorch.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { pyTorchServer } from "./pytorch.ts";
import type { SizeName } from "./sizes.ts";

/** One way to make the training step. */
export interface Contestant {
  /** Name for options and results. */
  readonly id: string;
  /** Name for people. */
  readonly label: string;
  /** Whether Python with PyTorch must be there. */
  readonly needsPyTorch: boolean;
  /** Steps to measure at most, where a step takes many seconds. */
  readonly mostSteps?: Readonly<Partial<Record<SizeName, number>>>;
  /** Command of its process (see `step_process.ts`), which reads its inputs from a file. */
  readonly command: (size: SizeName, inputsFile: string) => readonly string[];
}

function own(backend: string, threads: number): Contestant["command"] {
  const script = fileURLToPath(new URL("./serve_step.ts", import.meta.url));
  return (size, inputsFile) => [
    ...[Deno.execPath(), "run", "--quiet", "--allow-all"],
    ...[script, backend, String(threads), size, inputsFile],
  ];
}

function pyTorch(trace: "closed-form" | "autograd", threads: number): Contestant["command"] {
  return (size, inputsFile) => pyTorchServer(inputsFile, { size, trace, threads });
}

/** All of them; the first is the baseline. */
export const CONTESTANTS: readonly Contestant[] = Object.freeze([
  {
    id: "compiled-2",
    label: "compiled, 2 threads",
    needsPyTorch: false,
    command: own("ort-cpu", 2),
  },
  {
    id: "compiled-1",
    label: "compiled, 1 thread",
    needsPyTorch: false,
    command: own("ort-cpu", 1),
  },
  {
    id: "pytorch",
    label: "PyTorch, closed-form trace, 2 threads",
    needsPyTorch: true,
    command: pyTorch("closed-form", 2),
  },
  {
    id: "pytorch-1",
    label: "PyTorch, closed-form trace, 1 thread",
    needsPyTorch: true,
    command: pyTorch("closed-form", 1),
  },
  {
    id: "pytorch-released",
    label: "PyTorch, q backward passes as released, 2 threads",
    needsPyTorch: true,
    mostSteps: { mocap_many: 5 },
    command: pyTorch("autograd", 2),
  },
  {
    id: "wasm",
    label: "op by op on wasm, 1 thread", // TensorFlow.js starts no threads outside browsers
    needsPyTorch: false,
    mostSteps: { rmnist: 3, bouncing_balls: 2, mocap_many: 2 },
    command: own("wasm", 1),
  },
]);
