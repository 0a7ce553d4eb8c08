import { assert, assertEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs";
import { folderCache, type ModelCache } from "../../../../models/backend/ort/model_cache.ts";
import { ortBackend } from "../../../../models/backend/ort/ort_backend.ts";
import { traceStep } from "../../../../models/backend/ort/trace.ts";
import type { Step } from "../../../../models/backend/backend.ts";

const SPECS = { x: { shape: [2, 3] }, w: { shape: [3, 3] } } as const;
const step: Step = ({ x, w }) => ({ y: tf.tanh(tf.matMul(x!, w!)) });

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "ode2vae_cache_" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("folderCache() gives back what it was given when the file is whole, and nothing else", () =>
  inFolder(async (folder) => {
    const cache = folderCache(`${folder}/below/it`);
    assertEquals(cache.read("step"), undefined);
    const traced = await traceStep(step, SPECS);
    cache.write("step", traced);
    assertEquals(cache.read("step"), { ...traced, bytes: new Uint8Array(traced.bytes) });
    assertEquals(cache.read("other"), undefined);

    const [{ name }] = [...Deno.readDirSync(`${folder}/below/it`)] as [Deno.DirEntry];
    const path = `${folder}/below/it/${name}`;
    const whole = Deno.readFileSync(path);
    for (const cut of [0, 10, 40, whole.length - 1]) {
      Deno.writeFileSync(path, whole.subarray(0, cut));
      assertEquals(cache.read("step"), undefined, `${cut} bytes`);
    }
    Deno.writeFileSync(path, whole.with(whole.length - 1, whole.at(-1)! ^ 1));
    assertEquals(cache.read("step"), undefined, "one bit");
    Deno.writeFileSync(path, whole);
    assert(cache.read("step") !== undefined);
  }));

Deno.test("folderCache() keeps nothing and does not fail when its folder cannot be made", () =>
  inFolder(async (folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    const cache = folderCache(`${folder}/file/below`);
    cache.write("step", await traceStep(step, SPECS));
    assertEquals(cache.read("step"), undefined);
  }));

Deno.test("compile() records a step once when it has a name, and once for each shape, backend and name", async () => {
  let written = 0;
  const steps = new Map<string, Parameters<ModelCache["write"]>[1]>();
  const cache: ModelCache = {
    read: (key) => steps.get(key),
    write(key, traced) {
      written++;
      steps.set(key, traced);
    },
  };
  const backend = (threads: number) =>
    ortBackend({ name: "ort-cpu", device: "CPU", threads, cache });
  let traced = 0;
  const counted: Step = (inputs) => {
    traced++;
    return step(inputs);
  };
  const run = async (name: string | undefined, rows = 2, threads = 1) => {
    const specs = { ...SPECS, x: { shape: [rows, 3] } };
    const compiled = await backend(threads).compile(
      counted,
      specs,
      name === undefined ? {} : { name },
    );
    const { y } = await compiled.run({
      x: { shape: [rows, 3], data: Float32Array.from({ length: 3 * rows }, (_, i) => i / 7) },
      w: { shape: [3, 3], data: Float32Array.from({ length: 9 }, (_, i) => Math.sin(i)) },
    });
    await compiled.dispose();
    return y!.data;
  };
  const first = await run("step");
  assertEquals(await run("step"), first);
  assertEquals([traced, written], [1, 1]);
  assertEquals(await run("step of another name"), first);
  await run("step", 4);
  assertEquals(await run("step", 2, 2), first);
  assertEquals([traced, written], [4, 4]);
  // Without a name nobody knows which step it is.
  assertEquals(await run(undefined), first);
  assertEquals([traced, written], [5, 4]);
});
