/**
 * Times products of square float32 matrices on the suite's default backend and prints them as one line of JSON, the
 * peer of `pytorch_step.py matmul`. A process of its own, so that its threads are its own, too.
 *
 *     deno run -A benchmarks/speed/own_products.ts SIDE RUNS THREADS
 *
 * @module
 */
import * as tf from "@tensorflow/tfjs-core";
import { fold, normal, rootKey } from "../../data/random/mod.ts";
import { selectBackend } from "../../models/backend/select.ts";

const WARM_UP = 2;

async function products(side: number, runs: number, threads: number): Promise<void> {
  const backend = await selectBackend("ort-cpu", { threads });
  const shape = [side, side];
  const matrix = (name: string) => ({
    shape,
    data: normal(fold(rootKey(0), "products", name), side * side),
  });
  const inputs = { a: matrix("a"), b: matrix("b") };
  const step = await backend.compile(
    ({ a, b }) => ({ product: tf.matMul(a!, b!) }),
    { a: { shape }, b: { shape } },
  );
  const productSeconds: number[] = [];
  for (let run = 0; run < WARM_UP + runs; run++) {
    const start = performance.now();
    await step.run(inputs);
    productSeconds.push((performance.now() - start) / 1000);
  }
  await step.dispose();
  const facts = { library: backend.version, threads: backend.threads };
  console.log(JSON.stringify({ ...facts, productSeconds: productSeconds.slice(WARM_UP) }));
}

const numbers = Deno.args.map(Number);
if (numbers.length !== 3 || !numbers.every((n) => Number.isSafeInteger(n) && n > 0)) {
  console.error(
    "Cannot time products: the arguments must be SIDE RUNS THREADS, whole numbers: " +
      `current value is "${Deno.args.join(" ")}"`,
  );
  Deno.exit(2);
}
await products(...numbers as [number, number, number]);
