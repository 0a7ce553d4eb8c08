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
  type Step,
  type TensorSpecs,
} from "../backend.ts";
import type { HostArray } from "../tensors.ts";
import { channelBlock } from "./channel_block.ts";
import {
  createSession,
  deviceCarrier,
  type HeldTensors,
  holdsOnDevice,
  hostCarrier,
  hostTensor,
  type OrtOptions,
} from "./session.ts";
import { traceStep } from "./trace.ts";

export type { OrtOptions } from "./session.ts";

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
  const onDevice = carried.length > 0 && holdsOnDevice(options);
  const returned = carried.filter((name) => name in traced.outputs);
  const held = onDevice ? returned.map((name) => `out:${name}`) : [];
  const session = await createSession(options, traced.bytes, held);
  const carriedSpecs = Object.fromEntries(carried.map((name) => [name, specs[name]!]));
  const carrier =
    await (onDevice ? deviceCarrier(options, carriedSpecs) : hostCarrier(carriedSpecs));

  let current: HeldTensors | undefined;
  const release = () => {
    for (const tensor of Object.values(current ?? {})) tensor.dispose();
    current = undefined;
  };
  return {
    seconds: (performance.now() - begin) / 1000,
    nodeCount: traced.nodeCount,
    async start(state) {
      const next = await carrier.hold(state);
      release();
      current = next;
    },
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
    state: async () => await carrier.read(carriedValues(current, carried)),
    async dispose() {
      release();
      await carrier.dispose();
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
