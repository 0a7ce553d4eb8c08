/**
 * Backends that run recorded graphs on ONNX Runtime.
 *
 * @module
 */
import * as ort from "onnxruntime-node";
import type { Backend, CompiledStep, Step, TensorSpecs } from "../backend.ts";
import { arrayTypes, type HostArray, type HostArrays } from "../tensors.ts";
import { sizeOf } from "./graph.ts";
import { traceStep } from "./trace.ts";

/** How a session is made. */
export interface OrtOptions {
  /** Name of the backend; decides the execution provider. */
  readonly name: "ort-cpu" | "ort-cuda" | "ort-webgpu";
  /** What computes, for the record. */
  readonly device: string;
  /** Threads of one operation. */
  readonly threads: number;
}

/** Execution provider of each backend. */
const providers = { "ort-cpu": "cpu", "ort-cuda": "cuda", "ort-webgpu": "webgpu" } as const;

function feed(name: string, specs: TensorSpecs, inputs: HostArrays): ort.Tensor {
  const { shape, dtype = "float32" } = specs[name]!;
  const data = inputs[name]?.data;
  if (!data || data.length !== sizeOf(shape) || !(data instanceof arrayTypes[dtype])) {
    throw new RangeError(
      `Cannot run the step: input "${name}" must be ${dtype} of shape [${shape}], is ${
        data ? `${data.constructor.name} of length ${data.length}` : "missing"
      }`,
    );
  }
  return new ort.Tensor(dtype, data as never, shape);
}

async function compile(
  options: OrtOptions,
  step: Step,
  specs: TensorSpecs,
): Promise<CompiledStep> {
  const start = performance.now();
  const traced = await traceStep(step, specs, options.name === "ort-cpu" ? options.threads : 1);
  const session = await ort.InferenceSession.create(traced.bytes, {
    executionProviders: [providers[options.name]],
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    // Warnings of the optimiser are about its own work, not about ours.
    logSeverityLevel: 3,
  });
  const seconds = (performance.now() - start) / 1000;
  return {
    seconds,
    nodeCount: traced.nodeCount,
    async run(inputs) {
      const feeds = Object.fromEntries(
        traced.inputNames.map((name) => [`in:${name}`, feed(name, specs, inputs)]),
      );
      const results = await session.run(feeds);
      const outputs: Record<string, HostArray> = {};
      for (const [name, { shape }] of Object.entries(traced.outputs)) {
        outputs[name] = { shape, data: results[`out:${name}`]!.data as Float32Array };
      }
      return outputs;
    },
    dispose: () => session.release(),
  };
}

/** ONNX Runtime on a provider. */
export function ortBackend(options: OrtOptions): Backend {
  return {
    name: options.name,
    version: `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common}`,
    device: options.device,
    threads: options.threads,
    compile: (step, specs) => compile(options, step, specs),
  };
}
