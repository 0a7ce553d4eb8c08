/**
 * Backends that run a step op by op on TensorFlow.js: the reference that the recorder is tested against.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import type { CompiledStep, Step, TensorSpecs } from "./backend.ts";
import { onBackend } from "./current_backend.ts";
import { arrayTypes, type HostArray, type HostArrays } from "./tensors.ts";

/** "Compiles" by remembering: every run calls the step. @param backendName TensorFlow.js's name of the backend */
export function compileEagerly(
  backendName: string,
  step: Step,
  specs: TensorSpecs,
): Promise<CompiledStep> {
  return Promise.resolve({
    seconds: 0,
    nodeCount: 0,
    async run(inputs: HostArrays): Promise<HostArrays> {
      const evaluate = () => {
        const tensors = Object.fromEntries(
          Object.entries(specs).map(([name, { shape, dtype = "float32" }]) => {
            const data = inputs[name]?.data;
            const size = shape.reduce((product, length) => product * length, 1);
            if (!data || data.length !== size || !(data instanceof arrayTypes[dtype])) {
              throw new RangeError(
                `Cannot run the step: input "${name}" must be ${dtype} of shape [${shape}], is ${
                  data ? `${data.constructor.name} of length ${data.length}` : "missing"
                }`,
              );
            }
            return [name, tf.tensor(data, [...shape], dtype)];
          }),
        );
        return { ...step(tensors) };
      };
      const outputs = await onBackend(backendName, () => tf.tidy(evaluate));
      const arrays: Record<string, HostArray> = {};
      for (const [name, tensor] of Object.entries(outputs)) {
        // A copy: what data() gives may be a view of the backend's own memory.
        const data = (await tensor.data()).slice() as Float32Array;
        arrays[name] = { shape: [...tensor.shape], data };
      }
      // Only now: one tensor may be there under two names.
      for (const tensor of Object.values(outputs)) tensor.dispose();
      return arrays;
    },
    dispose: () => Promise.resolve(),
  });
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
