/**
 * Checks the state of steps on WebGPU, in a process of its own: prints one line of JSON or fails.
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs";
import * as ort from "onnxruntime-node";
import { ortBackend } from "../../../../models/backend/ort/ort_backend.ts";
import { selectBackend } from "../../../../models/backend/select.ts";
import { assertHeldState, assertRefusals } from "./_held_state.ts";

/** Tensors in the device's buffers: made, and made but not freed. */
const buffers = { made: 0, alive: 0 };
// The binding looks the function up at each tensor that it makes.
const fromGpuBuffer = ort.Tensor.fromGpuBuffer;
ort.Tensor.fromGpuBuffer = ((...args: Parameters<typeof fromGpuBuffer>) => {
  const tensor = fromGpuBuffer(...args);
  const dispose = tensor.dispose.bind(tensor);
  buffers.made++;
  buffers.alive++;
  tensor.dispose = () => {
    buffers.alive--;
    dispose();
  };
  return tensor;
}) as typeof fromGpuBuffer;

const notices: string[] = [];
const backend = await selectBackend("ort-webgpu", { log: (line) => notices.push(line) });
await assertHeldState(backend);
await assertRefusals(backend);
// What is left where a device holds nothing.
await assertHeldState(
  ortBackend({ name: "ort-webgpu", device: "", threads: 1, holdOnDevice: false }),
);
const left = buffers.alive;

const SIZE = 1 << 20;
const [warm, steps] = [10, 100];
const array = { shape: [SIZE], data: new Float32Array(SIZE) };
const compiled = await backend.compile(
  ({ w, v, x }) => ({ w: tf.add(w!, x!), v: tf.add(v!, w!), first: tf.sum(tf.slice(w!, 0, 1)) }),
  { w: array, v: array, x: { shape: [] } },
  { carried: ["w", "v"] },
);
await compiled.start({ w: array, v: array });
const made = buffers.made;
let resident = 0;
let alive = 0;
for (let step = 0; step < warm + steps; step++) {
  if (step === warm) [resident, alive] = [Deno.memoryUsage().rss, buffers.alive];
  await compiled.run({ x: { shape: [], data: Float32Array.of(1) } });
}
const growth = Deno.memoryUsage().rss - resident;
const result = {
  notices,
  left,
  madePerStep: (buffers.made - made) / (warm + steps),
  aliveGrowth: buffers.alive - alive,
  /** Bytes that memory grew by, of those that the steps wrote. */
  growth: growth / (steps * 2 * array.data.byteLength),
  sum: (await compiled.state()).v!.data[SIZE - 1],
};
await compiled.dispose();
console.log(JSON.stringify({ ...result, leftInTheEnd: buffers.alive }));
