/**
 * `deno bench -A benchmarks/speed/`: warm training steps at the paper's three sizes, compiled against PyTorch. Each
 * contestant is a process of its own and there is one at a time; `measure.ts` alternates them instead, has more of them
 * and reports memory and rates, too.
 *
 * @module
 */
import { CONTESTANTS, whoCanRun } from "./contestants.ts";
import { encodeArrays } from "./exchange.ts";
import { StepProcess } from "./processes.ts";
import { SIZES } from "./sizes.ts";
import { workload } from "./workload.ts";

const STEPS = 5;
/** The others take seconds a step. */
const COMPARED = ["compiled-2", "compiled-1", "pytorch", "pytorch-1"];

const folder = await Deno.makeTempDir({ prefix: "ode2vae_speed_" });
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

let running: { readonly key: string; readonly process: StepProcess } | undefined;
const { contestants } = whoCanRun(CONTESTANTS.filter(({ id }) => COMPARED.includes(id)));

for (const size of Object.values(SIZES)) {
  const inputsFile = `${folder}/${size.name}.bin`;
  await Deno.writeFile(inputsFile, encodeArrays(await workload(size)));
  for (const [i, { id, label, command }] of contestants.entries()) {
    const key = `${size.name}/${id}`;
    Deno.bench({
      name: label,
      group:
        `ODE²VAE-KL training step, ${size.title}, batch ${size.sequences} × ${size.frames} frames`,
      baseline: i === 0,
      n: STEPS,
      warmup: 2,
      async fn() {
        // Happens in the first warm-up only.
        if (running?.key !== key) {
          await running?.process.close();
          running = { key, process: await StepProcess.start(command(size.name, inputsFile)) };
        }
        await running.process.step();
      },
    });
  }
}
