import { assert, assertEquals } from "@std/assert";
import { type Size, SIZES } from "../../../benchmarks/speed/sizes.ts";
import { initialState, splitInputs, stepNoise } from "../../../benchmarks/speed/workload.ts";
import { fold, permutation, rootKey, uniform } from "../../../data/random/mod.ts";
import type { Step } from "../../../models/backend/backend.ts";
import { selectBackend } from "../../../models/backend/select.ts";
import type { HostArrays } from "../../../models/backend/tensors.ts";
import { init } from "../../../models/ode2vae/initialise.ts";
import { lossAndGradients } from "../../../models/ode2vae/training_step.ts";
import { frameShape } from "../../../models/networks/observation.ts";
import { prefixed, PREFIXES, under } from "../../../models/training/arrays.ts";
import {
  evaluate,
  type Evaluation,
  perturbed,
  relativeDifference,
  small,
  withoutPyTorch as ignore,
} from "./_peers.ts";

type Settings = Size["settings"];

const KEY = fold(rootKey(20191210), "oracle");
const RELATIVE_TOLERANCE = 1e-4;
/** Prefix of the gradients among the outputs of a step. */
const GRADIENTS = "gradients/";
/**
 * What is added to the offsets of the largest model's batch norms, with alternating signs. Where rounding moves one of a
 * rectifier's many inputs over zero, gradients jump by more than the tolerance: this keeps away from it.
 */
const OFFSET = 3;

/** Parameters at the paper's sizes, away from where they start, with noise for frames at irregular times. */
function inputs(size: Size): HostArrays {
  const { name: sizeName, settings, sequences, frames: length, grid } = size;
  const shape = [sequences, length, ...frameShape(settings.observation)];
  const pixels = shape.reduce((product, n) => product * n, 1);
  const selection = new Float32Array(sequences * length * grid);
  for (let sequence = 0; sequence < sequences; sequence++) {
    const states = permutation(fold(KEY, "states", sequence), grid).subarray(0, length).sort();
    states.forEach((state, i) => selection[(sequence * length + i) * grid + state] = 1);
  }
  const arrays = perturbed({
    ...init(KEY, settings).params,
    frames: { shape, data: uniform(fold(KEY, "frames"), pixels) },
    selection: { shape: [sequences, length, grid], data: selection },
    ...stepNoise(KEY, size, sequences),
  }, KEY);
  if (sizeName !== "bouncing_balls") return arrays;
  for (const [name, { data }] of Object.entries(arrays)) {
    if (name.endsWith("/offset")) data.forEach((_, i) => data[i]! += i % 2 ? OFFSET : -OFFSET);
  }
  return arrays;
}

/** Loss, terms and gradients of all parameters by name, for a backend to compile. */
function oracleStep(settings: Settings): Step {
  return (given) => {
    const [params, state] = [under(PREFIXES.params, given), under(PREFIXES.state, given)];
    const { result, gradients } = lossAndGradients(params, state, given, settings);
    return { loss: result.loss, ...result.terms, ...prefixed(GRADIENTS, gradients) };
  };
}

const backends = [
  { name: "op by op", backend: "wasm" },
  { name: "compiled", backend: "ort-cpu" },
] as const;

interface Case {
  readonly name: string;
  readonly size: Size;
  readonly model: "ode2vae-kl" | "ode2vae";
  readonly initialLogDensity: Settings["initialLogDensity"];
}

const CASES: readonly Case[] = [
  ...(["ode2vae-kl", "ode2vae"] as const).flatMap((model) =>
    (["paper", "released-code"] as const).map((initialLogDensity) => ({
      name: `the model is ${model}, ` +
        `log q begins as in ${initialLogDensity === "paper" ? "the paper" : "the released code"}`,
      size: small(SIZES.rmnist, 3, 4),
      model,
      initialLogDensity,
    }))
  ),
  ...[small(SIZES.bouncing_balls, 5, 6), small(SIZES.mocap_many, 6, 8)].map((size) => ({
    name: `the size is ${size.name}`,
    size,
    model: "ode2vae-kl" as const,
    initialLogDensity: "paper" as const,
  })),
];

for (const { name, size, model, initialLogDensity } of CASES) {
  const settings: Settings = {
    ...size.settings,
    klEncoder: model === "ode2vae-kl",
    initialLogDensity,
  };
  const modified = { ...size, settings };
  const arrays = inputs(modified);
  let oracle: Promise<Evaluation> | undefined;
  for (const { name: how, backend } of backends) {
    Deno.test({
      name: `lossAndGradients() ${how} agrees with PyTorch when ${name}`,
      ignore,
      async fn() {
        const { params, batch } = splitInputs(arrays);
        const state = prefixed(PREFIXES.state, initialState(modified));
        const given = { ...prefixed(PREFIXES.params, params), ...state, ...batch };
        const step = await (await selectBackend(backend)).compile(oracleStep(settings), given);
        const ours = await step.run(given);
        await step.dispose();
        oracle ??= evaluate("PyTorch", arrays, {
          size: size.name,
          model,
          initialLogDensity,
          float64: true,
        });
        const { terms, gradients } = await oracle;
        const expectedNames = [
          ...Object.keys(terms),
          ...Object.keys(prefixed(GRADIENTS, params)),
        ];
        assertEquals(Object.keys(ours).sort(), expectedNames.sort());
        for (const [name, value] of Object.entries(terms)) {
          const difference = Math.abs(ours[name]!.data[0]! / value - 1);
          assert(difference < RELATIVE_TOLERANCE, `${name} differs by ${difference}`);
        }
        assertEquals(Object.keys(params).sort(), Object.keys(gradients).sort());
        for (const [name, { data: expected, shape }] of Object.entries(gradients)) {
          const gradient = ours[GRADIENTS + name]!;
          assertEquals(gradient.shape, shape, name);
          const difference = relativeDifference(gradient.data, expected);
          assert(difference < RELATIVE_TOLERANCE, `gradient of ${name} differs by ${difference}`);
        }
      },
    });
  }
}
