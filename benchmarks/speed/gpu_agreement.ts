/**
 * Trains on a backend and on `ort-cpu` from the same parameters with the same noise, and compares the losses step by
 * step. For a GPU; a software adapter takes its place where there is none.
 *
 *     deno run -A benchmarks/speed/gpu_agreement.ts BACKEND [--steps 50] [--size tiny|vectors|rmnist] [--json]
 *
 * Exits with 1 when a loss differs by more than a thousandth of its size. With `--json` it prints one line, an array of
 * {@link Agreement} under `cases`, for `gpu.ts`.
 *
 * @module
 */
import { processIo } from "../commands/command_line.ts";
import { fold, type Key, rootKey, uniform } from "../../data/random/mod.ts";
import type { Backend } from "../../models/backend/backend.ts";
import { selectBackend } from "../../models/backend/select.ts";
import type { HostArrays } from "../../models/backend/tensors.ts";
import { exitCodes } from "../errors.ts";
import { quantile } from "../quantile.ts";
import { type Agreement, AGREEMENT_TOLERANCE, describeAgreement } from "./gpu_results.ts";
import { AGREEMENT, type AgreementSize, type OptionsOf, runSpeedCommand } from "./options.ts";
import { type Size, SIZES } from "./sizes.ts";
import { initialParameters, ownStep, rotatedThrees, stepNoise } from "./workload.ts";

const KEY: Key = fold(rootKey(0), "agreement");

/** A model with its minibatch, which stays; the noise of each step is its own. */
interface Case extends Omit<Size, "name" | "title"> {
  readonly label: string;
  /** `frames` and `selection`. */
  readonly batch: HostArrays;
}

/** Six sequences of four frames of noise at irregular times, for a model with few latent dimensions. */
function tinyCase(
  label: string,
  of: Size,
  observation: Size["settings"]["observation"],
  velocityFrames: number,
): Case {
  const shape = { sequences: 6, frames: 4, grid: 6 };
  const { sequences, frames, grid } = shape;
  const settings: Size["settings"] = {
    ...{ ...of.settings, observation, velocityFrames },
    ...{ latentDimensions: 2, fieldHidden: 6, stepsPerFrame: 2 },
  };
  const frame = observation.kind === "image"
    ? [observation.height, observation.width]
    : [observation.dimensions];
  const length = frame.reduce((product, side) => product * side, sequences * frames);
  const selection = new Float32Array(sequences * frames * grid);
  const offsets = [[0, 1, 3, 5], [0, 2, 3, 4], [0, 1, 2, 4]];
  for (let row = 0; row < sequences * frames; row++) {
    const sequence = Math.floor(row / frames);
    selection[row * grid + offsets[sequence % offsets.length]![row % frames]!] = 1;
  }
  const batch = {
    frames: { shape: [sequences, frames, ...frame], data: uniform(fold(KEY, "frames"), length) },
    selection: { shape: [sequences, frames, grid], data: selection },
  };
  return { label, settings, ...shape, batch };
}

/** Models: the paper's for rotating MNIST, 4×4 images (relu) and vectors of three numbers (tanh), or the latter alone. */
async function casesOf(size: AgreementSize): Promise<readonly Case[]> {
  if (size === "rmnist") {
    const { title: label, ...rmnist } = SIZES.rmnist;
    return [{ label, ...rmnist, batch: await rotatedThrees(SIZES.rmnist) }];
  }
  const images = tinyCase("images", SIZES.rmnist, {
    ...{ kind: "image", height: 4, width: 4, encoderFilters: 2, decoderBase: [1, 1, 3] },
    decoderLayers: [
      { kernelSize: 2, stride: 2, padding: "valid", channels: 4 },
      { kernelSize: 5, stride: 2, padding: "same", channels: 2 },
      { kernelSize: 5, stride: 1, padding: "same", channels: 1 },
    ],
  }, SIZES.rmnist.settings.velocityFrames);
  const vectors = { kind: "vector", dimensions: 3, hidden: 5 } as const;
  const all = [images, tinyCase("vectors", SIZES.mocap_many, vectors, 2)];
  return size === "tiny" ? all : all.slice(1);
}

/** What a backend made of a training run. */
interface Training {
  /** Loss of each step. */
  readonly losses: readonly number[];
  /** Parameters after the last. */
  readonly params: HostArrays;
  /** Median of the steps' milliseconds after the first. */
  readonly milliseconds: number;
}

async function train(backend: Backend, task: Case, steps: number): Promise<Training> {
  const noise = (step: number) => stepNoise(fold(KEY, "noise", step), task, task.sequences);
  const inputs = { ...initialParameters(task, KEY), ...task.batch, ...noise(0) };
  const own = await ownStep(backend, task, inputs);
  try {
    const losses: number[] = [];
    const times: number[] = [];
    for (let step = 0; step < steps; step++) {
      const { loss, seconds } = await own.step(noise(step));
      losses.push(loss);
      times.push(1000 * seconds);
    }
    const warm = times.length > 1 ? times.slice(1) : times;
    return { losses, params: await own.params(), milliseconds: quantile(warm, 0.5) };
  } finally {
    await own.dispose();
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

/** Compares, prints a line for each model, ends with code 1 where one disagrees. */
async function compare(
  { steps, size, json }: OptionsOf<typeof AGREEMENT>,
  [name = ""]: readonly string[],
): Promise<void> {
  const backend = await selectBackend(name, { log: (line) => processIo.log(line) });
  const reference = await selectBackend("ort-cpu");
  if (!json) processIo.print(`${name}: ${backend.device}, ${backend.version}`);
  const cases: Agreement[] = [];
  for (const task of await casesOf(size)) {
    const ours = await train(backend, task, steps);
    const theirs = await train(reference, task, steps);
    const [difference, worstStep] = lossDifference(ours, theirs);
    const agreement: Agreement = {
      ...{ label: task.label, steps },
      ...{ firstLoss: theirs.losses[0]!, lastLoss: theirs.losses.at(-1)! },
      agrees: difference <= AGREEMENT_TOLERANCE,
      // JSON has no Infinity.
      difference: difference === Infinity ? null : difference,
      worstStep,
      parameterDifference: parameterDifference(ours, theirs),
      milliseconds: ours.milliseconds,
      referenceMilliseconds: theirs.milliseconds,
    };
    cases.push(agreement);
    if (!json) processIo.print(describeAgreement(agreement));
  }
  if (json) console.log(JSON.stringify({ cases }));
  if (cases.every(({ agrees }) => agrees)) return;
  processIo.log(`Losses must differ by at most ${AGREEMENT_TOLERANCE} of their size.`);
  Deno.exit(exitCodes.failed);
}

if (import.meta.main) await runSpeedCommand(AGREEMENT, compare, 1);
