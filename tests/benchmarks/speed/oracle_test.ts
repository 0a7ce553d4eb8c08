import { leaveOut } from "../../optional_tools.ts";
import { assert, assertEquals } from "@std/assert";
import "@tensorflow/tfjs";
import {
  evaluateWithPyTorch,
  hasPyTorch,
  type PyTorchEvaluation,
} from "../../../benchmarks/speed/pytorch.ts";
import { fold, normal, permutation, rootKey, uniform } from "../../../data/random/mod.ts";
import type { Backend, Step } from "../../../models/backend/backend.ts";
import { compileEagerly } from "../../../models/backend/eager_backend.ts";
import { selectBackend } from "../../../models/backend/select.ts";
import type { HostArray, HostArrays } from "../../../models/backend/tensors.ts";
import { init } from "../../../models/ode2vae/initialise.ts";
import { type Ode2vaeSettings, RMNIST_SETTINGS } from "../../../models/ode2vae/settings.ts";
import {
  lossAndGradients,
  prefixed,
  PREFIXES,
  under,
} from "../../../models/ode2vae/training_step.ts";

const ignore = leaveOut("PyTorch", await hasPyTorch(), "apt-get install python3-torch");
const KEY = fold(rootKey(20191210), "oracle");
const [SEQUENCES, LENGTH, GRID] = [2, 3, 4];
const RELATIVE_TOLERANCE = 1e-4;
/** Prefix of the gradients among the outputs of a step. */
const GRADIENTS = "gradients/";

/** Parameters at the paper's sizes, away from their zero biases and unit scales, with a batch and its noise. */
function inputs(settings: Ode2vaeSettings): { params: HostArrays; data: HostArrays } {
  const params: Record<string, HostArray> = {};
  for (const [name, { shape, data }] of Object.entries(init(KEY, settings).params)) {
    const noise = normal(fold(KEY, name), data.length);
    params[name] = { shape, data: Float32Array.from(data, (x, i) => x + 0.05 * noise[i]!) };
  }
  const q = settings.latentDimensions;
  const selection = new Float32Array(SEQUENCES * LENGTH * GRID);
  for (let sequence = 0; sequence < SEQUENCES; sequence++) {
    const states = permutation(fold(KEY, "states", sequence), GRID).subarray(0, LENGTH).sort();
    states.forEach((state, i) => selection[(sequence * LENGTH + i) * GRID + state] = 1);
  }
  const weights = Object.entries(params)
    .filter(([name]) => name.startsWith("field/layer"))
    .reduce((sum, [, { data }]) => sum + data.length, 0);
  const frames = uniform(fold(KEY, "frames"), SEQUENCES * LENGTH * 28 * 28);
  return {
    params,
    data: {
      frames: { shape: [SEQUENCES, LENGTH, 28, 28], data: frames },
      selection: { shape: [SEQUENCES, LENGTH, GRID], data: selection },
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

const backends: readonly { readonly name: string; readonly compile: Backend["compile"] }[] = [
  { name: "op by op", compile: (step, specs) => compileEagerly("cpu", step, specs) },
  {
    name: "compiled",
    compile: async (step, specs) => await (await selectBackend("ort-cpu")).compile(step, specs),
  },
];

for (const model of ["ode2vae-kl", "ode2vae"] as const) {
  for (const initialLogDensity of ["paper", "released-code"] as const) {
    const settings: Ode2vaeSettings = {
      ...RMNIST_SETTINGS,
      klEncoder: model === "ode2vae-kl",
      initialLogDensity,
    };
    const { params, data } = inputs(settings);
    let oracle: Promise<PyTorchEvaluation> | undefined;
    for (const { name: how, compile } of backends) {
      Deno.test({
        name: `lossAndGradients() ${how} agrees with PyTorch when the model is ${model}, ` +
          `log q begins as in ${initialLogDensity === "paper" ? "the paper" : "the released code"}`,
        ignore,
        async fn() {
          const state = prefixed(PREFIXES.state, init(KEY, settings).state);
          const given: HostArrays = { ...prefixed(PREFIXES.params, params), ...state, ...data };
          const step = await compile(oracleStep(settings), given);
          const ours = await step.run(given);
          await step.dispose();
          oracle ??= evaluateWithPyTorch({ ...params, ...data }, {
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
            const size = Math.max(...expected.map(Math.abs));
            const differences = expected.map((g, i) => Math.abs(gradient.data[i]! - g));
            const difference = Math.max(...differences) / size;
            assert(difference < RELATIVE_TOLERANCE, `gradient of ${name} differs by ${difference}`);
          }
        },
      });
    }
  }
}
