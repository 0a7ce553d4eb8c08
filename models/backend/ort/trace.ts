/**
 * Runs a step once on the recorder and encodes what it did.
 *
 * @module
 */
import "@tensorflow/tfjs";
import type { Step, TensorSpecs } from "../backend.ts";
import { onBackend } from "../engine.ts";
import type { GraphTarget } from "./graph.ts";
import { type EncodedModel, encodeModel } from "./onnx_model.ts";
import { RECORDER, recordingBackend } from "./recording_backend.ts";
import { Recorded } from "./recorded.ts";
import "./kernels/convolutions.ts";
import "./kernels/elementwise.ts";
import "./kernels/products.ts";
import "./kernels/reductions.ts";
import "./kernels/shapes.ts";

/** A step as an ONNX model. */
export interface TracedStep extends EncodedModel {
  /** Shape of each output by its public name. */
  readonly outputs: Readonly<Record<string, { readonly shape: readonly number[] }>>;
}

/**
 * Traces `step`. TensorFlow.js's backend is the recorder meanwhile.
 *
 * @param target what will run it: some operations have several forms
 */
export function traceStep(
  step: Step,
  specs: TensorSpecs,
  target: GraphTarget = {},
): Promise<TracedStep> {
  const backend = recordingBackend();
  return onBackend(RECORDER, () =>
    backend.recording((graph) => {
      const inputs = Object.fromEntries(
        Object.entries(specs).map((
          [name, { shape, dtype = "float32" }],
        ) => [name, graph.placeholder(shape, dtype)]),
      );
      const tensors = Object.fromEntries(
        Object.entries(inputs).map((
          [name, value],
        ) => [name, backend.tensor(Recorded.of(graph, value))]),
      );
      const outputs = step(tensors);
      const values = Object.fromEntries(
        Object.entries(outputs).map((
          [name, tensor],
        ) => [name, backend.recorded(tensor.dataId).standard]),
      );
      const model = encodeModel(graph, inputs, values);
      return {
        ...model,
        outputs: Object.fromEntries(
          Object.entries(outputs).map(([name, { shape }]) => [name, { shape }]),
        ),
      };
    }, target));
}
