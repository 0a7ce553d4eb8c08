import { leaveOut } from "../../optional_tools.ts";
import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import {
  evaluateWithPyTorch,
  hasPyTorch,
  type PyTorchOptions,
} from "../../../benchmarks/speed/pytorch.ts";
import { SIZES } from "../../../benchmarks/speed/sizes.ts";
import { workload } from "../../../benchmarks/speed/workload.ts";
import type { HostArray } from "../../../models/backend/tensors.ts";

// The oracle is itself checked here: by a case that can be done by hand, by central differences and by its two traces.
const ignore = leaveOut("PyTorch", await hasPyTorch(), "apt-get install python3-torch");

const [Q, HIDDEN, SEQUENCES, LENGTH, GRID] = [2, 5, 2, 3, 4];
const WEIGHTS = (2 * Q + 1) * HIDDEN + (HIDDEN + 1) * HIDDEN + (HIDDEN + 1) * Q;
/** Step of central differences. */
const STEP = 2 ** -18;
/** Grid states of each sequence's frames: one starts late, both skip one. */
const OBSERVED = [[0, 1, 3], [1, 2, 3]];

/** Numbers in (-1, 1) without a pattern that a wrong transposition would keep. */
function values(shape: readonly number[], scale: number, phase: number): HostArray {
  const length = shape.reduce((product, size) => product * size, 1);
  const data = Float32Array.from(
    { length },
    (_, i) => scale * Math.sin(12.9898 * (i + 1) + 78.233 * phase + 0.01 * i * i),
  );
  return { shape, data };
}

function shapes(): Record<string, number[]> {
  const result: Record<string, number[]> = {};
  for (const encoder of ["positionEncoder", "velocityEncoder"]) {
    [1, 8, 16, 32, 64].reduce((from, to, layer) => {
      result[`${encoder}/conv${layer}/kernel`] = [5, 5, from, to];
      result[`${encoder}/batchNorm${layer}/scale`] = [to];
      result[`${encoder}/batchNorm${layer}/offset`] = [to];
      return to;
    });
    for (const head of ["mean", "logVariance"]) {
      result[`${encoder}/${head}/kernel`] = [256, Q];
      result[`${encoder}/${head}/bias`] = [Q];
    }
  }
  for (const [layer, from, to] of [[1, 2 * Q, HIDDEN], [2, HIDDEN, HIDDEN], [3, HIDDEN, Q]]) {
    result[`field/layer${layer}/kernel`] = [from!, to!];
    result[`field/layer${layer}/bias`] = [to!];
  }
  result["field/logVariance"] = [];
  result["decoder/dense/kernel"] = [Q, 72];
  result["decoder/dense/bias"] = [72];
  [[3, 48, 8], [5, 24, 48], [5, 12, 24], [5, 1, 12]].forEach(([size, to, from], layer) => {
    result[`decoder/conv${layer + 1}/kernel`] = [size!, size!, to!, from!];
    if (layer === 3) return;
    result[`decoder/batchNorm${layer + 1}/scale`] = [to!];
    result[`decoder/batchNorm${layer + 1}/offset`] = [to!];
  });
  result["decoder/conv4/bias"] = [1];
  return result;
}

/** All inputs of the oracle; `scale` 0 makes every parameter and the weights' noise zero. */
function inputs(scale: number): Record<string, HostArray> {
  const arrays: Record<string, HostArray> = {};
  Object.entries(shapes()).forEach(([name, shape], i) => arrays[name] = values(shape, scale, i));
  const frames = values([SEQUENCES, LENGTH, 28, 28], 0.5, 101);
  const selection = new Float32Array(SEQUENCES * LENGTH * GRID);
  OBSERVED.flat().forEach((state, row) => selection[row * GRID + state] = 1);
  return {
    ...arrays,
    frames: { shape: frames.shape, data: Float32Array.from(frames.data, (x) => x + 0.5) },
    selection: { shape: [SEQUENCES, LENGTH, GRID], data: selection },
    "noise/initial": values([SEQUENCES, 2 * Q], 1, 102),
    "noise/weights": values([WEIGHTS], Math.sign(scale), 103),
  };
}

function relativeDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    difference = Math.max(difference, Math.abs(a[i]! - b[i]!));
    norm = Math.max(norm, Math.abs(a[i]!));
  }
  return norm === 0 ? difference : difference / norm;
}

Deno.test({
  name: "evaluateWithPyTorch() gives the terms done by hand when every parameter is zero",
  ignore,
  async fn() {
    const arrays = inputs(0);
    const { terms, inside } = await evaluateWithPyTorch(arrays, { float64: true });
    // f = 0 and q(z0) = N(0, I): v stays, s moves on a line, log q stays log N(z0; 0, I), every pixel has p = 1/2.
    const noise = arrays["noise/initial"]!.data;
    const logNormal = (z: readonly number[]) =>
      z.reduce((sum, x) => sum - 0.5 * (Math.log(2 * Math.PI) + x * x), 0);
    let [latentPrior, logDensity, encoderDensity] = [0, 0, 0];
    // The encoder's density is N(0, I) too; its windows are the first L - m frames.
    OBSERVED.forEach((states, b) => {
      const [s, v] = [0, Q].map((start) => [...noise.subarray(2 * Q * b + start).slice(0, Q)]);
      for (const [frame, state] of states.entries()) {
        const z = [...s!.map((x, i) => x + 0.1 * state * v![i]!), ...v!];
        latentPrior += logNormal(z) / SEQUENCES;
        if (frame < LENGTH - 1) encoderDensity += logNormal(z) / SEQUENCES;
        logDensity += logNormal([...s!, ...v!]) / SEQUENCES;
      }
    });
    assertAlmostEquals(terms.reconstruction!, LENGTH * 784 * Math.log(0.5 + 1e-5), 1e-6);
    assertAlmostEquals(terms.latentPrior!, latentPrior, 1e-6);
    assertAlmostEquals(terms.logDensity!, logDensity, 1e-6);
    assertAlmostEquals(terms.fieldKl!, 0, 1e-12);
    assertAlmostEquals(terms.encoderKl!, logDensity - encoderDensity, 1e-6);
    const beta = Q / (HIDDEN * (3 * Q + 2 * HIDDEN + 3) + Q);
    assertAlmostEquals(
      terms.loss!,
      -(terms.reconstruction! + terms.latentPrior! - terms.logDensity! -
        beta * terms.fieldKl! -
        0.1 * terms.encoderKl!),
      1e-6,
    );
    assertEquals(inside.states!.shape, [SEQUENCES, GRID, 2 * Q]);
    assertEquals(inside.decoded!.shape, [SEQUENCES, LENGTH, 28, 28]);
  },
});

Deno.test({
  name:
    "evaluateWithPyTorch() gives one loss and gradient when the trace is closed-form or autograd",
  ignore,
  async fn() {
    const arrays = inputs(0.3);
    const options: PyTorchOptions = { float64: true };
    const closed = await evaluateWithPyTorch(arrays, options);
    const autograd = await evaluateWithPyTorch(arrays, { ...options, trace: "autograd" });
    const drift = closed.inside.logDensity!.data;
    assert(Math.abs(drift[GRID - 1]! - drift[0]!) > 1e-3, "the trace must be visible in log q");
    assertAlmostEquals(closed.terms.loss!, autograd.terms.loss!, 1e-8);
    assertEquals(Object.keys(closed.gradients).sort(), Object.keys(shapes()).sort());
    for (const [name, { shape, data }] of Object.entries(closed.gradients)) {
      assertEquals(shape, arrays[name]!.shape, name);
      assert(relativeDifference(data, autograd.gradients[name]!.data) < 1e-5, name);
    }
  },
});

for (const name of ["bouncing_balls", "mocap_many"] as const) {
  Deno.test({
    name: `evaluateWithPyTorch() gives one loss and gradient with both traces for ${name}`,
    ignore,
    async fn() {
      const arrays = await workload({ ...SIZES[name], sequences: 2, frames: 5, grid: 5 });
      const options: PyTorchOptions = { size: name, float64: true };
      const closed = await evaluateWithPyTorch(arrays, options);
      const autograd = await evaluateWithPyTorch(arrays, { ...options, trace: "autograd" });
      const drift = closed.inside.logDensity!.data;
      assert(Math.abs(drift[4]! - drift[0]!) > 1e-3, "the trace must be visible in log q");
      assertAlmostEquals(closed.terms.loss! / autograd.terms.loss!, 1, 1e-12);
      for (const [parameter, { data }] of Object.entries(closed.gradients)) {
        const difference = relativeDifference(data, autograd.gradients[parameter]!.data);
        assert(difference < 1e-5, `${parameter}: ${difference}`);
      }
    },
  });
}

Deno.test({
  name: "evaluateWithPyTorch() gives the slope of the loss when a parameter moves",
  ignore,
  async fn() {
    const arrays = inputs(0.3);
    const names = ["positionEncoder/conv2/kernel", "decoder/conv2/kernel", "field/layer1/kernel"];
    for (const initialLogDensity of ["paper", "released-code"] as const) {
      const options: PyTorchOptions = { float64: true, initialLogDensity };
      const { gradients } = await evaluateWithPyTorch(arrays, options);
      // One joint direction. The step is small as log q jumps where a unit of the field switches on.
      const moved = (step: number) => {
        const copies = { ...arrays };
        for (const name of names) {
          const { shape, data } = arrays[name]!;
          copies[name] = { shape, data: data.map((x, i) => i % 7 === 3 ? x + step : x) };
        }
        return copies;
      };
      const [left, right] = [moved(-STEP), moved(STEP)];
      const difference = (await evaluateWithPyTorch(right, options)).terms.loss! -
        (await evaluateWithPyTorch(left, options)).terms.loss!;
      let expected = 0;
      for (const name of names) {
        // What float32 kept of the step, not the step itself.
        const [from, to] = [left[name]!.data, right[name]!.data];
        gradients[name]!.data.forEach((g, i) => expected += g * (to[i]! - from[i]!));
      }
      assertAlmostEquals(difference / expected, 1, 1e-3);
    }
  },
});

Deno.test({
  name: "evaluateWithPyTorch() leaves out the encoder's term when the model is ode2vae",
  ignore,
  async fn() {
    const { terms } = await evaluateWithPyTorch(inputs(0.3), { model: "ode2vae" });
    assertEquals("encoderKl" in terms, false);
  },
});

Deno.test({
  name: "evaluateWithPyTorch() names the array when one is left out or of another size",
  ignore,
  async fn() {
    const arrays = inputs(0.3);
    delete arrays["decoder/conv4/bias"];
    await assertRejects(
      () => evaluateWithPyTorch(arrays),
      Error,
      "Cannot run the PyTorch step: cannot evaluate: the input file must hold every parameter, missing: decoder/conv4/bias",
    );
    await assertRejects(
      () => evaluateWithPyTorch(inputs(0.3), { size: "bouncing_balls" }),
      Error,
      "positionEncoder/conv1/kernel must have the shape (5, 5, 1, 16) of --size bouncing_balls: " +
        "current value is (5, 5, 1, 8)",
    );
  },
});
