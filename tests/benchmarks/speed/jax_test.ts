import { leaveOut } from "../../optional_tools.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { fileURLToPath } from "node:url";
import { decodeArrays, encodeArrays } from "../../../benchmarks/speed/exchange.ts";
import { hasJax } from "../../../benchmarks/speed/jax.ts";
import { evaluateWithPyTorch, type PyTorchOptions } from "../../../benchmarks/speed/pytorch.ts";
import { pythonWith } from "../../../benchmarks/speed/python.ts";
import { type Size, SIZES } from "../../../benchmarks/speed/sizes.ts";
import { StepProcess } from "../../../benchmarks/speed/step_process.ts";
import { workload } from "../../../benchmarks/speed/workload.ts";
import { fold, normal, rootKey } from "../../../data/random/mod.ts";
import type { HostArray, HostArrays } from "../../../models/backend/tensors.ts";

// Without JAX the step runs on NumPy in its place, forward only: see jax_stand_in/.
const SCRIPTS = fileURLToPath(new URL("../../../benchmarks/speed/", import.meta.url));
const STAND_IN = {
  PYTHONPATH: fileURLToPath(new URL("./jax_stand_in", import.meta.url)),
  PYTHONDONTWRITEBYTECODE: "1",
};
const python = pythonWith("numpy", "torch");
const ignore = leaveOut("PyTorch", python !== undefined, "apt-get install python3-torch");
const ignoreJax = ignore || !hasJax();
if (ignoreJax) console.warn("!! JAX is not installed: gradients of jax_step.py are not tested");

const small = (size: Size, frames: number, grid: number): Size => ({
  ...size,
  ...{ sequences: 2, frames, grid },
});
const SMALL = {
  rmnist: small(SIZES.rmnist, 3, 16),
  bouncing_balls: small(SIZES.bouncing_balls, 5, 6),
  mocap_many: small(SIZES.mocap_many, 6, 8),
};

/** The workload with parameters away from their zero biases and unit scales. */
async function inputs(size: Size): Promise<HostArrays> {
  const arrays: Record<string, HostArray> = {};
  for (const [name, array] of Object.entries(await workload(size))) {
    const isParameter = name.includes("/") && !name.startsWith("noise/");
    const noise = normal(fold(rootKey(3), name), array.data.length);
    const data = Float32Array.from(array.data, (x, i) => isParameter ? x + 0.05 * noise[i]! : x);
    arrays[name] = { shape: array.shape, data };
  }
  return arrays;
}

interface Run {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function run(
  args: readonly string[],
  env: Record<string, string>,
  interpreter: string = python!,
): Promise<Run> {
  const { code, stdout, stderr } = await new Deno.Command(interpreter, { args: [...args], env })
    .output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

interface Evaluation extends Run {
  readonly terms: Record<string, number>;
  readonly outputs: Record<string, HostArray & { data: Float32Array }>;
}

async function evaluate(
  arrays: HostArrays,
  flags: readonly string[],
  withJax = false,
): Promise<Evaluation> {
  const folder = await Deno.makeTempDir({ prefix: "ode2vae_jax_" });
  try {
    const [input, output] = [`${folder}/inputs.bin`, `${folder}/outputs.bin`];
    await Deno.writeFile(input, encodeArrays(arrays));
    const command = [`${SCRIPTS}jax_step.py`, "evaluate", input, output, ...flags];
    const done =
      await (withJax ? run(command, {}, pythonWith("numpy", "jax")) : run(command, STAND_IN));
    if (done.code !== 0) return { ...done, terms: {}, outputs: {} };
    const outputs = decodeArrays(await Deno.readFile(output));
    return { ...done, terms: JSON.parse(done.stdout), outputs };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i]! - expected[i]!));
    norm = Math.max(norm, Math.abs(expected[i]!));
  }
  return difference / norm;
}

const CASES:
  readonly (readonly [Size, "ode2vae-kl" | "ode2vae", PyTorchOptions["initialLogDensity"]?])[] = [
    [SMALL.rmnist, "ode2vae-kl"],
    [SMALL.rmnist, "ode2vae"],
    [SMALL.bouncing_balls, "ode2vae-kl"],
    [SMALL.mocap_many, "ode2vae-kl"],
    [SMALL.mocap_many, "ode2vae-kl", "released-code"],
  ];

for (const [size, model, start = "paper"] of CASES) {
  const flags = ["--size", size.name, "--model", model, "--initial-log-density", start];
  Deno.test({
    name: `jax_step.py has the loss and terms of pytorch_step.py for ${size.name}, ${model}, ` +
      `log q as in ${start}`,
    ignore,
    async fn() {
      const arrays = await inputs(size);
      const ours = await evaluate(arrays, ["--forward", "--float64", ...flags]);
      assertEquals(ours.code, 0, ours.stderr);
      const theirs = await evaluateWithPyTorch(arrays, {
        ...{ size: size.name, model: model, float64: true },
        initialLogDensity: start,
      });
      assertEquals(Object.keys(ours.terms).sort(), Object.keys(theirs.terms).sort());
      for (const [name, value] of Object.entries(theirs.terms)) {
        const difference = Math.abs(ours.terms[name]! / value - 1);
        assert(difference < 1e-9, `${name}: ${difference}`);
      }
      for (const [name, { data, shape }] of Object.entries(theirs.inside)) {
        const inside = ours.outputs[`inside/${name}`]!;
        assertEquals(inside.shape, shape, name);
        assert(relativeDifference(inside.data, data) < 1e-6, name);
      }
      const single = await evaluate(arrays, ["--forward", ...flags]);
      assert(Math.abs(single.terms.loss! / theirs.terms.loss! - 1) < 1e-5);
    },
  });
}

Deno.test({
  name: "adam() of jax_step.py makes the updates of PyTorch's",
  ignore,
  async fn() {
    const { code, stdout, stderr } = await run([
      "-c",
      `
import json, sys
sys.path.insert(0, ${JSON.stringify(SCRIPTS)})
import numpy, torch
import jax_step
start = {"a": numpy.linspace(-1, 1, 12).reshape(3, 4), "b": numpy.array([2.0])}
state = jax_step.initial_state(start)
theirs = {name: torch.tensor(value, requires_grad=True) for name, value in start.items()}
optimizer = torch.optim.Adam(theirs.values(), lr=0.003)
differences = []
for step in range(3):
    gradients = {name: numpy.cos(7 * step + 3 * value) for name, value in start.items()}
    state = jax_step.adam(state, gradients, 0.003)
    for name, value in theirs.items():
        value.grad = torch.tensor(gradients[name])
    optimizer.step()
    differences += [
        float(abs(state["params"][name] - value.detach().numpy()).max())
        for name, value in theirs.items()
    ]
moved = float(abs(state["params"]["a"] - start["a"]).min())
print(json.dumps({"differences": differences, "moved": moved, "steps": int(state["steps"])}))
`,
    ], STAND_IN);
    assertEquals(code, 0, stderr);
    const { differences, moved, steps } = JSON.parse(stdout);
    assertEquals([differences.length, steps], [6, 3]);
    assert(Math.max(...differences) < 1e-9, stdout);
    assert(moved > 1e-4, stdout);
  },
});

Deno.test({
  name: "jax_step.py serve answers as step_process.ts expects",
  ignore,
  async fn() {
    const inputsFile = await Deno.makeTempFile({ prefix: "ode2vae_jax_" });
    try {
      const arrays = await inputs(SMALL.mocap_many);
      await Deno.writeFile(inputsFile, encodeArrays(arrays));
      const environment = Object.entries(STAND_IN).map(([name, value]) => `${name}=${value}`);
      const served = ["serve", inputsFile, "--size", "mocap_many"];
      const process = await StepProcess.start(
        ["env", ...environment, python!, `${SCRIPTS}jax_step.py`, ...served],
      );
      const { compileSeconds, ...facts } = process.facts;
      const expected = { library: "JAX stand-in on NumPy", threads: 1, device: "stand-in" };
      assertEquals<unknown>(facts, expected);
      assert(compileSeconds! >= 0);
      const { terms } = await evaluateWithPyTorch(arrays, { size: "mocap_many" });
      // The stand-in's gradients are zeros: the loss stays.
      for (let step = 0; step < 2; step++) {
        const { loss, seconds } = await process.step();
        assert(Math.abs(loss / terms.loss! - 1) < 1e-5 && seconds > 0);
      }
      await process.close();
    } finally {
      await Deno.remove(inputsFile);
    }
  },
});

Deno.test({
  name: "jax_step.py says why in one line when it cannot compute",
  ignore,
  async fn() {
    const arrays = await inputs(SMALL.mocap_many);
    const flags = ["--size", "mocap_many"];
    const lacking = { ...arrays };
    delete lacking["decoder/dense2/bias"];
    const { frames: _, ...noFrames } = arrays;
    for (
      const [given, more, message] of [
        [arrays, [], "cannot evaluate: the stand-in for JAX has no gradients"],
        [arrays, ["--device", "cuda"], "cannot evaluate: Unknown backend: 'gpu' requested"],
        [lacking, ["--forward"], "must be in the input file: 'decoder/dense2/bias'"],
        [noFrames, ["--forward"], "the input file must hold 'frames'"],
      ] as const
    ) {
      const { code, stderr } = await evaluate(given, [...flags, ...more]);
      assertEquals(code, 1);
      assertEquals(stderr.trim().split("\n").length, 1, stderr);
      assertStringIncludes(stderr, message);
    }
  },
});

for (const size of Object.values(SMALL)) {
  Deno.test({
    name: `jax_step.py has the gradients of pytorch_step.py for ${size.name} when there is JAX`,
    ignore: ignoreJax,
    async fn() {
      const arrays = await inputs(size);
      const flags = ["--size", size.name, "--float64"];

      const ours = await evaluate(arrays, flags, true);
      assertEquals(ours.code, 0, ours.stderr);
      const { gradients } = await evaluateWithPyTorch(arrays, { size: size.name, float64: true });
      for (const [name, { data }] of Object.entries(gradients)) {
        const difference = relativeDifference(ours.outputs[`gradient/${name}`]!.data, data);
        assert(difference < 1e-5, `${name}: ${difference}`);
      }
    },
  });
}
