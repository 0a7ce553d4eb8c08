/**
 * The suite's own training step as a process that makes one step for each line on standard input: see
 * `step_process.ts`. `pytorch_step.py serve` is its peer.
 *
 *     deno run -A benchmarks/speed/serve_step.ts BACKEND THREADS SIZE INPUTS_FILE
 *
 * @module
 */
import { selectBackend } from "../../models/backend/select.ts";
import { decodeArrays } from "./exchange.ts";
import { stepOn } from "./own_step.ts";
import { readLines, type StepFacts, type StepReport } from "./step_process.ts";
import { isSizeName, type Size, SIZE_NAMES, SIZES } from "./sizes.ts";

function say(line: StepFacts | StepReport): void {
  console.log(JSON.stringify(line));
}

async function serve(
  backendName: string,
  threads: number,
  size: Size,
  inputsFile: string,
): Promise<void> {
  const inputs = decodeArrays(await Deno.readFile(inputsFile));
  const backend = await selectBackend(backendName, { threads });
  const own = await stepOn(backend, size, inputs);
  const { compileSeconds, nodeCount } = own;
  const facts = { library: backend.version, threads: backend.threads };
  say(nodeCount === 0 ? facts : { ...facts, compileSeconds, nodeCount });
  for await (const _ of readLines(Deno.stdin.readable)) say(await own.step());
  await own.dispose();
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
