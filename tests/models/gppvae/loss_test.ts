import { assert, assertAlmostEquals } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import { fold, normal, rootKey, uniform } from "../../../data/random/mod.ts";
import type { HostArrays, Tensors } from "../../../models/backend/tensors.ts";
import { valueAndGradients } from "../../../models/backend/engine.ts";
import { codeLoss, codeLossFunction } from "../../../models/gppvae/loss.ts";
import { decodeCodes, encodeCodes, initNetworks } from "../../../models/gppvae/networks.ts";
import { GPPVAE_RMNIST_SETTINGS, type GppvaeSettings } from "../../../models/gppvae/settings.ts";
import { prefixed, PREFIXES, shapesOf, under } from "../../../models/training/arrays.ts";
import { gradientStep, initialTrainingState } from "../../../models/training/network_training.ts";
import { adam } from "../../../models/training/optimisers.ts";
import { CPU, ORT } from "../backend/_agreement.ts";
import { numbers, relativeError, scalarOf, toTensors } from "../cpu.ts";
import { TINY_IMAGES } from "../ode2vae/tiny_cases.ts";

const settings: GppvaeSettings = {
  ...GPPVAE_RMNIST_SETTINGS,
  observation: TINY_IMAGES.observation as GppvaeSettings["observation"],
  codeDimensions: 2,
  pixelVariance: 0.3,
};
const key = rootKey(12);
const { params, state } = initNetworks(key, settings);
const batch = 5;
const inputs: HostArrays = {
  images: { shape: [batch, 4, 4], data: uniform(fold(key, "images"), batch * 16) },
  noise: { shape: [batch, 2], data: normal(fold(key, "noise"), batch * 2) },
  codeGradients: { shape: [batch, 2], data: normal(fold(key, "a"), batch * 2) },
};

function evaluate(prior: "standard" | "process", slopes = inputs.codeGradients!.data) {
  const { images, noise } = toTensors(inputs);
  const tensors = toTensors(params);
  return valueAndGradients(
    () =>
      codeLoss(tensors, toTensors(state), {
        images: images!,
        noise: noise!,
        ...(prior === "process" ? { codeGradients: tf.tensor(slopes, [batch, 2]) } : {}),
      }, settings),
    tensors,
  );
}

Deno.test("codeLoss() is the closed form of its terms, with either prior", () => {
  const images = tf.tensor(inputs.images!.data, [batch, 4, 4]);
  const { gaussian } = encodeCodes(toTensors(params), toTensors(state), images, settings, "batch");
  const [mean, logVariance] = [numbers(gaussian.mean), numbers(gaussian.logVariance)];
  const z = mean.map((m, i) => m + Math.exp(logVariance[i]! / 2) * inputs.noise!.data[i]!);
  const decoded = numbers(
    decodeCodes(toTensors(params), toTensors(state), tf.tensor(z, [batch, 2]), settings, "batch")
      .mean,
  );
  const squares = decoded.reduce((sum, p, i) => sum + (p - inputs.images!.data[i]!) ** 2, 0);
  const reconstruction = -(squares / 0.3 + 80 * Math.log(2 * Math.PI * 0.3)) / 2 / batch;
  const kl = mean.reduce(
    (sum, m, i) => sum + (m * m + Math.exp(logVariance[i]!) - 1 - logVariance[i]!) / 2,
    0,
  ) / batch;
  const entropy = logVariance.reduce(
    (sum, value) => sum + (1 + Math.log(2 * Math.PI) + value) / 2,
    0,
  ) / batch;
  const prior = z.reduce((sum, value, i) => sum + value * inputs.codeGradients!.data[i]!, 0) /
    batch;
  const standard = evaluate("standard").result;
  assertAlmostEquals(scalarOf(standard.loss), kl - reconstruction, 1e-4);
  assertAlmostEquals(scalarOf(standard.terms.squaredError), squares / 80, 1e-6);
  assertAlmostEquals(scalarOf(standard.terms.kl!), kl, 1e-5);
  const process = evaluate("process").result;
  assertAlmostEquals(scalarOf(process.loss), prior - entropy - reconstruction, 1e-4);
  assertAlmostEquals(scalarOf(process.terms.prior!), prior, 1e-5);
  assertAlmostEquals(scalarOf(process.terms.entropy!), entropy, 1e-5);
  assert(Object.keys(process.state).length > 0);
});

Deno.test("codeLoss() hands a to the encoder as the prior's gradient", () => {
  const zero = evaluate("process", new Float32Array(batch * 2)).gradients;
  const full = evaluate("process").gradients;
  // z moves with the bias of the mean's head one to one: its gradient is the mean of a, whatever else there is.
  const difference = (name: string) =>
    numbers(full[name]!).map((value, i) => value - numbers(zero[name]!)[i]!);
  const a = inputs.codeGradients!.data;
  const column = (l: number) => [0, 1, 2, 3, 4].reduce((sum, b) => sum + a[2 * b + l]! / batch, 0);
  difference("encoder/mean/bias").forEach((value, l) => assertAlmostEquals(value, column(l), 1e-5));
  // The decoder sees the codes, not their prior.
  assert(difference("decoder/dense/kernel").every((value) => value === 0));
});

for (const prior of ["standard", "process"] as const) {
  Deno.test(`codeLossFunction() is the same compiled as in TensorFlow.js when the prior is ${prior}`, async () => {
    const carried = initialTrainingState(params, state, adam());
    const { codeGradients, ...standard } = inputs;
    const given: HostArrays = prior === "process"
      ? { ...standard, codeGradients: codeGradients! }
      : standard;
    const specs = { ...shapesOf(carried), ...shapesOf(given) };
    const loss = codeLossFunction(settings);
    const rate = { shape: [], data: Float32Array.of(0.01) };
    // Adam divides by the gradient's size and so makes much of rounding: gradients are compared, and where the step goes.
    const gradients = (step: Tensors) => {
      const params = under(PREFIXES.params, step);
      const { result, gradients } = valueAndGradients(
        () => loss(params, under(PREFIXES.state, step), step),
        params,
      );
      return { loss: result.loss, ...prefixed("gradient/", gradients) };
    };
    const run = async (backend: typeof ORT) => {
      const compiled = await backend.compile(gradients, specs);
      try {
        return await compiled.run({ ...carried, ...given });
      } finally {
        await compiled.dispose();
      }
    };
    const [ort, cpu] = [await run(ORT), await run(CPU)];
    for (const [name, { data }] of Object.entries(cpu)) {
      const error = relativeError([...ort[name]!.data], [...data], 0.1);
      assert(error < 1e-3, `${name}: relative error ${error}`);
    }
    const step = await ORT.compile(
      gradientStep(loss, adam()),
      { ...specs, rate: { shape: [] } },
      { carried: Object.keys(carried) },
    );
    await step.start(carried);
    const losses: number[] = [];
    for (let i = 0; i < 30; i++) {
      losses.push((await step.run({ ...given, rate })).loss!.data[0]!);
    }
    await step.dispose();
    assertAlmostEquals(losses[0]!, cpu.loss!.data[0]!, 1e-3);
    assert(losses.at(-1)! < losses[0]! - 1, `${losses[0]} → ${losses.at(-1)}`);
  });
}
