/**
 * Backends that run recorded graphs on ONNX Runtime.
 *
 * @module
 */
import * as ort from "onnxruntime-node";
import {
  type Backend,
  carriedValues,
  checkCarriedNames,
  checkCarriedShapes,
  type CompiledStep,
  type CompileOptions,
  inputData,
  type Step,
  type TensorSpecs,
} from "../backend.ts";
import { type HostArray, type HostArrays, mapValues } from "../tensors.ts";
import { channelBlock } from "./channel_block.ts";
import { LOOP_NODES } from "./onnx_model.ts";
import { traceStep } from "./trace.ts";

/** How a session is made. */
export interface OrtOptions {
  /** Name of the backend; decides the execution provider. */
  readonly name: "ort-cpu" | "ort-cuda" | "ort-webgpu";
  /** What computes, for the record. */
  readonly device: string;
  /** Threads of one operation. */
  readonly threads: number;
  /** Bytes of images that the CPU computes at a time; 2.5 MiB by default. Without effect on a GPU. */
  readonly tileBytes?: number;
  /** Where ONNX Runtime writes a profile of a session that is disposed: a path without its end. None by default. */
  readonly profile?: string;
}

/**
 * Options of GPU providers (onnxruntime-node 1.30).
 *
 * Recorded images are channels-first. By default WebGPU's provider moves every convolution to channels-last; that costs
 * transposes, and gradients of strided kernels come out wrong (seen on SwiftShader: off by as much as their size, where
 * channels-first agrees to 1e-6).
 */
const PROVIDERS = {
  "ort-cpu": "cpu",
  "ort-cuda": "cuda",
  "ort-webgpu": { name: "webgpu", preferredLayout: "NCHW" },
} as const;

/**
 * Where the nodes of loops run. WebGPU's provider has no kernel for `Scan`: its loops run on the CPU, and a body on the
 * GPU would have its carries copied there and back in each of some hundred iterations. CUDA's has one, but launches every
 * small product of a body by itself: on an H100 a step of rotating MNIST took 84 ms so and 60 ms with loops on the CPU,
 * one of Mocap-2 1,159 and 336. What goes into and out of a loop is copied once a step.
 */
const LOOPS_ON_CPU = { session: { name_based_layer_assignment: `cpu(${LOOP_NODES})` } };

/**
 * A session.
 *
 * There is no graph capture: the binding has no option for it, and both GPU providers need a graph without control flow
 * that is entirely on the device, while a training step has two `Scan` loops. Nor do tensors stay on the device from step
 * to step: the binding cannot bind outputs to CUDA's memory, and 2 MB a step each way are not what takes the time.
 */
function createSession(
  { name, threads, profile }: OrtOptions,
  bytes: Uint8Array,
): Promise<ort.InferenceSession> {
  return ort.InferenceSession.create(bytes, {
    executionProviders: [PROVIDERS[name]],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: "all",
    // Warnings of the optimiser are about its own work, not about ours.
    logSeverityLevel: 3,
    ...(name === "ort-cpu" ? {} : { extra: LOOPS_ON_CPU }),
    ...(profile === undefined ? {} : { enableProfiling: true, profileFilePrefix: profile }),
  });
}

/** The array of an input as a tensor on the host, over the same memory. */
function hostTensor(name: string, specs: TensorSpecs, inputs: HostArrays): ort.Tensor {
  const { shape, dtype = "float32" } = specs[name]!;
  return new ort.Tensor(dtype, inputData(name, specs, inputs) as never, shape);
}

/**
 * Bytes of images that the CPU computes at a time. A pass reads two values of that size and writes one; with 1 to 5 MB a
 * step takes the same time, to 1 %, on processors with 1 MB of second-level cache a core.
 */
const TILE_BYTES = 2.5 * 2 ** 20;

async function compile(
  options: OrtOptions,
  step: Step,
  specs: TensorSpecs,
  { carried = [] }: CompileOptions = {},
): Promise<CompiledStep> {
  const begin = performance.now();
  checkCarriedNames(carried, specs);
  const target = options.name === "ort-cpu"
    ? {
      threads: options.threads,
      channelBlock: await channelBlock(),
      tileBytes: options.tileBytes ?? TILE_BYTES,
    }
    : {};
  const traced = await traceStep(step, specs, target);
  checkCarriedShapes(carried, specs, traced.outputs);
  const session = await createSession(options, traced.bytes);
  const carriedSpecs = Object.fromEntries(carried.map((name) => [name, specs[name]!]));

  let current: Readonly<Record<string, ort.Tensor>> | undefined;
  const release = () => {
    for (const tensor of Object.values(current ?? {})) tensor.dispose();
    current = undefined;
  };
  return {
    seconds: (performance.now() - begin) / 1000,
    nodeCount: traced.nodeCount,
    start: (state) =>
      Promise.try(() => {
        const copies = mapValues(carriedSpecs, ({ shape }, name) => ({
          shape,
          data: inputData(name, specs, state).slice(),
        }));
        release();
        current = mapValues(carriedSpecs, (_, name) => hostTensor(name, specs, copies));
      }),
    async run(inputs) {
      const before = carriedValues(current, carried);
      const feeds = traced.inputNames.map((name) =>
        [`in:${name}`, before[name] ?? hostTensor(name, specs, inputs)] as const
      );
      const results = await session.run(Object.fromEntries(feeds));
      const outputs: Record<string, HostArray> = {};
      const after: Record<string, ort.Tensor> = { ...before };
      for (const [name, { shape }] of Object.entries(traced.outputs)) {
        const tensor = results[`out:${name}`]!;
        if (name in before) {
          after[name] = tensor;
          before[name]!.dispose();
        } else outputs[name] = { shape, data: tensor.data as Float32Array };
      }
      current = after;
      return outputs;
    },
    state: () =>
      Promise.try(() => {
        const held = carriedValues(current, carried);
        return mapValues(carriedSpecs, ({ shape }, name) => ({
          shape,
          data: (held[name]!.data as Float32Array).slice(),
        }));
      }),
    async dispose() {
      release();
      if (options.profile !== undefined) session.endProfiling();
      await session.release();
    },
  };
}

/** ONNX Runtime on a provider. */
export function ortBackend(options: OrtOptions): Backend {
  return {
    name: options.name,
    version: `onnxruntime-node ${ort.env.versions.node ?? ort.env.versions.common}`,
    device: options.device,
    threads: options.threads,
    compile: (step, specs, compileOptions) => compile(options, step, specs, compileOptions),
  };
}
