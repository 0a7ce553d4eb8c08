/**
 * Times a training step of ODE-Net against PyTorch eager with torchdiffeq, in turns:
 *
 * ```sh
 * python3 -m venv V && V/bin/pip install torch torchdiffeq
 * deno run -A tests/benchmarks/odenet/step_times.ts V/bin/python [steps] [threads] [channels]
 * ```
 *
 * Prints medians of wall and processor time after a warm-up step. On a busy machine only the latter tells.
 *
 * @module
 */
import process from "node:process";
import { fileURLToPath } from "node:url";
import { integers, rootKey, uniform } from "../../../data/random/mod.ts";
import { ortBackend } from "../../../models/backend/ort/ort_backend.ts";
import { initialise } from "../../../models/nn/init.ts";
import { classify, crossEntropy, parameterSpecs } from "../../../models/odenet/network.ts";
import { ODENET_SETTINGS, type OdenetSettings } from "../../../models/odenet/settings.ts";
import { NetworkTraining } from "../../../models/training/network_training.ts";
import { sgd } from "../../../models/training/optimisers.ts";
import { defaultSettings } from "../../../models/training/settings.ts";

const [python = "python3", ...numbers] = Deno.args;
const [steps = 5, threads = 1, channels = 64] = numbers.map(Number);

const settings = defaultSettings(ODENET_SETTINGS) as unknown as OdenetSettings;
const { batchSize } = settings;
const network = { ...settings, channels, downsampling: "convolution", size: [28, 28], classes: 10 };
const training = new NetworkTraining({
  backend: ortBackend({ name: "ort-cpu", device: "CPU", threads }),
  params: initialise(rootKey(0), parameterSpecs(network as never)),
  ...{ state: {}, optimiser: sgd(0.9), counter: "steps" },
});
const labels = integers(rootKey(2), batchSize, 10);

/** Wall and processor seconds, loss and evaluations forward. */
async function ourStep(step: number): Promise<readonly number[]> {
  let [wall, cpu] = [0, process.cpuUsage()];
  const { loss, evaluations } = await training.epoch({
    kind: "step",
    shapes: { images: { shape: [batchSize, 28, 28, 1] }, classes: { shape: [batchSize, 10] } },
    batches: [new Int32Array(1)],
    learningRate: () => 0.1,
    inputs: () => {
      const images = uniform(rootKey(step), batchSize * 784);
      const classes = Float32Array.from(
        { length: 10 * batchSize },
        (_, i) => Number(labels[Math.floor(i / 10)] === i % 10),
      );
      [wall, cpu] = [performance.now(), process.cpuUsage()];
      return {
        images: { shape: [batchSize, 28, 28, 1], data: images },
        classes: { shape: [batchSize, 10], data: classes },
      };
    },
    loss: (params, _, { images, classes }) => {
      const { logits, evaluations } = classify(params, images!, network as never);
      return {
        loss: crossEntropy(logits, classes!),
        terms: { evaluations: evaluations! as never },
        state: {},
      };
    },
  });
  const { user, system } = process.cpuUsage(cpu);
  return [(performance.now() - wall) / 1000, (user + system) / 1e6, loss!, evaluations!];
}

const peer = new Deno.Command(python, {
  args: [
    fileURLToPath(new URL("torch_step.py", import.meta.url)),
    ...[channels, batchSize, threads].map(String),
  ],
  ...{ stdin: "piped", stdout: "piped" },
}).spawn();
const [orders, answers] = [
  peer.stdin.getWriter(),
  peer.stdout.pipeThrough(new TextDecoderStream()).getReader(),
];
async function theirStep(): Promise<readonly number[]> {
  await orders.write(new TextEncoder().encode("\n"));
  let line = "";
  while (!line.endsWith("\n")) line += (await answers.read()).value ?? "\n";
  return line.trim().split(" ").map(Number);
}

const [ours, theirs]: (readonly number[])[][] = [[], []];
for (let step = 0; step <= steps; step++) {
  const pair = [await ourStep(step), await theirStep()];
  // The first step compiles, or allocates.
  if (step > 0) [ours, theirs].forEach((list, i) => list!.push(pair[i]!));
}
await orders.close();
await training.dispose();
const median = (lists: readonly (readonly number[])[], i: number) =>
  lists.map((values) => values[i]!).sort((a, b) => a - b)[lists.length >> 1]!;
for (const [name, lists] of [["compiled", ours!], ["PyTorch", theirs!]] as const) {
  const [wall, cpu, evaluations] = [median(lists, 0), median(lists, 1), median(lists, 3)];
  console.log(
    `${name}: wall ${wall.toFixed(2)} s, processor ${
      cpu.toFixed(2)
    } s, ${evaluations} evaluations forward`,
  );
}
console.log(
  `ratio PyTorch / compiled: wall ${(median(theirs!, 0) / median(ours!, 0)).toFixed(2)}, ` +
    `processor ${(median(theirs!, 1) / median(ours!, 1)).toFixed(2)}`,
);
