import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { fieldEvaluations, stepArithmetic } from "../../../benchmarks/speed/arithmetic.ts";
import { type Size, SIZES } from "../../../benchmarks/speed/sizes.ts";
import { initialState, splitInputs, workload } from "../../../benchmarks/speed/workload.ts";
import { onBackend } from "../../../models/backend/engine.ts";
import type { GraphNode } from "../../../models/backend/ort/graph.ts";
import { type HostArrays, sizeOf, type Tensors } from "../../../models/backend/tensors.ts";
import { prune } from "../../../models/backend/ort/wiring.ts";
import { RECORDER, recordingBackend } from "../../../models/backend/ort/recording_backend.ts";
import { Recorded } from "../../../models/backend/ort/recorded.ts";
import "../../../models/backend/ort/trace.ts"; // registers the recorder's kernels
import { loss } from "../../../models/ode2vae/loss.ts";
import { lossAndGradients } from "../../../models/ode2vae/training_step.ts";
import { prefixed, PREFIXES, under } from "../../../models/training/arrays.ts";

type Shape = readonly number[];

/** Operations of a·b by the sizes of a (m, k), b (k, n), transposed or not, and a·b (m, n): 2 · m · k · n. */
function productOperations(a: Shape, b: Shape, ab: Shape): number {
  return 2 * sizeOf(ab) * Math.sqrt(sizeOf(a) * sizeOf(b) / sizeOf(ab)); // |a| |b| / |ab| = k²
}

type Kernel = Pick<
  Awaited<ReturnType<typeof tf.profile>>["kernels"][number],
  "name" | "inputShapes" | "outputShapes"
>;

/** What TensorFlow.js's kernels compute, by their shapes alone. Products of rank 3 pick observed states. */
function kernelOperations(kernels: readonly Kernel[]): number {
  let sum = 0;
  for (const { name, inputShapes, outputShapes } of kernels) {
    const [a = [], b = []] = inputShapes.filter((shape) => shape !== null);
    const [out = []] = outputShapes;
    if (name === "BatchMatMul" && out.length === 2) sum += productOperations(a, b, out);
    // Filters are (kh, kw, cin, cout): each number of an image (n, h', w', cout) meets kh · kw · cin of them.
    if (name === "Conv2D") sum += 2 * sizeOf(out) * sizeOf(b.slice(0, 3));
    if (name === "Conv2DBackpropInput") sum += 2 * sizeOf(a) * sizeOf(b.slice(0, 3));
    if (name === "Conv2DBackpropFilter") sum += 2 * sizeOf(b) * sizeOf(out.slice(0, 3));
  }
  return sum;
}

/** What a recorded graph's matrix products compute, loop bodies as often as they run. */
function graphOperations(nodes: readonly GraphNode[]): number {
  let sum = 0;
  for (const { op, operands, outputs, body, attributes } of nodes) {
    const [a, b] = operands;
    // A product with a column of ones is a sum over rows.
    const isSum = attributes.transA === 1 && a!.shape[1] === 1;
    if (op === "Gemm" && !isSum) {
      sum += productOperations(a!.shape, b!.shape, outputs[0]!.shape);
    }
    if (body === undefined) continue;
    // A Scan's inputs are its carries, then what it goes through slice by slice.
    sum += operands[attributes.carries as number]!.shape[0]! * graphOperations(body.nodes);
  }
  return sum;
}

async function inputsOf(size: Size): Promise<HostArrays> {
  const { params, batch } = splitInputs(await workload(size));
  const state = prefixed(PREFIXES.state, initialState(size));
  return { ...prefixed(PREFIXES.params, params), ...state, ...batch };
}

/** Kernels that TensorFlow.js runs op by op; on wasm some would be made of others and count twice. */
async function kernelsOf(size: Size, compute: (inputs: Tensors) => Tensors) {
  const inputs = Object.entries(await inputsOf(size));
  return await onBackend("cpu", async () => {
    const { kernels } = await tf.profile(() =>
      tf.tidy(() => {
        const tensors = inputs.map(([name, { shape, data }]) =>
          [name, tf.tensor(data, [...shape])] as const
        );
        return compute(Object.fromEntries(tensors)) as tf.TensorContainer;
      })
    );
    return kernels;
  });
}

function forward({ settings }: Size) {
  return (inputs: Tensors): Tensors => {
    const noise = under("noise/", inputs);
    const result = loss(
      under(PREFIXES.params, inputs),
      under(PREFIXES.state, inputs),
      { frames: inputs.frames!, selection: inputs.selection! },
      { initial: noise.initial!, weights: noise.weights! },
      settings,
    );
    return { loss: result.loss };
  };
}

function both({ settings }: Size) {
  return (inputs: Tensors): Tensors => {
    const [params, state] = [under(PREFIXES.params, inputs), under(PREFIXES.state, inputs)];
    return lossAndGradients(params, state, inputs, settings).gradients;
  };
}

/** The size with few filters, as TensorFlow.js's CPU backend is slow. */
function thin(size: Size): Size {
  const { observation } = size.settings;
  if (observation.kind !== "image") return size;
  const decoderLayers = observation.decoderLayers.map((layer) => ({
    ...layer,
    channels: Math.ceil(layer.channels / 8),
  }));
  const narrow = { ...observation, encoderFilters: 3, decoderLayers };
  return { ...size, settings: { ...size.settings, observation: narrow } };
}

const SMALL: readonly Size[] = [
  thin({ ...SIZES.rmnist, sequences: 2, frames: 3, grid: 9 }),
  thin({ ...SIZES.bouncing_balls, sequences: 2, frames: 5, grid: 6 }),
  { ...SIZES.mocap_many, sequences: 3, frames: 6, grid: 7 },
];

/**
 * Operations with zeros, which are only our way: the field's last kernel is as wide as the state, and the velocity goes to
 * its place by a product with a constant.
 */
function withZeros({ settings, sequences, grid }: Size) {
  const { latentDimensions: q, fieldHidden } = settings;
  const rows = sequences * fieldEvaluations({ settings, grid });
  const [kernel, shift] = [2 * rows * fieldHidden * q, 2 * rows * (2 * q) ** 2];
  return { forward: kernel + shift, backward: 2 * kernel + shift };
}

for (const size of SMALL) {
  Deno.test(`stepArithmetic() counts what TensorFlow.js computes when the size is ${size.name}`, async () => {
    const arithmetic = stepArithmetic(size);
    const { sequences, grid, settings } = size;
    const inForward = kernelOperations(await kernelsOf(size, forward(size)));
    const inBoth = kernelOperations(await kernelsOf(size, both(size)));
    const zeros = withZeros(size);
    assertEquals(inForward, arithmetic.forward + zeros.forward);
    // Op by op, TensorFlow.js multiplies for the gradient of the rectifier's slope, too, though it is zero.
    const slopes = settings.fieldActivation === "relu"
      ? 4 * settings.stepsPerFrame * (grid - 1) * 2 * sequences * settings.fieldHidden ** 2
      : 0;
    assertEquals(inBoth - inForward, arithmetic.backward + slopes + zeros.backward);
    assertEquals(arithmetic.total, arithmetic.forward + arithmetic.backward);
  });
}

for (const fieldActivation of ["tanh", "relu"] as const) {
  Deno.test(`stepArithmetic() counts what the compiled step computes, nothing twice, when the field is ${fieldActivation}`, async () => {
    const [, , vectors] = SMALL;
    const size = { ...vectors!, settings: { ...vectors!.settings, fieldActivation } };
    const inputs = await inputsOf(size);
    const backend = recordingBackend();
    const nodes = await onBackend(RECORDER, () =>
      backend.recording((graph) => {
        const tensors = Object.entries(inputs).map(([name, { shape }]) => {
          const value = graph.placeholder(shape, "float32");
          return [name, backend.tensor(Recorded.of(graph, value))] as const;
        });
        const gradients = Object.values(both(size)(Object.fromEntries(tensors)));
        return prune(
          graph.nodes,
          gradients.map(({ dataId }) => backend.recorded(dataId).standard.id),
        );
      }));
    const { forward, backward } = withZeros(size);
    assertEquals(graphOperations(nodes), stepArithmetic(size).total + forward + backward);
  });
}
