/**
 * Trains on a backend and on `ort-cpu` from the same parameters with the same noise, and compares the losses step by
 * step. For a GPU; a software adapter takes its place where there is none.
 *
 *     deno run -A benchmarks/speed/gpu_agreement.ts BACKEND [--steps 50] [--size tiny|rmnist] [--json]
 *
 * Exits with 1 when a loss differs by more than a thousandth of its size. With `--json` it prints one line, an array of
 * {@link Agreement} under `cases`, for `gpu.ts`.
 *
 * @module
 */
import { parseArgs } from "@std/cli/parse-args";
import type { Backend } from "../../models/backend/backend.ts";
import { selectBackend } from "../../models/backend/select.ts";
import type { HostArrays } from "../../models/backend/tensors.ts";
import { PREFIXES, trainingStep, under } from "../../models/ode2vae/training_step.ts";
import { messageOf, UsageError } from "../errors.ts";
import {
  AGREEMENT_SIZES,
  type AgreementCase,
  agreementCases,
  type AgreementSize,
} from "./agreement_cases.ts";
import { type Agreement, AGREEMENT_TOLERANCE, describeAgreement } from "./gpu_agreement_result.ts";

/** What a backend made of a training run. */
interface Training {
  /** Loss of each step. */
  readonly losses: readonly number[];
  /** Parameters after the last. */
  readonly params: HostArrays;
  /** Median of the steps' milliseconds after the first. */
  readonly milliseconds: number;
}

async function train(backend: Backend, task: AgreementCase, steps: number): Promise<Training> {
  const compiled = await backend.compile(trainingStep(task.settings), task.specs, {
    carried: Object.keys(task.state),
  });
  try {
    await compiled.start(task.state);
    const losses: number[] = [];
    const times: number[] = [];
    for (let step = 0; step < steps; step++) {
      const inputs = task.inputs(step);
      const start = performance.now();
      losses.push((await compiled.run(inputs)).loss!.data[0]!);
      times.push(performance.now() - start);
    }
    const warm = times.slice(1).sort((a, b) => a - b);
    return {
      losses,
      params: under(PREFIXES.params, await compiled.state()),
      milliseconds: warm[Math.floor(warm.length / 2)] ?? times[0]!,
    };
  } finally {
    await compiled.dispose();
  }
}

/** Largest relative difference of the losses, and its step; Infinity for one that is not a number. */
function lossDifference(ours: Training, theirs: Training): readonly [number, number] {
  return theirs.losses.reduce<readonly [number, number]>((worst, expected, step) => {
    const difference = Math.abs(ours.losses[step]! / expected - 1);
    const finite = Number.isFinite(difference) ? difference : Infinity;
    return finite > worst[0] ? [finite, step] : worst;
  }, [0, 0]);
}

/** Largest difference of a parameter, relative to the largest number in its array. */
function parameterDifference(ours: Training, theirs: Training): number {
  return Object.entries(theirs.params).reduce((worst, [name, { data }]) => {
    const expected = Array.from(data);
    const largest = expected.reduce((most, x) => Math.max(most, Math.abs(x)), 0) || 1;
    const { data: actual } = ours.params[name]!;
    const difference = expected.reduce((most, x, i) => Math.max(most, Math.abs(actual[i]! - x)), 0);
    return Math.max(worst, difference / largest);
  }, 0);
}

/** What is compared, and how it is told. */
interface Options {
  readonly name: string;
  readonly steps: number;
  readonly size: AgreementSize;
  readonly json: boolean;
}

/** Compares, prints a line for each model. @returns whether all agree */
async function compare({ name, steps, size, json }: Options): Promise<boolean> {
  const log = (line: string) => console.error(line);
  const backend = await selectBackend(name, { log });
  const reference = await selectBackend("ort-cpu");
  if (!json) console.log(`${name}: ${backend.device}, ${backend.version}`);
  const cases: Agreement[] = [];
  for (const task of await agreementCases(size)) {
    const ours = await train(backend, task, steps);
    const theirs = await train(reference, task, steps);
    const [difference, worstStep] = lossDifference(ours, theirs);
    const agreement: Agreement = {
      label: task.label,
      steps,
      firstLoss: theirs.losses[0]!,
      lastLoss: theirs.losses.at(-1)!,
      agrees: difference <= AGREEMENT_TOLERANCE,
      // JSON has no Infinity.
      difference: difference === Infinity ? null : difference,
      worstStep,
      parameterDifference: parameterDifference(ours, theirs),
      milliseconds: ours.milliseconds,
      referenceMilliseconds: theirs.milliseconds,
    };
    cases.push(agreement);
    if (!json) console.log(describeAgreement(agreement));
  }
  if (json) console.log(JSON.stringify({ cases }));
  return cases.every(({ agrees }) => agrees);
}

function options(args: readonly string[]): Options {
  const given = parseArgs([...args], {
    string: ["steps", "size"],
    boolean: ["json"],
    default: { steps: "50", size: "tiny" },
    unknown: (argument) => {
      if (!argument.startsWith("-")) return true;
      throw new UsageError(`Cannot compare backends: unknown argument "${argument}"`);
    },
  });
  const [backend, ...more] = given._.map(String);
  const size = AGREEMENT_SIZES.find((known) => known === given.size);
  if (backend === undefined || more.length > 0 || size === undefined) {
    throw new UsageError(
      "Cannot compare backends: the arguments must be BACKEND [--steps N] " +
        `[--size ${AGREEMENT_SIZES.join("|")}] [--json]: current value is "${args.join(" ")}"`,
    );
  }
  if (!/^[1-9]\d{0,5}$/.test(given.steps)) {
    throw new UsageError(
      `Cannot read --steps: it must be a whole number from 1 to 999999: current value is "${given.steps}"`,
    );
  }
  return { name: backend, steps: Number(given.steps), size, json: given.json };
}

try {
  if (!await compare(options(Deno.args))) {
    console.error(`Losses must differ by at most ${AGREEMENT_TOLERANCE} of their size.`);
    Deno.exit(1);
  }
} catch (error) {
  console.error(messageOf(error));
  Deno.exit(error instanceof UsageError ? 2 : 1);
}
