/**
 * How a TensorFlow.js kernel becomes a recording one.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import type { RecordingBackend } from "./recording_backend.ts";
import type { Graph } from "./graph.ts";
import type { Recorded } from "./recorded.ts";

/** Attributes of a kernel as TensorFlow.js passes them. */
export type KernelAttributes = Readonly<Record<string, unknown>>;

/** Records one kernel: tensors in, tensor (or tensors) out. */
export type RecordKernel<I extends Record<string, Recorded | readonly Recorded[]>> = (
  graph: Graph,
  inputs: I,
  attributes: KernelAttributes,
) => Recorded | readonly Recorded[];

/** Name under which the recorder is known to TensorFlow.js. */
export const RECORDER = "ort";

/** Registers a recording kernel. */
export function defineKernel<I extends Record<string, Recorded | readonly Recorded[]>>(
  kernelName: string,
  record: RecordKernel<I>,
): void {
  tf.registerKernel({
    kernelName,
    backendName: RECORDER,
    kernelFunc: ({ inputs, attrs, backend }) => {
      const recorder = backend as RecordingBackend;
      const lookUp = (info: tf.TensorInfo) => recorder.recorded(info.dataId);
      // Kernels with a list of inputs (Concat, AddN) get an array; all others named tensors.
      const named = Array.isArray(inputs) ? { list: inputs.map(lookUp) } : Object.fromEntries(
        Object.entries(inputs)
          .filter(([, info]) => info !== undefined && info !== null)
          .map(([name, info]) => [name, lookUp(info as tf.TensorInfo)]),
      );
      const out = record(recorder.graph, named as unknown as I, (attrs ?? {}) as KernelAttributes);
      return isList(out) ? out.map((r) => recorder.store(r)) : recorder.store(out);
    },
  });
}

function isList(out: Recorded | readonly Recorded[]): out is readonly Recorded[] {
  return Array.isArray(out);
}
