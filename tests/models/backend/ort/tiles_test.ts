import { assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { fold, normal, rootKey } from "../../../../data/random/mod.ts";
import type { Step, TensorSpecs } from "../../../../models/backend/backend.ts";
import { firstAxis, tileRule } from "../../../../models/backend/ort/_tile_rules.ts";
import { Graph, type GraphNode } from "../../../../models/backend/ort/graph.ts";
import { inTiles } from "../../../../models/backend/ort/tiles.ts";
import { traceStep } from "../../../../models/backend/ort/trace.ts";
import type { HostArrays } from "../../../../models/backend/tensors.ts";
import { valueAndGradients } from "../../../../models/backend/engine.ts";
import { assertAgreement, type Case, ortInParts, runOnce } from "../_agreement.ts";

const conv = (x: tf.Tensor, w: tf.Tensor, stride = 1): tf.Tensor =>
  tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, stride, "same");
/** Batch normalisation with the moments of the batch: what follows needs all images. */
function normalised(x: tf.Tensor): tf.Tensor {
  const mean = tf.mean(x, [0, 1, 2], true);
  const variance = tf.mean(tf.square(tf.sub(x, mean)), [0, 1, 2], true);
  return tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, 0.01)));
}

/** Two layers with normalisations, as in a decoder, of 12 images. */
const LAYERS: Case = {
  inputs: { x: [12, 6, 6, 5], w: [3, 3, 5, 8], v: [3, 3, 4, 8] },
  f: ({ x, w, v }) => {
    const hidden = tf.relu(normalised(conv(x!, w!)));
    const up = tf.conv2dTranspose(
      hidden as tf.Tensor4D,
      v as tf.Tensor4D,
      [12, 12, 12, 4],
      2,
      "same",
    );
    return tf.relu(normalised(up));
  },
};

/** Loss and gradients of a case, as the step of a traced graph. */
const stepOf = ({ f }: Case): Step => (inputs) => {
  const { result, gradients } = valueAndGradients(
    () => ({ loss: tf.mean(tf.square(f(inputs) as tf.Tensor)) as tf.Scalar }),
    inputs,
  );
  return { loss: result.loss, ...gradients };
};
const specsOf = ({ inputs }: Case): TensorSpecs =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, shape]) => [name, { shape: shape as readonly number[] }]),
  );
const arraysOf = (specs: TensorSpecs): HostArrays =>
  Object.fromEntries(
    Object.entries(specs).map(([name, { shape }]) => [name, {
      shape,
      data: normal(fold(rootKey(7), name), shape.reduce((n, length) => n * length, 1)),
    }]),
  );

Deno.test("inTiles() keeps values and gradients when layers are computed in parts", async () => {
  // The largest values have 27,648 bytes: in 3, 4 and 12 parts.
  const recorders = [13_000, 7000, 2400].map((bytes) => ortInParts(bytes));
  await assertAgreement({ layers: LAYERS }, 1e-4, [...recorders, ortInParts(2400, 2)]);
});

Deno.test("inTiles() changes no bit when one thread computes", async () => {
  const specs = specsOf(LAYERS);
  const whole = await runOnce(ortInParts(Infinity), stepOf(LAYERS), specs, arraysOf(specs));
  const parts = await runOnce(ortInParts(2400), stepOf(LAYERS), specs, arraysOf(specs));
  assertEquals(parts, whole);
});

Deno.test("inTiles() makes a loop for each stage when values are larger than a part, and none else", async () => {
  const specs = specsOf(LAYERS);
  const scans = async (tileBytes: number) =>
    (await traceStep(stepOf(LAYERS), specs, { tileBytes })).operations.Scan ?? 0;
  assertEquals(await scans(Infinity), 0);
  // The largest values have 27,648 bytes: less than two such parts.
  assertEquals(await scans(14_000), 0);
  // Forward and back, the larger layer and both: what comes before the moments, or their gradients, and what after.
  assertEquals([await scans(9000), await scans(5000)], [4, 8]);
  // 12 images are no 14 parts.
  assertEquals(await scans(1000), 0);
});

Deno.test("inTiles() keeps results when a part of a stage is read outside of its loop", async () => {
  await assertAgreement(
    {
      "read in a later stage, by the caller and as rows": {
        inputs: { x: [8, 4, 4, 3] },
        f: ({ x }) => {
          const a = tf.exp(tf.mul(x!, 0.1));
          const b = tf.relu(tf.sub(a, 1));
          const rows = tf.reshape(b, [8 * 4, 12]);
          const total = tf.sum(b);
          return [a, rows, tf.sum(rows, 1), tf.mul(tf.sigmoid(b), total), tf.tanh(tf.neg(b))];
        },
      },
      "whole operands of one stage": {
        inputs: { x: [8, 4, 4, 3], y: [4, 4, 3], z: [8, 1, 1, 1] },
        f: ({ x, y, z }) => {
          const a = tf.mul(tf.add(tf.relu(x!), y!), z!);
          return tf.sigmoid(tf.add(tf.mul(a, a), tf.maximum(x!, 0.3)));
        },
      },
      "a product with its own batch": {
        inputs: { x: [16, 16] },
        f: ({ x }) => {
          const a = tf.tanh(tf.add(tf.relu(x!), tf.exp(x!)));
          return tf.sigmoid(tf.matMul(a as tf.Tensor2D, tf.mul(a, -0.05) as tf.Tensor2D));
        },
      },
      "one image": {
        inputs: { x: [1, 8, 8, 3], w: [3, 3, 3, 4] },
        f: ({ x, w }) => tf.relu(normalised(conv(x!, w!))),
      },
    },
    1e-4,
    [ortInParts(200), ortInParts(400), ortInParts(800)],
  );
});

Deno.test("inTiles() keeps the gradient of a kernel whose images are groups", async () => {
  // With blocked convolutions, every image of one channel is a group of the convolution that gives the gradient.
  const one: Case = {
    inputs: { x: [6, 8, 8, 1], w: [3, 3, 1, 4] },
    f: ({ x, w }) => tf.relu(normalised(conv(x!, w!, 2))),
  };
  await assertAgreement({ one }, 1e-4, [ortInParts(256), ortInParts(600), ortInParts(600, 2)]);
});

/** The only node of a graph that `record` makes. */
function ruleOf(record: (graph: Graph) => void) {
  const graph = new Graph();
  record(graph);
  return tileRule(graph.nodes.at(-1) as GraphNode, (value) => graph.literal(value));
}

Deno.test("tileRule() tells parts from whole operands, and what cannot be cut", () => {
  const float = (graph: Graph, shape: readonly number[]) => graph.placeholder(shape, "float32");
  const shares = (record: (graph: Graph) => void) => ruleOf(record)?.shares;
  const add = (b: readonly number[]) =>
    shares((graph) => graph.emit("Add", [float(graph, [6, 3, 4]), float(graph, b)], [6, 3, 4]));
  assertEquals(add([6, 3, 4]), ["part", "part"]);
  assertEquals(add([6, 1, 1]), ["part", "part"]);
  assertEquals(add([3, 4]), ["part", "whole"]);
  assertEquals(add([1, 3, 1]), ["part", "whole"]);
  assertEquals(add([]), ["part", "whole"]);
  const sum = (axes: readonly number[]) =>
    shares((graph) =>
      graph.emit("ReduceSum", [float(graph, [1, 6, 4]), graph.integers(axes)], [1, 6], {
        attributes: { keepdims: 0 },
      })
    );
  assertEquals(sum([2]), ["part", "whole"]);
  assertEquals(sum([1]), undefined);
  assertEquals(sum([0, 2]), undefined);
  const transpose = (perm: readonly number[]) =>
    shares((graph) =>
      graph.emit("Transpose", [float(graph, [6, 3, 4])], perm.map((axis) => [6, 3, 4][axis]!), {
        attributes: { perm },
      })
    );
  assertEquals(transpose([0, 2, 1]), ["part"]);
  assertEquals(transpose([1, 0, 2]), undefined);
  const product = (transA: number, c: readonly number[]) =>
    shares((graph) =>
      graph.emit(
        "Gemm",
        [float(graph, [6, 6]), float(graph, [6, 5]), float(graph, c)],
        [6, 5],
        { attributes: { transA } },
      )
    );
  assertEquals(product(0, [6, 5]), ["part", "whole", "part"]);
  assertEquals(product(0, [5]), ["part", "whole", "whole"]);
  assertEquals(product(1, [5]), undefined);
  const blocks = (channels: number) =>
    shares((graph) =>
      graph.emit(
        "Col2Im",
        [float(graph, [1, 4 * channels, 9]), graph.integers([6, 6]), graph.integers([2, 2])],
        [1, channels, 6, 6],
        { attributes: { strides: [2, 2] } },
      )
    );
  assertEquals(blocks(5), ["part", "whole", "whole"]);
  // The rows of one image need all of its blocks.
  assertEquals(blocks(1), undefined);
  const images = (op: string, x: readonly number[], rest: number, group?: number) =>
    ruleOf((graph) =>
      graph.emit(op, [x, ...Array(rest).fill([3])].map((shape) => float(graph, shape)), x, {
        attributes: group === undefined ? {} : { group },
      })
    );
  assertEquals(images("Conv", [6, 3, 4, 4], 2)?.shares, ["part", "whole", "whole"]);
  assertEquals(images("Conv", [6, 3, 4, 4], 3)?.shares, ["part", "whole", "whole", "part"]);
  assertEquals(images("BatchNormalization", [6, 3, 4, 4], 4)?.shares, [
    "part",
    "whole",
    "whole",
    "whole",
    "whole",
  ]);
  const groups = images("Conv", [1, 6, 4, 4], 1, 6)!;
  assertEquals(groups.shares, ["part", "part"]);
  assertEquals([groups.divisible, groups.attributes(2)], [6, { group: 3 }]);
  assertEquals(images("Conv", [1, 6, 4, 4], 1), undefined);
  assertEquals(images("Softmax", [6, 3], 0), undefined);
});

Deno.test("firstAxis() is the first of more than one element, or the first", () => {
  assertEquals([[6, 1], [1, 1, 5, 2], [1, 1], []].map((shape) => firstAxis(shape)), [0, 2, 0, 0]);
});

Deno.test("inTiles() leaves a mask to the stage that needs it", () => {
  // Forward: y = relu(x); the sum over all images; back: the mask of y times a gradient that needs the sum.
  const graph = new Graph({ tileBytes: 256 });
  const x = graph.placeholder([8, 32], "float32");
  const steep = graph.emit("Exp", [graph.emit("Tanh", [x], x.shape)], x.shape);
  const y = graph.emit("Relu", [steep], x.shape);
  const total = graph.emit("ReduceSum", [y, graph.integers([0, 1])], [], {
    attributes: { keepdims: 0 },
  });
  const mask = graph.emit("HardSigmoid", [y], x.shape);
  const gradient = graph.emit("Mul", [graph.emit("Sub", [x, total], x.shape), mask], x.shape);
  const nodes = inTiles(graph, graph.nodes, [gradient.id, y.id]);
  const loops = nodes.filter(({ op }) => op === "Scan").map(({ body }) =>
    body!.nodes.map(({ op }) => op)
  );
  assertEquals(loops, [["Tanh", "Exp", "Relu"], ["HardSigmoid", "Sub", "Mul"]]);
});
