/**
 * Whether this machine's ONNX Runtime has blocked convolutions, and in blocks of how many channels.
 *
 * @module
 */
import * as ort from "onnxruntime-node";
import { sizeOf } from "../tensors.ts";
import { Graph, type GraphValue } from "./graph.ts";
import { blockedConvolution } from "./kernels/_blocked_convolution.ts";
import { encodeModel } from "./onnx_model.ts";

/** Block lengths of its kernels: a vector register of 512 bits (on ARM, two of 256) or of 256 bits. */
const CANDIDATES = [16, 8] as const;
/** Largest difference between right results of a convolution of numbers up to 1. */
const TOLERANCE = 1e-4;

/** Channels in and out: fewer than a block, more than one block, and no multiples of it. */
const CHANNELS = [[5, 20], [20, 24]] as const;
const SIZE = [5, 6] as const;

/** Convolutions of the same images and kernels, computed in blocks and in the usual way. */
function probe(block: number): { readonly bytes: Uint8Array; readonly specs: Specs } {
  const graph = new Graph({ channelBlock: block });
  const inputs: Record<string, GraphValue> = {};
  const outputs: Record<string, GraphValue> = {};
  for (const [i, [from, to]] of CHANNELS.entries()) {
    const x = inputs[`x${i}`] = graph.placeholder([2, from, ...SIZE], "float32");
    const w = inputs[`w${i}`] = graph.placeholder([to, from, 3, 3], "float32");
    const shape = [2, to, 3, 3];
    const attributes = { kernel_shape: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] };
    outputs[`blocked${i}`] = blockedConvolution(graph, x, w, { shape, attributes });
    outputs[`usual${i}`] = graph.emit("Conv", [x, w], shape, { attributes });
  }
  const { bytes } = encodeModel(graph, inputs, outputs);
  return { bytes, specs: Object.entries(inputs).map(([name, { shape }]) => ({ name, shape })) };
}

type Specs = readonly { readonly name: string; readonly shape: readonly number[] }[];

/** Whether convolutions in blocks of this many channels exist and are right. */
export async function hasBlocks(block: number): Promise<boolean> {
  try {
    const { bytes, specs } = probe(block);
    const session = await ort.InferenceSession.create(bytes, {
      executionProviders: ["cpu"],
      intraOpNumThreads: 1,
      logSeverityLevel: 4,
    });
    try {
      const results = await session.run(
        Object.fromEntries(specs.map(({ name, shape }) => {
          const data = Float32Array.from({ length: sizeOf(shape) }, (_, i) => Math.sin(7 * i));
          return [`in:${name}`, new ort.Tensor("float32", data, [...shape])];
        })),
      );
      return CHANNELS.every((_, i) => {
        const usual = results[`out:usual${i}`]!.data as Float32Array;
        const blocked = results[`out:blocked${i}`]!.data as Float32Array;
        return usual.every((value, at) => Math.abs(value - blocked[at]!) < TOLERANCE);
      });
    } finally {
      await session.release();
    }
  } catch {
    // These operations are internal to ONNX Runtime: a version without them runs the usual ones.
    return false;
  }
}

async function findBlock(): Promise<number> {
  for (const block of CANDIDATES) if (await hasBlocks(block)) return block;
  return 1;
}

let found: Promise<number> | undefined;

/** Channels in a block of this machine's blocked convolutions; 1 if there are none. Tried once per process. */
export function channelBlock(): Promise<number> {
  return found ??= findBlock();
}
