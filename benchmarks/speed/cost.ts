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
import { processIo } from "../commands/command_line.ts";
import { selectBackend } from "../../models/backend/select.ts";
import { fitPoints } from "./analysis.ts";
import { stepArithmetic } from "./arithmetic.ts";
import { COST, type OptionsOf, runSpeedCommand } from "./options.ts";
import {
  type AxisMeasurement,
  type CostMeasurement,
  thisOccasion,
  writeResults,
} from "./results.ts";
import { COST_AXES, type CostAxis, sizeAt, SIZES } from "./sizes.ts";
import { costTables } from "./tables.ts";
import { type OwnStep, ownStep, workload } from "./workload.ts";

const THREADS = 1;
const WARM_UP = 2;
/** Most seconds that compilation may take. */
const MOST_COMPILE_SECONDS = 5;
/**
 * Most nodes of a graph over those with the fewest frames. Not 1: which form of a convolution is recorded depends on the
 * number of its images, and costs or saves a few nodes.
 */
const MOST_NODE_GROWTH = 1.05;

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
  processIo.log(id);
  const opened: OwnStep[] = [];
  try {
    const sizes = values.map((value) => sizeAt(axis, value));
    for (const size of sizes) opened.push(await ownStep(backend, size, await workload(size)));
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

/**
 * Makes sure that compilation stays what it is meant to be: short, and of a graph that does not grow with the frames, as
 * its loops are `Scan`s.
 *
 * @throws Error when it is not
 */
export function checkCompilation(axes: readonly AxisMeasurement[]): void {
  for (const { id, quantity, points } of axes) {
    for (const { value, compileSeconds } of points) {
      if (compileSeconds < MOST_COMPILE_SECONDS) continue;
      throw new Error(
        `Cannot accept the compilation of ${id} at ${value}: it must take less than ` +
          `${MOST_COMPILE_SECONDS} s, is ${compileSeconds.toFixed(1)} s`,
      );
    }
    const counts = points.map(({ nodeCount }) => nodeCount);
    if (quantity !== "frames" || Math.max(...counts) <= MOST_NODE_GROWTH * counts[0]!) continue;
    throw new Error(
      `Cannot accept the compilation of ${id}: its number of nodes must not grow with the frames, ` +
        `is ${counts.join(", ")}`,
    );
  }
}

async function measure({ axis: ids, steps, out }: OptionsOf<typeof COST>): Promise<void> {
  const occasion = thisOccasion();
  const backend = await selectBackend("ort-cpu", { threads: THREADS });
  const wanted = COST_AXES.filter(({ id }) => ids.includes(id));
  // The first compilation of a process also compiles our own code: it is no point's.
  const first = sizeAt(wanted[0]!, wanted[0]!.values[0]!);
  await (await ownStep(backend, first, await workload(first))).dispose();
  const axes: AxisMeasurement[] = [];
  for (const axis of wanted) axes.push(await measureAxis(backend, axis, steps));
  const { version, threads } = backend;
  const cost: CostMeasurement = { schema: 1, ...occasion, library: version, threads, axes };
  processIo.print(costTables(cost));
  writeResults(out, cost);
  checkCompilation(axes);
}

if (import.meta.main) await runSpeedCommand(COST, measure);
