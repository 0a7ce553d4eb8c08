/**
 * How it computes: compilation, random numbers, repeatability.
 *
 * @module
 */
import { html } from "../markup.ts";
import { SALMON_2011 } from "../published/sources.ts";
import { inCode } from "./mathematics.ts";
import type { MethodSection } from "./method_section.ts";

/** The section. */
export const COMPUTING_METHOD: MethodSection = {
  anchor: "computing",
  title: "How it computes",
  sources: [SALMON_2011],
  body: html`
    <ul class="points">
      <li>Models are pure functions over named tensors, written once against TensorFlow.js. A whole training
    step (loss, gradients, Adam) is traced once on a backend whose kernels record ONNX nodes, and ONNX
    Runtime runs the graph. Loops over time are one primitive, <code>scan</code>, whose gradient is a
    second loop backwards over the saved states.</li>
      <li>Networks compute in single precision, Gaussian processes, their inverses and the statistics in
    double precision.</li>
      <li>Random numbers come from Philox, a counter-based generator: a draw is a function of the seed, what
    it is for and the step, so that a run that was interrupted and resumed ends with the same bytes.</li>
      <li>A cell computes with one thread. On one machine and one set of versions results repeat bit for
    bit; the trace SHA-256 of a record is that of its metrics and curves, and its fingerprint (versions,
    processor, a hash of the maths functions) tells what may be compared.</li>
      <li>Kernels are tested against TensorFlow.js's own backends, forward and backward; the training step
    against a PyTorch version of the model; the log-densities, traces and gradients against closed forms
    or central differences.</li>
    </ul>
    ${inCode("models/backend/", "data/random/", "benchmarks/record/record.ts")}
  `,
};
