/**
 * Backends that run a step op by op on TensorFlow.js: the reference that the recorder is tested against.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import {
  carriedValues,
  checkCarriedNames,
  checkCarriedShapes,
  type CompiledStep,
  type CompileOptions,
  inputData,
  type Step,
  type TensorSpecs,
} from "./backend.ts";
import { onBackend } from "./engine.ts";
import type { HostArray, HostArrays, Tensors } from "./tensors.ts";

/** Tensors on the current backend. */
function upload(names: readonly string[], specs: TensorSpecs, arrays: HostArrays): Tensors {
  // All are checked before the first is made, which an error would leak.
  const checked = names.map((name) => [name, inputData(name, specs, arrays)] as const);
  return Object.fromEntries(
    checked.map(([name, data]) => {
      const { shape, dtype = "float32" } = specs[name]!;
      return [name, tf.tensor(data, [...shape], dtype)];
    }),
  );
}

async function download(tensors: Tensors): Promise<HostArrays> {
  const arrays: Record<string, HostArray> = {};
  for (const [name, tensor] of Object.entries(tensors)) {
    // A copy: what data() gives may be a view of the backend's own memory.
    const data = (await tensor.data()).slice() as Float32Array;
    arrays[name] = { shape: [...tensor.shape], data };
  }
  return arrays;
}

/** Frees tensors except those to keep; one tensor may occur under several names. */
function release(tensors: Iterable<tf.Tensor>, keep: Tensors = {}): void {
  const kept = new Set(Object.values(keep));
  for (const tensor of new Set(tensors)) if (!kept.has(tensor)) tensor.dispose();
}

/** A step that runs op by op; what it carries stays in the backend's tensors. */
function eagerStep(
  backendName: string,
  step: Step,
  specs: TensorSpecs,
  { carried = [] }: CompileOptions,
): CompiledStep {
  checkCarriedNames(carried, specs);
  const fed = Object.keys(specs).filter((name) => !carried.includes(name));
  let held: Tensors | undefined;
  const dispose = () => {
    release(Object.values(held ?? {}));
    held = undefined;
    return Promise.resolve();
  };
  return {
    seconds: 0,
    nodeCount: 0,
    async start(state) {
      const next = await onBackend(backendName, () => upload(carried, specs, state));
      await dispose();
      held = next;
    },
    async run(inputs) {
      const before = carriedValues(held, carried);
      const evaluate = () => {
        const outputs = step({ ...before, ...upload(fed, specs, inputs) });
        checkCarriedShapes(carried, specs, outputs);
        return { ...outputs };
      };
      const all = await onBackend(backendName, () => tf.tidy(evaluate));
      const after = Object.fromEntries(carried.map((name) => [name, all[name] ?? before[name]!]));
      held = after;
      const returned = Object.entries(all).filter(([name]) => !(name in after));
      const arrays = await download(Object.fromEntries(returned));
      release([...Object.values(before), ...Object.values(all)], after);
      return arrays;
    },
    state: async () => await download(carriedValues(held, carried)),
    dispose,
  };
}

/** "Compiles" by remembering: every run calls the step. @param backendName TensorFlow.js's name of the backend */
export function compileEagerly(
  backendName: string,
  step: Step,
  specs: TensorSpecs,
  options: CompileOptions = {},
): Promise<CompiledStep> {
  return Promise.resolve().then(() => eagerStep(backendName, step, specs, options));
}

/**
 * Loads TensorFlow.js's own backend.
 *
 * @returns its version, e.g. "tfjs-backend-wasm 4.22.0"
 * @throws Error, in one line, when it cannot start here
 */
export async function loadEager(name: "webgpu" | "wasm"): Promise<string> {
  try {
    if (name === "wasm") {
      await import("@tensorflow/tfjs-backend-wasm");
      await import("./wasm_kernels.ts");
    } else await import("@tensorflow/tfjs-backend-webgpu");
    if (!await tf.setBackend(name)) throw new Error("it did not start");
    await tf.ready();
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new Error(`Cannot use backend "${name}": TensorFlow.js must start it: ${reason}`);
  }
  return `tfjs-backend-${name} ${tf.version["tfjs-core"]}`;
}
