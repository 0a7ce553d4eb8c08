/**
 * Backends that run recorded graphs on ONNX Runtime.
 *
 * @module
 */
import * as ort from "onnxruntime-node";
import {
  type Backend,
  checkCarriedNames,
  checkCarriedShapes,
  type CompiledStep,
  type CompileOptions,
  notStarted,
  type Step,
  type TensorSpecs,
} from "../backend.ts";
import type { HostArray, HostArrays } from "../tensors.ts";
import {
  type Carrier,
  createSession,
  deviceCarrier,
  type HeldTensors,
  holdsOnDevice,
  hostCarrier,
  hostTensor,
  type OrtOptions,
} from "./session.ts";
import { channelBlock } from "./channel_block.ts";
import { type TracedStep, traceStep } from "./trace.ts";

export type { OrtOptions } from "./session.ts";

/**
 * Bytes of images that the CPU computes at a time. A pass reads two values of that size and writes one; with 1 to 5 MB a
 * step takes the same time, to 1 %, on processors with 1 MB of second-level cache a core.
 */
const TILE_BYTES = 2.5 * 2 ** 20;

/** A session with what it carries from run to run. */
class OrtStep implements CompiledStep {
  readonly seconds: number;
  readonly nodeCount: number;
  readonly #traced: TracedStep;
  readonly #session: ort.InferenceSession;
  readonly #specs: TensorSpecs;
  readonly #carried: readonly string[];
  readonly #carrier: Carrier;
  #held: HeldTensors | undefined;

  constructor(
    traced: TracedStep,
    session: ort.InferenceSession,
    specs: TensorSpecs,
    carried: readonly string[],
    carrier: Carrier,
    seconds: number,
  ) {
    this.seconds = seconds;
    this.nodeCount = traced.nodeCount;
    this.#traced = traced;
    this.#session = session;
    this.#specs = specs;
    this.#carried = carried;
    this.#carrier = carrier;
  }

  async start(state: HostArrays): Promise<void> {
    const next = await this.#carrier.hold(state);
    this.#release();
    this.#held = next;
  }

  async run(inputs: HostArrays): Promise<HostArrays> {
    const before = this.#tensors();
    const results = await this.#session.run(
      Object.fromEntries(
        this.#traced.inputNames.map((name) => [
          `in:${name}`,
          before[name] ?? hostTensor(name, this.#specs, inputs),
        ]),
      ),
    );
    const outputs: Record<string, HostArray> = {};
    const after: Record<string, ort.Tensor> = { ...before };
    for (const [name, { shape }] of Object.entries(this.#traced.outputs)) {
      const tensor = results[`out:${name}`]!;
      if (name in before) {
        after[name] = tensor;
        before[name]!.dispose();
      } else outputs[name] = { shape, data: tensor.data as Float32Array };
    }
    this.#held = after;
    return outputs;
  }

  async state(): Promise<HostArrays> {
    return await this.#carrier.read(this.#tensors());
  }

  async dispose(): Promise<void> {
    this.#release();
    await this.#carrier.dispose();
    await this.#session.release();
  }

  #release(): void {
    for (const tensor of Object.values(this.#held ?? {})) tensor.dispose();
    this.#held = undefined;
  }

  #tensors(): HeldTensors {
    if (this.#held) return this.#held;
    if (this.#carried.length > 0) throw notStarted(this.#carried);
    return {};
  }
}

async function compile(
  options: OrtOptions,
  step: Step,
  specs: TensorSpecs,
  { carried = [] }: CompileOptions = {},
): Promise<CompiledStep> {
  const start = performance.now();
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
  const session = await createSession(
    options,
    traced,
    onDevice ? returned.map((name) => `out:${name}`) : [],
  );
  const held = Object.fromEntries(carried.map((name) => [name, specs[name]!]));
  const carrier = onDevice ? await deviceCarrier(options, held) : hostCarrier(held);
  const seconds = (performance.now() - start) / 1000;
  return new OrtStep(traced, session, specs, carried, carrier, seconds);
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
