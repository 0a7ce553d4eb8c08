/**
 * Times one compiled training step (`ort-cpu`, one thread) along its sizes: sequences, frames, latent size, hidden size
 * of the field; and fits how the time grows. The points of an axis take turns, so that what else the machine does hits
 * all alike:
 *
 *     deno run -A benchmarks/speed/cost.ts [--axis A,B] [--steps N] [--out FILE]
 *
 * @module
 */
import type { Backend } from "../../models/backend/backend.ts";
import { selectBackend } from "../../models/backend/select.ts";
import { exitCodes, messageOf, UsageError } from "../errors.ts";
import { stepArithmetic } from "./arithmetic.ts";
import { COST_AXES, type CostAxis, sizeAt } from "./cost_axes.ts";
import {
  type AxisMeasurement,
  checkCompilation,
  type CostMeasurement,
  fitPoints,
} from "./cost_measurement.ts";
import { type CostOptions, parseCostOptions, usage } from "./cost_options.ts";
import { costTables } from "./cost_table.ts";
import { thisMachine } from "./machine.ts";
import { type OwnStep, ownStep } from "./own_step.ts";
import { SIZES } from "./sizes.ts";

const THREADS = 1;
const WARM_UP = 2;

/** What an axis holds fixed: frames and their grid go together. */
function fixedOf({ quantity, base }: CostAxis): AxisMeasurement["fixed"] {
  const { grid, ...others } = base;
  const { [quantity]: _, ...fixed } = others;
  return quantity === "frames" ? fixed : { ...fixed, grid };
}

async function measureAxis(
  backend: Backend,
  axis: CostAxis,
  rounds: number,
): Promise<AxisMeasurement> {
  const { id, quantity, values } = axis;
  console.error(id);
  const opened: OwnStep[] = [];
  try {
    const sizes = values.map((value) => sizeAt(axis, value));
    for (const size of sizes) opened.push(await ownStep(backend, size));
    const seconds: number[][] = values.map(() => []);
    for (let round = -WARM_UP; round < rounds; round++) {
      for (const [i, step] of opened.entries()) {
        const report = await step.step();
        if (round >= 0) seconds[i]!.push(report.seconds);
      }
    }
    const points = values.map((value, i) => ({
      value,
      operations: stepArithmetic(sizes[i]!).total,
      compileSeconds: opened[i]!.compileSeconds,
      nodeCount: opened[i]!.nodeCount,
      stepSeconds: seconds[i]!,
    }));
    const { title } = SIZES[axis.size];
    return { id, title, quantity, fixed: fixedOf(axis), points, fit: fitPoints(points) };
  } finally {
    for (const step of opened) await step.dispose();
  }
}

async function measure(options: CostOptions): Promise<void> {
  const machine = thisMachine();
  const date = new Date().toISOString();
  const backend = await selectBackend("ort-cpu", { threads: THREADS });
  const wanted = COST_AXES.filter(({ id }) => options.axes.includes(id));
  // The first compilation of a process also compiles our own code: it is no point's.
  await (await ownStep(backend, sizeAt(wanted[0]!, wanted[0]!.values[0]!))).dispose();
  const axes: AxisMeasurement[] = [];
  for (const axis of wanted) axes.push(await measureAxis(backend, axis, options.steps));
  const measurement: CostMeasurement = {
    ...{ schema: 1, date, machine },
    library: backend.version,
    threads: backend.threads,
    axes,
  };
  console.log(costTables(measurement));
  if (options.out !== undefined) {
    await Deno.writeTextFile(options.out, JSON.stringify(measurement, undefined, 2) + "\n");
  }
  checkCompilation(axes);
}

if (import.meta.main) {
  try {
    const options = parseCostOptions(Deno.args);
    if (options === "help") console.log(usage);
    else await measure(options);
  } catch (error) {
    console.error(messageOf(error));
    Deno.exit(error instanceof UsageError ? exitCodes.usage : exitCodes.failed);
  }
}
