/**
 * Runs a step once on the recorder and encodes what it did.
 *
 * @module
 */
import "@tensorflow/tfjs";
import type { Step, TensorSpecs } from "../backend.ts";
import { onBackend } from "../engine.ts";
import { mapValues } from "../tensors.ts";
import type { GraphTarget } from "./graph.ts";
import { type EncodedModel, encodeModel } from "./onnx_model.ts";
import { Recorded } from "./recorded.ts";
import { RECORDER, recordingBackend } from "./recording_backend.ts";
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
      const inputs = mapValues(
        specs,
        ({ shape, dtype = "float32" }) => graph.placeholder(shape, dtype),
      );
      const outputs = step(mapValues(inputs, (value) => backend.tensor(Recorded.of(graph, value))));
      const values = mapValues(outputs, ({ dataId }) => backend.recorded(dataId).standard);
      return {
        ...encodeModel(graph, inputs, values),
        outputs: mapValues(outputs, ({ shape }) => ({ shape })),
      };
    }, target));
}
