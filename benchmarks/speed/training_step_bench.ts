/**
 * `deno bench -A benchmarks/speed/`: warm training steps at the paper's rotating-MNIST setting. Each contestant is a
 * process of its own and there is one at a time; `measure.ts` alternates them instead and reports memory, too.
 *
 * @module
 */
import { CONTESTANTS } from "./contestants.ts";
import { encodeArrays } from "./exchange.ts";
import { hasPyTorch } from "./pytorch.ts";
import { StepProcess } from "./step_process.ts";
import { LENGTH, SEQUENCES, workload } from "./workload.ts";

const STEPS = 10;
const folder = await Deno.makeTempDir({ prefix: "ode2vae_speed_" });
const inputsFile = `${folder}/inputs.bin`;
await Deno.writeFile(inputsFile, encodeArrays(await workload()));
globalThis.addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));

let running: { readonly id: string; readonly process: StepProcess } | undefined;
const withPyTorch = await hasPyTorch();

CONTESTANTS.forEach(({ id, label, needsPyTorch, mostSteps = STEPS, command }, i) => {
  Deno.bench({
    name: label,
    group: `ODE²VAE-KL training step, rotating MNIST, batch ${SEQUENCES} × ${LENGTH} frames`,
    baseline: i === 0,
    ignore: needsPyTorch && !withPyTorch,
    n: Math.min(STEPS, mostSteps),
    warmup: mostSteps < STEPS ? 1 : 2,
    async fn() {
      // Happens in the first warm-up only.
      if (running?.id !== id) {
        await running?.process.close();
        running = { id, process: await StepProcess.start(command(inputsFile)) };
      }
      await running.process.step();
    },
  });
});
