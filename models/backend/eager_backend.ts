/**
 * Backends that run a step op by op on TensorFlow.js: the reference that the recorder is tested against.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import {
  checkCarriedNames,
  checkCarriedShapes,
  type CompiledStep,
  type CompileOptions,
  inputData,
  notStarted,
  type Step,
  type TensorSpecs,
} from "./backend.ts";
import { onBackend } from "./engine.ts";
import type { HostArray, HostArrays, Tensors } from "./tensors.ts";

/** Tensors on the backend that is the current one. */
function upload(
  names: readonly string[],
  specs: TensorSpecs,
  arrays: HostArrays,
): Record<string, tf.Tensor> {
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

/** Frees tensors that are not among those to keep; one tensor may be there under several names. */
function release(tensors: Iterable<tf.Tensor>, keep: Tensors = {}): void {
  const kept = new Set(Object.values(keep));
  for (const tensor of new Set(tensors)) if (!kept.has(tensor)) tensor.dispose();
}

/** Runs a step op by op; what it carries stays in the backend's tensors. */
class EagerStep implements CompiledStep {
  readonly seconds = 0;
  readonly nodeCount = 0;
  readonly #backendName: string;
  readonly #step: Step;
  readonly #specs: TensorSpecs;
  readonly #carried: readonly string[];
  readonly #fed: readonly string[];
  #held: Readonly<Record<string, tf.Tensor>> | undefined;

  constructor(
    backendName: string,
    step: Step,
    specs: TensorSpecs,
    { carried = [] }: CompileOptions,
  ) {
    checkCarriedNames(carried, specs);
    this.#backendName = backendName;
    this.#step = step;
    this.#specs = specs;
    this.#carried = carried;
    this.#fed = Object.keys(specs).filter((name) => !carried.includes(name));
  }

  async start(state: HostArrays): Promise<void> {
    const next = await onBackend(
      this.#backendName,
      () => upload(this.#carried, this.#specs, state),
    );
    await this.dispose();
    this.#held = next;
  }

  async run(inputs: HostArrays): Promise<HostArrays> {
    const before = this.#tensors();
    const evaluate = () => {
      const outputs = this.#step({ ...before, ...upload(this.#fed, this.#specs, inputs) });
      checkCarriedShapes(this.#carried, this.#specs, outputs);
      return { ...outputs };
    };
    const all = await onBackend(this.#backendName, () => tf.tidy(evaluate));
    const after = Object.fromEntries(
      this.#carried.map((name) => [name, all[name] ?? before[name]!]),
    );
    this.#held = after;
    const arrays = await download(
      Object.fromEntries(Object.entries(all).filter(([name]) => !(name in after))),
    );
    release([...Object.values(before), ...Object.values(all)], after);
    return arrays;
  }

  async state(): Promise<HostArrays> {
    return await download(this.#tensors());
  }

  dispose(): Promise<void> {
    release(Object.values(this.#held ?? {}));
    this.#held = undefined;
    return Promise.resolve();
  }

  #tensors(): Readonly<Record<string, tf.Tensor>> {
    if (this.#held) return this.#held;
    if (this.#carried.length > 0) throw notStarted(this.#carried);
    return {};
  }
}

/** "Compiles" by remembering: every run calls the step. @param backendName TensorFlow.js's name of the backend */
export function compileEagerly(
  backendName: string,
  step: Step,
  specs: TensorSpecs,
  options: CompileOptions = {},
): Promise<CompiledStep> {
  return Promise.resolve().then(() => new EagerStep(backendName, step, specs, options));
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
