/**
 * The suite's own training step as a process that makes one step for each line on standard input: see
 * `step_process.ts`. `pytorch_step.py serve` is its peer.
 *
 *     deno run -A benchmarks/speed/serve_step.ts BACKEND THREADS SIZE INPUTS_FILE
 *
 * @module
 */
import type { HostArrays } from "../../models/backend/tensors.ts";
import { selectBackend } from "../../models/backend/select.ts";
import { adamRate } from "../../models/nn/adam.ts";
import {
  initialTrainingState,
  trainingInputs,
  trainingStep,
} from "../../models/ode2vae/training_step.ts";
import { decodeArrays } from "./exchange.ts";
import { readLines, type StepFacts, type StepReport } from "./step_process.ts";
import { isSizeName, type Size, SIZE_NAMES, SIZES } from "./sizes.ts";
import { BATCH_INPUTS, initialState } from "./workload.ts";

/** Splits the arrays of an inputs file into those of the batch and the parameters. */
function split(arrays: HostArrays): { readonly params: HostArrays; readonly batch: HostArrays } {
  const pick = (isBatch: boolean) =>
    Object.fromEntries(
      Object.entries(arrays).filter(([name]) => BATCH_INPUTS.includes(name) === isBatch),
    );
  return { params: pick(false), batch: pick(true) };
}

function say(line: StepFacts | StepReport): void {
  console.log(JSON.stringify(line));
}

async function serve(
  backendName: string,
  threads: number,
  size: Size,
  inputsFile: string,
): Promise<void> {
  const { settings } = size;
  const { params, batch } = split(decodeArrays(await Deno.readFile(inputsFile)));
  const [sequences, length, grid] = batch.selection!.shape as [number, number, number];
  const backend = await selectBackend(backendName, { threads });
  const state = initialTrainingState(params, initialState(size));
  const specs = trainingInputs(state, { sequences, length, grid }, settings);
  const compiled = await backend.compile(trainingStep(settings), specs, {
    carried: Object.keys(state),
  });
  await compiled.start(state);
  const { seconds, nodeCount } = compiled;
  const facts = { library: backend.version, threads: backend.threads };
  say(nodeCount === 0 ? facts : { ...facts, compileSeconds: seconds, nodeCount });

  let steps = 0;
  for await (const _ of readLines(Deno.stdin.readable)) {
    const start = performance.now();
    const rate = adamRate(settings.optimisation.learningRate, ++steps);
    const { loss } = await compiled.run({
      ...batch,
      rate: { shape: [], data: Float32Array.of(rate) },
    });
    say({ seconds: (performance.now() - start) / 1000, loss: loss!.data[0]! });
  }
  await compiled.dispose();
}

const [backendName, threads = "", size = "", inputsFile] = Deno.args;
if (
  backendName === undefined || inputsFile === undefined || !/^[1-9]\d*$/.test(threads) ||
  !isSizeName(size)
) {
  console.error(
    "Cannot serve training steps: the arguments must be BACKEND THREADS SIZE INPUTS_FILE, " +
      `with a size of ${SIZE_NAMES.join(", ")}: current value is "${Deno.args.join(" ")}"`,
  );
  Deno.exit(2);
}
await serve(backendName, Number(threads), SIZES[size], inputsFile);
