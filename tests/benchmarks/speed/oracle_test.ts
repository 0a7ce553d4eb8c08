import { leaveOut } from "../../optional_tools.ts";
import { assert, assertEquals } from "@std/assert";
import {
  evaluateWithPyTorch,
  hasPyTorch,
  type PyTorchEvaluation,
} from "../../../benchmarks/speed/pytorch.ts";
import { type Size, type SizeName, SIZES } from "../../../benchmarks/speed/sizes.ts";
import { fold, normal, permutation, rootKey, uniform } from "../../../data/random/mod.ts";
import type { Step } from "../../../models/backend/backend.ts";
import { selectBackend } from "../../../models/backend/select.ts";
import type { HostArray, HostArrays } from "../../../models/backend/tensors.ts";
import { init } from "../../../models/ode2vae/initialise.ts";
import type { Ode2vaeSettings } from "../../../models/ode2vae/settings.ts";
import {
  frameShape,
  lossAndGradients,
  prefixed,
  PREFIXES,
  under,
} from "../../../models/ode2vae/training_step.ts";

const ignore = leaveOut("PyTorch", await hasPyTorch(), "apt-get install python3-torch");
const KEY = fold(rootKey(20191210), "oracle");
const SEQUENCES = 2;
const RELATIVE_TOLERANCE = 1e-4;
/** Prefix of the gradients among the outputs of a step. */
const GRADIENTS = "gradients/";

/**
 * What is added to the offsets of batch norms, with alternating signs. Where rounding moves one of a rectifier's many
 * inputs over zero, gradients jump by more than the tolerance: the largest model keeps away from it.
 */
const OFFSETS: Readonly<Partial<Record<SizeName, number>>> = { bouncing_balls: 3 };

/** Parameters at the paper's sizes, away from their zero biases and unit scales, with a batch and its noise. */
function inputs({ name: sizeName, settings, frames: length, grid }: Size): {
  readonly params: HostArrays;
  readonly data: HostArrays;
} {
  const params: Record<string, HostArray> = {};
  for (const [name, { shape, data }] of Object.entries(init(KEY, settings).params)) {
    const noise = normal(fold(KEY, name), data.length);
    const offset = name.endsWith("/offset") ? OFFSETS[sizeName] ?? 0 : 0;
    params[name] = {
      shape,
      data: Float32Array.from(data, (x, i) => x + 0.05 * noise[i]! + (i % 2 ? offset : -offset)),
    };
  }
  const q = settings.latentDimensions;
  const selection = new Float32Array(SEQUENCES * length * grid);
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    const states = permutation(fold(KEY, "states", sequence), grid).subarray(0, length).sort();
    states.forEach((state, i) => selection[(sequence * length + i) * grid + state] = 1);
  }
  const weights = Object.entries(params)
    .filter(([name]) => name.startsWith("field/layer"))
    .reduce((sum, [, { data }]) => sum + data.length, 0);
  const shape = [SEQUENCES, length, ...frameShape(settings)];
  const size = shape.reduce((product, n) => product * n, 1);
  const frames = uniform(fold(KEY, "frames"), size);
  return {
    params,
    data: {
      frames: { shape, data: frames },
      selection: { shape: [SEQUENCES, length, grid], data: selection },
      "noise/initial": {
        shape: [SEQUENCES, 2 * q],
        data: normal(fold(KEY, "initial"), SEQUENCES * 2 * q),
      },
      "noise/weights": { shape: [weights], data: normal(fold(KEY, "weights"), weights) },
    },
  };
}

/** Loss, terms and gradients of all parameters by name, for a backend to compile. */
function oracleStep(settings: Ode2vaeSettings): Step {
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
  readonly initialLogDensity: Ode2vaeSettings["initialLogDensity"];
}

/** A model with few sequences and frames, so that the decimals of the loss are those of every term. */
const small = (size: Size, frames: number, grid: number): Size => ({
  ...size,
  ...{ sequences: SEQUENCES, frames, grid },
});

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
  const settings: Ode2vaeSettings = {
    ...size.settings,
    klEncoder: model === "ode2vae-kl",
    initialLogDensity,
  };
  const { params, data } = inputs({ ...size, settings });
  let oracle: Promise<PyTorchEvaluation> | undefined;
  for (const { name: how, backend } of backends) {
    Deno.test({
      name: `lossAndGradients() ${how} agrees with PyTorch when ${name}`,
      ignore,
      async fn() {
        const state = prefixed(PREFIXES.state, init(KEY, settings).state);
        const given: HostArrays = { ...prefixed(PREFIXES.params, params), ...state, ...data };
        const step = await (await selectBackend(backend)).compile(oracleStep(settings), given);
        const ours = await step.run(given);
        await step.dispose();
        oracle ??= evaluateWithPyTorch({ ...params, ...data }, {
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
          const largest = (values: Float32Array) =>
            values.reduce((max, value) => Math.max(max, Math.abs(value)), 0);
          const difference = largest(expected.map((g, i) => gradient.data[i]! - g)) /
            largest(expected);
          assert(difference < RELATIVE_TOLERANCE, `gradient of ${name} differs by ${difference}`);
        }
      },
    });
  }
}
