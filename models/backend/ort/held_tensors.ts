/**
 * Named tensors of ONNX Runtime that are held from run to run, on the host or on a device, and their way between the two.
 *
 * @module
 */
import * as ort from "onnxruntime-node";
import type { TensorSpecs } from "../backend.ts";
import { inputData } from "../inputs.ts";
import type { HostArray, HostArrays } from "../tensors.ts";
import { createSession, type OrtOptions } from "./session.ts";
import { traceStep } from "./trace.ts";

/** Tensors by name; each is freed by its `dispose()`. */
export type HeldTensors = Readonly<Record<string, ort.Tensor>>;

/** Brings arrays to where they are held, and back. */
export interface Carrier {
  /** Copies arrays to where they are held. @throws RangeError when one is missing or has another size */
  hold(arrays: HostArrays): Promise<HeldTensors>;
  /** Copies of what is held, on the host. */
  read(held: HeldTensors): Promise<HostArrays>;
  /** Frees native memory. */
  dispose(): Promise<void>;
}

/** The array of an input as a tensor on the host. */
export function hostTensor(name: string, specs: TensorSpecs, inputs: HostArrays): ort.Tensor {
  const { shape, dtype = "float32" } = specs[name]!;
  return new ort.Tensor(dtype, inputData(name, specs, inputs) as never, shape);
}

/** Holds tensors on the host. @param specs what is held */
export function hostCarrier(specs: TensorSpecs): Carrier {
  const names = Object.keys(specs);
  return {
    hold(arrays) {
      const copy = (name: string) => {
        const { data } = hostTensor(name, specs, arrays);
        return { [name]: { shape: specs[name]!.shape, data: (data as Float32Array).slice() } };
      };
      const copies: HostArrays = Object.assign({}, ...names.map(copy));
      return Promise.resolve(
        Object.fromEntries(names.map((name) => [name, hostTensor(name, specs, copies)])),
      );
    },
    read: (held) =>
      Promise.resolve(
        Object.fromEntries(
          names.map((name) => [
            name,
            { shape: specs[name]!.shape, data: (held[name]!.data as Float32Array).slice() },
          ]),
        ),
      ),
    dispose: () => Promise.resolve(),
  };
}

/**
 * Holds tensors on the device. Two models of nothing but identities move them: the binding cannot make a device tensor
 * of an array, and a device tensor's own `getData()` ends the process (onnxruntime-node 1.30: its download throws past
 * the binding).
 *
 * @param specs what is held
 */
export async function deviceCarrier(options: OrtOptions, specs: TensorSpecs): Promise<Carrier> {
  const names = Object.keys(specs);
  const model = await traceStep((inputs) => inputs, specs);
  const up = await createSession(options, model, names.map((name) => `out:${name}`));
  const down = await createSession(options, model);
  const renamed = (to: string, tensors: Readonly<Record<string, ort.Tensor>>) =>
    Object.fromEntries(names.map((name) => [`${to}${name}`, tensors[name]!]));
  return {
    async hold(arrays) {
      const tensors = Object.fromEntries(
        names.map((name) => [name, hostTensor(name, specs, arrays)]),
      );
      const results = await up.run(renamed("in:", tensors));
      return Object.fromEntries(names.map((name) => [name, results[`out:${name}`]!]));
    },
    async read(held) {
      const results = await down.run(renamed("in:", held));
      return Object.fromEntries(
        names.map((name): [string, HostArray] => [
          name,
          { shape: specs[name]!.shape, data: results[`out:${name}`]!.data as Float32Array },
        ]),
      );
    },
    async dispose() {
      await up.release();
      await down.release();
    },
  };
}
