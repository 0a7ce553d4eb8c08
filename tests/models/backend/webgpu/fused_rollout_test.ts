import { assert, assertEquals, assertThrows } from "@std/assert";
import * as tf from "@tensorflow/tfjs-core";
import type { HostArrays } from "../../../../models/backend/tensors.ts";
import { webgpuBackend } from "../../../../models/backend/webgpu/device_program.ts";
import {
  fits,
  solveOnDevice,
  workgroupBytes,
} from "../../../../models/backend/webgpu/fused_rollout.ts";
import { rolloutGradientCode } from "../../../../models/backend/webgpu/rollout_gradient_program.ts";
import { rolloutCode } from "../../../../models/backend/webgpu/rollout_program.ts";
import {
  packedSize,
  packedWeight,
  packedWeights,
  type RolloutShape,
} from "../../../../models/backend/webgpu/rollout_shape.ts";
import { DOPRI5, EULER, RK4 } from "../../../../models/ode/tableaus.ts";
import { toTensors } from "../../cpu.ts";
import { assertClose, CPU, runOnce } from "../_agreement.ts";
import { noAdapter, webgpu } from "./_adapter.ts";
import {
  forwardStep,
  fused,
  loop,
  problemOf,
  type RolloutCase,
  rolloutInputs,
  rolloutStep,
  SMALL,
} from "./_rollout_cases.ts";
import { numbersOf, projectedRollout } from "./_rollout_float64.ts";

/** Bouncing balls: the largest field of the paper. */
const BALLS: RolloutShape = {
  latentDimensions: 25,
  hidden: 100,
  activation: "relu",
  density: true,
  tableau: RK4,
};

/** What every WebGPU device has. */
const LEAST_LIMITS = {
  maxComputeWorkgroupStorageSize: 16384,
  maxComputeInvocationsPerWorkgroup: 256,
  maxComputeWorkgroupsPerDimension: 65535,
  maxStorageBufferBindingSize: 2 ** 27,
};

/** Cases that are tried with both activations, with and without the trace. */
const CASES: Readonly<Record<string, RolloutCase>> = {
  "RK4 takes one step a frame": SMALL,
  "RK4 takes five steps a frame": { ...SMALL, frames: 2, stepsPerFrame: 5, stepSize: 0.05 },
  "every axis has length one": { ...SMALL, sequences: 1, q: 1, hidden: 1, frames: 1 },
};

/** Cases that are tried with tanh and the trace alone: what they change does not meet those two. */
const FURTHER: Readonly<Record<string, RolloutCase>> = {
  "Euler takes one step a frame": { ...SMALL, method: "euler", sequences: 5 },
  "Euler takes five steps a frame": { ...SMALL, method: "euler", frames: 2, stepsPerFrame: 5 },
  "midpoint goes back in time": { ...SMALL, method: "midpoint", stepSize: -0.1 },
  "there is one sequence": { ...SMALL, sequences: 1, frames: 1 },
};

/** States, densities and gradients to 1e-5, relative to each number or a tenth of the greatest. */
function assertAgree(actual: HostArrays, expected: HostArrays): void {
  assertEquals(Object.keys(actual), Object.keys(expected));
  for (const [name, array] of Object.entries(expected)) {
    assertClose(actual[name], array, name, 1e-5);
  }
}

for (const activation of ["relu", "tanh"] as const) {
  for (const trace of ["exact", "none"] as const) {
    const further = activation === "tanh" && trace === "exact" ? FURTHER : {};
    for (const [when, given] of Object.entries({ ...CASES, ...further })) {
      Deno.test({
        name: `solveOnDevice() gives states and gradients of the loop when ${when}, the field is ` +
          `${activation}, the trace ${trace}`,
        ignore: noAdapter,
        async fn() {
          const rollout = { ...given, activation, trace };
          const { specs, arrays } = rolloutInputs(rollout);
          assertAgree(
            await runOnce(await webgpu(), rolloutStep(rollout, fused), specs, arrays),
            await runOnce(CPU, rolloutStep(rollout, loop), specs, arrays),
          );
        },
      });
    }
  }
}

Deno.test({
  name:
    "solveOnDevice() gives states and gradients of the loop when the field is that of bouncing balls",
  ignore: noAdapter,
  async fn() {
    const rollout: RolloutCase = {
      ...{ ...SMALL, activation: "relu", q: 25, hidden: 100, frames: 1, stepsPerFrame: 2 },
      ...{ stepSize: 0.02 },
    };
    const { specs, arrays } = rolloutInputs(rollout);
    assertAgree(
      await runOnce(await webgpu(), rolloutStep(rollout, fused), specs, arrays),
      await runOnce(CPU, rolloutStep(rollout, loop), specs, arrays),
    );
  },
});

/** Derivatives by some inputs' first, middle and last numbers: [name, index, derivative], in double precision. */
function centralDifferences(
  rollout: RolloutCase,
  arrays: HostArrays,
): readonly (readonly [name: string, index: number, derivative: number])[] {
  const numbers = numbersOf(arrays);
  const step = 1e-5;
  return Object.entries(numbers).flatMap(([name, values]) =>
    [...new Set([0, values.length >> 1, values.length - 1])].map((index) => {
      const at = (by: number) =>
        projectedRollout(rollout, {
          ...numbers,
          [name]: values.map((x, i) => i === index ? x + by : x),
        });
      return [name, index, (at(step) - at(-step)) / (2 * step)] as const;
    })
  );
}

for (const activation of ["relu", "tanh"] as const) {
  for (const method of ["rk4", "euler"] as const) {
    const rollout = { ...SMALL, activation, method, stepsPerFrame: 2 };
    const { specs, arrays } = rolloutInputs(rollout);

    Deno.test(`loop of the tests agrees with central differences in double precision when the field is ${activation}, the method ${method}`, async () => {
      const result = await runOnce(CPU, rolloutStep(rollout, loop), specs, arrays);
      assertDifferences(result, centralDifferences(rollout, arrays));
    });

    Deno.test({
      name:
        `solveOnDevice() agrees with central differences in double precision when the field is ` +
        `${activation}, the method ${method}`,
      ignore: noAdapter,
      async fn() {
        const result = await runOnce(await webgpu(), rolloutStep(rollout, fused), specs, arrays);
        assertDifferences(result, centralDifferences(rollout, arrays));
      },
    });
  }
}

function assertDifferences(
  result: HostArrays,
  differences: ReturnType<typeof centralDifferences>,
): void {
  assert(differences.length > 20);
  for (const [name, index, derivative] of differences) {
    const actual = result[`d ${name}`]!.data[index]!;
    const error = Math.abs(actual - derivative) / Math.max(1, Math.abs(derivative));
    assert(error < 1e-5, `d ${name}[${index}]: ${actual}, expected ${derivative}`);
  }
}

Deno.test({
  name: "solveOnDevice() gives the same bytes when it is run again",
  ignore: noAdapter,
  async fn() {
    const { specs, arrays } = rolloutInputs(SMALL);
    const step = await (await webgpu()).compile(rolloutStep(SMALL, fused), specs);
    const once = await step.run(arrays);
    const tensors = tf.memory().numTensors;
    assertEquals(await step.run(arrays), once);
    assertEquals(tf.memory().numTensors, tensors, "tensors stay behind");
    await step.dispose();
  },
});

/** Programs that the backend dispatches while a step runs once. */
async function dispatches(rollout: RolloutCase, solve: typeof fused): Promise<number> {
  const backend = await webgpu();
  await tf.setBackend("webgpu");
  const device = webgpuBackend();
  const { specs, arrays } = rolloutInputs(rollout);
  let count = 0;
  const original = device.runWebGPUProgram;
  try {
    device.runWebGPUProgram = function (...request) {
      count++;
      return original.apply(device, request);
    };
    await runOnce(backend, rolloutStep(rollout, solve), specs, arrays);
  } finally {
    device.runWebGPUProgram = original;
    await tf.setBackend("cpu");
  }
  return count;
}

Deno.test({
  name: "solveOnDevice() dispatches as many programs for many steps as for one",
  ignore: noAdapter,
  async fn() {
    const few = await dispatches({ ...SMALL, frames: 1 }, fused);
    const many = await dispatches({ ...SMALL, frames: 4, stepsPerFrame: 3 }, fused);
    const opByOp = await dispatches({ ...SMALL, frames: 1 }, loop);
    assertEquals(many, few);
    assert(few < 50, `${few} dispatches`);
    // One step op by op is more than any number of them fused.
    assert(opByOp > 2 * few, `${opByOp} op by op, ${few} fused`);
  },
});

Deno.test({
  name: "solveOnDevice() leaves to the loop what the kernel does not do",
  ignore: noAdapter,
  async fn() {
    const { specs, arrays } = rolloutInputs(SMALL);
    const backend = await webgpu();
    await runOnce(
      backend,
      (inputs) => {
        const problem = problemOf(SMALL, inputs);
        const hutchinson = { ...problem.mlp, trace: "hutchinson" as const };
        assertEquals(solveOnDevice({ ...problem, mlp: hutchinson }), undefined);
        assertEquals(solveOnDevice({ ...problem, frames: 0 }), undefined);
        const states = solveOnDevice(problem)!;
        assertEquals(Object.keys(states), ["z", "logDensity"]);
        return states;
      },
      specs,
      arrays,
    );
    const wide = { ...SMALL, hidden: 600 };
    const large = rolloutInputs(wide);
    assertThrows(() => forwardStep(wide, fused)(toTensors(large.arrays)));
  },
});

Deno.test("solveOnDevice() leaves the problem to the loop when the backend is another one", async () => {
  await tf.setBackend("cpu");
  const { arrays } = rolloutInputs(SMALL);
  assertEquals(solveOnDevice(problemOf(SMALL, toTensors(arrays))), undefined);
});

Deno.test("fits() has room for the paper's largest field on every device", () => {
  const counts = { sequences: 10, frames: 19, stepsPerFrame: 5 };
  for (const tableau of [EULER, RK4, DOPRI5]) {
    for (const activation of ["relu", "tanh"] as const) {
      const shape = { ...BALLS, tableau, activation };
      assert(fits(shape, counts, LEAST_LIMITS), `${tableau.name}: ${workgroupBytes(shape)} bytes`);
    }
  }
});

Deno.test("fits() refuses what a device has no room for", () => {
  const counts = { sequences: 10, frames: 19, stepsPerFrame: 5 };
  assert(!fits({ ...BALLS, hidden: 250 }, counts, LEAST_LIMITS));
  assert(!fits(BALLS, { ...counts, sequences: 70000 }, LEAST_LIMITS));
  assert(!fits(BALLS, { ...counts, frames: 100000 }, LEAST_LIMITS));
  // One gradient of 27,725 weights a sequence.
  assert(!fits(BALLS, { ...counts, frames: 1, sequences: 1300 }, LEAST_LIMITS));
  for (const [name, limit] of Object.entries(LEAST_LIMITS)) {
    assert(!fits(BALLS, counts, { ...LEAST_LIMITS, [name]: Math.min(9, limit) }), name);
  }
});

Deno.test("rolloutCode() and rolloutGradientCode() declare the memory that they say they take", () => {
  for (const activation of ["relu", "tanh"] as const) {
    for (const density of [true, false]) {
      for (const code of [rolloutCode, rolloutGradientCode]) {
        const program = code({ ...BALLS, activation, density });
        const declared = program.code.matchAll(/var<workgroup> \w+ : array<f32, (\d+)>/g);
        const bytes = Array.from(declared, ([, length]) => 4 * Number(length));
        assertEquals(bytes.reduce((a, b) => a + b), program.workgroupBytes);
        assertEquals(program.code.includes("trace"), false);
        assertEquals(/undefined|NaN|Infinity/.test(program.code), false);
      }
    }
  }
});

Deno.test("packedWeights() puts weights one after the other, the trace's matrix where there is a density", () => {
  const weights = packedWeights({ ...BALLS, latentDimensions: 2, hidden: 3 });
  assertEquals(
    weights.map(({ name, offset }) => [name, offset]),
    [
      ["layer1/kernel", 0],
      ["layer1/bias", 12],
      ["layer2/kernel", 15],
      ["layer2/bias", 24],
      ["layer3/kernel", 27],
      ["layer3/bias", 33],
      ["trace/matrix", 35],
    ],
  );
  assertEquals(packedSize(weights), 44);
  assertEquals(packedSize(packedWeights(BALLS)), 27725);
  assertThrows(
    () => packedWeight(packedWeights({ ...BALLS, density: false }), "trace/matrix"),
    RangeError,
    "name must be one of layer1/kernel, ",
  );
});
